/**
 * What `errata run` puts into NODE_OPTIONS: instruments a process if that can be done, and otherwise lets it run as it is
 * and says why in the file ERRATA_RUN_STATUS names. No dependencies, no top-level await (`--require` works too), nothing
 * printed, nothing thrown. Plain JavaScript that Node 18 can parse, because any Node may meet it.
 */
import { appendFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename } from "node:path";

/** Package managers run through NODE_OPTIONS too; instrumenting them would slow them down and show their errors. */
const TOOLS = new Set(["npm", "npx", "npm-cli", "npx-cli", "corepack", "yarn", "yarnpkg", "pnpm", "pnpx", "node-gyp"]);
/** errata itself under a nested `errata run`: its own failures are no business of the program it serves. */
const OURS = new Set(["errata"]);
const KEY = Symbol.for("errata.guard.1");

function status(instrumented, reason) {
	const file = process.env.ERRATA_RUN_STATUS;
	if (!file) return;
	try {
		const line = { pid: process.pid, node: process.versions.node, instrumented, reason };
		appendFileSync(file, `${JSON.stringify(line)}\n`, { mode: 0o600 });
	} catch {
		// Whoever reads the file sees no line for this process.
	}
}

function tooOld(version) {
	const [major, minor] = version.split(".").map(Number);
	return major < 22 || (major === 22 && minor < 15);
}

function tool(script) {
	if (!script) return "";
	const name = basename(script.replaceAll("\\", "/")).replace(/\.[cm]?js$/, "");
	return TOOLS.has(name) || OURS.has(name) ? name : "";
}

/** Why this process is left alone, "" if it is not. */
function refusal() {
	if (tooOld(process.versions.node)) return `Node ${process.versions.node} is older than 22.15`;
	const name = tool(process.argv[1]);
	if (name === "") return "";
	return OURS.has(name) ? `${name} is errata itself` : `${name} is a package manager`;
}

function guard() {
	if (globalThis[KEY]) return;
	globalThis[KEY] = true;
	const reason = refusal();
	if (reason !== "") return status(false, reason);
	try {
		createRequire(import.meta.url)("./dist/register.js");
		status(true, "");
	} catch (error) {
		status(
			false,
			`@errata/node could not be loaded: ${error?.code ?? ""} ${String(error?.message ?? error).split("\n")[0]}`,
		);
	}
}

guard();
