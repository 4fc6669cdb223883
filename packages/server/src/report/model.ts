/**
 * What a report is before it is written: errata's own words apart from what telemetry said, section by section, with
 * nothing cut yet. No logic lives here.
 */

/** What JSON can hold. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** One statement of telemetry: clean (see `clean.ts`), as text for a page and as a value for JSON. */
export interface Item {
	/** One line, or several (source lines). */
	readonly text: string;
	readonly value: Json;
}

export const SECTION_KEYS = [
	"summary",
	"origin",
	"suggestions",
	"symptoms",
	"causes",
	"code",
	"stack",
	"prompts",
	"changes",
	"apart",
	"errors",
	"spans",
	"breadcrumbs",
	"notes",
	"related",
	"context",
	"system",
	"docs",
] as const;

export type SectionKey = (typeof SECTION_KEYS)[number];

export interface Section {
	readonly key: SectionKey;
	readonly title: string;
	/** errata's own sentence about the section; "" if none. Never holds telemetry. */
	readonly lead: string;
	/** In the order a reader sees them. */
	readonly items: readonly Item[];
	/** `map`: every item is one key and its value, and JSON has one map of them. */
	readonly form: "list" | "map";
	/** Which end matters more when not all fit. */
	readonly prefer: "first" | "last";
	/** Whose words the items are: errata's own stand in the open, everything else is fenced. */
	readonly voice: "errata" | "telemetry";
	/** Items that go in before any section gets more than its share. */
	readonly share: number;
}

/** A fact in errata's own voice: numbers, times, ids and words of closed lists only. */
export interface Fact {
	readonly key: string;
	readonly label: string;
	readonly value: string | number | boolean | null;
}

export type ReportKind = "issue" | "error" | "trace" | "incident";

export interface Draft {
	readonly kind: ReportKind;
	/** Fingerprint, event id, trace id or incident id. */
	readonly id: string;
	/** In errata's own words. */
	readonly title: string;
	/** What the catalog says of the code; "" for a code it does not hold. */
	readonly description: string;
	readonly facts: readonly Fact[];
	/** In the order a reader sees them. */
	readonly sections: readonly Section[];
}

/** How much of a section was left out. */
export interface Cut {
	readonly section: SectionKey;
	readonly left: number;
	readonly of: number;
}

/** Counts and cuts text by a model's tokens. */
export interface Tokenizer {
	count(text: string): number;
	/** The longest beginning of `text` of at most `max` tokens that ends between characters. */
	cut(text: string, max: number): string;
}
