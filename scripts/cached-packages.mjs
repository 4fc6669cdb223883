/**
 * npm packages that only some tests need and that are too large for every install: other versions of Node, Bun, Deno, Next,
 * Lambda's runtime client. Installed when a test first asks for them, at exact versions and without their scripts, and kept
 * below node_modules/.cache. Runs on Node 20 or newer without any dependency.
 *
 * `node scripts/cached-packages.mjs [name...]` installs by hand and prints where; without a name, all.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { withLock } from "./lock.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const cache = path.join(root, "node_modules", ".cache", "errata-packages");

const { platform, arch } = process;
/** Binaries come as one package per platform. */
const node = `node-${platform === "win32" ? "win" : platform}-${arch}`;
const bun = `@oven/bun-${platform === "win32" ? "windows" : platform}-${arch === "arm64" ? "aarch64" : arch}`;
const deno = `@deno/${platform}-${arch}${platform === "linux" ? "-glibc" : ""}`;

/** What can be asked for. `keep`: the rest of the package goes, because Node's brings npm and 60 MB of headers. */
const SETS = {
	"node-oldest": { packages: { [node]: "22.15.0" }, keep: `${node}/bin/node` },
	"node-22": { packages: { [node]: "22.23.3" }, keep: `${node}/bin/node` },
	"node-26": { packages: { [node]: "26.10.0" }, keep: `${node}/bin/node` },
	bun: { packages: { [bun]: "1.4.5" } },
	deno: { packages: { [deno]: "2.9.6" } },
	next: { packages: { next: "16.4.6", react: "19.3.1", "react-dom": "19.3.1" } },
	lambda: { packages: { "aws-lambda-ric": "4.0.2" } },
};

/** Where in the installed folder the program of a set lies. */
const PROGRAMS = {
	"node-oldest": "node",
	"node-22": "node",
	"node-26": "node",
	bun: path.join("node_modules", bun, "bin", "bun"),
	deno: path.join("node_modules", deno, "deno"),
};

function install(name, set, folder) {
	const fresh = `${folder}.${process.pid}`;
	rmSync(fresh, { recursive: true, force: true });
	mkdirSync(fresh, { recursive: true });
	writeFileSync(path.join(fresh, "package.json"), JSON.stringify({ private: true, dependencies: set.packages }));
	const npm = platform === "win32" ? "npm.cmd" : "npm";
	const args = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
	const result = spawnSync(npm, args, { cwd: fresh, encoding: "utf8" });
	if (result.status !== 0) {
		rmSync(fresh, { recursive: true, force: true });
		const what = Object.entries(set.packages).map(([key, version]) => `${key}@${version}`);
		throw new Error(
			`cannot install ${what.join(", ")} for the tests of ${name}: ${result.error?.message ?? result.stderr.trim()}. ` +
				"Check the network, `npm config get registry`, and that the package exists for this platform.",
		);
	}
	if (set.keep !== undefined) {
		renameSync(path.join(fresh, "node_modules", set.keep), path.join(fresh, path.basename(set.keep)));
		rmSync(path.join(fresh, "node_modules"), { recursive: true, force: true });
	}
	rmSync(folder, { recursive: true, force: true });
	renameSync(fresh, folder);
}

/**
 * Folder in which the packages of a set are installed (in its node_modules); installs them when they are not there.
 * @param {string} name
 * @returns {string} absolute path
 */
export function cachedPackages(name) {
	const set = SETS[name];
	if (set === undefined) throw new Error(`no such set of packages: ${name}; there are ${Object.keys(SETS).join(", ")}`);
	const hash = createHash("sha256").update(JSON.stringify(set)).digest("hex").slice(0, 12);
	const folder = path.join(cache, `${name}-${hash}`);
	if (existsSync(folder)) return folder;
	mkdirSync(cache, { recursive: true });
	withLock(path.join(cache, `${name}.lock`), () => {
		if (!existsSync(folder)) install(name, set, folder);
	});
	return folder;
}

/**
 * The executable of a set that is a runtime.
 * @param {string} name
 * @returns {string} absolute path
 */
export function cachedProgram(name) {
	const program = PROGRAMS[name];
	if (program === undefined) throw new Error(`${name} is no program`);
	return path.join(cachedPackages(name), program);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(SETS);
	for (const name of names) console.log(cachedPackages(name));
}
