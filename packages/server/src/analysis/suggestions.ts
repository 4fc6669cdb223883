/**
 * What is known of each suggestion: how often it was tried and what became of it. A resolution that names a suggestion
 * counts for that one; one that names none counts for all of the code, one part of it for each. Pure.
 */
import { createHash } from "node:crypto";
import { addressed } from "@errata/catalog";
import { LIMITS } from "../limits.ts";
import type { Verdict } from "./outcome.ts";

export type SuggestionKind = "immediate" | "preventive";

export interface Suggestion {
	/** 8 hex digits of a hash of code and text: the same for as long as the catalog words it so. */
	readonly id: string;
	readonly kind: SuggestionKind;
	/** As the catalog has it, with its placeholders and without the mark of its languages. */
	readonly text: string;
}

interface Texts {
	readonly immediate: readonly string[];
	readonly preventive: readonly string[];
}

export function suggestionId(code: string, text: string): string {
	return createHash("sha256").update(`${code}\0${text}`).digest("hex").slice(0, 8);
}

/** Suggestions of a code in the catalog's order. */
export function suggestionsOf(code: string, texts: Texts): Suggestion[] {
	const of = (kind: SuggestionKind): Suggestion[] =>
		texts[kind].map((given) => {
			const { text } = addressed(given);
			return { id: suggestionId(code, text), kind, text };
		});
	return [...of("immediate"), ...of("preventive")];
}

/** The suggestion that a text of an issue was made of; of the text itself if the catalog has none such. */
export function madeOf(code: string, kind: SuggestionKind, text: string, known: readonly Suggestion[]): Suggestion {
	const found = known.find((one) => one.kind === kind && isMadeOf(text, one.text));
	return found ?? { id: suggestionId(code, text), kind, text };
}

/** Whether the parts between a template's placeholders stand in the text in their order, the outer ones at its ends. */
function isMadeOf(text: string, template: string): boolean {
	const parts = template.split(/\{\{[^}]*\}\}/u);
	const head = parts[0] as string;
	const tail = parts.at(-1) as string;
	if (parts.length === 1) return text === template;
	if (!text.startsWith(head)) return false;
	let at = head.length;
	for (const part of parts.slice(1, -1)) {
		const found = text.indexOf(part, at);
		if (found < 0) return isCut(text);
		at = found + part.length;
	}
	return (text.endsWith(tail) && text.length - tail.length >= at) || isCut(text);
}

/** A text that was cut at its limit lacks the rest of the template. */
function isCut(text: string): boolean {
	return Buffer.byteLength(text) >= LIMITS.suggestionCutBytes;
}

export interface Tried {
	readonly code: string;
	/** Id; "" if none was named. */
	readonly suggestion: string;
	readonly verdict: Verdict;
}

export interface Tally {
	readonly tried: number;
	readonly fell: number;
	readonly returned: number;
	readonly unclear: number;
}

const NONE: Tally = { tried: 0, fell: 0, returned: 0, unclear: 0 };

/** Tallies by suggestion id, of resolutions of one code. */
export function tallies(known: readonly Suggestion[], tried: readonly Tried[]): ReadonlyMap<string, Tally> {
	const sums = new Map<string, Tally>(known.map(({ id }) => [id, NONE]));
	const add = (id: string, verdict: Verdict, weight: number): void => {
		const before = sums.get(id) ?? NONE;
		sums.set(id, { ...before, tried: before.tried + weight, [verdict]: before[verdict] + weight });
	};
	for (const { suggestion, verdict } of tried)
		if (suggestion !== "") add(suggestion, verdict, 1);
		else for (const { id } of known) add(id, verdict, 1 / known.length);
	return sums;
}

/** Whether it was tried often enough, and hardly ever helped. One failure sinks nothing. */
export function sinks(tally: Tally | undefined): boolean {
	const { fell, returned } = tally ?? NONE;
	return returned >= LIMITS.sinkReturns - 1e-9 && fell / (fell + returned) < LIMITS.sinkShare;
}

/** The texts of an issue with those that never help last, otherwise in their order. */
export function ranked<T extends Texts>(
	issue: T & { readonly code: string },
	known: readonly Suggestion[],
	sums: ReadonlyMap<string, Tally>,
): T & { readonly code: string } {
	const order = (kind: SuggestionKind): readonly string[] => {
		const low = new Set(issue[kind].filter((text) => sinks(sums.get(madeOf(issue.code, kind, text, known).id))));
		return low.size === 0 ? issue[kind] : [...issue[kind].filter((text) => !low.has(text)), ...low];
	};
	return { ...issue, immediate: order("immediate"), preventive: order("preventive") };
}
