/** A small logger on OpenTelemetry's Logs API whose errors keep the thrown value: `createLogger("billing").with({...})`. */
import { context, logs, SeverityNumber } from "@opentelemetry/api";
import { isError } from "./normalize.ts";
import { report, type SeverityName } from "./report.ts";
import { attempt, attributesOf, fieldsOf } from "./values.ts";

export interface Logger {
	debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
	info(message: string, fields?: Readonly<Record<string, unknown>>): void;
	/** `warn("slow", error)`, `warn("slow", error, { ms })`, `warn(error)`, `warn("slow", { ms })` */
	warn(message: unknown, error?: unknown, fields?: Readonly<Record<string, unknown>>): void;
	error(message: unknown, error?: unknown, fields?: Readonly<Record<string, unknown>>): void;
	fatal(message: unknown, error?: unknown, fields?: Readonly<Record<string, unknown>>): void;
	/** A logger whose records carry these fields too. */
	with(fields: Readonly<Record<string, unknown>>): Logger;
}

const NUMBERS: Record<SeverityName, SeverityNumber> = {
	debug: SeverityNumber.DEBUG,
	info: SeverityNumber.INFO,
	warn: SeverityNumber.WARN,
	error: SeverityNumber.ERROR,
	fatal: SeverityNumber.FATAL,
};

/** A logger whose instrumentation scope is `name`. */
export function createLogger(name: string): Logger {
	return make(name, {});
}

function make(name: string, bound: Readonly<Record<string, unknown>>): Logger {
	const plain = (severity: SeverityName, message: unknown, fields: unknown): void => {
		attempt(
			() =>
				logs.getLogger(name).emit({
					severityNumber: NUMBERS[severity],
					severityText: severity.toUpperCase(),
					body: textOf(message),
					attributes: attributesOf({ ...bound, ...fieldsOf(fields) }) as Record<string, string>,
					context: context.active(),
				}),
			undefined,
		);
	};
	const withError = (severity: SeverityName, message: unknown, error: unknown, fields: unknown): void => {
		const thrown = isError(message) ? message : isError(error) ? error : undefined;
		if (thrown === undefined) {
			plain(severity, message, isPlain(error) ? { ...fieldsOf(error), ...fieldsOf(fields) } : fields);
			return;
		}
		const extra = thrown === message ? (isPlain(error) ? error : undefined) : fields;
		report({
			error: thrown,
			handled: true,
			severity,
			scope: name,
			// A log line is a line of its own, also for an error that was reported before.
			again: true,
			...(thrown === message ? {} : { body: textOf(message) }),
			attributes: { ...bound, ...fieldsOf(extra) },
		});
	};
	return {
		debug: (message, fields) => plain("debug", message, fields),
		info: (message, fields) => plain("info", message, fields),
		warn: (message, error, fields) => withError("warn", message, error, fields),
		error: (message, error, fields) => withError("error", message, error, fields),
		fatal: (message, error, fields) => withError("fatal", message, error, fields),
		with: (fields) => make(name, { ...bound, ...fieldsOf(fields) }),
	};
}

function textOf(message: unknown): string {
	return typeof message === "string" ? message : attempt(() => String(message), "[unreadable]");
}

function isPlain(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !isError(value);
}
