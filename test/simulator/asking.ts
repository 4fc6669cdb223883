/** A world written into the engine as any program's telemetry, described by errata, and asked of over HTTP as anybody would. */
import {
	anomaliesList,
	type Client,
	correlationsGet,
	createClient,
	incidentsList,
	issuesAttributes,
	type OutputOf,
	tracesGet,
} from "../../packages/api/src/index.ts";
import { builtinCatalog, createRedactor } from "../../packages/catalog/src/index.ts";
import { startServer } from "../../packages/server/src/index.ts";
import { openStore, type Store } from "../../packages/store/src/index.ts";
import { testDatabase } from "../../packages/store/src/test-database.ts";
import type { World } from "./world.ts";

/** Groups of one world that are asked for, those of the fault and the largest first. */
const ASKED_GROUPS = 8;
const ASKED_TRACES = 6;

export interface GroupRow {
	readonly eventId: string;
	readonly fingerprint: string;
	readonly key: string;
	readonly at: string;
}

export interface Answers {
	/** Every error as errata grouped it. */
	readonly rows: readonly GroupRow[];
	readonly traces: readonly OutputOf<typeof tracesGet>[];
	readonly incidents: OutputOf<typeof incidentsList>;
	readonly groups: ReadonlyMap<
		string,
		{ correlations: OutputOf<typeof correlationsGet>; attributes: OutputOf<typeof issuesAttributes> }
	>;
	readonly anomalies: OutputOf<typeof anomaliesList>;
}

export interface Asking {
	ask(world: World): Promise<Answers>;
	stop(): Promise<void>;
}

/** Tables that hold what was sent and what came of it. */
const FILLED = [
	"otel_logs",
	"otel_traces",
	"otel_traces_trace_id_ts",
	"errata_errors",
	"errata_trends_1h",
	"errata_trends_1d",
];

export async function asking(clickhouseUrl: string): Promise<Asking> {
	let store: Store | undefined;
	const db = await testDatabase(clickhouseUrl);
	const server = await startServer({ store: () => store as Store, port: 0 });
	const client = createClient({ url: server.url, timeoutMs: 60_000 });
	return {
		stop: async () => {
			await server.stop();
			await db.drop();
		},
		async ask(world) {
			for (const table of FILLED) await db.run(`TRUNCATE TABLE ${table} SYNC`);
			// One of its own: what a store was asked a minute ago is remembered.
			store = openStore({ url: clickhouseUrl, database: db.name });
			try {
				await write(store, world);
				const rows = await db.rows<GroupRow>(
					"SELECT EventId AS eventId, Fingerprint AS fingerprint, if(Signal = 'span', concat(TraceId, ' ', SpanId), EventId) AS key, toString(Timestamp) AS at FROM errata_errors",
				);
				return await answersOf(client, world, rows);
			} finally {
				await store.close();
			}
		},
	};
}

async function write(store: Store, world: World): Promise<void> {
	for (let i = 0; i < world.logs.length; i += 5000) await store.insertLogs(world.logs.slice(i, i + 5000));
	for (let i = 0; i < world.spans.length; i += 5000) await store.insertTraces(world.spans.slice(i, i + 5000));
	await store.backfill({
		...{ catalog: builtinCatalog(), redactor: createRedactor() },
		sinceMs: world.untilMs - 12 * 86_400_000,
		untilMs: world.untilMs + 600_000,
	});
}

async function answersOf(client: Client, world: World, rows: readonly GroupRow[]): Promise<Answers> {
	const sizes = new Map<string, number>();
	for (const { fingerprint } of rows) sizes.set(fingerprint, (sizes.get(fingerprint) ?? 0) + 1);
	const cause = world.fault?.cause;
	const struck = new Set(
		rows
			.filter(({ key }) => cause !== undefined && world.traffic.why.get(key)?.cause === cause)
			.map((r) => r.fingerprint),
	);
	const wanted = [...sizes]
		.filter(([, n]) => n >= 3)
		.sort((a, b) => Number(struck.has(b[0])) - Number(struck.has(a[0])) || b[1] - a[1])
		.slice(0, ASKED_GROUPS);
	const groups: Map<
		string,
		{ correlations: OutputOf<typeof correlationsGet>; attributes: OutputOf<typeof issuesAttributes> }
	> = new Map();
	for (const [fingerprint] of wanted) {
		const [correlations, attributes] = await Promise.all([
			client.call(correlationsGet, { fingerprint, window: "24h", limit: 200 }),
			client.call(issuesAttributes, { fingerprint, window: "4h" }),
		]);
		groups.set(fingerprint, { correlations, attributes });
	}
	const incidents = await client.call(incidentsList, { window: "4h", limit: 50 });
	const anomalies = await client.call(anomaliesList, { hours: 24, limit: 200 });
	const traces: OutputOf<typeof tracesGet>[] = [];
	const known = new Set([...world.logs.map((l) => l.TraceId), ...world.spans.map((s) => s.TraceId)]);
	for (const traceId of [...world.traffic.struck].filter((id) => known.has(id)).slice(0, ASKED_TRACES))
		traces.push(await client.call(tracesGet, { traceId }));
	return { rows, traces, incidents, groups, anomalies };
}
