/** `errata tail` while rows arrive, while its reader goes, and while errata local restarts: real processes. */

import { loadConfig } from "@errata/node/config";
import { describe, expect, inject, test } from "vitest";
import { storeAt } from "../backend.ts";
import { cli, ended, said, startCli, temporaryDirectory, testStore } from "../testing/cli.ts";
import { errorRow, logRow, richError } from "../testing/seed.ts";

describe("errata tail", () => {
	test("shows what is there and stops with --no-follow; filters", async () => {
		const { store, flags } = await testStore(inject("clickhouseUrl"));
		const now = Date.now();
		await store.insertLogs([
			logRow("an hour ago", "checkout", now - 3_600_000),
			logRow("order received", "checkout", now - 2_000),
			errorRow(richError({ at: now - 1_000 })),
		]);
		const all = await cli(["tail", "--no-follow", ...flags]);
		expect(all.code).toBe(0);
		expect(all.stdout.trimEnd().split("\n")).toHaveLength(3);
		expect(all.stdout).toMatch(/ERROR checkout NET_CONN_REFUSED [0-9a-f]{8} connect ECONNREFUSED .* task order-42/u);
		const recent = await cli(["tail", "--no-follow", "--since", "5m", ...flags]);
		expect(recent.stdout).not.toContain("an hour ago");
		const errors = await cli(["tail", "--no-follow", "--error-only", "--task-id", "order-42", "--json", ...flags]);
		expect(
			errors.stdout
				.trimEnd()
				.split("\n")
				.map((line) => JSON.parse(line).code),
		).toEqual(["NET_CONN_REFUSED"]);
		const none = await cli(["tail", "--no-follow", "--task-id", "nobody", ...flags]);
		expect(none).toMatchObject({ code: 0, stdout: "" });
	});

	test("follows: a row that arrives is shown once; Ctrl-C ends it with 0", async () => {
		const { store, flags } = await testStore(inject("clickhouseUrl"));
		await store.insertLogs([logRow("before", "checkout", Date.now() - 1_000)]);
		const child = startCli(["tail", "--json", ...flags]);
		const end = ended(child);
		await said(child.stdout, "before");
		await store.insertLogs([logRow("after", "checkout", Date.now())]);
		await said(child.stdout, "after");
		child.kill("SIGINT");
		const { code, stdout } = await end;
		expect(code).toBe(0);
		expect(
			stdout
				.trimEnd()
				.split("\n")
				.map((line) => JSON.parse(line).body),
		).toEqual(["before", "after"]);
	});

	test("ends quietly when its reader goes", async () => {
		const { store, flags } = await testStore(inject("clickhouseUrl"));
		await store.insertLogs([logRow("one", "checkout", Date.now() - 1_000)]);
		const child = startCli(["tail", ...flags]);
		await said(child.stdout, "one");
		child.stdout.destroy();
		const end = ended(child);
		await store.insertLogs([logRow("two", "checkout", Date.now())]);
		const { code, stderr } = await end;
		expect(code).toBe(0);
		expect(stderr).not.toContain("EPIPE");
	});

	test("survives a restart of errata local, and says so", { timeout: 120_000 }, async () => {
		const env = { HOME: temporaryDirectory(), ERRATA_LOCAL_PORT: "0", ERRATA_LOCAL_OTLP_PORT: "0" };
		const first = startCli(["local", "--json"], { env });
		const { clickhouseUrl } = JSON.parse(await said(first.stdout, "\n")) as { clickhouseUrl: string };
		const { config } = loadConfig({ env: {}, cwd: "/" });
		await storeAt(clickhouseUrl, config).insertLogs([logRow("first life", "checkout", Date.now())]);
		const tail = startCli(["tail"], { env });
		const tailEnd = ended(tail);
		await said(tail.stdout, "first life");
		const away = said(tail.stderr, "went away");
		const firstEnd = ended(first);
		first.kill("SIGTERM");
		await firstEnd;
		await away;
		const back = said(tail.stderr, "It is back");
		const second = startCli(["local", "--json"], { env });
		const secondEnd = ended(second);
		const again = JSON.parse(await said(second.stdout, "\n")) as { clickhouseUrl: string };
		await back;
		await storeAt(again.clickhouseUrl, config).insertLogs([logRow("second life", "checkout", Date.now())]);
		await said(tail.stdout, "second life");
		tail.kill("SIGINT");
		expect((await tailEnd).code).toBe(0);
		second.kill("SIGTERM");
		expect((await secondEnd).code).toBe(0);
	});
});
