/**
 * `npm start`, `npm test` and `npm run bench` on a fresh machine: install, build, then the real thing under the Node
 * that the repository pins. Runs on Node 20 or newer without any dependency and says in a line each what it does. What
 * the real things are lives in `start.ts`, `test.ts` and `test/bench/`; nothing of errata is decided here.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statfsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build, root } from "./build.mjs";
import { withLock } from "./lock.mjs";

const TARGETS = {
	start: ["scripts/start.ts"],
	test: ["scripts/test.ts"],
	bench: ["test/bench/bench.ts"],
};

/** What a cold install needs, in bytes: node_modules is about 1.3 GB, of which the engine is 566 MB, packed and unpacked. */
const DISK_BYTES = 2_500_000_000;

const modules = path.join(root, "node_modules");
const stamp = path.join(modules, ".cache", "errata-install");

function say(line) {
	console.log(`setup: ${line}`);
}

function fail(message) {
	console.error(`setup: ${message}`);
	process.exit(1);
}

/** The lock file and every package.json: what an install depends on. */
function installHash() {
	const packages = readdirSync(path.join(root, "packages")).map((p) => path.join("packages", p, "package.json"));
	const hash = createHash("sha256");
	for (const file of ["package-lock.json", "package.json", ...packages.sort()]) {
		const full = path.join(root, file);
		if (existsSync(full)) hash.update(`${file}\0`).update(readFileSync(full));
	}
	return hash.digest("hex");
}

function isInstalled() {
	if (!existsSync(path.join(modules, ".package-lock.json"))) return false;
	return existsSync(stamp) && readFileSync(stamp, "utf8") === installHash();
}

function checkDisk() {
	const { bavail, bsize } = statfsSync(root);
	const free = bavail * bsize;
	if (free >= DISK_BYTES) return;
	const mb = (bytes) => `${Math.round(bytes / 1e6)} MB`;
	fail(`cannot install in ${root}: ${mb(free)} free, ${mb(DISK_BYTES)} needed. Free some disk space and try again.`);
}

/** What npm's own output means for the one who waits. */
function explainNpm(output) {
	if (/EAI_AGAIN|ENOTFOUND|ETIMEDOUT|ECONNREFUSED|ECONNRESET|network/.test(output)) {
		return "the npm registry cannot be reached. Check the network, or `npm config get registry` and the proxy.";
	}
	if (/ENOSPC/.test(output)) return "the disk is full. Free 2.5 GB and try again.";
	if (/EACCES|EPERM/.test(output)) return `no permission to write. Check who owns ${modules}.`;
	return "npm's own message is above.";
}

/**
 * What the lock says, without touching it (`--no-save`). Not `npm ci`: it refuses a lock in which an optional package for
 * another platform is missing, and registries do not always have all of them.
 */
function install() {
	checkDisk();
	const fresh = !existsSync(path.join(modules, ".package-lock.json"));
	say(`npm install (${fresh ? "node_modules is missing: about a minute or two" : "package-lock.json changed"})`);
	const npm = process.platform === "win32" ? "npm.cmd" : "npm";
	const args = ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
	const result = spawnSync(npm, args, { cwd: root, encoding: "utf8", stdio: ["ignore", "inherit", "pipe"] });
	if (result.error !== undefined) fail(`cannot run npm: ${result.error.message}. Install npm 10 or newer.`);
	process.stderr.write(result.stderr);
	if (result.status !== 0) fail(`npm install failed: ${explainNpm(result.stderr)}`);
	mkdirSync(path.dirname(stamp), { recursive: true });
	writeFileSync(stamp, installHash());
}

/** The pinned Node: npm's `node` package fetches it in its preinstall script. */
function pinnedNode() {
	const file = path.join(modules, ".bin", process.platform === "win32" ? "node.cmd" : "node");
	const wanted = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")).devDependencies.node;
	const version = spawnSync(file, ["--version"], { encoding: "utf8" }).stdout?.trim();
	if (version === `v${wanted}`) return file;
	const cause = version ? `it is ${version}` : "it is missing; npm did not run the install script of its package";
	return fail(`needs Node v${wanted} at ${file}: ${cause}. Run \`npm rebuild node\` and try again.`);
}

function prepare(check) {
	const [major = 0] = process.versions.node.split(".").map(Number);
	if (major < 20) fail(`needs Node 20 or newer to set itself up; this is ${process.version} at ${process.execPath}`);
	mkdirSync(path.join(modules, ".cache"), { recursive: true });
	withLock(path.join(modules, ".cache", "errata-install.lock"), () => {
		if (!isInstalled()) install();
	});
	const node = pinnedNode();
	const failed = build({ check, log: say });
	if (failed.length > 0) fail(`the build failed for ${failed.join(", ")}; the messages above say why`);
	return node;
}

/** Runs the target with the pinned Node first on PATH; signals go to it, its exit code is ours. */
function runTarget(node, target, args) {
	const env = { ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH ?? ""}` };
	const flags = ["--conditions=errata-source", "--disable-warning=ExperimentalWarning"];
	const child = spawn(node, [...flags, ...target, ...args], { cwd: root, stdio: "inherit", env });
	for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
		process.on(signal, () => {
			// A terminal's Ctrl-C reaches the child by itself; a kill of this process alone does not.
			if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
		});
	}
	child.on("error", (error) => fail(`cannot run ${node}: ${error.message}`));
	child.on("exit", (code, signal) => {
		process.exitCode = code ?? (signal === "SIGINT" ? 130 : 1);
	});
}

const [name = "", ...args] = process.argv.slice(2);
const target = TARGETS[name];
if (target === undefined) fail(`usage: node scripts/setup.mjs <${Object.keys(TARGETS).join("|")}> [arguments]`);
// A test compares what is generated with what is committed; the others bring it up to date.
runTarget(prepare(name === "test"), target, args);
