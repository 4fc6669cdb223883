/**
 * Patterns of log lines, learned as they come: no training, bounded memory, the same lines give the same patterns. A line
 * becomes words (`patterns-words.ts`); lines with the same words are one row; what rows teach about one another
 * (`patterns-learn.ts`) is worked out when somebody asks, or when there are too many rows.
 */
import { hash } from "node:crypto";
import { type Group, keyOf, learn } from "./patterns-learn.ts";
import { VALUE, type Word, wordsOf } from "./patterns-words.ts";

export interface PatternOptions {
	/** Rows kept at most; default 8,192, a few MB. */
	readonly rows?: number;
}

/** What is known of a line besides its text. */
export interface Occurrence {
	/** How many times it came; default 1. */
	readonly count?: number;
	/** When it came first and last, in milliseconds since the epoch. */
	readonly firstMs?: number;
	readonly lastMs?: number;
	/** Who wrote it. */
	readonly service?: string;
}

export interface Pattern {
	/** 8 hex digits of SHA-256 over `text`. */
	readonly id: string;
	/** The line with `<*>` where its values stand; private values are gone. */
	readonly text: string;
	readonly count: number;
	/** Distinct forms of words that it joins. */
	readonly forms: number;
	/** 0 if unknown. */
	readonly firstMs: number;
	readonly lastMs: number;
	readonly services: readonly string[];
	/** The template of the most frequent form: values masked, private ones gone. */
	readonly example: string;
}

/** What `add` gives back: asks later for the line's pattern. */
export interface PatternLine {
	readonly row: Row;
}

interface Row {
	words: readonly Word[];
	template: string;
	count: number;
	forms: number;
	firstMs: number;
	lastMs: number;
	readonly services: Set<string>;
	/** The row that took this one in, if one did. */
	into: Row | undefined;
	pattern: Pattern | undefined;
}

export interface Patterns {
	/** Takes one line in. Never throws. */
	add(line: string, occurrence?: Occurrence): PatternLine;
	/** The pattern of a line that was added; it may change as more lines come. */
	of(line: PatternLine): Pattern;
	/** All patterns, the most frequent first. */
	list(): Pattern[];
	/** Lines whose rows were dropped because there were too many. */
	readonly dropped: number;
}

const ROWS = 8_192;
const SERVICES = 8;

export function createPatterns(options: PatternOptions = {}): Patterns {
	const most = Math.max(16, options.rows ?? ROWS);
	const rows = new Map<string, Row>();
	let patterns: Pattern[] | undefined;
	let dropped = 0;
	const work = (): Pattern[] => {
		patterns ??= learn(groupsOf(rows.values()))
			.map(patternOf)
			.sort((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1));
		return patterns;
	};
	return {
		add(line, occurrence = {}) {
			const { words, template } = wordsOf(line);
			const key = keyOf(words);
			let row = rows.get(key);
			if (row === undefined) {
				if (rows.size >= most) dropped += shrink(rows, most >> 1);
				row = newRow(words, template);
				rows.set(key, row);
			}
			count(row, occurrence);
			patterns = undefined;
			return { row };
		},
		of({ row }) {
			work();
			let at = row;
			while (at.into !== undefined) at = at.into;
			return at.pattern ?? patternOf({ words: at.words, members: [at] });
		},
		list: () => [...work()],
		get dropped() {
			return dropped;
		},
	};
}

function newRow(words: readonly Word[], template: string): Row {
	const empty = { count: 0, forms: 1, firstMs: 0, lastMs: 0 };
	return { words, template, ...empty, services: new Set(), into: undefined, pattern: undefined };
}

function count(row: Row, { count: times = 1, firstMs = 0, lastMs = firstMs, service = "" }: Occurrence): void {
	row.count += times;
	if (firstMs > 0 && (row.firstMs === 0 || firstMs < row.firstMs)) row.firstMs = firstMs;
	if (lastMs > row.lastMs) row.lastMs = lastMs;
	if (service !== "" && row.services.size < SERVICES) row.services.add(service);
}

function groupsOf(rows: Iterable<Row>): Group<Row>[] {
	return [...rows].map((row) => ({ words: row.words, members: [row] }));
}

/** Takes rows of one pattern together; drops the rarest where that is not enough. The lines that went. */
function shrink(rows: Map<string, Row>, least: number): number {
	const groups = learn(groupsOf(rows.values()));
	rows.clear();
	let gone = 0;
	const joined = groups.map(joinedRow).sort((a, b) => b.count - a.count);
	for (const row of joined) {
		if (rows.size < least) rows.set(keyOf(row.words), row);
		else gone += row.count;
	}
	return gone;
}

function joinedRow({ words, members }: Group<Row>): Row {
	const [first] = members;
	if (first !== undefined && members.length === 1) return first;
	const example = exampleOf(members);
	const row = newRow(placed(words, example), example.template);
	row.forms = 0;
	for (const member of members) {
		row.forms += member.forms;
		const { count: times, firstMs, lastMs } = member;
		count(row, { count: times, firstMs, lastMs });
		for (const service of member.services) if (row.services.size < SERVICES) row.services.add(service);
		member.into = row;
	}
	return row;
}

/** The most frequent row; of equals the one whose template is least. */
function exampleOf(members: readonly Row[]): Row {
	return members.reduce((best, row) =>
		row.count > best.count || (row.count === best.count && row.template < best.template) ? row : best,
	);
}

/** The pattern's words at the places where the example has them. */
function placed(words: readonly Word[], example: Row): Word[] {
	const out: Word[] = [];
	let at = 0;
	for (const word of words) {
		if (word.text !== VALUE) {
			out.push(example.words[at++] as Word);
			continue;
		}
		const from = example.words[at]?.from ?? 0;
		// A value takes in what stands until the words that the example has left are as many as the pattern has.
		const left = words.length - out.length - 1;
		let to = from;
		do to = example.words[at++]?.to ?? to;
		while (example.words.length - at > left);
		out.push({ ...word, from, to });
	}
	return out;
}

function patternOf({ words, members }: Group<Row>): Pattern {
	const example = exampleOf(members);
	const text = textOf(members.length === 1 ? words : placed(words, example), example.template);
	const seen = members.map((row) => row.firstMs).filter((ms) => ms > 0);
	const pattern: Pattern = {
		id: hash("sha256", text, "hex").slice(0, 8),
		text,
		count: members.reduce((sum, row) => sum + row.count, 0),
		forms: members.reduce((sum, row) => sum + row.forms, 0),
		firstMs: seen.length === 0 ? 0 : Math.min(...seen),
		lastMs: Math.max(...members.map((row) => row.lastMs)),
		services: [...new Set(members.flatMap((row) => [...row.services]))].sort().slice(0, SERVICES),
		example: example.template,
	};
	for (const row of members) row.pattern = pattern;
	return pattern;
}

/** The template with its values, learned or seen, as `<*>`. */
function textOf(words: readonly Word[], template: string): string {
	let out = "";
	let from = 0;
	for (const word of words) {
		out += template.slice(from, word.from);
		const shown = template.slice(word.from, word.to);
		out += word.text === VALUE ? (word.to > word.from ? VALUE : "") : shown.replace(/<[a-z_*]{1,15}>|[0-9]+/gu, VALUE);
		from = word.to;
	}
	return (out + template.slice(from)).replace(/<[a-z_]{1,15}>/gu, VALUE);
}
