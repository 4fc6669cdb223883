/**
 * The way of a thrown value into a log record: `report` for our own channels and the API, `isReported` for channels that
 * must know. Each value is reported once, whichever ways it comes; a crash of a value that was logged before replaces
 * its record, with the same id.
 */
import { context, isSpanContextValid, logs, SeverityNumber, trace } from "@opentelemetry/api";
import { readError } from "./normalize.ts";
import { type RawError, withRaw } from "./raw.ts";
import { isObject, type Reported, sharedState } from "./state.ts";
import { attributesOf } from "./values.ts";
import { VERSION } from "./version.ts";

export type SeverityName = "debug" | "info" | "warn" | "error" | "fatal";

export const SEVERITIES: Record<SeverityName, readonly [SeverityNumber, string]> = {
	debug: [SeverityNumber.DEBUG, "DEBUG"],
	info: [SeverityNumber.INFO, "INFO"],
	warn: [SeverityNumber.WARN, "WARN"],
	error: [SeverityNumber.ERROR, "ERROR"],
	fatal: [SeverityNumber.FATAL, "FATAL"],
};

export interface Report extends RawError {
	readonly severity: SeverityName;
	readonly eventName?: string;
	/** What the program said about it; the error's message if absent. */
	readonly body?: string;
	readonly attributes?: Readonly<Record<string, unknown>>;
	/** Milliseconds since the epoch; now if absent. */
	readonly timestamp?: number;
	/** Name of the logger; errata's own if absent. */
	readonly scope?: string;
	/** Report again, under the same id, what was reported before: a crash, or a log line. */
	readonly again?: boolean;
}

/** How `error` is known, if it was reported. */
export function isReported(error: unknown): Reported | undefined {
	return isObject(error) ? sharedState().reported.get(error) : undefined;
}

/** Emits the record of a thrown value unless it was reported before. Says how it is known now. Never throws. */
export function report(what: Report): Reported | undefined {
	try {
		if (isObject(what.error) && sharedState().elsewhere?.has(what.error) === true) return undefined;
		const before = isReported(what.error);
		if (before !== undefined && what.again !== true) return before;
		emit(what);
		return isReported(what.error);
	} catch {
		return undefined;
	}
}

function emit(what: Report): void {
	const [severityNumber, severityText] = SEVERITIES[what.severity];
	const read = readError(what.error);
	const { normal } = read;
	logs.getLogger(what.scope ?? "@errata/node", VERSION).emit({
		eventName: what.eventName ?? "exception",
		severityNumber,
		severityText,
		...(what.timestamp === undefined ? {} : { timestamp: what.timestamp }),
		body: what.body ?? (normal.message === "" ? normal.type : normal.message),
		// Named by us: without errata's processor behind, the SDK would put the errno in the place of the class.
		attributes: {
			...(what.messageOnly === true ? {} : { "exception.type": normal.type }),
			"exception.message": normal.message,
			...(normal.stacktrace === "" ? {} : { "exception.stacktrace": normal.stacktrace }),
			...attributesOf(what.attributes),
		},
		context: withRaw(contextOf(what.error), { ...what, read }),
	});
}

/** The active context; outside of any span, the one the error was seen in. */
function contextOf(error: unknown) {
	const active = context.active();
	if (trace.getSpan(active) !== undefined || !isObject(error)) return active;
	const origin = sharedState().origins.get(error);
	if (origin?.traceId === undefined || origin.spanId === undefined) return active;
	const spanContext = { traceId: origin.traceId, spanId: origin.spanId, traceFlags: origin.traceFlags ?? 0 };
	return isSpanContextValid(spanContext) ? trace.setSpanContext(active, spanContext) : active;
}
