/** One error's facts to everything errata says of it: the call every surface makes. */
import { linksFor, textsFor } from "./addressed.ts";
import { type Catalog, UNKNOWN_CODE } from "./catalog.ts";
import { fingerprint } from "./fingerprint.ts";
import { chainOf, cleanCapture, match } from "./match.ts";
import { parseStack } from "./stack.ts";
import { innermostOwnFrame, stackOf } from "./stack-of.ts";
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
	const f = fingerprint(facts, given, own === undefined ? "" : `${entry?.code} ${own}`);
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
			immediate: renderAll(textsFor(entry?.suggestions.immediate ?? [], facts.language), values),
			preventive: renderAll(textsFor(entry?.suggestions.preventive ?? [], facts.language), values),
		},
		docs: linksFor(entry?.docs ?? [], facts.language),
		catalog: catalog.version,
	};
}

/** `error.*` of the matched link and `frame.*` of the innermost own frame; undefined where the error does not say. */
function builtinValue(name: string, facts: ErrorFacts, link: number): string | undefined {
	const value = name.startsWith("frame.") ? frameValue(name, facts, link) : errorValue(name, facts, link);
	return value === undefined || value === "" ? undefined : cleanCapture(value);
}

function errorValue(name: string, facts: ErrorFacts, link: number): string | undefined {
	const subject = link === 0 ? facts : (chainOf(facts)[link - 1] ?? facts);
	if (name === "error.type") return subject.type;
	if (name === "error.code") return subject.code;
	return name === "error.message" ? subject.message : undefined;
}

function frameValue(name: string, facts: ErrorFacts, link: number): string | undefined {
	const cause = facts.causes[link - 1]?.stacktrace ?? "";
	const frame =
		(cause === "" ? undefined : innermostOwnFrame(parseStack(cause, facts.language))) ??
		innermostOwnFrame(stackOf(facts));
	if (frame === undefined) return undefined;
	if (name === "frame.function") return frame.function === "" ? "the top of the stack" : frame.function;
	if (name === "frame.file") return frame.file.startsWith("file://") ? frame.file.slice("file://".length) : frame.file;
	return name === "frame.line" && frame.line !== undefined ? String(frame.line) : undefined;
}
