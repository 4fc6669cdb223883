/**
 * Names under which loggers put an error, flat or as a map, and what is taken from them. Names alone: how a text is
 * read is `find-text.ts`, where fields are looked for `find.ts`.
 */
import { hasFrames, hasStackMark } from "./find-text.ts";
import { type Fields, listOf, mapOf } from "./json-text.ts";
import { LIMITS } from "./limits.ts";
import type { AnyValue } from "./record.ts";
import { lowerAscii } from "./stack/ascii.ts";
import { classHead } from "./stack/head.ts";
import { compareUtf8, cutUtf8, utf8Length } from "./utf8.ts";

/** An error's texts; "" where nothing was found. */
export interface Found {
	readonly type: string;
	readonly message: string;
	readonly stack: string;
	readonly code: string;
}

export const NOTHING: Found = { type: "", message: "", stack: "", code: "" };

/** A code alone is no error. */
export function isNothing(found: Found): boolean {
	return found.type === "" && found.message === "" && found.stack === "";
}

/** Attributes in which programs put an error as text or map. */
const ERROR_NAMES = ["error", "err", "exception", "Exception", "panic", "@x"] as const;
/** The same, but a plain text there is no error. */
const HOLDER_NAMES = ["exc_info", "thrown", "cause"] as const;
/** Where programs put a stack of their own, the likeliest first. */
export const STACK_NAMES = [
	"stack",
	"stacktrace",
	"stack_trace",
	"stackTrace",
	"error.stack",
	"error.stack_trace",
	"error.stacktrace",
	"err.stack",
	"exception.stack",
	"panic.stack",
	"panic.stacktrace",
	"exc_info",
	"traceback",
	"backtrace",
	"full_message",
] as const;
const FLAT_TYPES = [
	"error.class",
	"error.kind",
	"error.name",
	"err.type",
	"err.name",
	"exception_class",
	"exception.class",
	"errorType",
] as const;
const FLAT_MESSAGES = ["error.message", "err.message", "error_message", "exception_message", "errorMessage"] as const;
const INNER_TYPES = [
	"type",
	"class",
	"name",
	"kind",
	"@type",
	"exception_class",
	"throwable",
	"Type",
	"ClassName",
] as const;
const INNER_MESSAGES = ["message", "msg", "error", "exception_message", "value", "Message"] as const;
const INNER_STACKS = [
	"stacktrace",
	"stack_trace",
	"stackTrace",
	"stack",
	"traceback",
	"backtrace",
	"StackTrace",
	"StackTraceString",
] as const;
/** A record's own message, where a logger wrote the record as JSON. */
const RECORD_MESSAGES = ["message", "msg", "text", "event", "short_message"] as const;

/** Texts that loggers write where there is no error. */
const EMPTY_WORDS: ReadonlySet<string> = new Set(
	"true false yes no ok on off null nil <nil> none undefined nan n/a error".split(" "),
);

/** The error in the fields of a record or of one of its groups. */
export function inFields(fields: Fields, language: string): Found {
	for (const name of [...ERROR_NAMES, ...HOLDER_NAMES]) {
		const value = fields[name];
		if (value === undefined || value === null) continue;
		const map = inMap(mapOf(readable(value)), language);
		if (!isNothing(map)) return map;
		const text = textOf(value);
		if (hasStackMark(text) && hasFrames(text, language))
			return { ...NOTHING, message: firstText(fields, FLAT_MESSAGES), stack: text };
		if ((ERROR_NAMES as readonly string[]).includes(name) && saysSomething(text))
			return { ...NOTHING, message: text, stack: firstStack(fields, STACK_NAMES, language) };
	}
	const message = firstText(fields, FLAT_MESSAGES);
	const stack = firstStack(fields, STACK_NAMES, language);
	if (message === "" && stack === "") return NOTHING;
	// ECS has the class in `error.type`, where OpenTelemetry has a code.
	const type = firstText(fields, FLAT_TYPES) || className(textOf(fields["error.type"]));
	return { ...NOTHING, type, message, stack };
}

/** One level down, the groups by name: an error in a group of fields stays there. */
export function inGroups(fields: Fields, language: string): Found {
	for (const name of Object.keys(fields).sort(compareUtf8)) {
		if (name.startsWith("errata.")) continue;
		const found = inFields(mapOf(readable(fields[name])), language);
		if (!isNothing(found)) return found;
	}
	return NOTHING;
}

/** A record that a logger wrote as JSON: its error, else its own message. */
export function inRecord(fields: Fields, language: string): Found {
	let found = inFields(fields, language);
	if (isNothing(found)) found = inGroups(fields, language);
	return isNothing(found) ? { ...NOTHING, message: firstText(fields, RECORD_MESSAGES) } : found;
}

/** An error that a logger wrote as a map. */
function inMap(fields: Fields, language: string): Found {
	const code = fields.code;
	const message = firstText(fields, INNER_MESSAGES);
	const type = firstText(fields, INNER_TYPES);
	const stack = firstStack(fields, INNER_STACKS, language);
	// A class without a message is one all the same: Java's may have none.
	if (message === "" && stack === "" && className(type) === "") return NOTHING;
	return {
		type,
		message,
		stack,
		code: typeof code === "string" && saysSomething(code) && !code.includes(" ") ? code : "",
	};
}

/** The longest text read as JSON: what a logger writes is shorter than what is read of a stack and a message. */
const JSON_BYTES = LIMITS.stackBytes + LIMITS.messageBytes;

/** The value, unless it is a text too long to be read as JSON. */
export function readable(value: AnyValue): AnyValue {
	return typeof value === "string" && utf8Length(value) > JSON_BYTES ? undefined : value;
}

function firstText(fields: Fields, names: readonly string[]): string {
	for (const name of names) {
		const text = textOf(fields[name]);
		if (saysSomething(text)) return text;
	}
	return "";
}

function firstStack(fields: Fields, names: readonly string[], language: string): string {
	for (const name of names) {
		const text = stackOfValue(fields[name], language);
		if (text !== "") return text;
	}
	return "";
}

/** A value that is a stack: text, or a list of its lines. */
export function stackOfValue(value: AnyValue, language: string): string {
	const text = linesOf(value);
	return hasFrames(text, language) ? text : "";
}

function textOf(value: AnyValue): string {
	return typeof value === "string" ? cutUtf8(value, LIMITS.stackBytes) : "";
}

function linesOf(value: AnyValue): string {
	const lines = listOf(readable(value));
	if (lines.length === 0) return textOf(value);
	const texts = lines.filter((line) => typeof line === "string");
	return texts.length === lines.length ? textOf(texts.join("\n")) : "";
}

function className(text: string): string {
	return classHead(text)?.type === text ? text : "";
}

/** A letter at least, and none of the words for nothing. */
function saysSomething(text: string): boolean {
	if (text.length <= 9 && EMPTY_WORDS.has(lowerAscii(text))) return false;
	for (let i = 0; i < text.length; i++) {
		const unit = text.charCodeAt(i);
		if ((unit >= 65 && unit <= 90) || (unit >= 97 && unit <= 122) || unit >= 0x80) return true;
	}
	return false;
}
