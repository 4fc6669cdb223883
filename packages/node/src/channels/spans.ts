/**
 * Exceptions that instrumentations record on spans, and finished spans as crumbs. `recordException` is wrapped on the
 * prototype of the SDK's span, and of the span that stands in when a trace is not sampled: only there the thrown value
 * itself is seen. The event of the span is rewritten as the record will be: class, code, redacted.
 */

import type { Redactor } from "@errata/catalog";
import {
	type Span as ApiSpan,
	type Context,
	context,
	INVALID_SPAN_CONTEXT,
	type SpanContext,
	SpanKind,
	SpanStatusCode,
	trace,
} from "@opentelemetry/api";
import { isTracingSuppressed } from "@opentelemetry/core";
import type { ReadableSpan, Span, SpanProcessor } from "@opentelemetry/sdk-trace";
import type { Crumbs } from "../crumbs.ts";
import type { Annotatable, HeldExceptions } from "../held.ts";
import { type NormalError, normalizeError } from "../normalize.ts";
import { placeError } from "../origins.ts";
import type { SeverityName } from "../report.ts";
import { rememberParent } from "../span-fields.ts";
import { isObject, sharedState } from "../state.ts";
import { attempt } from "../values.ts";
import { answerStatus } from "./frameworks.ts";

/** Milliseconds an exception waits while its trace goes on, and where no end of a trace will be seen. */
const TRACE_WAIT_MS = 2_000;
const UNSAMPLED_WAIT_MS = 300;

/** Attributes of a span that say what failed: they fill suggestions. */
const COPIED = [
	"error.type",
	"http.request.method",
	"http.response.status_code",
	"http.route",
	"url.full",
	"server.address",
	"server.port",
	"net.peer.name",
	"net.peer.port",
	"db.system.name",
	"db.system",
	"db.namespace",
	"db.collection.name",
	"db.response.status_code",
	"rpc.system",
	"rpc.service",
	"rpc.method",
	"rpc.grpc.status_code",
	"messaging.system",
	"messaging.destination.name",
];

/** Spans that judge what a client sent: what they record is the client's error. */
const REQUESTS = new Set(["graphql.parse", "graphql.validate"]);

/** Where Next looks whether a page exists; what a page throws when it is loaded Next tells by itself. */
const PROBE = "LoadComponents.";

const PATCHED = Symbol.for("errata.recordException.1");

interface Recorder {
	recordException(exception: unknown, time?: unknown): void;
	spanContext(): SpanContext;
	addEvent?(name: string, attributes: Readonly<Record<string, unknown>>, time?: unknown): unknown;
	readonly events?: Annotatable[];
	readonly kind?: SpanKind;
	readonly name?: string;
	readonly attributes?: Readonly<Record<string, unknown>>;
	[PATCHED]?: true;
}

export interface SpanWatchOptions {
	readonly held: HeldExceptions;
	readonly crumbs: Crumbs;
	readonly redactor: Redactor;
	/** false: spans are crumbs only. */
	readonly exceptions: boolean;
	/** Severity of an answer 4xx; `undefined` does not report it. */
	readonly clientErrors: SeverityName | undefined;
}

/** Stands before the exporting span processors, so that what it rewrites is what leaves. */
export class ErrorSpanProcessor implements SpanProcessor {
	readonly #options: SpanWatchOptions;

	constructor(options: SpanWatchOptions) {
		this.#options = options;
		if (options.exceptions) patch(trace.wrapSpanContext(INVALID_SPAN_CONTEXT) as unknown as Recorder, options);
	}

	onStart(span: Span, parent: Context): void {
		rememberParent(span, parent);
		if (this.#options.exceptions) patch(span as unknown as Recorder, this.#options);
	}

	onEnd(span: ReadableSpan): void {
		const { traceId } = span.spanContext();
		const { held, crumbs, redactor } = this.#options;
		const durationMs = Math.round(span.duration[0] * 1_000 + span.duration[1] / 1e6);
		const level = span.status.code === SpanStatusCode.ERROR ? "error" : "";
		crumbs.span(traceId, span.endTime, span.name, level, durationMs);
		if (span.status.message !== undefined)
			attempt(() => {
				span.status.message = redactor.text(span.status.message ?? "");
			}, undefined);
		const root = span.parentSpanContext === undefined || span.parentSpanContext.isRemote === true;
		// The caller that awaited the span catches its error first.
		if (root && held.size > 0) setImmediate(() => held.settle(traceId)).unref();
	}

	async forceFlush(): Promise<void> {}

	async shutdown(): Promise<void> {}
}

function patch(span: Recorder, options: SpanWatchOptions): void {
	const prototype = Object.getPrototypeOf(span) as Recorder | null;
	if (prototype === null || prototype[PATCHED] === true) return;
	const original = prototype.recordException;
	prototype.recordException = function (this: Recorder, exception: unknown, time?: unknown): void {
		const last = this.events?.at(-1);
		const normal = typeof exception === "string" ? undefined : attempt(() => normalizeError(exception, {}), undefined);
		try {
			// The SDK reads `code` and `stack` unguarded, walks a `code` that is a list to its end, and keeps the whole message.
			original.call(this, normal !== undefined && isObject(exception) ? standIn(normal) : exception, time);
		} catch {
			this.addEvent?.("exception", { "exception.type": "Error" }, time);
		}
		const event = this.events?.at(-1);
		attempt(() => recorded(this, exception, normal, event === last ? undefined : event, options), undefined);
	};
	Object.defineProperty(prototype, PATCHED, { value: true });
}

/** What the SDK makes the same event of. */
function standIn({ code, type, message, stacktrace }: NormalError): object {
	return { name: type, message, stack: stacktrace, ...(code === "" ? {} : { code }) };
}

function recorded(
	span: Recorder,
	exception: unknown,
	normal: NormalError | undefined,
	event: Annotatable | undefined,
	options: SpanWatchOptions,
): void {
	// Suppressed: telemetry's own requests, which may fail without anybody's error.
	if (exception === undefined || exception === null || isTracingSuppressed(context.active())) return;
	const { traceId, spanId, traceFlags } = span.spanContext();
	if (event?.attributes !== undefined) rewrite(event.attributes, normal, options.redactor);
	if (isObject(exception)) {
		const { origins, task } = sharedState();
		const seen = origins.get(exception);
		const fields = task.getStore();
		// The first span is the innermost: where it failed.
		if (seen?.traceId === undefined)
			origins.set(exception, { ...(fields === undefined ? {} : { fields }), ...seen, traceId, spanId, traceFlags });
	}
	const status = REQUESTS.has(span.name ?? "") ? 400 : answerStatus(exception);
	const severity = severityOf(span, status, options);
	const attributes = copied(span.attributes ?? {});
	const client = status >= 400 && status < 500 ? { client: severity ?? ("off" as const) } : {};
	placeError(exception, { attributes, ...client });
	if (severity === undefined || isProbe(span) || isCopy(exception)) return;
	// The span itself: what it and those around it say is read when the error is described.
	const inSpan = trace.setSpan(context.active(), span as unknown as ApiSpan);
	context.with(inSpan, () =>
		options.held.see({
			error: exception,
			traceId: traceId === INVALID_SPAN_CONTEXT.traceId ? "" : traceId,
			severity,
			attributes: { ...attributes, ...(typeof exception === "string" ? named(exception) : {}) },
			...(event === undefined ? {} : { event }),
			waitMs: span.events === undefined ? UNSAMPLED_WAIT_MS : TRACE_WAIT_MS,
		}),
	);
}

function isProbe(span: Recorder): boolean {
	const type = span.attributes?.["next.span_type"];
	return typeof type === "string" && type.startsWith(PROBE);
}

/** What React hands to the browser in the place of an error that was told already: Next 15 records both. */
function isCopy(exception: unknown): boolean {
	const { digest, message } = (isObject(exception) ? exception : {}) as { digest?: unknown; message?: unknown };
	return typeof digest === "string" && String(message).startsWith("An error occurred in the Server Components render.");
}

/** The SDK writes errno for class and nothing redacted. */
function rewrite(attributes: Record<string, unknown>, normal: NormalError | undefined, redactor: Redactor): void {
	if (normal !== undefined) {
		attributes["exception.type"] = normal.type;
		attributes["exception.message"] = normal.message;
		if (normal.stacktrace !== "") attributes["exception.stacktrace"] = normal.stacktrace;
		if (normal.code !== "") attributes["error.type"] = normal.code;
	}
	for (const key of ["exception.message", "exception.stacktrace"]) {
		const text = attributes[key];
		if (typeof text === "string") attributes[key] = redactor.text(text);
	}
}

/** A caller may live with a failed call, and a 4xx is a framework's way to answer. */
function severityOf(span: Recorder, status: number, options: SpanWatchOptions): SeverityName | undefined {
	if (status >= 400 && status < 500) return options.clientErrors;
	return span.kind === SpanKind.CLIENT || span.kind === SpanKind.PRODUCER ? "warn" : "error";
}

function copied(attributes: Readonly<Record<string, unknown>>): Record<string, unknown> {
	const result: Record<string, unknown> = {};
	for (const key of COPIED) if (attributes[key] !== undefined) result[key] = attributes[key];
	return result;
}

/** Class and code that a sanitised text still names: `error of type 'X' occurred (code: Y)`. */
function named(text: string): Record<string, unknown> {
	const type = /of type '([A-Za-z_$][\w$.]{0,100})'/.exec(text)?.[1];
	const code = /\(code: ([A-Z0-9_]{2,40})\)/.exec(text)?.[1];
	return {
		...(type === undefined ? {} : { "exception.type": type }),
		...(code === undefined || code === "UNKNOWN" ? {} : { "error.type": code }),
	};
}
