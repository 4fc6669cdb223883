/**
 * `dist` of every package, in dependency order, only where sources changed. Runs on Node 20 or newer with nothing but
 * node_modules. What belongs here: compiling and the catalog's compile step. Packing and publishing do not.
 *
 * `node scripts/build.mjs [--check] [package...]`: `--check` fails when the committed catalog.json differs from what
 * its entries compile to, instead of writing it.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { withLock } from "./lock.mjs";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

/** Leaf first; every package after what it imports. */
export const PACKAGES = ["catalog", "store", "node", "local", "cli"];

const stamps = path.join(root, "node_modules", ".cache", "errata-build");
const typescript = path.join(root, "node_modules", "typescript", "bin", "tsc");

/** Files below `dir` whose change makes another build, sorted. */
function sources(dir) {
	if (!existsSync(dir)) return [];
	const found = readdirSync(dir, { recursive: true, withFileTypes: true })
		.filter((e) => e.isFile() && !e.name.endsWith(".test.ts"))
		.map((e) => path.join(e.parentPath ?? e.path, e.name));
	return found.sort();
}

/** Hash over a package's sources, its settings and the hashes of what it was built against. */
function hashOf(name, before) {
	const dir = path.join(root, "packages", name);
	const settings = ["package.json", "tsconfig.json"].map((f) => path.join(dir, f));
	const files = [...sources(path.join(dir, "src")), ...settings, path.join(root, "tsconfig.json"), typescript];
	const hash = createHash("sha256").update(before);
	for (const file of files) {
		if (existsSync(file))
			hash
				.update(`${path.relative(root, file)}\0`)
				.update(readFileSync(file))
				.update("\0");
	}
	return hash.digest("hex");
}

function run(command, args) {
	const result = spawnSync(command, args, { cwd: root, encoding: "utf8" });
	if (result.error !== undefined) return { ok: false, output: `${command}: ${result.error.message}` };
	return { ok: result.status === 0, output: `${result.stdout}${result.stderr}`.trim() };
}

/**
 * Compiles one package into a fresh folder that then takes the place of `dist`, so that nobody who runs from `dist`
 * meanwhile sees half of it. With type errors the output is still put in place, and the build fails.
 */
function compile(name) {
	const dir = path.join(root, "packages", name);
	const [fresh, old] = [path.join(stamps, `${name}.new`), path.join(stamps, `${name}.old`)];
	for (const leftOver of [fresh, old]) rmSync(leftOver, { recursive: true, force: true });
	const result = run(process.execPath, [typescript, "-p", dir, "--outDir", fresh]);
	if (existsSync(fresh)) {
		const dist = path.join(dir, "dist");
		if (existsSync(dist)) renameSync(dist, old);
		renameSync(fresh, dist);
		rmSync(old, { recursive: true, force: true });
	}
	return result;
}

/** The committed `catalog.json` against what its entries compile to. */
function catalogJson(check) {
	const script = path.join(root, "packages", "catalog", "dist", "compile.js");
	const entries = path.join(root, "packages", "catalog", "entries");
	if (!existsSync(script) || !existsSync(entries)) return { ok: true, output: "" };
	const result = run(process.execPath, [script, ...(check ? ["--check"] : [])]);
	return { ok: result.ok, output: result.output };
}

function stampOf(name) {
	const file = path.join(stamps, name);
	return existsSync(file) ? readFileSync(file, "utf8") : "";
}

/**
 * Builds what changed. Returns the names that failed; says one line per package it had to build.
 * @param {{ only?: readonly string[], check?: boolean, log?: (line: string) => void }} options
 * @returns {string[]}
 */
export function build({ only = [], check = false, log = console.log } = {}) {
	if (!existsSync(typescript)) {
		log("build: TypeScript is missing; run `npm install` in the repository's root first");
		return ["typescript"];
	}
	mkdirSync(stamps, { recursive: true });
	return withLock(path.join(stamps, "lock"), () => {
		const failed = [];
		let before = "";
		for (const name of PACKAGES) {
			before = hashOf(name, before);
			if (only.length > 0 && !only.includes(name)) continue;
			if (!buildOne(name, before, check, log)) failed.push(name);
		}
		return failed;
	});
}

function buildOne(name, hash, check, log) {
	const dir = path.join(root, "packages", name);
	if (sources(path.join(dir, "src")).length === 0) return true;
	let ok = true;
	if (stampOf(name) !== hash || !existsSync(path.join(dir, "dist"))) {
		const started = Date.now();
		const result = compile(name);
		ok = result.ok;
		log(`build: packages/${name} ${ok ? "compiled" : "does not compile"} (${Date.now() - started} ms)`);
		if (!ok) log(result.output);
		else writeFileSync(path.join(stamps, name), hash);
	}
	if (name !== "catalog" || !ok) return ok;
	const result = catalogJson(check);
	if (!result.ok) log(`build: packages/catalog/catalog.json: ${result.output}`);
	return result.ok;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const args = process.argv.slice(2);
	const failed = build({ only: args.filter((a) => !a.startsWith("--")), check: args.includes("--check") });
	if (failed.length > 0) {
		console.error(`build: failed for ${failed.join(", ")}; the messages above say why`);
		process.exitCode = 1;
	}
}
