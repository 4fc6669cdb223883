/**
 * From a log record (or a span event) to the facts of an error, and from a description back to attributes. The one
 * place that knows where each SDK puts what; Node, receiver, backfill and Collector go through it.
 */
import { anyText } from "./any-text.ts";
import { SCHEMA_VERSION } from "./attributes.ts";
import { lastSegment } from "./catalog.ts";
import { findError } from "./find.ts";
import { listOf, mapOf } from "./json-text.ts";
import { LIMITS } from "./limits.ts";
import { parseStack } from "./stack.ts";
import { stackOf } from "./stack-of.ts";
import type { CauseFacts, Description, ErrorFacts } from "./types.ts";
import { cutUtf8 } from "./utf8.ts";

/** A value as OTLP carries it: string, number, boolean, null, bytes, list or map of the same. */
export type AnyValue =
	| string
	| number
	| bigint
	| boolean
	| null
	| undefined
	| Uint8Array
	| readonly AnyValue[]
	| { readonly [key: string]: AnyValue };

export interface RecordInput {
	readonly eventName: string;
	/** SeverityNumber, 0 if unset. */
	readonly severityNumber: number;
	readonly body: AnyValue;
	readonly attributes: Readonly<Record<string, AnyValue>>;
	/** `telemetry.sdk.language` of the resource, "" if absent. */
	readonly language: string;
}

/**
 * True if the record is an error in errata's sense (design section 8): `exception.*` present, or SeverityNumber >= 17,
 * or the event name is, or ends in, `exception`.
 */
export function isErrorRecord(record: RecordInput): boolean {
	if (record.severityNumber >= 17) return true;
	if (record.eventName.endsWith("exception")) return true;
	const a = record.attributes;
	return isThere(a["exception.type"]) || isThere(a["exception.message"]) || isThere(a["exception.stacktrace"]);
}

/** The facts of an error record; `undefined` if it is not one. Strings are well-formed and cut at `LIMITS`. */
export function factsFromRecord(record: RecordInput): ErrorFacts | undefined {
	if (!isErrorRecord(record)) return undefined;
	const found = findError(record);
	const a = Object.keys(found).length === 0 ? record.attributes : { ...record.attributes, ...found };
	const stacktrace = cutUtf8(anyText(a["exception.stacktrace"]), LIMITS.stackBytes);
	const language = record.language === "webjs" ? "javascript" : record.language;
	const given = { type: anyText(a["exception.type"]), message: anyText(a["exception.message"]) };
	const blocks = stacktrace === "" ? [] : parseStack(stacktrace, language);
	const head = blocks[0]?.type === "" ? undefined : blocks[0];
	const named = nameError(given, head, language, blocks.length > 1);
	const bare = given.type === "" && given.message === "" && stacktrace === "";
	const facts: ErrorFacts = {
		type: cutUtf8(named.type, LIMITS.typeBytes),
		message: cutUtf8(bare ? anyText(record.body) : named.message, LIMITS.messageBytes),
		stacktrace,
		language,
		code: cutUtf8(anyText(a["error.type"]) || named.code || (head?.code ?? ""), LIMITS.typeBytes),
		attributes: scalarAttributes(a),
		causes: causesOf(a),
	};
	if (stacktrace !== "") stackOf(facts, blocks);
	return facts;
}

/**
 * Class, message and code out of what the SDK sent and what the stack's head says. SDKs put an errno or SQLSTATE in
 * place of the class (JS), cut the message to the first argument (Python), leave it out (Java) or add the causes' (pino):
 * the head knows better. `chained`: the stack holds causes.
 */
function nameError(
	given: { type: string; message: string },
	head: { type: string; message: string } | undefined,
	language: string,
	chained: boolean,
): { type: string; message: string; code: string } {
	const coded = looksLikeCode(given.type);
	const code = coded ? given.type : "";
	const headType = head?.type ?? "";
	const sameClass = given.type === "" || coded || lastSegment(headType) === lastSegment(given.type);
	const type = headType !== "" && sameClass ? headType : coded ? "" : given.type;
	const headSays =
		head !== undefined &&
		sameClass &&
		head.message !== "" &&
		(given.message === "" || language === "python" || (chained && given.message.startsWith(`${head.message}: `)));
	return { type, message: headSays ? head.message : given.message, code };
}

/** An errno, SQLSTATE, driver code or status in the place of a class name. */
function looksLikeCode(type: string): boolean {
	return /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/.test(type)
		? type.length >= 3 && (type.includes("_") || /^E[A-Z0-9]{3,}$/.test(type) || /[0-9]/.test(type))
		: /^[0-9][0-9A-Z]{0,4}$/.test(type);
}

function causesOf(a: Readonly<Record<string, AnyValue>>): CauseFacts[] {
	const causes: CauseFacts[] = [];
	const list = listOf(a["errata.causes"]);
	for (const item of list.slice(0, LIMITS.causes)) {
		if (typeof item !== "object" || item === null || Array.isArray(item) || item instanceof Uint8Array) continue;
		const map = item as { readonly [key: string]: AnyValue };
		const depth = anyText(map.depth);
		causes.push(
			cause(
				anyText(map.type),
				anyText(map.message),
				anyText(map.code),
				anyText(map.stacktrace),
				/^[1-9][0-9]{0,3}$/.test(depth) ? Number(depth) : causes.length + 1,
			),
		);
	}
	if (causes.length === 0) {
		const prefix = ["err.cause", "cause", "exception.cause"].find((p) =>
			["type", "message", "code"].some((k) => isThere(a[`${p}.${k}`])),
		);
		if (prefix !== undefined)
			causes.push(
				cause(
					anyText(a[`${prefix}.type`]),
					anyText(a[`${prefix}.message`]),
					anyText(a[`${prefix}.code`]),
					anyText(a[`${prefix}.stacktrace`]),
					1,
				),
			);
	}
	return causes;
}

function cause(type: string, message: string, code: string, stacktrace: string, depth: number): CauseFacts {
	return {
		type: cutUtf8(type, LIMITS.typeBytes),
		message: cutUtf8(message, LIMITS.messageBytes),
		code: cutUtf8(code, LIMITS.typeBytes),
		stacktrace: cutUtf8(stacktrace, LIMITS.stackBytes),
		depth,
	};
}

function scalarAttributes(a: Readonly<Record<string, AnyValue>>): Record<string, string> {
	const scalars: Record<string, string> = Object.create(null) as Record<string, string>;
	for (const [name, value] of Object.entries(a)) {
		if (!name.startsWith("errata.") && !name.startsWith("exception.")) putScalar(scalars, name, value);
	}
	// The error's own properties (pg's table and constraint, a driver's address) are named `error.<property>`.
	for (const [name, value] of Object.entries(mapOf(a["errata.context.error_properties"])))
		if (scalars[`error.${name}`] === undefined) putScalar(scalars, `error.${name}`, value);
	return scalars;
}

function putScalar(scalars: Record<string, string>, name: string, value: AnyValue): void {
	if (typeof value !== "object" && value !== undefined)
		scalars[name.toWellFormed()] = cutUtf8(anyText(value), LIMITS.attributeBytes);
}

/** OTLP's empty value says as little as an absent one. */
function isThere(value: AnyValue): boolean {
	return value !== undefined && value !== null;
}

/** Names of a task's fields that loggers already use; the same name under `errata.context.` is what errata reads. */
const TASK_FIELDS = ["task.id", "task.name", "task.version", "job.id", "execution.id", "retry_count"] as const;

/**
 * Task context that a program logs without knowing of errata: each of `task.id`, `task.name`, `task.version`, `job.id`,
 * `execution.id`, `retry_count` among `attributes`, as `errata.context.<name>` where that name is free.
 */
export function taskContext(attributes: Readonly<Record<string, AnyValue>>): Record<string, AnyValue> {
	const context: Record<string, AnyValue> = {};
	for (const name of TASK_FIELDS) {
		const value = attributes[name];
		const scalar = typeof value === "string" || typeof value === "number" || typeof value === "bigint";
		if (scalar && !isThere(attributes[`errata.context.${name}`])) context[`errata.context.${name}`] = value;
	}
	return context;
}

/** The attributes a description puts on its record: `errata.schema`, `errata.code`, ... Absent values stay absent. */
export function descriptionAttributes(d: Description): Record<string, AnyValue> {
	return {
		"errata.schema": SCHEMA_VERSION,
		"errata.code": d.code,
		...(d.pattern === "" ? {} : { "errata.pattern": d.pattern }),
		"errata.category": d.category,
		"errata.severity": d.severity,
		...(d.retryable === undefined ? {} : { "errata.retryable": d.retryable }),
		"errata.fingerprint": d.fingerprint,
		"errata.fingerprint_version": d.fingerprintVersion,
		"errata.template": cutUtf8(d.template, LIMITS.templateBytes),
		...(d.suggestions.immediate.length === 0 ? {} : { "errata.suggestions.immediate": d.suggestions.immediate }),
		...(d.suggestions.preventive.length === 0 ? {} : { "errata.suggestions.preventive": d.suggestions.preventive }),
		...(d.docs.length === 0 ? {} : { "errata.docs": d.docs }),
		"errata.catalog": d.catalog,
	};
}
