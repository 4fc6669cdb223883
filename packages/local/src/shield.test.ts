/** The shield in front of the real engine: who may pass, as whom, and what becomes of clients that leave. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "@clickhouse/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Engine, startEngine } from "./engine.ts";
import { LIMITS } from "./limits.ts";
import { type Shield, startShield } from "./shield.ts";

let directory: string;
let engine: Engine;
let shield: Shield;
const lines: string[] = [];

beforeAll(async () => {
	directory = await mkdtemp(path.join(tmpdir(), "errata-shield-"));
	engine = await startEngine({ dataDir: path.join(directory, "data"), log: (line) => lines.push(line) });
	const spoolDirectory = path.join(directory, "spool");
	mkdirSync(spoolDirectory);
	shield = await startShield({ port: 0, engine: () => engine, spoolDirectory });
});

afterAll(async () => {
	await shield?.stop();
	await engine?.stop();
	await rm(directory, { recursive: true, force: true });
});

interface Answer {
	readonly status: number;
	readonly text: string;
	readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** A request as given to the byte; fetch would not send a Host or Sec-Fetch-Site of ours. */
function send(target: string, headers: Readonly<Record<string, string>> = {}, body?: string | Buffer): Promise<Answer> {
	return new Promise((resolve, reject) => {
		const request = httpRequest(
			{ host: "127.0.0.1", port: shield.port, path: target, method: body === undefined ? "GET" : "POST", headers },
			(response) => {
				let text = "";
				response.setEncoding("utf8").on("data", (chunk: string) => {
					text += chunk;
				});
				response.on("end", () => resolve({ status: response.statusCode ?? 0, text, headers: response.headers }));
			},
		);
		request.on("error", reject);
		request.end(body);
	});
}

const sql = async (query: string, target = "/") => {
	const answer = await send(target, {}, query);
	if (answer.status !== 200) throw new Error(answer.text);
	return answer.text.trim();
};
const inUrl = (query: string) => `/?query=${encodeURIComponent(query)}`;

describe("clients", () => {
	test("@clickhouse/client creates, inserts, selects, compressed or not, with parameters", async () => {
		for (const compress of [false, true]) {
			const client = createClient({
				url: shield.url,
				compression: { request: compress, response: compress },
			});
			expect((await client.ping()).success).toBe(true);
			await client.command({
				query: "CREATE OR REPLACE TABLE visits (id UInt64, note String) ENGINE = MergeTree ORDER BY id",
			});
			await client.insert({
				table: "visits",
				values: Array.from({ length: 10_000 }, (_, id) => ({ id, note: `note ${id}` })),
				format: "JSONEachRow",
			});
			const answer = await client.query({
				query: "SELECT note FROM visits WHERE id = {id:UInt64}",
				query_params: { id: 7_777 },
				format: "JSONEachRow",
			});
			expect(await answer.json()).toEqual([{ note: "note 7777" }]);
			await client.close();
		}
	});

	test("a plain GET, /ping and /play work; IPv6 too where the machine has it", async () => {
		expect((await send(inUrl("SELECT 1 + 1"))).text).toBe("2\n");
		expect((await send("/ping")).text).toBe("Ok.\n");
		expect((await send("/play")).text).toContain("<html");
		const six = await fetch(`http://[::1]:${shield.port}/ping`).catch(() => undefined);
		if (six !== undefined) expect(await six.text()).toBe("Ok.\n");
	});

	test("whatever they say who they are, they are the limited user", async () => {
		const basic = `Basic ${Buffer.from("default:").toString("base64")}`;
		for (const [target, headers] of [
			["/?user=default&password=", {}],
			["/?us%65r=default", {}],
			["/", { authorization: basic }],
			["/", { "x-clickhouse-user": "default", "x-clickhouse-key": "" }],
			["/?user=admin&password=wrong", { authorization: "Bearer x" }],
		] as const)
			expect((await send(target, headers, "SELECT currentUser()")).text).toBe("errata\n");
	});

	test("large requests wait in a file, larger ones are told the limit", async () => {
		const text = "x".repeat(LIMITS.requestMemoryBytes * 3);
		await sql("CREATE TABLE large (t String) ENGINE = MergeTree ORDER BY tuple()");
		expect((await send(inUrl("INSERT INTO large FORMAT LineAsString"), {}, text)).status).toBe(200);
		expect(await sql("SELECT length(t) FROM large")).toBe(String(text.length));
		expect(readdirSync(path.join(directory, "spool"))).toEqual([]);
		const declared = await new Promise<number | undefined>((resolve, reject) => {
			const headers = { "content-length": String(LIMITS.requestBytes + 1), expect: "100-continue" };
			const request = httpRequest({ host: "127.0.0.1", port: shield.port, method: "POST", headers }, (response) => {
				resolve(response.statusCode);
				request.destroy();
			});
			request.on("error", reject);
			request.flushHeaders();
		});
		expect(declared).toBe(413);
	});

	test("an answer is streamed to a slow reader whole", async () => {
		const response = await fetch(`${shield.url}${inUrl("SELECT repeat('x', 1000) FROM numbers(50000)")}`);
		let bytes = 0;
		let reads = 0;
		for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
			bytes += chunk.length;
			if (reads++ < 5) await sleep(50);
		}
		expect(bytes).toBe(50_000 * 1_001);
	});

	test("a query whose client left is killed, with an id of its own or without", async () => {
		for (const id of ["", "&query_id=mine%2F1"]) {
			const controller = new AbortController();
			const slow = "SELECT count() FROM system.numbers WHERE NOT ignore(number) /* abandoned */";
			const abandoned = fetch(`${shield.url}${inUrl(slow)}${id}`, { signal: controller.signal }).catch(() => {});
			const running =
				"SELECT count() FROM system.processes WHERE query LIKE '%/* abandoned */%' AND query NOT LIKE '%processes%'";
			await untilIs(() => sql(running), "1");
			controller.abort();
			await abandoned;
			await untilIs(() => sql(running), "0");
		}
	});

	test("as many abandoned queries as there are connections block nobody", async () => {
		const controller = new AbortController();
		const slow = inUrl("SELECT count() FROM system.numbers WHERE NOT ignore(number) /* crowd */");
		const crowd = Array.from({ length: LIMITS.engineConnections + 10 }, () =>
			fetch(`${shield.url}${slow}`, { signal: controller.signal }).catch(() => {}),
		);
		const running = async () => {
			const response = await fetch(engine.url, {
				method: "POST",
				headers: { "x-clickhouse-user": engine.username, "x-clickhouse-key": engine.password, connection: "close" },
				body: "SELECT count() FROM system.processes WHERE query LIKE '%/* crowd */%' AND query NOT LIKE '%processes%'",
			});
			return (await response.text()).trim();
		};
		await untilIs(running, String(LIMITS.engineConnections));
		controller.abort();
		await Promise.all(crowd);
		await untilIs(running, "0");
		expect(await sql("SELECT 1")).toBe("1");
	});

	test("without an engine they are told to come again", async () => {
		const lonely = await startShield({ port: 0, engine: () => undefined, spoolDirectory: directory });
		const response = await fetch(`${lonely.url}/?query=SELECT+1`);
		expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
		expect(await response.text()).toContain("ClickHouse is restarting: try again");
		await lonely.stop();
	});
});

describe("a foreign page", () => {
	const attacks = () => {
		const file = path.join(directory, `stolen-${Math.random()}.csv`);
		return {
			file,
			targets: [
				inUrl(`INSERT INTO FUNCTION file('${file}', 'CSV', 'x String') SELECT 'written'`),
				inUrl("SELECT * FROM file('/etc/passwd', 'LineAsString')"),
				inUrl("SELECT file('/etc/passwd')"),
				inUrl("DROP TABLE IF EXISTS otel_logs"),
			],
		};
	};
	const image = { accept: "image/avif,image/webp,*/*", "sec-fetch-dest": "image", "sec-fetch-mode": "no-cors" };

	test.each([
		["an <img>, cross-site", { ...image, host: "localhost:8123", "sec-fetch-site": "cross-site" }],
		[
			"an <img>, same-site (another port of localhost)",
			{ ...image, host: "localhost:8123", "sec-fetch-site": "same-site" },
		],
		["fetch with an Origin", { host: "localhost:8123", origin: "https://evil.example" }],
		["a sandboxed frame", { host: "localhost:8123", origin: "null" }],
		["a page of another port", { host: "localhost:8123", origin: "http://localhost:3000" }],
		["a rebound name", { host: "evil.example:8123" }],
		[
			"a rebound name that claims to be same-origin",
			{ host: "evil.example", origin: "http://evil.example", "sec-fetch-site": "same-origin" },
		],
		["a name that ends like ours", { host: "127.0.0.1.evil.example" }],
		["a name that begins like ours", { host: "localhost.evil.example:8123" }],
	])("%s gets 403 and neither reads nor writes", async (_name, headers) => {
		const { file, targets } = attacks();
		for (const target of targets)
			for (const body of [undefined, ""]) {
				const answer = await send(target, headers, body);
				expect(answer.status).toBe(403);
				expect(answer.text).toMatch(/^errata local: .+\.\n$/);
				expect(answer.text).not.toContain("root:");
				expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
			}
		expect(existsSync(file)).toBe(false);
	});

	test("the shield's own page and tools without such headers pass", async () => {
		const host = `localhost:${shield.port}`;
		for (const headers of [
			{ host, origin: `http://${host}`, "sec-fetch-site": "same-origin" },
			{ host, "sec-fetch-site": "none" },
			{ host: `[::1]:${shield.port}` },
			{ host: `127.0.0.1:${shield.port}` },
			{ host: "LOCALHOST" },
		])
			expect((await send("/?query=SELECT+1&add_http_cors_header=1", headers)).text).toBe("1\n");
		const own = await send("/?query=SELECT+1&add_http_cors_header=1", { host, origin: `http://${host}` });
		expect(own.headers["access-control-allow-origin"]).toBeUndefined();
	});
});

describe("even somebody whom the shield lets pass", () => {
	test("writes no file, reaches no network, administers nothing", async () => {
		const file = path.join(directory, "written.csv");
		for (const query of [
			`INSERT INTO FUNCTION file('${file}', 'CSV', 'x String') SELECT 'written'`,
			`SELECT 1 INTO OUTFILE '${file}'`,
			`CREATE TABLE f (x String) ENGINE = File(CSV, '${file}')`,
			"SELECT * FROM file('/etc/passwd', 'LineAsString')",
			"SELECT * FROM `/etc/passwd`",
			"SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')",
			"SELECT * FROM remote('127.0.0.1:9000', system.one)",
			"SELECT * FROM s3('http://127.0.0.1:1/bucket/key', 'CSV', 'x String')",
			"SELECT * FROM mysql('127.0.0.1:1', 'd', 't', 'u', 'p')",
			"SELECT * FROM executable('id', 'TSV', 'x String')",
			"CREATE TABLE u (x String) ENGINE = URL('http://127.0.0.1:1/', CSV)",
			"CREATE TABLE m (x String) ENGINE = Memory",
			"CREATE TABLE d (x String) ENGINE = MergeTree ORDER BY x SETTINGS disk = disk(type = local, path = '/tmp/d/')",
			"CREATE DICTIONARY d (x String) PRIMARY KEY x SOURCE(FILE(path '/etc/passwd' format 'TSV')) LAYOUT(COMPLEX_KEY_HASHED()) LIFETIME(1)",
			"CREATE USER intruder",
			"CREATE FUNCTION f AS x -> x",
			"DROP TABLE system.one",
			"SYSTEM SHUTDOWN",
			"SYSTEM STOP LISTEN HTTP",
			"BACKUP DATABASE default TO File('/tmp/backup')",
			"SELECT 1 FORMAT Template SETTINGS format_template_row = '/etc/passwd'",
			"SELECT 1 FORMAT Protobuf SETTINGS format_schema = '/etc/passwd:M'",
		]) {
			const answer = await send("/", {}, query);
			expect([query, answer.status >= 400, answer.text.includes("root:")]).toEqual([query, true, false]);
		}
		expect(existsSync(file)).toBe(false);
		expect(await sql("SELECT count() FROM system.one")).toBe("1");
	});

	test("reads and moves nothing outside of the engine's directory, by the kernel, or it is said at start", async () => {
		const said = lines.some((line) => line.includes("cannot confine the engine"));
		expect(engine.confined).toBe(!said);
		if (said) return;
		const outside = path.join(directory, "outside");
		mkdirSync(outside);
		await writeFile(path.join(outside, "secret"), "secret");
		for (const query of [
			`SELECT file('${path.join(outside, "secret")}')`,
			"SELECT file('/etc/passwd')",
			`SELECT file('/proc/${process.pid}/environ')`,
			`SELECT file('${path.join(directory, "data", "VERSION")}')`,
			`ATTACH TABLE moved FROM '${outside}' (x String) ENGINE = MergeTree ORDER BY x`,
		])
			expect([query, (await send("/", {}, query)).status >= 400]).toEqual([query, true]);
		expect(readFileSync(path.join(outside, "secret"), "utf8")).toBe("secret");
	});

	test("finds no way in as `default`, not even at the engine's own port", async () => {
		for (const target of ["/?query=SELECT+1", "/?user=default&query=SELECT+1", "/?user=errata&query=SELECT+1"]) {
			const response = await fetch(`${engine.url}${target}`, { headers: { connection: "close" } });
			expect([target, response.ok]).toEqual([target, false]);
			expect(await response.text()).toMatch(/USER_SESSION_LIMIT_EXCEEDED|AUTHENTICATION_FAILED/);
		}
	});
});

async function untilIs(ask: () => Promise<string>, wanted: string): Promise<void> {
	let answer = "";
	for (const deadline = Date.now() + 20_000; Date.now() < deadline; await sleep(50)) {
		answer = await ask();
		if (answer === wanted) return;
	}
	expect(answer).toBe(wanted);
}
