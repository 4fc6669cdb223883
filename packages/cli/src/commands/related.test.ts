/** What a person reads of pairs, attributes and incidents; `--json` is what the API answers. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { cli, type TestStore, testStore } from "../testing/cli.ts";
import { errorRow, spanRow } from "../testing/seed.ts";

const MINUTE = 60_000;
const hex = (n: number, digits: number): string => n.toString(16).padStart(digits, "0");

let db: TestStore;
const group = { refused: "", upstream: "", stray: "" };

/** web -> orders -> postgres; every third request of the new release finds the database away. */
beforeAll(async () => {
	db = await testStore(inject("clickhouseUrl"));
	const logs: ReturnType<typeof errorRow>[] = [];
	const spans: ReturnType<typeof spanRow>[] = [];
	const start = Date.now() - 50 * MINUTE;
	for (let n = 1; n <= 240; n++) {
		const at = start + n * 10_000;
		const release = n % 2 === 0 ? "2.3" : "2.2";
		const failed = n % 6 === 0;
		const traceId = hex(n, 32);
		const id = (k: number): string => hex(n * 8 + k, 16);
		const resource = { "service.version": release, "cloud.region": n % 4 < 2 ? "eu-west" : "us-east" };
		const one = (k: number, parentSpanId: string, service: string, SpanKind: string, SpanAttributes = {}) => ({
			...spanRow({
				traceId,
				spanId: id(k),
				parentSpanId,
				name: SpanKind,
				service,
				at: at + k,
				durationMs: 100 - 20 * k,
				failed,
			}),
			...{ SpanKind, SpanAttributes, ResourceAttributes: { "service.name": service, ...resource } },
		});
		spans.push(
			one(0, "", "web", "Server"),
			one(1, id(0), "orders", "Server"),
			one(2, id(1), "orders", "Client", { "db.system.name": "postgresql", "server.address": "db-1" }),
		);
		const tell = (name: keyof typeof group, k: number, service: string, type: string, message: string) => {
			const row = errorRow({ type, message, service, traceId, spanId: id(k), at: at + 50 - k, resource });
			group[name] = row.LogAttributes["errata.fingerprint"] ?? "";
			logs.push(row);
		};
		if (failed) {
			tell("refused", 2, "orders", "Error", "connect ECONNREFUSED 10.0.3.7:5432");
			tell("upstream", 0, "web", "AxiosError", "Request failed with status code 500");
		}
		if (n % 6 === 1 || n % 6 === 3) tell("stray", 0, "web", "AuditError", "cannot write the audit file");
	}
	await db.store.insertLogs(logs);
	await db.store.insertTraces(spans);
});
afterAll(() => db.store.close());

const errata = (...args: string[]) => cli([...args, ...db.flags]);
const short = (fingerprint: string): string => fingerprint.slice(0, 8);
const page = readFileSync(new URL("../../COMMANDS.md", import.meta.url), "utf8");

/** The shape of a document: its keys, and those of the first of each list. */
function shape(value: unknown): unknown {
	if (Array.isArray(value)) return value.length === 0 ? [] : [shape(value[0])];
	if (typeof value !== "object" || value === null) return typeof value;
	return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shape(one)]));
}

function documented(name: string): unknown {
	const [, text = ""] = new RegExp(`<!-- json: ${name} -->\n\`\`\`json\n([^]*?)\n\`\`\``, "u").exec(page) ?? [];
	return shape(JSON.parse(text));
}

describe("errata issues related", () => {
	test("names what fails in the same traces, in its direction, and not what only happens to fail too", async () => {
		const { code, stdout, stderr } = await errata("issues", "related", short(group.refused), "--window", "2h");
		expect(code).toBe(0);
		expect(stdout).toMatch(
			new RegExp(
				`^group +how +support +lift +q +code +message\n${short(group.upstream)} +same traces, after +40 +3\\.0x `,
				"u",
			),
		);
		expect(stdout).not.toContain(short(group.stray));
		expect(stderr).toMatch(/^\d+ related groups?; \d+ pairs? tested\.\n$/u);
	});

	test("--attributes says on which release alone, beside requests of the same service", async () => {
		const { code, stdout, stderr } = await errata(
			"issues",
			"related",
			short(group.refused),
			"--attributes",
			"--window",
			"2h",
		);
		expect(code).toBe(0);
		expect(stdout).toMatch(/^attribute +value +here +others +q *\nservice\.version +2\.3 +100% +\d\d% +\de-\d+/u);
		expect(stdout).not.toContain("cloud.region");
		expect(stderr).toMatch(/^40 occurrences beside \d+ requests\.\n$/u);
	});

	test("--json is the API's answer, as COMMANDS.md shows it", async () => {
		const pairs = await errata("issues", "related", group.refused, "--window", "2h", "--json");
		expect(shape(JSON.parse(pairs.stdout))).toEqual(documented("issues related"));
		const special = await errata("issues", "related", group.refused, "--attributes", "--window", "2h", "--json");
		expect(shape(JSON.parse(special.stdout))).toEqual(documented("issues related --attributes"));
	});

	test("of a group that is not there it says so, and a window that is too long is refused", async () => {
		expect(await errata("issues", "related", "0123abcd")).toMatchObject({ code: 4, stdout: "" });
		const long = await errata("issues", "related", group.refused, "--window", "30d");
		expect(long.code).not.toBe(0);
		expect(long.stderr).toContain("is longer than the 7 days");
	});
});

describe("errata incidents", () => {
	test("names the database, what it began with, what follows, and why", async () => {
		const { code, stdout, stderr } = await errata("incidents", "--window", "2h");
		expect(code).toBe(0);
		const [first = ""] = stdout.split(/^(?=\S)/mu);
		expect(first).toMatch(/^peer postgresql db-1: \d+ traces, since /u);
		expect(first).toContain(`  origin   ${short(group.refused)}  NET_CONN_REFUSED  `);
		expect(first).toContain(`  symptom  ${short(group.upstream)}  `);
		expect(first).toMatch(/ {2}because {2}\S/u);
		expect(stderr).toMatch(/^\d+ incidents?, from \d+ sampled traces\.\n$/u);
	});

	test("--limit says how many more there are; --json is the API's answer, as COMMANDS.md shows it", async () => {
		const one = await errata("incidents", "--window", "2h", "--limit", "1");
		expect(one.stderr).toMatch(/^1 incident, \d+ more, from /u);
		const { stdout } = await errata("incidents", "--window", "2h", "--json");
		expect(shape(JSON.parse(stdout))).toEqual(documented("incidents"));
	});

	test("without errors there is none", async () => {
		const empty = await testStore(inject("clickhouseUrl"));
		const { code, stdout, stderr } = await cli(["incidents", ...empty.flags]);
		expect([code, stdout, stderr]).toEqual([0, "", "0 incidents, from 0 sampled traces.\n"]);
		await empty.store.close();
	});
});
