/**
 * What every framework's channel does with an error that reached the framework's error handling: it is held for a better
 * report, with the route and the operation it failed at. A 4xx is how a framework says no, and counts as the
 * configuration has it. How each framework is heard is in its own file.
 */
import { context, trace } from "@opentelemetry/api";
import type { Config } from "../config-keys.ts";
import type { HeldExceptions } from "../held.ts";
import { statusOf } from "../normalize.ts";
import { placeError } from "../origins.ts";
import { isReported, report, type SeverityName } from "../report.ts";
import { isObject } from "../state.ts";
import { attempt } from "../values.ts";

/** Milliseconds for an error handler or the framework's own logger to speak first. */
const WAIT_MS = 300;

export interface Failure {
	readonly error: unknown;
	/** The answer's HTTP status; 0: what the error itself says. */
	readonly status?: number | undefined;
	readonly route?: string | undefined;
	readonly method?: string | undefined;
	/** false: no client is waiting, so a status that the error carries is somebody else's answer. */
	readonly answers?: false;
	/** The framework prints an error before it tells of it: a record that is waiting is replaced by one that says more. */
	readonly again?: true;
	readonly attributes?: Readonly<Record<string, unknown>>;
}

/** Takes note of an error that a framework deals with. Never throws. */
export type Fail = (failure: Failure) => void;

/** GraphQL's codes of a request that was wrong; Apollo's and Yoga's. */
const USER_CODES = new Set([
	"BAD_USER_INPUT",
	"BAD_REQUEST",
	"UNAUTHENTICATED",
	"FORBIDDEN",
	"NOT_FOUND",
	"GRAPHQL_PARSE_FAILED",
	"GRAPHQL_VALIDATION_FAILED",
	"OPERATION_RESOLUTION_FAILURE",
	"PERSISTED_QUERY_NOT_FOUND",
	"PERSISTED_QUERY_NOT_SUPPORTED",
]);

/** HTTP status that an error stands for: its own, or the one of its GraphQL extensions. 0 if it says none. */
export function answerStatus(error: unknown): number {
	if (!isObject(error)) return 0;
	const extensions = attempt(
		() => (error as { extensions?: { code?: unknown; http?: { status?: unknown } } }).extensions,
		undefined,
	);
	const http = attempt(() => extensions?.http?.status, undefined);
	if (typeof http === "number") return http;
	if (USER_CODES.has(String(attempt(() => extensions?.code, "")))) return 400;
	return statusOf(error);
}

/** What a 4xx counts as; `undefined`: not at all. */
export function clientSeverity(config: Config): SeverityName | undefined {
	const severity = config["capture.clientErrors"];
	return severity === "off" ? undefined : severity;
}

export function watchFailures(held: HeldExceptions, config: Config): Fail {
	return (failure) => {
		const { error, status } = failure;
		attempt(() => {
			if (error === undefined || error === null) return;
			const answered = failure.answers === false ? 0 : status || answerStatus(error);
			const client = answered >= 400 && answered < 500;
			const severity = client ? clientSeverity(config) : "error";
			const attributes = {
				...(answered === 0 ? {} : { "http.response.status_code": answered }),
				...(failure.route === undefined || failure.route === "" ? {} : { "http.route": failure.route }),
				...(failure.method === undefined ? {} : { "http.request.method": failure.method }),
				...failure.attributes,
			};
			placeError(error, { attributes, ...(client ? { client: severity ?? "off" } : {}) });
			if (severity === undefined) return;
			if (failure.again === true && isReported(error) !== undefined) {
				report({ error, handled: true, severity, attributes, again: true });
				return;
			}
			held.see({
				error,
				traceId: trace.getSpanContext(context.active())?.traceId ?? "",
				severity,
				attributes,
				waitMs: WAIT_MS,
			});
		}, undefined);
	};
}
