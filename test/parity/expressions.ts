/** Expressions for both compilers: the catalog's own with something changed; and what TypeScript answers. */
import { builtinCatalog } from "../../packages/catalog/src/catalog.ts";
import { compileRegex, RegexRefused } from "../../packages/catalog/src/regex.ts";
import type { Random } from "./random.ts";

export interface RegexQuestion {
	readonly op: "regex";
	readonly text: string;
}

/** The compiled expression, or why it is refused and what to write instead. */
export function answerRegex(question: RegexQuestion): unknown {
	try {
		return compileRegex(question.text.toWellFormed());
	} catch (error) {
		if (error instanceof RegexRefused) return [error.message, error.remedy];
		throw error;
	}
}

const SALT =
	"( ) (?: (?<a> (?<host> (?= (?! (?<= (?<! (?i) [ ] [^ [: [] [a-f] [z-a] - { } {2} {2,} {1,3} {0,16} {1001} {3,2} * + ? ?? | ^ $ . \\ \\d \\w \\S \\b \\n \\t \\x41 \\x4 \\u00e9 \\u{1f600} \\cJ \\0 \\01 \\1 \\k<a> \\- \\/ \\. \\] é 💥 K Z / , : = <".split(
		" ",
	);

let sources: readonly string[] | undefined;

function expressionsOf(): string[] {
	const found = (builtinCatalog().layers[0]?.entries ?? []).flatMap((entry) =>
		[...entry.match, ...(entry.captures ?? [])].flatMap((one) => [one.message, one.stack]),
	);
	return found.flatMap((one) => (one === undefined ? [] : [one.re])).filter((re) => re.length < 200);
}

export function makeRegex(random: Random): RegexQuestion {
	sources ??= expressionsOf();
	let text = random.once(4) ? "" : random.pick(sources);
	if (random.once(3)) text = `(?i)${text}`;
	for (let times = random.below(6); times > 0; times--) {
		const at = random.below(text.length + 1);
		text = text.slice(0, at) + random.pick(SALT) + text.slice(at + random.below(2) * random.below(4));
	}
	// Which names \p{...} may have only one of the two compilers knows; both refuse it whatever it names.
	return /\\p/i.test(text) ? makeRegex(random) : { op: "regex", text: text.toWellFormed() };
}
