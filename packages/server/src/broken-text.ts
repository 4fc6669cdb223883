import { Failure } from "./failure.ts";

/** Throws a Failure for text with NUL or half a surrogate pair, anywhere in a value of JSON. */
export function refuseBrokenText(value: unknown, key = "body"): void {
	if (typeof value === "string") {
		if (!value.includes("\0") && value.isWellFormed()) return;
		throw new Failure(
			"BAD_REQUEST",
			`${key} holds a NUL or half a surrogate pair, which is no text.`,
			"Send well-formed Unicode without U+0000.",
		);
	}
	if (typeof value !== "object" || value === null) return;
	// Keys are the schemas' own: a foreign one was refused before.
	for (const [name, part] of Object.entries(value)) refuseBrokenText(part, Array.isArray(value) ? key : name);
}
