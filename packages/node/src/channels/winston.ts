/**
 * Lines of winston 3, with the Error behind them. The official transport reaches no SDK of the 3.x line, so lines
 * without an Error are sent from here too. Formats (`errors`, `splat`) work on what winston prints, not on what is
 * taken here: the arguments themselves, before any format.
 */
import { types } from "node:util";
import { exported, type Library, wrapMethod } from "../libraries.ts";
import { errorAmong, errorIn, logLine, severityOfName } from "../log-line.ts";
import { isError } from "../normalize.ts";
import { attempt } from "../values.ts";

/** winston's own symbols, of `triple-beam`. */
const LEVEL = Symbol.for("level");
const SPLAT = Symbol.for("splat");

type Info = Record<string | symbol, unknown>;

interface Logger {
	readonly silent?: boolean;
	readonly transports?: readonly object[];
	isLevelEnabled?(level: unknown): boolean;
}

/** `trace_id` and its like are the record's own already. */
const NOT_FIELDS = new Set(["level", "message", "stack", "cause", "trace_id", "span_id", "trace_flags"]);

/** A child clones its info, and loses the Error: the last one that was about to be written. */
let last: Error | undefined;

export const winston: Library = {
	module: "winston",
	versions: [">=3 <4"],
	patch: (exports) => {
		const prototype = exported<{ prototype: object }>(exports, "Logger")?.prototype;
		wrapMethod(prototype, "_addDefaultMeta", (original) => {
			return function (this: unknown, ...args: unknown[]): unknown {
				last = isThrown(args[0]) ? args[0] : undefined;
				return original.apply(this, args);
			};
		});
		wrapMethod(prototype, "write", (original) => {
			return function (this: unknown, ...args: unknown[]): unknown {
				const [info] = args;
				const error = attempt(() => errorOf(info as Info), undefined);
				last = undefined;
				const written = original.apply(this, args);
				attempt(() => said(this as Logger, info as Info, error), undefined);
				return written;
			};
		});
	},
};

function errorOf(info: Info): Error | undefined {
	if (isThrown(info)) return info;
	if (last !== undefined && info.stack === last.stack) return last;
	const splat = info[SPLAT];
	return errorAmong([info.message, ...(Array.isArray(splat) ? splat.slice(0, 10) : [])]) ?? errorIn(info);
}

/** An Error itself: the clone that winston makes of one has a stack and a message too. */
function isThrown(value: unknown): value is Error & Info {
	return types.isNativeError(value) || value instanceof Error;
}

function said(logger: Logger, info: Info, error: Error | undefined): void {
	const level = info[LEVEL] ?? info.level;
	if (logger.silent === true || logger.isLevelEnabled?.(level) === false) return;
	const fields: Record<string, unknown> = {};
	// An Error that is the line has its properties described with it.
	if (!isThrown(info)) for (const key of Object.keys(info)) if (!NOT_FIELDS.has(key)) fields[key] = info[key];
	const message = isError(info.message) || isThrown(info) ? "" : String(info.message ?? "");
	const plain = !sentElsewhere(logger);
	logLine({ scope: "winston", error, severity: severityOfName(level), body: message, fields, plain });
}

/** OpenTelemetry's own transport, where something listens to it. */
function sentElsewhere(logger: Logger): boolean {
	if ((globalThis as Record<symbol, unknown>)[Symbol.for("io.opentelemetry.js.api.logs")] === undefined) return false;
	return (
		logger.transports?.some((transport) => transport.constructor.name.startsWith("OpenTelemetryTransport")) ?? false
	);
}
