/**
 * `node --conditions=errata-source src/build.ts [--check]`: compiles `entries/*.yaml` to the committed `catalog.json` and the pages
 * `CODES.md`, `ATTRIBUTES.md` and `codes/<CODE>.md`; with `--check` it writes nothing and fails when one of them is out of date
 * or a page has no code any more.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { CompiledCatalog, CompiledEntry } from "./catalog.ts";
import { codePages, type MatchVector } from "./code-page.ts";
import { type CatalogProblem, compileCatalog, problemText } from "./compile.ts";
import { attributesPage, codesPage } from "./pages.ts";
import { compareUtf8 } from "./utf8.ts";

const ROOT = new URL("../", import.meta.url);

/** All files of `entries/` as one catalog, entries sorted by code. */
export function buildCatalog(): { catalog: CompiledCatalog; problems: CatalogProblem[] } {
	const entries: CompiledEntry[] = [];
	const problems: CatalogProblem[] = [];
	const owner = new Map<string, string>();
	let version = "";
	const folder = new URL("entries/", ROOT);
	for (const name of readdirSync(folder)
		.filter((n) => n.endsWith(".yaml"))
		.sort()) {
		const file = fileURLToPath(new URL(name, folder));
		const result = compileCatalog(readFileSync(file, "utf8"), `entries/${name}`);
		problems.push(...result.problems);
		if (result.catalog === undefined) continue;
		const problem = (message: string, remedy: string) =>
			problems.push({ file: `entries/${name}`, line: 0, path: "", message, remedy });
		if (version !== "" && result.catalog.version !== version)
			problem(`version ${result.catalog.version}`, `All files carry one version: ${version}`);
		version = result.catalog.version;
		for (const entry of result.catalog.entries) {
			for (const key of [entry.code, entry.id]) {
				const taken = owner.get(key);
				if (taken !== undefined) problem(`${key} is already in ${taken}`, "A code and an id name one entry");
				owner.set(key, name);
			}
			entries.push(entry);
		}
	}
	entries.sort((a, b) => compareUtf8(a.code, b.code));
	return { catalog: { format: 1, name: "errata", version, entries }, problems };
}

/** One entry a line, so that a change of one entry is a change of one line. */
export function catalogText(catalog: CompiledCatalog): string {
	const { entries, ...head } = catalog;
	return `${JSON.stringify(head).slice(0, -1)},"entries":[\n${entries.map((e) => JSON.stringify(e)).join(",\n")}\n]}\n`;
}

/** The generated files by name below the package, as they should stand. */
export function outputs(catalog: CompiledCatalog): Record<string, string> {
	const pages = Object.entries(codePages(catalog, matchVectors())).map(([name, text]) => [`codes/${name}`, text]);
	return {
		"catalog.json": catalogText(catalog),
		"CODES.md": codesPage(catalog),
		"ATTRIBUTES.md": attributesPage(),
		...Object.fromEntries(pages),
	};
}

/** Names of the files in `codes/` that no code owns. */
export function strayPages(catalog: CompiledCatalog): string[] {
	const owned = new Set(catalog.entries.map((e) => `${e.code}.md`));
	return filesIn("codes/").filter((name) => !owned.has(name));
}

/** Every vector of matching, in the order of files and lines. */
export function matchVectors(): MatchVector[] {
	return filesIn("vectors/match/").flatMap((name) =>
		readOrEmpty(new URL(`vectors/match/${name}`, ROOT))
			.split("\n")
			.filter((line) => line !== "")
			.map((line) => JSON.parse(line) as MatchVector),
	);
}

function filesIn(folder: string): string[] {
	const url = new URL(folder, ROOT);
	return existsSync(url) ? readdirSync(url).sort() : [];
}

function main(check: boolean): number {
	const { catalog, problems } = buildCatalog();
	for (const p of problems) console.error(problemText(p));
	if (problems.length > 0) return 1;
	if (!check) mkdirSync(new URL("codes/", ROOT), { recursive: true });
	let stale = 0;
	for (const [name, text] of Object.entries(outputs(catalog))) {
		const file = new URL(name, ROOT);
		if (!check) writeFileSync(file, text);
		else if (readOrEmpty(file) !== text) {
			stale++;
			console.error(`packages/catalog/${name} is out of date: run \`npm run catalog\` and commit it`);
		}
	}
	for (const name of strayPages(catalog)) {
		if (!check) rmSync(new URL(`codes/${name}`, ROOT));
		else {
			stale++;
			console.error(`packages/catalog/codes/${name} belongs to no code: run \`npm run catalog\` and commit it`);
		}
	}
	console.log(`catalog ${catalog.version}: ${catalog.entries.length} entries`);
	return stale > 0 ? 1 : 0;
}

function readOrEmpty(file: URL): string {
	try {
		return readFileSync(file, "utf8");
	} catch {
		return "";
	}
}

if (import.meta.main) process.exitCode = main(process.argv.includes("--check"));
