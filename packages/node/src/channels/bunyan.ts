/**
 * Lines of bunyan 1.8 and 2, with the Error behind them: level methods see it before its serializer does, `_emit` sees
 * the whole line. OpenTelemetry's instrumentation stops before bunyan 2 and never has the Error itself.
 */
import { exported, type Library, wrapMethod } from "../libraries.ts";
import { errorAmong, logLine } from "../log-line.ts";
import type { SeverityName } from "../report.ts";
import { attempt } from "../values.ts";

const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"];
const NOT_FIELDS = new Set([
	"msg",
	"level",
	"time",
	"v",
	"pid",
	"hostname",
	"err",
	"trace_id",
	"span_id",
	"trace_flags",
]);

/** The Error of the call that is under way: nothing runs in between. */
let current: Error | undefined;

export const bunyan: Library = {
	module: "bunyan",
	versions: [">=1.8 <3"],
	patch: (exports) => {
		const Logger = typeof exports === "function" ? exports : (exported<unknown>(exports, "default") ?? exports);
		const prototype = (Logger as { prototype?: object }).prototype;
		for (const level of LEVELS)
			wrapMethod(prototype, level, (original) => {
				return function (this: unknown, ...args: unknown[]): unknown {
					current = attempt(() => errorAmong(args), undefined);
					try {
						return original.apply(this, args);
					} finally {
						current = undefined;
					}
				};
			});
		wrapMethod(prototype, "_emit", (original) => {
			return function (this: unknown, ...args: unknown[]): unknown {
				const [record, noemit] = args;
				const error = current;
				const emitted = original.apply(this, args);
				if (noemit !== true) attempt(() => said(record as Record<string, unknown>, error), undefined);
				return emitted;
			};
		});
	},
};

function said(record: Record<string, unknown>, error: Error | undefined): void {
	const fields: Record<string, unknown> = {};
	for (const key of Object.keys(record)) if (!NOT_FIELDS.has(key)) fields[key] = record[key];
	logLine({
		scope: "bunyan",
		error,
		severity: severityOf(Number(record.level)),
		body: String(record.msg ?? ""),
		fields,
		plain: true,
	});
}

function severityOf(level: number): SeverityName {
	if (level >= 60) return "fatal";
	if (level >= 50) return "error";
	if (level >= 40) return "warn";
	return level >= 30 ? "info" : "debug";
}
