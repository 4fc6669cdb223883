/**
 * The shapes that cross the catalog's border: what an entry is, what is known of one error, what errata says of it.
 * No logic lives here.
 */
import type { Category, Severity } from "./categories.ts";

/** One cause, or one member of an AggregateError, as `errata.causes` carries it. Outermost cause first. */
export interface CauseFacts {
	readonly type: string;
	readonly message: string;
	/** errno, SQLSTATE, status or any other `code` the value carried; "" if none. */
	readonly code: string;
	/** Stack text of the cause, in its language's own format; "" if none. */
	readonly stacktrace: string;
	/** 1 for the direct cause, 2 for its cause; members of an AggregateError share the depth of a direct cause. */
	readonly depth: number;
}

/**
 * All that `match` and `fingerprint` may read of one error: exported strings, well-formed UTF-8, cut at the limits of
 * `limits.ts`. Whoever holds these facts (Node, receiver, Collector, backfill) computes the same answer.
 */
export interface ErrorFacts {
	/** Class of the error (`exception.type`), never an errno: see `factsFromRecord`. "" if unknown. */
	readonly type: string;
	readonly message: string;
	readonly stacktrace: string;
	/** `telemetry.sdk.language` or what the stack's format tells: nodejs, python, java, go, dotnet, ruby, php, rust, "" */
	readonly language: string;
	/** `error.type`: errno, SQLSTATE, status or exit code of the error itself; "" if none. */
	readonly code: string;
	/** Attributes of the record as strings (numbers and booleans in their JSON form), for rules on well-known names. */
	readonly attributes: Readonly<Record<string, string>>;
	readonly causes: readonly CauseFacts[];
}

/** What errata says about one error: its own voice. Absent `retryable` means: it depends. */
export interface Description {
	/** Permanent code, `UPPER_SNAKE`; `UNKNOWN` when no entry matched. */
	readonly code: string;
	/** Dotted id of the entry that matched; "" when none did. */
	readonly pattern: string;
	readonly category: Category;
	readonly severity: Severity;
	readonly retryable?: boolean;
	/** 32 lower-case hex digits. */
	readonly fingerprint: string;
	readonly fingerprintVersion: number;
	/** Message with its values masked. */
	readonly template: string;
	readonly suggestions: { readonly immediate: readonly string[]; readonly preventive: readonly string[] };
	readonly docs: readonly string[];
	/** Version of the catalog that spoke, with `+name@version` for each application catalog. */
	readonly catalog: string;
}

/** How a text in an entry is tested. Every condition of one rule must hold; see SPEC.md, "Matching". */
export interface RuleSource {
	/** Exact class names; compared with the whole type and with its last segment after `.`, `::`, `\` or `/`. `*Suffix`: its end. */
	readonly type?: string | readonly string[];
	/** Exact codes (errno, SQLSTATE, status); a trailing `*` makes a prefix: `08*`. */
	readonly code?: string | readonly string[];
	/** Regular expression over the message (search, not whole match); named captures fill suggestions. */
	readonly message?: string;
	/** Regular expression over the stack text. */
	readonly stack?: string;
	/** Attribute name to exact values; a trailing `*` makes a prefix, `5xx` a status class. */
	readonly attributes?: Readonly<Record<string, string | readonly string[]>>;
	/** Languages this rule speaks of; absent: all. */
	readonly language?: string | readonly string[];
}

/** A named value taken from the error to fill suggestions; it never decides a match. First that yields wins. */
export interface CaptureSource {
	/** Regular expression with named captures, over the matched link's message. */
	readonly message?: string;
	/** Regular expression with named captures, over the matched link's stack text. */
	readonly stack?: string;
	/** Attribute whose value becomes the capture called `as`. */
	readonly attribute?: string;
	readonly as?: string;
}

/** One entry as it is authored in YAML (`entries/*.yaml`, a user's catalog): see SPEC.md, "Entries". */
export interface EntrySource {
	readonly code: string;
	readonly id: string;
	readonly title: string;
	readonly description: string;
	readonly category: Category;
	readonly severity: Severity;
	readonly retryable?: boolean;
	/** What the answer rests on when no system's own text says it: a status, a class suffix, a phrase. Absent: knowledge. */
	readonly inferred?: string;
	/** -100..100, default 0: higher beats lower whatever else matched. Wrappers that say little are negative. */
	readonly priority?: number;
	readonly match: readonly RuleSource[];
	readonly captures?: readonly CaptureSource[];
	readonly suggestions: { readonly immediate: readonly string[]; readonly preventive: readonly string[] };
	readonly docs?: readonly string[];
	/** What goes into the fingerprint in place of the stack and message, as a suggestion template; rarely wanted. */
	readonly fingerprint?: string;
	readonly since: string;
	readonly retired?: { readonly in: string; readonly successor: string };
}

/** The head of a catalog file and its entries. */
export interface CatalogSource {
	/** Format version: 1. */
	readonly format: 1;
	/** Name of the catalog: `errata` for the built-in one, the application's name otherwise. */
	readonly name: string;
	readonly version: string;
	readonly entries: readonly EntrySource[];
}
