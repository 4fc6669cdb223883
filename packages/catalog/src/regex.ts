/**
 * The regular expressions of a catalog: the subset on which RE2 and V8 agree in meaning (SPEC.md, "Regular
 * expressions"). Here an expression is parsed, judged, freed of `(?i)` and given its literal prefilter; this runs when a
 * catalog is compiled, never while an error is matched.
 */
import { type AST, RegExpParser, visitRegExpAST } from "@eslint-community/regexpp";
import { lowerAscii } from "./stack/ascii.ts";

/** A repeat of more would be refused by RE2. */
const MAX_REPEAT = 1000;
/** Characters of a literal that an index finds; where a run is shorter the alternatives of a group are looked at. */
const INDEXABLE = 3;
/** A group may be repeated at most this often: nested repeats stay cheap in a backtracking engine. */
const MAX_GROUP_REPEAT = 16;

/** An expression as the compiled catalog holds it. */
export interface PortableRegex {
	/** Source for V8 with flag `u` and for RE2 alike; `(?i)` is already expanded to `[aA]` classes. */
	readonly re: string;
	/** Any match contains at least one of these (ASCII lower case if `fold`); absent: no prefilter. */
	readonly lits?: readonly string[];
	/** The literals are compared with the ASCII-lower-cased text. */
	readonly fold?: true;
	/** Named captures in order of appearance. */
	readonly names: readonly string[];
}

/** Why an expression is refused: `message` says what, `remedy` what to write instead. */
export class RegexRefused extends Error {
	readonly remedy: string;
	constructor(message: string, remedy: string) {
		super(message);
		this.name = "RegexRefused";
		this.remedy = remedy;
	}
}

/** Parses and judges `source`. Throws `RegexRefused`. */
export function compileRegex(source: string): PortableRegex {
	const fold = source.startsWith("(?i)");
	const bare = fold ? source.slice(4) : source;
	let pattern: AST.Pattern;
	try {
		pattern = new RegExpParser({ ecmaVersion: 2024 }).parsePattern(bare, 0, bare.length, { unicode: true });
	} catch (error) {
		throw new RegexRefused(error instanceof Error ? error.message : String(error), "Mend the expression's syntax");
	}
	const names: string[] = [];
	judge(pattern, names);
	const literals = literalsOf(pattern.alternatives);
	const lits = literals && [...new Set(literals.map((l) => (fold ? lowerAscii(l) : l)))];
	return {
		re: fold ? expandCase(pattern, bare) : bare,
		...(lits === undefined ? {} : { lits }),
		...(fold && lits !== undefined ? { fold: true as const } : {}),
		names,
	};
}

function judge(pattern: AST.Pattern, names: string[]): void {
	visitRegExpAST(pattern, {
		onAssertionEnter(node) {
			if (node.kind === "lookahead" || node.kind === "lookbehind")
				throw new RegexRefused(`lookaround ${node.raw}`, "RE2 has none: match the surrounding text itself");
			if (node.kind === "word")
				throw new RegexRefused(
					`word boundary ${node.raw}`,
					"Write the allowed neighbours as a class: (?:^|[^A-Za-z0-9_])",
				);
		},
		onBackreferenceEnter(node) {
			throw new RegexRefused(`backreference ${node.raw}`, "RE2 has none: write the alternatives out");
		},
		onCharacterSetEnter(node) {
			const remedy =
				node.kind === "any"
					? "Write [^\\n]"
					: node.kind === "digit"
						? "Write [0-9]"
						: node.kind === "space"
							? "Write [ \\t]"
							: "Write an ASCII class such as [A-Za-z0-9_]";
			throw new RegexRefused(`${node.raw} differs between engines`, remedy);
		},
		onCharacterEnter(node) {
			if (/^\\[ucb]/.test(node.raw))
				throw new RegexRefused(
					`escape ${node.raw} differs between engines`,
					"Write the character itself, or \\xHH for one below U+0100",
				);
		},
		onCharacterClassEnter(node) {
			if (node.elements.length === 0) throw new RegexRefused(`empty class ${node.raw}`, "Name at least one character");
			if (node.raw.slice(1).includes("[:"))
				throw new RegexRefused(`[: in class ${node.raw} differs between engines`, "Write the [ of a class as \\[");
		},
		onCapturingGroupEnter(node) {
			if (node.name === null)
				throw new RegexRefused(`unnamed capture ${node.raw}`, "Write (?:...) or name it (?<host>...)");
			if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(node.name))
				throw new RegexRefused(`capture name ${node.name}`, "Name it with letters, digits and _");
			if (names.includes(node.name))
				throw new RegexRefused(`capture ${node.name} twice`, "Give each capture its own name");
			names.push(node.name);
		},
		onModifiersEnter(node) {
			throw new RegexRefused(`modifiers ${node.raw}`, "Only (?i) at the very start is allowed");
		},
		onQuantifierEnter: judgeQuantifier,
	});
	for (const alternative of pattern.alternatives) {
		const first = alternative.elements[0];
		if (first?.type === "Quantifier" && first.max === Number.POSITIVE_INFINITY)
			throw new RegexRefused(
				`${first.raw} at the start retries at every position`,
				"Start with a literal, or bound the repeat: {1,100}",
			);
	}
}

function judgeQuantifier(node: AST.Quantifier): void {
	if (node.min > MAX_REPEAT || (node.max !== Number.POSITIVE_INFINITY && node.max > MAX_REPEAT))
		throw new RegexRefused(`${node.raw} repeats over ${MAX_REPEAT}`, `Repeat at most ${MAX_REPEAT} times`);
	const element = node.element;
	if (element.type === "Character" || element.type === "CharacterClass" || element.type === "CharacterSet") return;
	if (node.max > MAX_GROUP_REPEAT)
		throw new RegexRefused(
			`${node.raw} repeats a group without a small bound`,
			`Use *, + and {n,} on one character or class only; a group takes ? or {m,n} with n <= ${MAX_GROUP_REPEAT}`,
		);
	visitRegExpAST(element, {
		onCapturingGroupEnter(inner) {
			throw new RegexRefused(`capture ${inner.raw} under ${node.raw}`, "Move the capture out of the repeat");
		},
		onQuantifierEnter(inner) {
			if (node.max > 1 && inner.max === Number.POSITIVE_INFINITY)
				throw new RegexRefused(`${inner.raw} inside ${node.raw}`, "Bound the inner repeat: {0,100}");
			if (repeatsWithin(inner, node) > MAX_REPEAT)
				throw new RegexRefused(
					`${inner.raw} inside ${node.raw} repeats over ${MAX_REPEAT}`,
					"Make the product of repeats one in the other smaller",
				);
		},
	});
}

/** How often `inner` can repeat with all the repeats around it up to `outer`: RE2 counts so. */
function repeatsWithin(inner: AST.Quantifier, outer: AST.Quantifier): number {
	let product = 1;
	for (let node: AST.Node | null = inner; node !== null; node = node === outer ? null : node.parent)
		if (node.type === "Quantifier") product *= Math.max(1, node.max === Number.POSITIVE_INFINITY ? node.min : node.max);
	return product;
}

/** Literals of which whatever matches contains at least one; undefined if an alternative has none. */
function literalsOf(alternatives: readonly AST.Alternative[]): string[] | undefined {
	const all: string[] = [];
	for (const alternative of alternatives) {
		const run = longestLiteral(alternative);
		const literals = run.length >= INDEXABLE ? [run] : (literalsOfGroups(alternative) ?? [run]);
		if (shortest(literals) < 2) return undefined;
		all.push(...literals);
	}
	return all;
}

/** The literals of that group of alternatives whose shortest is the longest; undefined if no group has any. */
function literalsOfGroups(alternative: AST.Alternative): string[] | undefined {
	let best: string[] | undefined;
	for (const element of alternative.elements) {
		if (element.type !== "Group" && element.type !== "CapturingGroup") continue;
		const literals = literalsOf(element.alternatives);
		if (literals !== undefined && (best === undefined || shortest(literals) > shortest(best))) best = literals;
	}
	return best;
}

function shortest(literals: readonly string[]): number {
	return Math.min(...literals.map((l) => l.length));
}

/** The longest run of plain characters at the top of an alternative: whatever matches contains it. */
function longestLiteral(alternative: AST.Alternative): string {
	let best = "";
	let run = "";
	const close = (): void => {
		if (run.length > best.length) best = run;
		run = "";
	};
	const walk = (elements: readonly AST.Element[]): void => {
		for (const element of elements) {
			if (element.type === "Character") run += String.fromCodePoint(element.value);
			else if ((element.type === "Group" || element.type === "CapturingGroup") && element.alternatives.length === 1)
				walk(element.alternatives[0]?.elements ?? []);
			else if (element.type !== "Assertion") close();
		}
	};
	walk(alternative.elements);
	close();
	return best;
}

/** `bare` with every ASCII letter matched in both cases. */
function expandCase(pattern: AST.Pattern, bare: string): string {
	const edits: { start: number; end: number; text: string }[] = [];
	visitRegExpAST(pattern, {
		onCharacterEnter(node) {
			if (node.parent.type === "CharacterClassRange") return;
			const other = otherCase(node.value);
			if (other === undefined) return;
			const pair = `${String.fromCodePoint(node.value)}${other}`;
			edits.push({
				start: node.start,
				end: node.end,
				text: node.parent.type === "CharacterClass" ? pair : `[${pair}]`,
			});
		},
		onCharacterClassRangeEnter(node) {
			const extra = [
				mirrored(node.min.value, node.max.value, 97, -32),
				mirrored(node.min.value, node.max.value, 65, 32),
			];
			if (extra.some((e) => e !== ""))
				edits.push({ start: node.start, end: node.end, text: node.raw + extra.join("") });
		},
	});
	edits.sort((a, b) => b.start - a.start);
	return edits.reduce((text, e) => text.slice(0, e.start) + e.text + text.slice(e.end), bare);
}

function otherCase(value: number): string | undefined {
	if (value >= 97 && value <= 122) return String.fromCharCode(value - 32);
	if (value >= 65 && value <= 90) return String.fromCharCode(value + 32);
	return undefined;
}

/** The part of min..max that lies among the 26 letters from `first`, moved by `shift`; "" if none. */
function mirrored(min: number, max: number, first: number, shift: number): string {
	const from = Math.max(min, first);
	const to = Math.min(max, first + 25);
	return from > to ? "" : `${String.fromCharCode(from + shift)}-${String.fromCharCode(to + shift)}`;
}
