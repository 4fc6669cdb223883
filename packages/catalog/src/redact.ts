/**
 * Redaction: by key, by value, by context. See SPEC.md, "Redaction". This file holds the API and puts the parts in
 * `redact/` together: a text is a draft (`atoms.ts`) worked on by finders (`find.ts`), a value is walked (`walk.ts`).
 */

import { LIMITS } from "./limits.ts";
import {
	assemble,
	type Draft,
	draftOf,
	holdsToken,
	isToken,
	type Render,
	renderer,
	substitute,
} from "./redact/atoms.ts";
import { keyDecides, WHOLE } from "./redact/decide.ts";
import { findAll, type Heard, SKIP_NOTHING, type Skip } from "./redact/find.ts";
import { createInertEnd } from "./redact/inert.ts";
import { createKeyFacts, type KeyFacts } from "./redact/key-facts.ts";
import { createKeyJudge, type KeyJudge, type KeyVerdict } from "./redact/keys.ts";
import { REDACTION_LIMITS } from "./redact/limits.ts";
import { findAllowed } from "./redact/pairs.ts";
import { isPerson } from "./redact/people.ts";
import type { RedactionType, Span } from "./redact/spans.ts";
import { commandSecret } from "./redact/spoken.ts";
import { DROP, type Visitor, walk } from "./redact/walk.ts";

export type { RedactionType } from "./redact/spans.ts";

/**
 * What stands in place of a detected value: `[REDACTED:type]`, an HMAC pseudonym `[PSEUDONYM:type:keyId:hex]` (equal
 * values stay equal), nothing but `[REDACTED]` (an attribute is dropped whole), or the value itself.
 */
export type RedactionMode = "replace" | "pseudonym" | "remove" | "keep";

export interface RedactionOptions {
	/** Default `replace`. `pseudonym` without a key falls back to `replace`. */
	readonly mode?: RedactionMode;
	/** At least 32 bytes (`ERRATA_PSEUDONYM_KEY`), shared by Node and Collector. */
	readonly pseudonymKey?: string | Uint8Array;
	/** Keys of the application, compared case-insensitively, whose values always go. */
	readonly deny?: readonly string[];
	/** Keys of the application whose values stay whatever they look like. */
	readonly allow?: readonly string[];
}

/** How much was redacted, by type (`email`, `card`, `secret`, ...: see `RedactionType`). */
export type RedactionCounts = Record<string, number>;

export interface Redactor {
	/** `text` with private values replaced; what was found is added to `counts`. Idempotent. */
	text(text: string, counts?: RedactionCounts): string;
	/**
	 * A copy of `value` (string, number, boolean, null, list, plain map, nested) with private values replaced; the keys
	 * of maps decide too. Strings are returned as they are when nothing was found. In mode `remove` an entry of a map
	 * whose whole value goes is absent, and a `value` that goes whole itself is `undefined`. Never throws: what cannot be
	 * read becomes `[UNREADABLE]`, a cycle `[CYCLE]`, what lies too deep `[DEPTH]`.
	 */
	value(value: unknown, counts?: RedactionCounts, key?: string): unknown;
	/** True if the value of an attribute or map key of this name always goes (authorization, cookie, password, ...). */
	isSecretKey(key: string): boolean;
}

/** What holds for a value by the keys above it. */
interface Under {
	/** Key of the nearest map entry above, "" at the top. */
	readonly key: string;
	readonly verdict: KeyVerdict | undefined;
	/** What the key rules out. */
	readonly skip: Skip;
	/** A bare `name` whose parent says nothing of it. */
	readonly bareName: boolean;
	/** 1 + where in this string an argument's secret begins; 0 if it holds none. */
	readonly secretFrom: number;
}

const TOP: Under = { key: "", verdict: undefined, skip: SKIP_NOTHING, bareName: false, secretFrom: 0 };

export function createRedactor(options: RedactionOptions = {}): Redactor {
	const allow = options.allow ?? [];
	const judge = createKeyJudge(options.deny ?? [], allow);
	const factsOf = createKeyFacts();
	const mode = options.mode ?? "replace";
	const render = renderer(mode, options.pseudonymKey);
	const text = textRedactor(judge, allow.length > 0, mode === "keep", render);
	const visitorOf = (counts: RedactionCounts): Visitor<Under> => {
		const whole = (value: string | number | bigint, type: RedactionType): unknown => {
			counts[type] = (counts[type] ?? 0) + 1;
			return mode === "keep" ? value : mode === "remove" ? DROP : render(String(value), type);
		};
		return {
			enter: (key, map, under) => {
				const below = enter(judge, factsOf, key, under);
				return isValueKey(key) ? named(judge, map, below) : below;
			},
			item: (list, index, under) => item(judge, list, index, under),
			leaf: (value, under) => leaf(value, under, whole, (s) => text(s, counts, under.skip), mode, counts),
		};
	};
	return {
		text: (value, counts = {}) => text(String(value), counts, SKIP_NOTHING),
		value(value, counts = {}, key = "") {
			const visitor = visitorOf(counts);
			const out = walk(value, key === "" ? TOP : visitor.enter(key, {}, TOP), visitor);
			return out === DROP ? undefined : out;
		},
		isSecretKey(key) {
			const certainty = judge(key)?.certainty;
			return certainty === "always" || certainty === "denied";
		},
	};
}

type TextRedactor = (text: string, counts: RedactionCounts, skip: Skip) => string;

/** Rounds until nothing more is found: what a value hid (a key before it, a word of context) may show another. */
function textRedactor(judge: KeyJudge, hasAllowed: boolean, keep: boolean, render: Render): TextRedactor {
	const inertEnd = createInertEnd(judge);
	const answer = (text: string, skip: Skip): Answer => {
		const end = hasAllowed ? text.length : inertEnd(text);
		const head = end === text.length ? undefined : rounds(draftOf(text.slice(0, end), []), judge, skip, end);
		const worked = head ?? rounds(draftOf(text, hasAllowed ? findAllowed(text, judge) : []), judge, skip, undefined);
		const found = worked?.found ?? [];
		if (worked === undefined || found.length === 0 || keep) return { text, skip, found, out: text };
		return { text, skip, found, out: assemble(worked.draft, render) + (head === undefined ? "" : text.slice(end)) };
	};
	// Message, body and a span's event hold the same text: what was answered last is known.
	const last: (Answer | undefined)[] = new Array(LAST).fill(undefined);
	return (text, counts, skip) => {
		if (text.length < 3) return text;
		const place = text.length % LAST;
		let known = last[place];
		if (known?.text !== text || known.skip.addresses !== skip.addresses || known.skip.homes !== skip.homes) {
			known = answer(text, skip);
			if (text.length <= LIMITS.messageBytes) last[place] = known;
		}
		for (const type of known.found) counts[type] = (counts[type] ?? 0) + 1;
		return known.out;
	};
}

/** Texts whose answer is known, each in the place of its length. */
const LAST = 16;

interface Answer {
	readonly text: string;
	readonly skip: Skip;
	readonly found: readonly RedactionType[];
	readonly out: string;
}

interface Worked {
	readonly draft: Draft;
	readonly found: readonly RedactionType[];
}

/** `end`: the draft is a text without its inert end. Undefined where the whole could say anything else. */
function rounds(draft: Draft, judge: KeyJudge, skip: Skip, end: number | undefined): Worked | undefined {
	const found: RedactionType[] = [];
	const heard: Heard = { spoke: end !== undefined && draft.work.includes("BEGIN") };
	for (let round = 0; round < REDACTION_LIMITS.rounds; round++) {
		const spans = findAll(draft.work, judge, skip, heard);
		if (end !== undefined && (heard.spoke || reachesEnd(draft.work, spans))) return undefined;
		if (spans.length === 0) break;
		for (const span of spans) found.push(span.type);
		substitute(draft, spans);
	}
	return { draft, found };
}

/** True if a value may go on in what was left out, or in the line before it. */
function reachesEnd(work: string, spans: readonly Span[]): boolean {
	const last = spans[spans.length - 1];
	return last !== undefined && last.end > work.lastIndexOf("\n");
}

/** What a key says of the value below it. */
function enter(judge: KeyJudge, factsOf: (key: string) => KeyFacts, key: string, under: Under): Under {
	if (under.verdict?.certainty === "allowed") return under;
	// `card: { number }` is `card.number`.
	const verdict = judge(under.key === "" ? key : `${under.key}.${key}`);
	const facts = factsOf(key);
	const bareName = facts.isName && (under.key === "" || factsOf(under.key).isPlain);
	const inherited = facts.describes ? undefined : under.verdict;
	return { key, verdict: surer(verdict, inherited), skip: facts.skip, bareName, secretFrom: 0 };
}

/** `cookies: { sid }`: what is sure above beats what the key itself only suspects. */
function surer(own: KeyVerdict | undefined, above: KeyVerdict | undefined): KeyVerdict | undefined {
	if (own === undefined) return above;
	const suspects = own.certainty === "opaque" || own.certainty === "shaped";
	return suspects && (above?.certainty === "always" || above?.certainty === "denied") ? above : own;
}

function isValueKey(key: string): boolean {
	return key === "value" || key === "Value";
}

/** `{ name: "Authorization", value: "..." }`: what the name or key beside a value says of it. */
function named(judge: KeyJudge, map: Readonly<Record<string, unknown>>, under: Under): Under {
	if (under.verdict?.certainty === "allowed") return under;
	for (const key of NAME_KEYS) {
		const name = map[key];
		if (typeof name !== "string" || name.length > REDACTION_LIMITS.keyChars) continue;
		const verdict = judge(name);
		if (verdict?.certainty === "always" || verdict?.certainty === "denied" || verdict?.certainty === "allowed")
			return { ...under, verdict };
	}
	return under;
}

const NAME_KEYS = ["name", "key", "Name", "Key"];

/** What the item before says of an item: `["--password", "x"]`, `["Authorization", "Bearer x"]`, `["mysql", "-px"]`. */
function item(judge: KeyJudge, list: readonly unknown[], index: number, under: Under): Under {
	const previous = list[index - 1];
	const word = list[index];
	if (typeof previous !== "string" || typeof word !== "string" || under.verdict !== undefined) return under;
	if (previous.length <= REDACTION_LIMITS.keyChars && /^-{0,2}[A-Za-z][A-Za-z0-9_-]*$/.test(previous)) {
		const verdict = judge(previous);
		const sure = verdict?.certainty === "always" || verdict?.certainty === "denied";
		if (sure && (previous.startsWith("-") || index % 2 === 1)) return { ...under, verdict };
	}
	let program = typeof list[0] === "string" ? list[0].slice(list[0].lastIndexOf("/") + 1) : "";
	if (list[1] === "login") program += " login";
	const secretFrom = commandSecret(program, previous, word);
	return secretFrom > 0 ? { ...under, secretFrom } : under;
}

function leaf(
	value: string | number | bigint,
	under: Under,
	whole: (value: string | number | bigint, type: RedactionType) => unknown,
	text: (value: string) => string,
	mode: RedactionMode,
	counts: RedactionCounts,
): unknown {
	const { verdict } = under;
	if (verdict?.certainty === "allowed") return value;
	const raw = typeof value === "string" ? value : String(value);
	if (isToken(raw)) return value;
	// What was worked on already is looked at as a text: what is left of it must not be judged anew.
	if (verdict !== undefined && !holdsToken(raw) && keyDecides(raw, verdict, WHOLE)) return whole(value, verdict.type);
	if (typeof value !== "string") return isLongNumber(value) && text(raw) !== raw ? whole(value, "card") : value;
	if (under.secretFrom > 0) {
		const head = raw.slice(0, under.secretFrom - 1);
		if (isToken(raw.slice(under.secretFrom - 1))) return value;
		const secret = whole(raw.slice(under.secretFrom - 1), "password");
		return mode === "keep" ? value : head + (secret === DROP ? "[REDACTED]" : String(secret));
	}
	if (under.bareName && isPerson(raw)) return whole(value, "name");
	const before = mode === "remove" ? sum(counts) : 0;
	const out = text(raw);
	return mode === "remove" && out !== raw && isToken(out) && sum(counts) > before ? DROP : out;
}

/** 12 digits and more: a card, or an epoch or id that its check digit tells apart. */
function isLongNumber(value: number | bigint): boolean {
	return typeof value === "bigint" ? value >= 100_000_000_000n : Number.isSafeInteger(value) && value >= 1e11;
}

function sum(counts: RedactionCounts): number {
	let n = 0;
	for (const key of Object.keys(counts)) n += counts[key] as number;
	return n;
}
