/**
 * A thrown value, whatever it is, to the plain parts a record carries: class, message, stack, code, causes and own
 * properties. Reads each property once, inside a guard: getters may throw, proxies may lie, errors may be frozen or come
 * from another realm. Nothing is redacted or described here.
 */
import { types } from "node:util";
import { LIMITS } from "@errata/catalog";
import { NODE_LIMITS } from "./limits.ts";
import { isObject } from "./state.ts";
import { attempt, count, cutText, type Dropped, set } from "./values.ts";

export interface NormalCause {
	readonly type: string;
	readonly message: string;
	readonly code: string;
	readonly stacktrace: string;
	readonly depth: number;
}

export interface NormalError {
	/** Class of the error; the type of a value that is not an Error (`string`, `Object`). */
	readonly type: string;
	readonly message: string;
	readonly stacktrace: string;
	/** errno, SQLSTATE, status or exit code; "" if none. */
	readonly code: string;
	/** HTTP status the error itself carries, 0 if none. */
	readonly status: number;
	readonly causes: readonly NormalCause[];
	/** Own enumerable properties beyond the well-known ones, unconverted. */
	readonly properties: Readonly<Record<string, unknown>>;
}

/** A value read once for everyone who wants its parts: formatting a stack alone costs more than most else. */
export interface ReadError {
	readonly normal: NormalError;
	/** What its limits cut. */
	readonly dropped: Dropped;
}

/** True for an Error of this or another realm, also for a foreign class that only behaves like one. */
export function isError(value: unknown): value is Error {
	if (!isObject(value)) return false;
	if (types.isNativeError(value)) return true;
	return attempt(() => value instanceof Error, false) || attempt(() => isErrorLike(value), false);
}

/** DOMException of another realm, errors of old polyfills: an object with a stack and a message. */
function isErrorLike(value: object): boolean {
	const { stack, message } = value as { stack?: unknown; message?: unknown };
	return typeof stack === "string" && typeof message === "string";
}

/** The parts of `value`. Never throws. */
export function normalizeError(value: unknown, dropped: Dropped): NormalError {
	if (!isObject(value)) return normalizePrimitive(value, dropped);
	const status = statusOf(value);
	return {
		type: typeOf(value),
		message: messageOf(value, dropped),
		stacktrace: stackOf(value, LIMITS.stackBytes, dropped),
		code: codeOf(value, status),
		status,
		causes: causesOf(value, dropped),
		properties: isError(value) ? propertiesOf(value, dropped) : {},
	};
}

export function readError(value: unknown): ReadError {
	const dropped: Dropped = {};
	return { normal: normalizeError(value, dropped), dropped };
}

/** Class, code and message alone: what two sightings of one failure share. Formats no stack. */
export function failureOf(value: unknown): Pick<NormalError, "type" | "code" | "message"> {
	if (!isObject(value)) return normalizePrimitive(value, {});
	return { type: typeOf(value), code: codeOf(value, statusOf(value)), message: messageOf(value, {}) };
}

function normalizePrimitive(value: unknown, dropped: Dropped): NormalError {
	const text = attempt(() => String(value), typeof value);
	return {
		type: value === null ? "null" : typeof value,
		message: cutText(text, LIMITS.messageBytes, "message_bytes", dropped),
		stacktrace: "",
		code: "",
		status: 0,
		causes: [],
		properties: {},
	};
}

function typeOf(value: object): string {
	const name = attempt(() => (value as { name?: unknown }).name, undefined);
	const className = attempt(() => value.constructor?.name, undefined);
	// A class that forgot to set `name` inherits "Error"; libraries that set `name` by hand say more than their class.
	const given = isError(value) && typeof name === "string" && name !== "" && name !== "Error" ? name : undefined;
	const text = given ?? (typeof className === "string" && className !== "" ? className : undefined);
	return cutText(text ?? (isError(value) ? "Error" : "Object"), LIMITS.typeBytes, "type_bytes", {});
}

function messageOf(value: object, dropped: Dropped): string {
	const message = attempt(() => (value as { message?: unknown }).message, undefined);
	if (typeof message === "string" && (message !== "" || isError(value)))
		return cutText(message, LIMITS.messageBytes, "message_bytes", dropped);
	if (isError(value)) return "";
	return cutText(
		attempt(() => jsonOf(value), "[object]"),
		LIMITS.messageBytes,
		"message_bytes",
		dropped,
	);
}

/** Shallow JSON: a thrown plain object says what it is by its first keys. */
function jsonOf(value: object): string {
	if (typeof value === "function") return `[Function ${value.name}]`;
	const parts = Object.keys(value)
		.slice(0, 10)
		.map((key) => `${key}: ${scalarText(attempt(() => (value as Record<string, unknown>)[key], "?"))}`);
	return Array.isArray(value) ? `[${value.slice(0, 10).map(scalarText).join(", ")}]` : `{ ${parts.join(", ")} }`;
}

function scalarText(value: unknown): string {
	if (typeof value === "string") return value.slice(0, 500);
	if (typeof value === "object" && value !== null) return Array.isArray(value) ? "[...]" : "{...}";
	return attempt(() => String(value), "?").slice(0, 100);
}

/** V8 repeats the message above the frames: a huge one is cut there, so that the frames stay. */
function stackOf(value: object, bytes: number, dropped: Dropped): string {
	const stack = attempt(() => (value as { stack?: unknown }).stack, undefined);
	if (typeof stack !== "string") return "";
	if (stack.length <= bytes) return cutText(stack, bytes, "stack_bytes", dropped);
	const message = attempt(() => (value as { message?: unknown }).message, "");
	const at = typeof message === "string" && message !== "" ? stack.indexOf(message) : -1;
	if (typeof message !== "string" || at < 0 || at > LIMITS.typeBytes)
		return cutText(stack, bytes, "stack_bytes", dropped);
	const kept = cutText(message, Math.min(LIMITS.messageBytes, bytes / 2), "message_bytes", {});
	return cutText(stack.slice(0, at) + kept + stack.slice(at + message.length), bytes, "stack_bytes", dropped);
}

/** `code`, then what libraries keep elsewhere: SQLSTATE, errno, exit signal, AWS and HTTP status. */
function codeOf(value: object, status: number): string {
	const code = attempt(() => (value as { code?: unknown }).code, undefined);
	const text = codeText(code);
	if (text !== "") return text;
	for (const key of ["sqlState", "errno", "signal"] as const) {
		const found = codeText(attempt(() => (value as Record<string, unknown>)[key], undefined));
		if (found !== "") return found;
	}
	return status === 0 ? "" : String(status);
}

function codeText(code: unknown): string {
	if (typeof code === "string") return code.length <= 128 ? code : "";
	return typeof code === "number" && Number.isFinite(code) ? String(code) : "";
}

/** HTTP status that an error carries, its own or its response's; 0 if none. */
export function statusOf(value: object): number {
	const source = value as Record<string, unknown>;
	const response = attempt(() => source.response, undefined) as { status?: unknown } | undefined;
	const metadata = attempt(() => source.$metadata, undefined) as { httpStatusCode?: unknown } | undefined;
	const candidates = [
		attempt(() => source.statusCode, undefined),
		attempt(() => source.status, undefined),
		attempt(() => response?.status, undefined),
		attempt(() => metadata?.httpStatusCode, undefined),
	];
	const found = candidates.find((status) => typeof status === "number" && status >= 100 && status < 600);
	return typeof found === "number" ? Math.trunc(found) : 0;
}

/** The causes and the AggregateError members of `value`, outermost first, each value once. */
function causesOf(value: object, dropped: Dropped): NormalCause[] {
	const causes: NormalCause[] = [];
	const seen = new Set<unknown>([value]);
	let level = linksOf(value, dropped);
	for (let depth = 1; level.length > 0; depth++) {
		const next: unknown[] = [];
		for (const link of level) {
			if (isObject(link) && seen.has(link)) continue;
			seen.add(link);
			if (causes.length === NODE_LIMITS.causes) {
				count(dropped, "causes");
				continue;
			}
			causes.push(normalizeCause(link, depth, dropped));
			if (isObject(link)) next.push(...linksOf(link, dropped));
		}
		// A chain that is still going at the limit is not walked further: it may be endless.
		if (causes.length === NODE_LIMITS.causes) break;
		level = next;
	}
	return causes;
}

/** `cause`, the members of `errors`, and both sides of a SuppressedError. Validation details are not errors. */
function linksOf(value: object, dropped: Dropped): unknown[] {
	const source = value as Record<string, unknown>;
	const links: unknown[] = [];
	const cause = attempt(() => source.cause, undefined);
	if (cause !== undefined && cause !== null && typeof cause !== "function") links.push(cause);
	// GraphQL wraps what a resolver threw.
	const original = cause === undefined ? attempt(() => source.originalError, undefined) : undefined;
	if (isObject(original)) links.push(original);
	const errors = attempt(() => source.errors, undefined);
	if (attempt(() => Array.isArray(errors), false)) {
		const list = errors as unknown[];
		const kept = attempt(() => list.slice(0, NODE_LIMITS.causes), []);
		const length = attempt(() => list.length, 0);
		if (length > kept.length) count(dropped, "causes", length - kept.length);
		links.push(...kept.filter(isError));
	}
	for (const key of ["error", "suppressed"]) {
		const link = attempt(() => (typeOf(value) === "SuppressedError" ? source[key] : undefined), undefined);
		if (link !== undefined) links.push(link);
	}
	return links;
}

function normalizeCause(value: unknown, depth: number, dropped: Dropped): NormalCause {
	if (!isObject(value)) {
		const { type, message } = normalizePrimitive(value, dropped);
		return { type, message, code: "", stacktrace: "", depth };
	}
	return {
		type: typeOf(value),
		message: messageOf(value, dropped),
		code: codeOf(value, statusOf(value)),
		stacktrace: stackOf(value, NODE_LIMITS.causeStackBytes, dropped),
		depth,
	};
}

const KNOWN = new Set(["name", "message", "stack", "code", "cause", "originalError", "errors", "error", "suppressed"]);

function propertiesOf(value: object, dropped: Dropped): Record<string, unknown> {
	const properties: Record<string, unknown> = {};
	const keys = attempt(() => Object.keys(value), []).filter((key) => !KNOWN.has(key));
	if (keys.length > NODE_LIMITS.errorProperties)
		count(dropped, "error_properties", keys.length - NODE_LIMITS.errorProperties);
	for (const key of keys.slice(0, NODE_LIMITS.errorProperties)) {
		const item = attempt(() => (value as Record<string, unknown>)[key], "[Unreadable]");
		if (typeof item !== "function" && item !== undefined) set(properties, key, item);
	}
	return properties;
}
