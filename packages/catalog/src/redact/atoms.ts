/**
 * Tokens that stand in place of values. While a text is worked on, every value found and every token that already stood
 * there is one ATOM character: finders see the same text whatever the mode, so redaction is idempotent across modes.
 */
import { createHash, createHmac } from "node:crypto";
import type { RedactionMode } from "../redact.ts";
import { ATOM, lower } from "./chars.ts";
import { REDACTION_LIMITS } from "./limits.ts";
import { type RedactionType, type Span, settle } from "./spans.ts";

/** What an atom stands for: `type` is undefined for what already stood in the text and stays as it is. */
interface Atom {
	readonly raw: string;
	readonly type: RedactionType | undefined;
}

/** A text being worked on: `work` holds one ATOM for each of `atoms`, in order. */
export interface Draft {
	work: string;
	atoms: Atom[];
}

const TOKEN = /\[REDACTED(?::[a-z_]{1,24})?\]|\[PSEUDONYM:[a-z_]{1,24}:[0-9a-f]{8}:[0-9a-f]{16}\]|\uFFFC/g;

/** True if all of `text` is one token. */
export function isToken(text: string): boolean {
	if (!text.startsWith("[")) return false;
	const m = text.match(TOKEN);
	return m !== null && m[0] === text;
}

/** True if a token stands somewhere in `text`. */
export function holdsToken(text: string): boolean {
	return (text.includes("[REDACTED") || text.includes("[PSEUDONYM:")) && text.search(TOKEN) >= 0;
}

/** Takes the tokens that stand in `text`, and the spans to leave alone (sorted, apart), out of the finders' sight. */
export function draftOf(text: string, leave: readonly Span[]): Draft {
	const spans: Span[] = leave.map((s) => ({ ...s }));
	if (text.includes("[REDACTED") || text.includes("[PSEUDONYM:") || text.includes(ATOM)) {
		for (const m of text.matchAll(TOKEN)) {
			spans.push({ start: m.index, end: m.index + m[0].length, type: "secret" });
		}
	}
	const draft: Draft = { work: text, atoms: [] };
	if (spans.length > 0) substitute(draft, settle(spans), true);
	return draft;
}

/** Replaces `spans` (sorted, apart) of the draft by atoms. Spans never hold an atom. */
export function substitute(draft: Draft, spans: readonly Span[], asIs = false): void {
	const { work, atoms } = draft;
	const merged: Atom[] = [];
	let out = "";
	let at = 0;
	let next = 0;
	const copy = (to: number): void => {
		if (atoms.length > 0) {
			for (let i = work.indexOf(ATOM, at); i >= 0 && i < to; i = work.indexOf(ATOM, i + 1)) {
				merged.push(atoms[next++] as Atom);
			}
		}
		out += work.slice(at, to);
	};
	for (const s of spans) {
		copy(s.start);
		out += ATOM;
		merged.push({ raw: work.slice(s.start, s.end), type: asIs ? undefined : s.type });
		at = s.end;
	}
	copy(work.length);
	draft.work = out;
	draft.atoms = merged;
}

/** The draft as text again, each atom as `render` writes it. */
export function assemble(draft: Draft, render: (raw: string, type: RedactionType) => string): string {
	const pieces = draft.work.split(ATOM);
	let out = pieces[0] as string;
	for (let i = 1; i < pieces.length; i++) {
		const atom = draft.atoms[i - 1] as Atom;
		out += atom.type === undefined ? atom.raw : render(atom.raw, atom.type);
		out += pieces[i];
	}
	return out;
}

/** How the mode writes a value. */
export type Render = (raw: string, type: RedactionType) => string;

/** The writer of a mode; `pseudonym` without a usable key writes as `replace`. */
export function renderer(mode: RedactionMode, key: string | Uint8Array | undefined): Render {
	if (mode === "keep") return (raw) => raw;
	if (mode === "remove") return () => "[REDACTED]";
	const bytes = typeof key === "string" ? Buffer.from(key, "utf8") : key === undefined ? undefined : Buffer.from(key);
	if (mode !== "pseudonym" || bytes === undefined || bytes.length < REDACTION_LIMITS.pseudonymKeyBytes) {
		return (_raw, type) => `[REDACTED:${type}]`;
	}
	const id = createHash("sha256").update(bytes).digest("hex").slice(0, 8);
	return (raw, type) => {
		const hex = createHmac("sha256", bytes)
			.update(canonical(raw, type).toWellFormed(), "utf8")
			.digest("hex")
			.slice(0, 16);
		return `[PSEUDONYM:${type}:${id}:${hex}]`;
	};
}

/** Types whose values are written in several ways: `4242 4242 ...` and `42424242...` are one card. */
const GROUPED: ReadonlySet<RedactionType> = new Set(["card", "iban", "phone", "national_id", "mac"]);

/** What is hashed, so that equal values stay equal: letters and digits in capitals, an address in small letters. */
function canonical(raw: string, type: RedactionType): string {
	if (type === "email") return lower(raw.replace(/%40/g, "@"));
	return GROUPED.has(type) ? raw.replace(/[^0-9A-Za-z]/g, "").toUpperCase() : raw;
}
