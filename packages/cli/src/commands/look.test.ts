/** `issues`, `analyze`, `trends`, `migrate`: what they show of real rows in a real ClickHouse. */
import type { OtelLogRow } from "@errata/store";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { EXIT } from "../exit.ts";
import { cli, type TestStore, testStore } from "../testing/cli.ts";
import { errorRow, hexId, richError, spanRow } from "../testing/seed.ts";

const MINUTE = 60_000;
const TRACE = hexId(16);
const [ROOT, INNER] = [hexId(8), hexId(8)];

let db: TestStore;
let refused: OtelLogRow;
let group = "";

function fingerprintOf(row: OtelLogRow): string {
	return row.LogAttributes["errata.fingerprint"] ?? "";
}

beforeAll(async () => {
	db = await testStore(inject("clickhouseUrl"));
	const now = Date.now();
	refused = errorRow(richError({ traceId: TRACE, spanId: INNER, at: now - 2_000 }));
	group = fingerprintOf(refused);
	const rows = [refused];
	for (let i = 1; i <= 5; i++) rows.push(errorRow(richError({ at: now - i * MINUTE, service: "worker" })));
	for (let i = 0; i < 2; i++) rows.push(errorRow(richError({ at: now - 90 * MINUTE - i })));
	rows.push(
		errorRow({
			type: "TypeError",
			message: "Cannot read properties of undefined (reading 'total')",
			stacktrace: "TypeError: x\n    at sum (/app/src/cart.ts:7:22)",
			traceId: TRACE,
			spanId: ROOT,
			at: now - 3_000,
			handled: false,
			attributes: { "errata.context.task.name": "nightly" },
		}),
	);
	// Two groups of the application's own that begin alike.
	for (const end of ["1", "2"])
		rows.push(
			errorRow({
				type: "AcmeError",
				message: `\u001b[31mred\u001b[0m \u202eevil ${end}`,
				at: now - 10_000,
				attributes: { "errata.fingerprint": `feedface${"0".repeat(23)}${end}`, "errata.code": "ACME_MAGIC" },
			}),
		);
	await db.store.insertLogs(rows);
	await db.store.insertTraces([
		spanRow({ traceId: TRACE, spanId: ROOT, name: "POST /orders", at: now - 5_000, failed: true }),
		spanRow({ traceId: TRACE, spanId: INNER, parentSpanId: ROOT, name: "pg.connect", at: now - 4_000, failed: true }),
	]);
});

describe("errata issues list", () => {
	test("shows each group on a line, data on stdout, what to do next on stderr", async () => {
		const { code, stdout, stderr } = await cli(["issues", "list", ...db.flags]);
		expect(code).toBe(0);
		const lines = stdout.trimEnd().split("\n");
		expect(lines[0]).toMatch(/^group +code +state +count +last seen +services +message$/u);
		expect(lines).toHaveLength(5);
		expect(stdout).toMatch(
			new RegExp(`^${group.slice(0, 8)} +NET_CONN_REFUSED +new +8 +.* ago +checkout, worker +connect ECONN`, "mu"),
		);
		expect(stderr).toMatch(
			/4 groups in the last 24h\. Next: errata issues view [0-9a-f]{8} --clickhouse|4 groups in the last 24h\. Next: errata issues view [0-9a-f]{8} --database/u,
		);
	});

	test("never prints a password, not even in the next command", async () => {
		const { stdout, stderr } = await cli(["issues", "list", ...db.flags]);
		const { password } = new URL(inject("clickhouseUrl"));
		expect(password).not.toBe("");
		expect(stdout + stderr).not.toContain(password);
	});

	test("narrows by time, service and code", async () => {
		const list = async (...args: string[]) => {
			const { stdout } = await cli(["issues", "list", "--json", ...args, ...db.flags]);
			const { issues } = JSON.parse(stdout) as { issues: { issue: { code: string; count: number } }[] };
			return issues.map(({ issue }) => issue);
		};
		expect((await list("--since", "30m", "--code", "net_conn_refused"))[0]?.count).toBe(6);
		expect((await list("--service", "worker")).map((issue) => issue.code)).toEqual(["NET_CONN_REFUSED"]);
		expect(await list("--limit", "2")).toHaveLength(2);
	});

	test("says so when there is nothing", async () => {
		const { code, stdout, stderr } = await cli(["issues", "list", "--service", "nobody", ...db.flags]);
		expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
		expect(stderr).toContain("No errors that match in the last 24h");
	});

	test("escape sequences of a message reach the terminal neither as text nor as JSON", async () => {
		const text = await cli(["issues", "list", "--code", "ACME_MAGIC", ...db.flags]);
		const json = await cli(["issues", "list", "--code", "ACME_MAGIC", "--json", ...db.flags]);
		expect(text.stdout).toContain("AcmeError: red evil 1");
		for (const { stdout } of [text, json]) expect(stdout).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
		expect(JSON.parse(json.stdout).issues[0].issue.message.startsWith("\u001b[31mred")).toBe(true);
	});
});

describe("errata issues view", () => {
	test("explains the group and lists its latest occurrences", async () => {
		const { code, stdout, stderr } = await cli(["issues", "view", group.slice(0, 6), ...db.flags]);
		expect(code).toBe(0);
		expect(stdout).toMatch(/^NET_CONN_REFUSED {2}Connection refused\nError: connect ECONNREFUSED 127\.0\.0\.1:5432\n/u);
		expect(stdout).toContain("> 42 | ");
		expect(stdout).toMatch(/now +- Check that something listens on 127\.0\.0\.1:5432/u);
		expect(stdout).toMatch(new RegExp(`UTC +checkout +create-order order-42 +${TRACE}`, "u"));
		expect(stderr).toContain(group);
	});

	test("an unknown group: exit 4 and where to look", async () => {
		const { code, stdout, stderr } = await cli(["issues", "view", "0000beef", ...db.flags]);
		expect({ code, stdout }).toEqual({ code: EXIT.notFound, stdout: "" });
		expect(stderr).toMatch(
			/cannot find a group 0000beef: none of that id in database .*\. `errata issues list --since 7d`/u,
		);
	});

	test("a prefix of several: exit 5, and enough digits of each", async () => {
		const { code, stderr } = await cli(["issues", "view", "feedface", ...db.flags]);
		expect(code).toBe(EXIT.ambiguous);
		expect(stderr).toContain("several begin with it");
		for (const end of ["1", "2"])
			expect(stderr).toMatch(new RegExp(`feedface0{23}${end} +ACME_MAGIC +AcmeError: red evil ${end}`, "u"));
		const exact = await cli(["issues", "view", `feedface${"0".repeat(23)}1`, ...db.flags]);
		expect(exact.code).toBe(0);
		expect(exact.stdout).toContain("no registered catalog holds the code");
	});
});

describe("errata analyze", () => {
	test("reads well in a terminal, and says how much of the budget it took", async () => {
		const { code, stdout, stderr } = await cli(["analyze", group.slice(0, 8), ...db.flags]);
		expect(code).toBe(0);
		expect(stdout).toMatch(/^NET_CONN_REFUSED: Connection refused\n/u);
		for (const heading of ["Summary", "Suggestions", "Code", "Stack", "Spans", "Execution context", "System state"])
			expect(stdout).toMatch(new RegExp(`^${heading}`, "mu"));
		expect(stdout).toMatch(/similar errors in 24 hours +8/u);
		expect(stdout).toMatch(/TypeError: Cannot read properties of undefined/u);
		expect(stderr).toMatch(/[0-9,]+ of 8,192 tokens/u);
	});

	test("--llm-format is the same bytes each time, within its budget, telemetry fenced", async () => {
		const args = ["analyze", group, "--llm-format", "--budget", "900", ...db.flags];
		const [first, second] = [await cli(args), await cli(args)];
		expect(first.stdout).toBe(second.stdout);
		expect(first.stdout).toMatch(/^# NET_CONN_REFUSED: Connection refused\n/u);
		expect(first.stdout).toContain("```untrusted\n");
		expect(first.stdout).toContain("Left out to stay within 900 tokens: ");
		const used = /^([0-9,]+) of 900 tokens/mu.exec(first.stderr)?.[1] ?? "";
		expect(Number(used)).toBeLessThanOrEqual(900);
	});

	test("a trace id gives its errors, spans in order and the likely origin", async () => {
		const { code, stdout } = await cli(["analyze", TRACE.toUpperCase(), "--format", "md", ...db.flags]);
		expect(code).toBe(0);
		expect(stdout).toContain(`# Trace ${TRACE}`);
		expect(stdout).toContain("Likely origin: NET_CONN_REFUSED, Connection refused.");
		expect(stdout).toMatch(/! POST \/orders \(checkout, 10 ms\)\n! {3}pg\.connect/u);
		expect(stdout).toMatch(/JS_NULL_ACCESS TypeError: .* uncaught/u);
	});

	test("an unknown id: exit 4, nothing on stdout", async () => {
		const { code, stdout, stderr } = await cli(["analyze", "0".repeat(31), ...db.flags]);
		expect({ code, stdout }).toEqual({ code: EXIT.notFound, stdout: "" });
		expect(stderr).toContain("a trace needs its whole id of 32 digits");
	});
});

describe("errata trends", () => {
	test("one line per group with counts and the change", async () => {
		const { code, stdout, stderr } = await cli(["trends", "--window", "1h", ...db.flags]);
		expect(code).toBe(0);
		expect(stdout).toMatch(new RegExp(`^${group.slice(0, 8)} +[·▁-█]{24} +6 +2 +3x +NET_CONN_REFUSED$`, "mu"));
		expect(stderr).toContain("last 1h against the 1h before");
	});

	test("by service, task and code", async () => {
		const keys = async (flag: string) => {
			const { stdout } = await cli(["trends", flag, "--json", ...db.flags]);
			return (JSON.parse(stdout) as { trends: { key: string; count: number }[] }).trends;
		};
		expect(await keys("--by-service")).toContainEqual(expect.objectContaining({ key: "worker", count: 5 }));
		expect(await keys("--by-task")).toContainEqual(expect.objectContaining({ key: "nightly", count: 1 }));
		expect(await keys("--by-code")).toContainEqual(expect.objectContaining({ key: "ACME_MAGIC", count: 2 }));
	});
});

describe("errata migrate", () => {
	test("says what it would do, does it, and is done", async () => {
		const fresh = ["--clickhouse-url", inject("clickhouseUrl"), "--database", db.flags[3] ?? ""];
		const { code, stdout } = await cli(["migrate", ...fresh]);
		expect(code).toBe(0);
		expect(stdout).toMatch(/is up to date: migration \d+/u);
	});

	test("a database without errata's tables: what to run", async () => {
		const { code, stderr } = await cli([
			"trends",
			"--clickhouse-url",
			inject("clickhouseUrl"),
			"--database",
			"no_such",
		]);
		expect(code).toBe(EXIT.failure);
		expect(stderr).toMatch(/database no_such does not exist\. .*errata migrate/u);
	});
});
