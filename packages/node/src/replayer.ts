/** Sends what a spool of this process, and earlier ones in its place, hold: what `ErrorBatchProcessor` asks a receiver with. */
import { context } from "@opentelemetry/api";
import { suppressTracing } from "@opentelemetry/core";
import { dropped, health } from "./health.ts";
import { type ReplayOptions, type ReplayResult, replaySpool, type Spool } from "./spool.ts";

/** Milliseconds a replay may take, at start and after an outage. */
const REPLAY_MS = 30_000;

type Target = Required<Pick<ReplayOptions, "url" | "headers">>;

/** `undefined` without a place for a spool. What the function does is in `health`; it never keeps the process alive. */
export function replayer(
	spool: Spool,
	target: () => Target | Promise<Target>,
): (() => Promise<ReplayResult>) | undefined {
	if (spool.dir === "") return undefined;
	return () =>
		context.with(suppressTracing(context.active()), async () => {
			spool.release();
			const { url, headers } = await target();
			const result = await replaySpool({ dir: spool.dir, url, headers, timeoutMs: REPLAY_MS, keepAlive: false });
			health.replayed += result.sent;
			dropped("refused", result.failed);
			return result;
		});
}
