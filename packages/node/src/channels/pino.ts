/**
 * The Error behind a pino line. pino 9.10 and later publishes its raw arguments on a diagnostics channel just before the
 * official instrumentation's stream emits the record in the same turn; the processor takes the error from there. Without
 * that instrumentation, the error is reported by itself.
 */
import diagnostics from "node:diagnostics_channel";
import { errorAmong } from "../log-line.ts";
import { pending } from "../raw.ts";
import { report, type SeverityName } from "../report.ts";
import { claimChannel } from "../state.ts";

const BRIDGE = "@opentelemetry/instrumentation-pino";

interface Line {
	/** `(obj, msg, level, time)`. */
	readonly arguments?: ArrayLike<unknown>;
}

export function watchPino(): void {
	if (!claimChannel("pino")) return;
	diagnostics.subscribe("tracing:pino_asJson:start", (message) => {
		const args = (message as Line).arguments;
		const error = args === undefined ? undefined : errorAmong([args[0]]);
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

function severityOf(level: unknown): SeverityName {
	const number = typeof level === "number" ? level : 50;
	if (number >= 60) return "fatal";
	if (number >= 50) return "error";
	if (number >= 40) return "warn";
	return number >= 30 ? "info" : "debug";
}
