/**
 * OTLP is at least once: retries, spools and queues send records again, in the same batch and in others. However they
 * arrive, one occurrence counts once in errata_errors, in issues and in trends.
 */
import { randomBytes } from "node:crypto";
import { openStore, type Store } from "@errata/store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestLocal, type TestLocal } from "./setup/local.ts";
import { errorLog, type LogInput, logsRequest, send, spanRequest } from "./setup/otlp.ts";

const RECORDS = 10_000;
const AGAIN = 1_000;
const GROUPS = 40;
const HOUR_MS = 3_600_000;

let local: TestLocal;
let store: Store;

/** A function and file per group; ids and times differ per record. Every third record brings its own id. */
function generate(now: number): LogInput[] {
	return Array.from({ length: RECORDS }, (_, i) => {
		const group = i % GROUPS;
		const at = now - Math.floor((i / RECORDS) * 50 * 60_000) - 1_000;
		const where = `handler${group} (file:///srv/app/routes/route${group}.js`;
		const log = errorLog(at, "Error", `order ${100_000 + i} could not be stored`, where);
		if (i % 3 !== 0) return log;
		return { ...log, attributes: { ...log.attributes, "log.record.uid": `uid-${i}` } };
	});
}

function batches<T>(items: readonly T[], size: number): T[][] {
	return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}

async function sendAll(service: string, logs: readonly LogInput[], size: number): Promise<void> {
	for (const batch of batches(logs, size)) {
		expect(await send(local.local.otlpUrl, "logs", logsRequest(service, batch))).toBe(200);
	}
}

interface Counts {
	readonly events: number;
	readonly groups: number;
	readonly issues: number;
	readonly issueGroups: number;
	readonly live: number;
	readonly hourly: number;
}

/** What each level says of a service; `untilMs` is fixed so that times do not move between two readings. */
async function counts(service: string, untilMs: number): Promise<Counts> {
	const [sql] = await local.sql<{ events: string; groups: string }>(
		`SELECT toString(uniqExact(EventId)) AS events, toString(uniqExact(Fingerprint)) AS groups
		FROM errata_errors WHERE ServiceName = {service:String}`,
		{ service },
	);
	const issues = await store.listIssues({ service, limit: 1_000 });
	await store.refreshTrends();
	const total = async (windowMs: number): Promise<number> => {
		const trends = await store.trends({ windowMs, untilMs, by: "service", limit: 100 });
		return trends.find((trend) => trend.key === service)?.count ?? 0;
	};
	return {
		events: Number(sql?.events),
		groups: Number(sql?.groups),
		issues: issues.reduce((sum, issue) => sum + issue.count, 0),
		issueGroups: issues.length,
		live: await total(HOUR_MS),
		hourly: await total(48 * HOUR_MS),
	};
}

beforeAll(async () => {
	local = await startTestLocal();
	store = openStore({ url: local.local.clickhouseUrl });
}, 120_000);

afterAll(async () => {
	await store?.close();
	await local?.stop();
});

describe("10,000 records of 40 bugs", () => {
	it("count the same at every level, also after 1,000 of them came again in other batches", {
		timeout: 120_000,
	}, async () => {
		const now = Date.now();
		const untilMs = now + 60_000;
		const logs = generate(now);
		await sendAll("bulk", logs, 512);
		const once = {
			events: RECORDS,
			groups: GROUPS,
			issues: RECORDS,
			issueGroups: GROUPS,
			live: RECORDS,
			hourly: RECORDS,
		};
		expect(await counts("bulk", untilMs)).toEqual(once);

		await sendAll(
			"bulk",
			logs.filter((_, i) => (i * 7_919) % RECORDS < AGAIN),
			77,
		);
		expect(await counts("bulk", untilMs)).toEqual(once);

		await sendAll("bulk", logs.slice(0, 512), 512);
		expect(await counts("bulk", untilMs)).toEqual(once);
	});
});

describe("one failure that comes as a log and as an exception on its span", () => {
	it.each(["log first", "span first"])("counts once (%s)", async (order) => {
		const service = `signals ${order}`;
		const [traceId, spanId] = [randomBytes(16).toString("hex"), randomBytes(8).toString("hex")];
		const at = Date.now();
		const log = { ...errorLog(at, "Error", "no such user 17", "find (file:///srv/app/users.js"), traceId, spanId };
		const requests = [
			["logs", logsRequest(service, [log])],
			["traces", spanRequest(service, { at, traceId, spanId }, log)],
		] as const;
		for (const [signal, body] of order === "log first" ? requests : requests.toReversed()) {
			for (let i = 0; i < 2; i++) expect(await send(local.local.otlpUrl, signal, body)).toBe(200);
		}
		const issues = await store.listIssues({ service });
		expect(issues.map((issue) => [issue.count, issue.traces])).toEqual([[1, 1]]);
	});
});
