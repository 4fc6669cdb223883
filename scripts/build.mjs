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
export const PACKAGES = ["catalog", "store", "node", "local", "api", "server", "cli"];

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
	const written = ["src", "entries"].flatMap((folder) => sources(path.join(dir, folder)));
	const files = [...written, ...settings, path.join(root, "tsconfig.json"), typescript];
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

/** `catalog.json` and the pages beside it, from the entries: written, or with `check` only compared. */
function catalogJson(check) {
	const node = path.join(root, "node_modules", ".bin", "node");
	const script = path.join(root, "packages", "catalog", "src", "build.ts");
	return run(node, ["--conditions=errata-source", script, ...(check ? ["--check"] : [])]);
}

function stampOf(name) {
	const file = path.join(stamps, name);
	return existsSync(file) ? readFileSync(file, "utf8") : "";
}

/** A new file each time: a checkout whose node_modules is a hard-linked copy of ours must not take our stamp for its own. */
function writeStamp(name, hash) {
	const file = path.join(stamps, name);
	writeFileSync(`${file}.new`, hash);
	renameSync(`${file}.new`, file);
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
	if (sources(path.join(root, "packages", name, "src")).length === 0) return true;
	const changed = stampOf(name) !== hash || !existsSync(path.join(root, "packages", name, "dist"));
	const generated = name === "catalog" && (changed || check) ? catalogJson(check) : { ok: true, output: "" };
	if (!generated.ok) log(`build: packages/catalog/catalog.json: ${generated.output}`);
	if (!changed) return generated.ok;
	const started = Date.now();
	const compiled = compile(name);
	log(`build: packages/${name} ${compiled.ok ? "compiled" : "does not compile"} (${Date.now() - started} ms)`);
	if (!compiled.ok) log(compiled.output);
	const ok = compiled.ok && generated.ok;
	if (ok) writeStamp(name, hash);
	return ok;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const args = process.argv.slice(2);
	const failed = build({ only: args.filter((a) => !a.startsWith("--")), check: args.includes("--check") });
	if (failed.length > 0) {
		console.error(`build: failed for ${failed.join(", ")}; the messages above say why`);
		process.exitCode = 1;
	}
}
