/**
 * What a service answers when something failed: problem+json (RFC 9457) out of any thrown value. Only what the
 * application calls public leaves; an error it did not define says its status and nothing else.
 */
import { STATUS_CODES } from "node:http";
import { context, trace } from "@opentelemetry/api";
import { type Defined, definitionOf, parametersOf, render } from "./error-definitions.ts";
import { isObject } from "./state.ts";
import { attempt, cutText } from "./values.ts";

/** The members of RFC 9457, then ours. */
export interface Problem {
	/** First `docs` link of the definition, or `about:blank`. */
	readonly type: string;
	/** The status in words. */
	readonly title: string;
	readonly status: number;
	/** The public message, at most 1,000 bytes. */
	readonly detail?: string;
	readonly instance?: string;
	/** Permanent code, of errors the application defined or registered. */
	readonly code?: string;
	/** Absent: it depends. */
	readonly retryable?: boolean;
	/** Trace of the active span, for whoever asks support. */
	readonly trace_id?: string;
}

export interface ProblemOptions {
	/** URI of this occurrence: the request's path, as a rule. */
	readonly instance?: string;
	/** `type` of a code, where the application publishes pages of its own. */
	readonly type?: (code: string) => string;
}

export interface ProblemResponse {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	/** JSON text. */
	readonly body: string;
}

const DETAIL_BYTES = 1000;

/** `error` as a problem. Never throws, whatever `error` is. */
export function toProblem(error: unknown, options: ProblemOptions = {}): Problem {
	const defined = isObject(error) ? attempt(() => definitionOf(error), undefined) : undefined;
	const status = defined === undefined ? foreignStatus(error) : (defined.status ?? 500);
	const detail = defined === undefined ? foreignDetail(error, status) : publicMessage(defined, error as object);
	const traceId = trace.getSpanContext(context.active())?.traceId;
	return {
		type: defined === undefined ? "about:blank" : typeOf(defined, options),
		title: STATUS_CODES[status] ?? "Error",
		status,
		...(detail === undefined ? {} : { detail: cutText(detail, DETAIL_BYTES, "", {}) }),
		...(options.instance === undefined ? {} : { instance: options.instance }),
		...(defined === undefined ? {} : { code: defined.code }),
		...(defined?.retryable === undefined ? {} : { retryable: defined.retryable }),
		...(traceId === undefined ? {} : { trace_id: traceId }),
	};
}

/** `toProblem` as status, headers and body, ready to be sent by any framework. */
export function problemResponse(error: unknown, options: ProblemOptions = {}): ProblemResponse {
	const problem = toProblem(error, options);
	return {
		status: problem.status,
		headers: { "content-type": "application/problem+json", "cache-control": "no-store" },
		body: JSON.stringify(problem),
	};
}

function typeOf(defined: Defined, options: ProblemOptions): string {
	const own = options.type;
	if (own !== undefined) return attempt(() => String(own(defined.code)), "about:blank");
	return defined.docs?.find((link) => /^https?:\/\//.test(link)) ?? "about:blank";
}

function publicMessage(defined: Defined, error: object): string | undefined {
	const { publicMessage: text } = defined;
	if (text === undefined) return undefined;
	if (text === true) return attempt(() => String((error as Error).message), undefined);
	return attempt(() => render(text, parametersOf(error, defined)), undefined);
}

/** An error that carries an HTTP error status means it; anything else is the server's fault. */
function foreignStatus(error: unknown): number {
	if (!isObject(error)) return 500;
	for (const key of ["statusCode", "status"] as const) {
		const status = attempt(() => (error as Record<string, unknown>)[key], undefined);
		if (typeof status === "number" && Number.isInteger(status) && status >= 400 && status <= 599) return status;
	}
	return 500;
}

/** `expose` is the convention of http-errors and Koa: the message was written for the client. */
function foreignDetail(error: unknown, status: number): string | undefined {
	if (!isObject(error) || status >= 500) return undefined;
	const expose = attempt(() => (error as { expose?: unknown }).expose, false);
	const message = attempt(() => (error as { message?: unknown }).message, "");
	return expose === true && typeof message === "string" && message !== "" ? message : undefined;
}
