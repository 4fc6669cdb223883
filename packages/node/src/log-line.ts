/**
 * A line of a logging library as a log record: the Error among its arguments, if there is one, goes with it. For
 * libraries whose official bridge is missing or delivers nothing. Which values a library logs says its own channel.
 */
import { context, logs, type SeverityNumber } from "@opentelemetry/api";
import { isError } from "./normalize.ts";
import { report, SEVERITIES, type SeverityName } from "./report.ts";
import { attempt, attributesOf } from "./values.ts";
import { VERSION } from "./version.ts";

export interface LogLine {
	/** Name of the library: the record's scope. */
	readonly scope: string;
	readonly error: Error | undefined;
	readonly severity: SeverityName;
	readonly body: string;
	/** Fields of the line, of its logger, of the logger's parents. */
	readonly fields: Readonly<Record<string, unknown>>;
	/** false: another bridge sends lines without an Error. */
	readonly plain: boolean;
}

/** Emits the line. Never throws. */
export function logLine({ scope, error, severity, body, fields, plain }: LogLine): void {
	attempt(() => {
		if (error === undefined && !plain) return;
		const attributes = attributesOf(fields, error);
		if (error !== undefined) {
			// A log line is a line of its own, also for an error that was reported before: it has the same id.
			report({ error, handled: true, severity, scope, again: true, ...(body === "" ? {} : { body }), attributes });
			return;
		}
		const [severityNumber, severityText] = SEVERITIES[severity];
		const number = severityNumber as SeverityNumber;
		logs
			.getLogger(scope, VERSION)
			.emit({ severityNumber: number, severityText, body, attributes, context: context.active() });
	}, undefined);
}

/** The first Error among the values, or among the own values of a plain object there. */
export function errorAmong(values: readonly unknown[]): Error | undefined {
	return values.find(isError) ?? values.map(errorIn).find((error) => error !== undefined);
}

/** An Error among the own values of an object: `err` and `error` first, then any key. */
export function errorIn(value: unknown): Error | undefined {
	if (typeof value !== "object" || value === null) return undefined;
	const source = value as Record<string, unknown>;
	for (const key of ["err", "error"]) {
		const item = attempt(() => source[key], undefined);
		if (isError(item)) return item;
	}
	const keys = attempt(() => Object.keys(source), []).slice(0, 50);
	return keys.map((key) => attempt(() => source[key], undefined)).find(isError);
}

/** Severity of a level's name, whatever library uses it. */
export function severityOfName(name: unknown): SeverityName {
	const text = String(name).toLowerCase();
	if (/^(fatal|emerg|emergency|alert|crit|critical|panic)$/.test(text)) return "fatal";
	if (/^(error|err|fail|severe)$/.test(text)) return "error";
	if (/^warn/.test(text)) return "warn";
	return /^(debug|trace|verbose|silly|mark|all)$/.test(text) ? "debug" : "info";
}
