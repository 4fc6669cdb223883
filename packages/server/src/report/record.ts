/**
 * What a stored record says beyond its columns: causes, source lines, breadcrumbs, related errors, context and system,
 * read back from the JSON text the exporter writes into a map of strings. Whatever does not have the expected shape is
 * left out: any OTLP sender may have written it.
 */
import { parseStack, type StackBlock } from "@errata/catalog";
import type { ErrorEvent, StringMap } from "@errata/store";

export interface Cause {
	readonly type: string;
	readonly message: string;
	readonly code: string;
	readonly depth: number;
}

/** A place in the program with the lines around it. */
export interface SourceFrame {
	readonly file: string;
	readonly line: number;
	readonly column: number;
	readonly function: string;
	readonly lines: readonly { readonly number: number; readonly text: string }[];
}

export interface RelatedError {
	/** Milliseconds before the error that names it. */
	readonly ageMs: number;
	readonly sameTrace: boolean;
	readonly code: string;
	readonly type: string;
	readonly message: string;
	readonly fingerprint: string;
}

type Plain = Readonly<Record<string, unknown>>;

function maps(attributes: StringMap, name: string): readonly Plain[] {
	const text = attributes[name];
	if (text === undefined || !text.startsWith("[")) return [];
	try {
		const value: unknown = JSON.parse(text);
		return Array.isArray(value) ? value.filter(isPlain) : [];
	} catch {
		return [];
	}
}

function isPlain(value: unknown): value is Plain {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
	if (typeof value === "string") return value;
	return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

function whole(value: unknown): number {
	const number = typeof value === "string" ? Number(value) : value;
	return typeof number === "number" && Number.isSafeInteger(number) && number >= 0 ? number : 0;
}

/** Causes as the record tells them, else as the stack text of its language does. */
export function causesOf(event: ErrorEvent): readonly Cause[] {
	const recorded = maps(event.attributes, "errata.causes").map((cause) => ({
		type: text(cause.type),
		message: text(cause.message),
		code: text(cause.code),
		depth: Math.max(1, whole(cause.depth)),
	}));
	if (recorded.length > 0) return recorded;
	return stackOf(event)
		.slice(1)
		.map(({ type, message, code, depth }) => ({ type, message, code, depth: Math.max(1, depth) }));
}

function stackOf(event: ErrorEvent): readonly StackBlock[] {
	return event.stacktrace === "" ? [] : parseStack(event.stacktrace, event.resource["telemetry.sdk.language"] ?? "");
}

/** Where it was thrown: the first source frame, else the first in-app frame of the stack. */
export function placeOf(event: ErrorEvent): SourceFrame | undefined {
	return sourceOf(event)[0] ?? stackPlace(event);
}

export function sourceOf(event: ErrorEvent): readonly SourceFrame[] {
	return maps(event.attributes, "errata.source")
		.map((frame) => ({
			file: text(frame.file),
			line: whole(frame.line),
			column: whole(frame.column),
			function: text(frame.function),
			lines: linesOf(frame.lines, whole(frame.start)),
		}))
		.filter((frame) => frame.file !== "");
}

/** Lines as texts, the first of which has number `start`. */
function linesOf(value: unknown, start: number): SourceFrame["lines"] {
	if (!Array.isArray(value) || start === 0) return [];
	return value.map((line, i) => ({ number: start + i, text: text(line) }));
}

/** The innermost frame of the program's own code, the deepest cause first; a stack of any language tells it. */
function stackPlace(event: ErrorEvent): SourceFrame | undefined {
	for (const block of stackOf(event).toReversed()) {
		const frame = block.frames.find((f) => f.inApp);
		if (frame !== undefined)
			return { file: frame.file, line: frame.line ?? 0, column: 0, function: frame.function, lines: [] };
	}
	return undefined;
}

/** Fields of each crumb as text, `time` first; which ones there are is the sender's business. */
export function breadcrumbsOf(event: ErrorEvent): readonly Readonly<Record<string, string>>[] {
	return maps(event.attributes, "errata.breadcrumbs").map((crumb) =>
		Object.fromEntries(
			Object.entries(crumb)
				.slice(0, 20)
				.map(([key, value]) => [key, typeof value === "object" && value !== null ? JSON.stringify(value) : text(value)])
				.filter(([, value]) => value !== ""),
		),
	);
}

export function relatedOf(event: ErrorEvent): readonly RelatedError[] {
	return maps(event.attributes, "errata.related").map((error) => ({
		ageMs: whole(error.age_ms),
		sameTrace: error.same_trace === true,
		code: text(error.code),
		type: text(error.type),
		message: text(error.message),
		fingerprint: text(error.fingerprint),
	}));
}
