/** The sources of a program: what is below its directory, without what was installed, built, generated or ignored. */
import type { Dirent } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import ignore, { type Ignore } from "ignore";
import { LIMITS } from "../limits.ts";
import { SOURCE } from "./parse.ts";

/** What was not looked at, by reason. */
export interface Skipped {
	/** Test files: they drop errors on purpose. */
	tests: number;
	/** Larger than `LIMITS.appFileBytes`, or minified. */
	generated: number;
	unreadable: number;
	/** The parser could make nothing of them. */
	syntax: number;
	/** Files beyond `LIMITS.appFiles`. */
	beyond: number;
}

export interface Source {
	/** Relative to the directory, with `/`. */
	readonly name: string;
	readonly path: string;
	readonly text: string;
}

/** Directories that hold no sources, whatever .gitignore says. */
const NEVER =
	/^(?:node_modules|bower_components|jspm_packages|vendor|dist|build|out|coverage|tmp|temp|__generated__|generated|__snapshots__)$|^\./u;
const TESTS =
	/(?:^|\/)(?:tests?|__tests__|__mocks__|spec|e2e|cypress|fixtures)\/|[.-](?:test|spec|e2e|cy|stories)\.[^/]*$/u;

interface Rules {
	readonly base: string;
	readonly ignored: Ignore;
}

export async function* sourcesOf(
	root: string,
	options: { readonly tests: boolean },
	skipped: Skipped,
): AsyncGenerator<Source> {
	const open: { readonly dir: string; readonly rules: readonly Rules[] }[] = [{ dir: root, rules: [] }];
	let files = 0;
	for (let next = open.pop(); next !== undefined; next = open.pop()) {
		const { dir } = next;
		const rules = await withGitignore(dir, next.rules);
		const below: string[] = [];
		for (const entry of await entriesOf(dir, skipped)) {
			const full = path.join(dir, entry.name);
			// Links are not followed: they lead in circles, or to what is counted where it stands.
			if (entry.isDirectory()) {
				if (!NEVER.test(entry.name) && !isIgnored(rules, `${full}/`)) below.push(full);
				continue;
			}
			if (!entry.isFile() || !SOURCE.test(entry.name) || /\.(?:d\.[cm]?ts|min\.[cm]?js)$/u.test(entry.name)) continue;
			if (isIgnored(rules, full)) continue;
			const name = path.relative(root, full).replaceAll(path.sep, "/");
			if (!options.tests && TESTS.test(name)) skipped.tests++;
			else if (files >= LIMITS.appFiles) skipped.beyond++;
			else {
				files++;
				const text = await textOf(full, skipped);
				if (text !== undefined) yield { name, path: full, text };
			}
		}
		open.push(...below.reverse().map((child) => ({ dir: child, rules })));
	}
}

async function entriesOf(dir: string, skipped: Skipped): Promise<Dirent[]> {
	try {
		const entries = await readdir(dir, { withFileTypes: true });
		return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
	} catch {
		skipped.unreadable++;
		return [];
	}
}

async function withGitignore(dir: string, rules: readonly Rules[]): Promise<readonly Rules[]> {
	try {
		const text = await readFile(path.join(dir, ".gitignore"), "utf8");
		return [...rules, { base: dir, ignored: ignore().add(text) }];
	} catch {
		return rules;
	}
}

/** The innermost .gitignore that says anything decides, as git has it. */
function isIgnored(rules: readonly Rules[], full: string): boolean {
	for (const { base, ignored } of rules.toReversed()) {
		const name = path.relative(base, full).replaceAll(path.sep, "/") + (full.endsWith("/") ? "/" : "");
		const said = ignored.test(name);
		if (said.ignored || said.unignored) return said.ignored;
	}
	return false;
}

async function textOf(file: string, skipped: Skipped): Promise<string | undefined> {
	try {
		if ((await stat(file)).size > LIMITS.appFileBytes) {
			skipped.generated++;
			return undefined;
		}
		const text = await readFile(file, "utf8");
		// Nobody writes lines like these, and nobody mends them.
		if (text.length / (text.split("\n").length + 1) > LIMITS.appLineChars) {
			skipped.generated++;
			return undefined;
		}
		return text;
	} catch {
		skipped.unreadable++;
		return undefined;
	}
}
