/**
 * The Error behind a pino line. pino 9.10 and later publishes its raw arguments on a diagnostics channel just before the
 * official instrumentation's stream emits the record in the same turn; the processor takes the error from there. Without
 * that instrumentation, the error is reported by itself.
 */
import diagnostics from "node:diagnostics_channel";
import { isError } from "../normalize.ts";
import { pending } from "../raw.ts";
import { report, type SeverityName } from "../report.ts";
import { claimChannel } from "../state.ts";
import { attempt } from "../values.ts";

const BRIDGE = "@opentelemetry/instrumentation-pino";

interface Line {
	/** `(obj, msg, level, time)`. */
	readonly arguments?: ArrayLike<unknown>;
}

export function watchPino(): void {
	if (!claimChannel("pino")) return;
	diagnostics.subscribe("tracing:pino_asJson:start", (message) => {
		const args = (message as Line).arguments;
		const error = args === undefined ? undefined : errorOf(args[0]);
		pending.raw = undefined;
		if (error === undefined) return;
		const raw = { error, handled: true };
		pending.scope = BRIDGE;
		pending.raw = raw;
		queueMicrotask(() => {
			if (pending.raw !== raw) return;
			pending.raw = undefined;
			const text = args?.[1];
			report({
				...raw,
				severity: severityOf(args?.[2]),
				scope: "pino",
				...(typeof text === "string" ? { body: text } : {}),
			});
		});
	});
}

/** The first argument itself, or the first Error among its own values: `{ err }`, `{ error }`, any key. */
function errorOf(value: unknown): Error | undefined {
	if (isError(value)) return value;
	if (typeof value !== "object" || value === null) return undefined;
	const { err } = value as { err?: unknown };
	if (isError(err)) return err;
	const keys = attempt(() => Object.keys(value), []);
	for (const key of keys.slice(0, 50)) {
		const item = attempt(() => (value as Record<string, unknown>)[key], undefined);
		if (isError(item)) return item;
	}
	return undefined;
}

function severityOf(level: unknown): SeverityName {
	const number = typeof level === "number" ? level : 50;
	if (number >= 60) return "fatal";
	if (number >= 50) return "error";
	if (number >= 40) return "warn";
	return number >= 30 ? "info" : "debug";
}
