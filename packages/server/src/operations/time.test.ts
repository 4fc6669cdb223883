/** Trends in asked-for buckets, anomalies and patterns over HTTP. */
import { anomaliesList, createClient, patternsList, trendsGet } from "@errata/api";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { errorRow, type SeedError, type Served, served } from "../testing/served.ts";

const HOUR = 3_600_000;

let s: Served;
beforeAll(async () => {
	s = await served(inject("clickhouseUrl"));
	const now = Date.now();
	const rows: SeedError[] = [];
	// Three an hour for 20 days, and forty within this hour; another group as ever.
	for (let hour = 0; hour < 20 * 24; hour++)
		for (let i = 0; i < 3; i++) {
			const at = now - hour * HOUR - (i + 1) * 60_000;
			rows.push({ service: "loud", message: "socket hang up", at });
			rows.push({ service: "steady", message: "x is not a function", type: "TypeError", at });
		}
	const open = now % HOUR;
	for (let i = 0; i < 40; i++)
		rows.push({ service: "loud", message: "socket hang up", at: now - Math.floor((open * i) / 41) });
	rows.push({ service: "young", message: "connect ETIMEDOUT 10.0.0.1:443" });
	rows.push({ service: "stock", message: "shelf 7 is crooked", type: "ShelfError" });
	rows.push({ service: "stock", message: "shelf 8 is crooked", type: "ShelfError" });
	await s.store.insertLogs(rows.map(errorRow));
});
afterAll(() => s.stop());

const client = () => createClient({ url: s.server.url });

test("an hour far above the same hours before is an anomaly of its group and of its service", async () => {
	for (const by of ["fingerprint", "service"] as const) {
		const { anomalies, judged } = await client().call(anomaliesList, { by });
		expect(judged).toBeGreaterThanOrEqual(2);
		expect(anomalies).toHaveLength(1);
		expect(anomalies[0]).toMatchObject({ open: true, ...(by === "service" ? { key: "loud" } : {}) });
		expect(anomalies[0]?.score).toBeGreaterThan(6);
		expect(anomalies[0]?.expected).toBeLessThan(5);
	}
});

test("trends in minutes, hours and days add up to the same", async () => {
	const steps = { "1m": "12h", "1h": "12h", "1d": "5d" } as const;
	for (const [step, window] of Object.entries(steps)) {
		const { trends } = await client().call(trendsGet, { by: "service", window, step: step as "1m" });
		const line = trends.find(({ key }) => key === "steady");
		expect(line?.stepMs).toBe({ "1m": 60_000, "1h": HOUR, "1d": 24 * HOUR }[step]);
		expect(line?.buckets).toHaveLength({ "1m": 720, "1h": 12, "1d": 5 }[step] as number);
		expect(line?.buckets.reduce((sum, n) => sum + n, 0)).toBe(line?.count);
		expect((line?.sinceMs ?? 1) % (line?.stepMs ?? 1)).toBe(0);
	}
	await expect(client().call(trendsGet, { window: "30d", step: "1m" })).rejects.toThrow("more than 1440 buckets");
});

test("patterns are those of what no entry names", async () => {
	const { patterns } = await client().call(patternsList, { window: "1h", onlyNew: true });
	expect(patterns).toHaveLength(1);
	expect(patterns[0]).toMatchObject({ text: "ShelfError: shelf <*> is crooked", count: 2, services: ["stock"] });
});
