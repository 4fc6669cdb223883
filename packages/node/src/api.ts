/** What an application calls: `capture`, `withContext`, `breadcrumb`, `flush`. All of it works, as a no-op, without an SDK. */

import { types } from "node:util";
import { context, trace } from "@opentelemetry/api";
import { withBaggage } from "./baggage.ts";
import { NODE_LIMITS } from "./limits.ts";
import { type Report, report, type SeverityName } from "./report.ts";
import { isObject, type Origin, sharedState } from "./state.ts";
import { attempt, fieldsOf } from "./values.ts";

export interface CaptureOptions {
	/** false: nobody dealt with it. Default true. */
	readonly handled?: boolean;
	/** Context of this error: `{ "task.id": "7" }`, over what `withContext` gave. */
	readonly context?: Readonly<Record<string, unknown>>;
	/** Attributes of the record, by their OpenTelemetry names. */
	readonly attributes?: Readonly<Record<string, unknown>>;
	/** Default `error`. */
	readonly severity?: SeverityName;
	/** Default `exception`; conventionally `<operation>.exception`. */
	readonly eventName?: string;
	/** Group key of your own, in place of the computed fingerprint. */
	readonly fingerprint?: string;
}

/** Reports a thrown value, an Error or anything else; a value that was reported before is not reported again. */
export function capture(error: unknown, options: CaptureOptions = {}): void {
	const { handled = true, severity = "error", ...rest } = options;
	report({ error, handled, severity, ...rest } satisfies Report);
}

/**
 * Runs `fn` with task context: every error reported inside carries `fields`, also one that leaves `fn` and is reported
 * outside. Fields of an outer `withContext` stay, inner ones win.
 */
export function withContext<T>(fields: Readonly<Record<string, unknown>>, fn: () => T): T {
	const { task } = sharedState();
	const merged = { ...task.getStore(), ...fieldsOf(fields) };
	const run = (): T => {
		try {
			const result = fn();
			if (!types.isPromise(result)) return result;
			return result.then(undefined, (error: unknown) => {
				remember(error, merged);
				throw error;
			}) as T;
		} catch (error) {
			remember(error, merged);
			throw error;
		}
	};
	return task.run(merged, () => {
		const active = context.active();
		const carried = withBaggage(active, merged);
		return carried === active ? run() : context.with(carried, run);
	});
}

/** The innermost scope an error leaves knows most of it. */
function remember(error: unknown, fields: Readonly<Record<string, unknown>>): void {
	if (!isObject(error)) return;
	const { origins } = sharedState();
	const seen = origins.get(error);
	if (seen?.fields !== undefined) return;
	origins.set(error, { ...seen, ...spanOrigin(), fields });
}

function spanOrigin(): Origin {
	const span = trace.getSpanContext(context.active());
	return span === undefined ? {} : { traceId: span.traceId, spanId: span.spanId, traceFlags: span.traceFlags };
}

export interface BreadcrumbOptions {
	readonly category?: string;
	readonly data?: unknown;
}

/** Leaves a note that errors of the same trace will carry in `errata.breadcrumbs`. */
export function breadcrumb(message: string, options: BreadcrumbOptions = {}): void {
	attempt(() => sharedState().crumb?.({ message, category: options.category ?? "", data: options.data }), undefined);
}

export interface FlushOptions {
	/** Longest wait, in milliseconds. Default 2000. */
	readonly timeoutMs?: number;
}

/**
 * Sends what was reported so far: before the process is frozen or killed. What the collector does not take in time goes
 * to the spool. Never rejects.
 */
export async function flush({ timeoutMs = NODE_LIMITS.flushMs }: FlushOptions = {}): Promise<void> {
	await sharedState()
		.flush?.(timeoutMs)
		.catch(() => {});
}
