/** One error's facts to everything errata says of it: the call every surface makes. */
import { type Catalog, UNKNOWN_CODE } from "./catalog.ts";
import { fingerprint } from "./fingerprint.ts";
import { cleanCapture, match } from "./match.ts";
import { render, renderAll } from "./suggest.ts";
import { template } from "./template.ts";
import type { Description, ErrorFacts } from "./types.ts";

/**
 * What errata says of `facts`, by `catalog`. Never throws. `given` is the user's own fingerprint key, "" if none.
 * The facts must already be redacted: suggestions quote captured values.
 */
export function describe(facts: ErrorFacts, catalog: Catalog, given = ""): Description {
	const found = match(facts, catalog);
	const entry = (found?.entry ?? catalog.unknown)?.source;
	const captures = found?.captures;
	const values = (name: string): string | undefined =>
		captures?.get(name) ?? builtinValue(name, facts, found?.link ?? 0);
	const own = entry?.fingerprint === undefined ? undefined : render(entry.fingerprint, values);
	const f = fingerprint(facts, given !== "" || own === undefined ? given : `${entry?.code} ${own}`);
	return {
		code: entry?.code ?? UNKNOWN_CODE,
		pattern: found === undefined ? "" : (entry?.id ?? ""),
		category: entry?.category ?? "unknown",
		severity: entry?.severity ?? "medium",
		...(entry?.retryable === undefined ? {} : { retryable: entry.retryable }),
		fingerprint: f.value,
		fingerprintVersion: f.version,
		template: template(facts.message),
		suggestions: {
			immediate: renderAll(entry?.suggestions.immediate ?? [], values),
			preventive: renderAll(entry?.suggestions.preventive ?? [], values),
		},
		docs: entry?.docs ?? [],
		catalog: catalog.version,
	};
}

/** `error.*` of the matched link; undefined where the error does not say. */
function builtinValue(name: string, facts: ErrorFacts, link: number): string | undefined {
	const subject = link === 0 ? facts : (facts.causes[link - 1] ?? facts);
	const value =
		name === "error.type"
			? subject.type
			: name === "error.code"
				? subject.code
				: name === "error.message"
					? subject.message
					: "";
	return value === "" ? undefined : cleanCapture(value);
}
