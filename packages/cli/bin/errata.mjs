#!/usr/bin/env node
// The launcher: old Node gets one clear message instead of a syntax error; everything else is dist/main.js.
// Plain syntax only, and nothing imported before the check, so that any Node with ES modules can read it.
var MINIMUM = [22, 15];
var version = process.versions.node.split(".").map(Number);
if (version[0] < MINIMUM[0] || (version[0] === MINIMUM[0] && version[1] < MINIMUM[1])) {
	process.stderr.write(
		"errata: cannot start on Node " +
			process.versions.node +
			": it needs Node " +
			MINIMUM.join(".") +
			" or newer. Install a current Node (https://nodejs.org), or run errata with one that is: `npx -p node@24 -p errata errata ...`.\n",
	);
	process.exit(1);
}
await import("../dist/main.js");
