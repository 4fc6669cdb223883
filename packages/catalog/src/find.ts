/**
 * Where an error stands when no SDK put it into `exception.*`: a stack in another attribute, an `error` that is text or
 * a map, a JSON body, plain text. What is found is what `exception.*` should have said; whoever keeps the record writes
 * it there, so that the next reader finds the same. Names that loggers use are `find-fields.ts`, texts `find-text.ts`.
 * See SPEC.md, "Finding".
 */
import {
	type Found,
	inFields,
	inGroups,
	inRecord,
	isNothing,
	NOTHING,
	readable,
	STACK_NAMES,
	stackOfValue,
} from "./find-fields.ts";
import { classIn, hasFrames, hasStackMark, stackIn } from "./find-text.ts";
import { mapOf } from "./json-text.ts";
import { LIMITS } from "./limits.ts";
import type { AnyValue, RecordInput } from "./record.ts";
import { parseStack } from "./stack.ts";
import { compareUtf8, cutUtf8 } from "./utf8.ts";

/**
 * The attributes that an error record lacks and that its other attributes or its body tell: `exception.type`,
 * `exception.message`, `exception.stacktrace` and, where it is free, `error.type`. Empty if there is nothing to find.
 * A second look at a record that has them finds nothing.
 */
export function findError(record: RecordInput): Record<string, string> {
	const a = record.attributes;
	const said = textAt(a, "exception.type") !== "" || textAt(a, "exception.message") !== "";
	// With a class or a message, only Go's stack is still to be found: its SDK never sends one.
	if (textAt(a, "exception.stacktrace") !== "" || (said && record.language !== "go")) return {};
	if (said) return namedAttributes({ ...NOTHING, stack: stackBeside(record, "") }, a);
	let found = inFields(a, record.language);
	if (isNothing(found)) found = inGroups(a, record.language);
	if (isNothing(found)) found = inBody(record.body, record.language);
	const stack = stackBeside(record, found.stack);
	return namedAttributes(completed({ ...found, stack }, record), a);
}

function textAt(a: Readonly<Record<string, AnyValue>>, name: string): string {
	const value = a[name];
	// Any value but an empty text says something.
	return typeof value === "string" ? value : value === undefined || value === null ? "" : "?";
}

function namedAttributes(found: Found, a: Readonly<Record<string, AnyValue>>): Record<string, string> {
	const named: Record<string, string> = {};
	const put = (name: string, text: string, bytes: number): void => {
		if (text !== "") named[name] = cutUtf8(text, bytes);
	};
	put("exception.type", found.type, LIMITS.typeBytes);
	put("exception.message", found.message, LIMITS.messageBytes);
	put("exception.stacktrace", found.stack, LIMITS.stackBytes);
	if (textAt(a, "error.type") === "") put("error.type", found.code, LIMITS.typeBytes);
	return named;
}

function inBody(body: AnyValue, language: string): Found {
	if (typeof body !== "string") return inRecord(mapOf(body), language);
	if (body.startsWith("{")) {
		const found = inRecord(mapOf(readable(body)), language);
		if (!isNothing(found)) return found;
	}
	const text = cutUtf8(body, LIMITS.stackBytes);
	const type = hasStackMark(text) ? "" : classIn(text).type;
	return type === "" ? NOTHING : { ...NOTHING, message: text };
}

/** The stack that was found; else the first attribute that holds one, by its usual name or any; else the body's. */
function stackBeside(record: RecordInput, known: string): string {
	if (known !== "") return known;
	const { attributes, body, language } = record;
	for (const name of STACK_NAMES) {
		const text = stackOfValue(attributes[name], language);
		if (text !== "") return text;
	}
	for (const name of Object.keys(attributes).sort(compareUtf8)) {
		const value = attributes[name];
		// `code.stacktrace` is the place that logged.
		if (typeof value !== "string" || name.startsWith("errata.") || name === "code.stacktrace") continue;
		const text = cutUtf8(value, LIMITS.stackBytes);
		if (hasStackMark(text) && hasFrames(text, language)) return text;
	}
	const text = typeof body === "string" ? cutUtf8(body, LIMITS.stackBytes) : "";
	return hasStackMark(text) ? stackIn(text, language) : "";
}

/** Class and message where a stack or one text was found. */
function completed(found: Found, { body, language }: RecordInput): Found {
	if (found.type !== "") return found;
	let message = found.message;
	if (found.stack !== "") {
		const head = parseStack(found.stack, language)[0];
		if (head !== undefined && head.type !== "")
			return { ...found, type: head.type, message: message === "" ? head.message : message };
		if (message === "") message = head?.message || ownText(body);
	}
	if (message === "") return found;
	const named = classIn(message);
	return { ...found, type: named.type, message: named.message, code: found.code || named.code };
}

/** What the program wrote beside a stack that says nothing. */
function ownText(body: AnyValue): string {
	const text = typeof body === "string" ? cutUtf8(body, LIMITS.stackBytes) : "";
	return hasStackMark(text) ? "" : text;
}
