/** What is read in one question: health, one trace, trends, the newest records. */
import { healthGet, tailList, tracesGet, trendsGet } from "@errata/api";
import { originOf } from "../analysis/origin.ts";
import { implement } from "../call.ts";
import { Failure, notFound } from "../failure.ts";
import { LIMITS } from "../limits.ts";
import { VERSION } from "../version.ts";
import { windowMs } from "../window.ts";
import { aroundTrace } from "../work/analyses.ts";

const HOUR = 3_600_000;

export const health = implement(healthGet, async (_, { store, catalog }) => {
	const { version, migration } = await store.health();
	const status: "ok" | "degraded" = migration.current === migration.latest ? "ok" : "degraded";
	return {
		status,
		version: VERSION,
		clickhouse: version,
		migration,
		catalog: catalog.version,
	};
});

export const trace = implement(tracesGet, async ({ traceId }, { store }) => {
	const id = traceId.toLowerCase();
	const [errors, spans] = await Promise.all([store.traceErrors(id), store.traceSpans(id)]);
	if (errors.length === 0 && spans.length === 0) throw notFound("trace");
	const around = await aroundTrace(store, errors, spans);
	return { traceId: id, errors, spans, origin: originOf({ errors, spans, ...around }) ?? null };
});

export const trends = implement(trendsGet, async (input, { store, now }) => {
	const by = input.by ?? "fingerprint";
	const ms = windowMs(input.window, HOUR);
	const stepMs = input.step === undefined ? undefined : windowMs(input.step, HOUR);
	if (stepMs !== undefined && ms > stepMs * LIMITS.trendSteps)
		throw new Failure(
			"BAD_REQUEST",
			`A window of ${input.window} has more than ${LIMITS.trendSteps} buckets of ${input.step}.`,
			"Ask for a shorter window or a longer step.",
		);
	const found = await store.trends({ windowMs: ms, by, stepMs, limit: input.limit ?? 20, untilMs: now() });
	return { windowMs: ms, by, trends: found };
});

export const tail = implement(tailList, async (input, { store }) => ({ rows: await store.tail(input) }));
