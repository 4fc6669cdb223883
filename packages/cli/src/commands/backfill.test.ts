import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, inject, test } from "vitest";
import { cli, ended, startCli, testStore } from "../testing/cli.ts";
import { logRow } from "../testing/seed.ts";

const HOUR = 3_600_000;

/** As a stock Collector's exporter leaves it: no attribute of errata's. */
function stock(i: number) {
	return {
		...logRow(`job ${i} failed`, `stock-${i % 3}`, Date.now() - (i % 30) * HOUR),
		SeverityNumber: 17,
		TraceId: String(i).padStart(32, "0"),
		LogAttributes: { "exception.type": "Error", "exception.message": `connect ECONNREFUSED 127.0.0.1:${5000 + i}` },
	};
}

describe("errata backfill", () => {
	test("says how many there are, describes them through a SIGKILL, once, and says so", async () => {
		const db = await testStore(inject("clickhouseUrl"));
		await db.store.insertLogs(Array.from({ length: 2_500 }, (_, i) => stock(i)));
		const dry = await cli(["backfill", "--since", "2d", "--dry-run", ...db.flags]);
		expect(dry).toMatchObject({ code: 0, stdout: "2,500 errors of the last 2d not described.\n" });
		expect(dry.stderr).toContain("Nothing was changed.");

		const killed = startCli(["backfill", "--since", "2d", ...db.flags]);
		const end = ended(killed);
		while ((await db.store.listIssues({ sinceMs: 0 })).length === 0) await sleep(50);
		killed.kill("SIGKILL");
		expect((await end).signal).toBe("SIGKILL");

		const whole = await cli(["backfill", "--since", "2d", ...db.flags]);
		expect(whole.code).toBe(0);
		expect(whole.stdout).toMatch(
			/category +errors\nnetwork +[\d,]+\nDescribed [\d,]+ errors of the last 2d in \d+ groups?\.\n$/u,
		);
		const again = await cli(["backfill", "--since", "2d", ...db.flags]);
		expect(again).toMatchObject({ code: 0, stdout: "Every error of the last 2d is described.\n" });
		const issues = await db.store.listIssues({ sinceMs: 0 });
		expect(issues.reduce((sum, { count }) => sum + count, 0)).toBe(2_500);
	});

	test("more than 30 days are refused with the reason", async () => {
		const { code, stderr } = await cli(["backfill", "--since", "60d"]);
		expect(code).toBe(2);
		expect(stderr).toContain(
			"cannot backfill since 60d: errata keeps errors by the time they happened only up to 30 days",
		);
		expect(stderr).toContain("Pass --since 30d or less");
	});

	test("a database without errata's tables says what to do", async () => {
		const { code, stderr } = await cli([
			"backfill",
			"--clickhouse-url",
			inject("clickhouseUrl"),
			"--database",
			"system",
		]);
		expect(code).not.toBe(0);
		expect(stderr).toContain("errata migrate");
	});
});
