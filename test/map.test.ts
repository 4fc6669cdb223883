/**
 * The map in packages/README.md against what is really imported and depended on, both ways. Only the edges between our
 * own packages, and who brings the engine.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const packages = path.join(root, "packages");

interface Row {
	readonly folder: string;
	readonly name: string;
	/** `catalog`, or `node/config` where only that subpath may be imported. */
	readonly mayImport: readonly string[];
}

interface Manifest {
	readonly name: string;
	readonly dependencies?: Readonly<Record<string, string>>;
	readonly optionalDependencies?: Readonly<Record<string, string>>;
	readonly peerDependencies?: Readonly<Record<string, string>>;
}

const ticked = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map((m) => m[1] ?? "");

/** The first table of packages/README.md. */
function map(): readonly Row[] {
	const text = readFileSync(path.join(packages, "README.md"), "utf8");
	const [first = ""] = text.split("\n## ");
	return first
		.split("\n")
		.filter((line) => line.startsWith("| `"))
		.map((line) => {
			const cells = line.split("|").slice(1, -1);
			const [folder = ""] = ticked(cells[0] ?? "");
			const [name = ""] = ticked(cells[1] ?? "");
			return { folder, name, mayImport: ticked(cells[3] ?? "") };
		});
}

/** Go's path of our packages; a package without package.json is a Go module. */
const GO_PREFIX = "github.com/errata-dev/errata/packages/";

function manifest(folder: string): Manifest {
	if (!existsSync(path.join(packages, folder, "package.json"))) return goManifest(folder);
	return JSON.parse(readFileSync(path.join(packages, folder, "package.json"), "utf8"));
}

function goManifest(folder: string): Manifest {
	const text = readFileSync(path.join(packages, folder, "go.mod"), "utf8");
	const name = /^module (\S+)$/m.exec(text)?.[1] ?? "";
	const required = [...text.matchAll(/^\t(\S+) v\S+(?: \/\/ indirect)?$/gm)].map((m) => m[1] ?? "");
	const ours = required.filter((module) => module.startsWith(GO_PREFIX)).map((m) => m.slice(GO_PREFIX.length));
	return { name, dependencies: Object.fromEntries(ours.map((o) => [rows.find((r) => r.folder === o)?.name ?? o, ""])) };
}

/** Sources that ship: TypeScript below `src` without tests, and scripts beside it. */
function sources(folder: string): readonly string[] {
	const ships = (name: string): boolean => /\.(ts|mjs|js)$/.test(name) && !/\.test\.ts$/.test(name);
	const below = (dir: string, recursive: boolean): string[] =>
		existsSync(dir)
			? readdirSync(dir, { recursive, withFileTypes: true })
					.filter((e) => e.isFile() && ships(e.name))
					.map((e) => path.join(e.parentPath, e.name))
			: [];
	const dir = path.join(packages, folder);
	const inSrc = below(path.join(dir, "src"), true).filter((file) => !file.includes(`${path.sep}testing${path.sep}`));
	const go = readdirSync(dir, { recursive: true, encoding: "utf8" })
		.filter((name) => name.endsWith(".go") && !name.endsWith("_test.go") && !name.includes("node_modules"))
		.map((name) => path.join(dir, name));
	return [...inSrc, ...below(path.join(dir, "bin"), true), ...below(dir, false), ...go];
}

/** Every specifier that a file imports, exports from, requires or resolves. */
function specifiers(file: string): readonly string[] {
	const text = readFileSync(file, "utf8").replace(/^\s*(?:\/\/|\*|\/\*).*$/gm, "");
	const forms = /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire(?:\.resolve)?\s*\(\s*|\bresolve\s*\(\s*)["']([^"']+)["']/g;
	const found = file.endsWith(".go")
		? text.matchAll(/^(?:import |\t)(?:[A-Za-z_.]\w* )?"([^"]+)"$/gm)
		: text.matchAll(forms);
	return [...found].map((m) => m[1] ?? "");
}

/** `@errata/node/config` of the package `@errata/node` in folder `node` as `node/config`. */
function edge(specifier: string, rows: readonly Row[]): string | undefined {
	if (specifier.startsWith(GO_PREFIX)) return specifier.slice(GO_PREFIX.length);
	for (const row of rows) {
		if (specifier === row.name) return row.folder;
		if (specifier.startsWith(`${row.name}/`)) return `${row.folder}/${specifier.slice(row.name.length + 1)}`;
	}
	return undefined;
}

function importsOf(folder: string, rows: readonly Row[]): ReadonlySet<string> {
	const found = new Set<string>();
	for (const file of sources(folder)) {
		for (const specifier of specifiers(file)) {
			const target = edge(specifier, rows);
			if (target !== undefined && target.split("/")[0] !== folder) found.add(target);
		}
	}
	return found;
}

/** `local/package.json` and `catalog/compile` count as their package unless the map names subpaths. */
function covers(allowed: readonly string[], target: string): boolean {
	if (target.endsWith("/package.json")) return true;
	return allowed.some((a) => a === target || (!a.includes("/") && target.startsWith(`${a}/`)));
}

const rows = map();

describe("the map of the packages", () => {
	it("names every folder below packages/, and only those", () => {
		const folders = readdirSync(packages, { withFileTypes: true }).filter((e) => e.isDirectory());
		expect(rows.map((r) => r.folder).sort()).toEqual(folders.map((e) => e.name).sort());
		for (const row of rows) expect(manifest(row.folder).name, row.folder).toBe(row.name);
	});

	it.each(rows)("$folder imports what the map allows and nothing else", (row) => {
		const wrong = [...importsOf(row.folder, rows)].filter((target) => !covers(row.mayImport, target));
		expect(wrong).toEqual([]);
	});

	it.each(rows)("$folder uses every edge that the map gives it", (row) => {
		const real = [...importsOf(row.folder, rows)];
		const unused = row.mayImport.filter((allowed) => !real.some((target) => covers([allowed], target)));
		expect(unused).toEqual([]);
	});

	it.each(rows)("$folder depends in package.json on exactly the packages it imports", (row) => {
		const { dependencies = {}, optionalDependencies = {}, peerDependencies = {} } = manifest(row.folder);
		const declared = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
		const ours = declared.flatMap((name) => rows.find((r) => r.name === name)?.folder ?? []);
		const imported = new Set([...importsOf(row.folder, rows)].map((target) => target.split("/")[0]));
		expect(ours.sort()).toEqual([...imported].sort());
	});

	it("no source reaches into another package by path", () => {
		const reaching = rows.flatMap((row) =>
			sources(row.folder).flatMap((file) =>
				specifiers(file)
					.filter((s) => s.startsWith("."))
					.filter((s) => !path.resolve(path.dirname(file), s).startsWith(path.join(packages, row.folder) + path.sep))
					.map((s) => `${path.relative(root, file)} imports ${s}`),
			),
		);
		expect(reaching).toEqual([]);
	});

	it("only local brings the engine, and nobody must install local", () => {
		const bringing = rows.filter((row) => {
			const { dependencies = {}, optionalDependencies = {} } = manifest(row.folder);
			return "chdb" in dependencies || "chdb" in optionalDependencies;
		});
		expect(bringing.map((row) => row.folder)).toEqual(["local"]);
		for (const row of rows)
			expect(manifest(row.folder).dependencies ?? {}, row.folder).not.toHaveProperty("@errata/local");
		expect(manifest("cli").optionalDependencies).toHaveProperty("@errata/local");
	});

	it("every package carries the licence of the repository and a README", () => {
		const licence = readFileSync(path.join(root, "LICENSE"), "utf8");
		for (const row of rows) {
			expect(readFileSync(path.join(packages, row.folder, "LICENSE"), "utf8"), row.folder).toBe(licence);
			expect(existsSync(path.join(packages, row.folder, "README.md")), `${row.folder}/README.md`).toBe(true);
		}
	});
});
