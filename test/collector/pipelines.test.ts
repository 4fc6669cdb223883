/**
 * Every shipped configuration with the real binary: valid as it is, and run as it is shipped, real OTLP in at one end and
 * rows out in the engine at the other. Only addresses and files come from the environment, as they would on a server.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestLocal, type TestLocal } from "../setup/local.ts";
import { errorLog, type LogInput, logsRequest, send, spanRequest } from "../setup/otlp.ts";
import { must } from "../setup/processes.ts";
import { type Collector, collector, shipped, startCollector, until } from "./collector.ts";

let local: TestLocal;
let dir: string;
const running: Collector[] = [];

beforeAll(async () => {
	dir = await mkdtemp(path.join(tmpdir(), "errata-pipelines-"));
	local = await startTestLocal();
});

afterAll(async () => {
	for (const one of running) await one.stop();
	await local?.stop();
	await rm(dir, { recursive: true, force: true });
});

async function start(config: string, env: Readonly<Record<string, string>> = {}): Promise<Collector> {
	const one = await startCollector(config, { ERRATA_CLICKHOUSE_URL: local.local.clickhouseUrl, ...env });
	running.push(one);
	return one;
}

interface Found {
	readonly Code: string;
	readonly Signal: string;
	readonly Tenant: string;
	readonly Text: string;
	readonly n: string;
}

/** What became of a service's errors, counted by occurrence. */
const errors = (service: string): Promise<Found[]> =>
	local.sql<Found>(
		`SELECT Code, Signal, Tenant, any(Message) AS Text, count() AS n FROM errata_errors FINAL
		WHERE ServiceName = {service:String} GROUP BY ALL ORDER BY Signal`,
		{ service },
	);

interface Log {
	readonly Body: string;
	readonly LogAttributes: Readonly<Record<string, string>>;
	readonly ResourceAttributes: Readonly<Record<string, string>>;
}

const logs = (service: string): Promise<Log[]> =>
	local.sql<Log>(
		"SELECT Body, LogAttributes, ResourceAttributes FROM otel_logs WHERE ServiceName = {service:String} ORDER BY Timestamp",
		{ service },
	);

const spans = (service: string): Promise<{ name: string }[]> =>
	local.sql("SELECT SpanName AS name FROM otel_traces WHERE ServiceName = {service:String} ORDER BY Timestamp", {
		service,
	});

const MAIL = ["alice", "example.com"].join("@");
const info = (at: number, body: string): LogInput => ({ at, body, severity: 9 });
const refused = (at: number): LogInput =>
	errorLog(at, "Error", "connect ECONNREFUSED 127.0.0.1:5432", "query (file:///srv/app/db.js");
const mailed = (at: number): LogInput =>
	errorLog(at, "RangeError", `no quota left for ${MAIL}`, "send (file:///srv/app/mail.js");
const span = (at: number) => ({ at, traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" });

test.each(["agent.yaml", "gateway.yaml", "kafka.yaml", "stock.yaml"])("%s is valid as it is shipped", async (name) => {
	expect(await collector("validate", "--config", shipped(name))).toMatchObject({ code: 0, stderr: "" });
});

describe("agent.yaml to gateway.yaml", () => {
	let agent: Collector;
	let gateway: Collector;
	const url = (): string => gateway.otlpUrl.replace("http://127.0.0.1", "https://localhost");

	beforeAll(async () => {
		const tls = ["-keyout", "key.pem", "-out", "cert.pem", "-subj", "/CN=localhost"];
		const names = ["-addext", "subjectAltName=DNS:localhost", "-days", "2"];
		const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
		await must("openssl", ["req", "-x509", ...curve, ...tls, ...names], { cwd: dir });
		await writeFile(path.join(dir, "token"), "token-of-the-test\n");
		const [token, cert] = [path.join(dir, "token"), path.join(dir, "cert.pem")];
		gateway = await start(shipped("gateway.yaml"), {
			ERRATA_GATEWAY_TOKEN_FILE: token,
			ERRATA_TLS_CERT_FILE: cert,
			ERRATA_TLS_KEY_FILE: path.join(dir, "key.pem"),
			ERRATA_TENANT: "acme",
		});
		agent = await start(shipped("agent.yaml"), {
			ERRATA_GATEWAY: gateway.grpc.replace("127.0.0.1", "localhost"),
			ERRATA_GATEWAY_TOKEN_FILE: token,
			ERRATA_GATEWAY_CA_FILE: cert,
			HOSTNAME: "machine-7",
		});
	});

	test("errors arrive described and redacted, with machine and tenant; every record is there", async () => {
		const at = Date.now();
		const request = logsRequest("shop", [info(at, "started"), refused(at + 1), mailed(at + 2)]);
		const claimed = request.replace(
			'"attributes":[{"key":"service.name"',
			'"attributes":[{"key":"errata.tenant","value":{"stringValue":"other"}},{"key":"service.name"',
		);
		expect(claimed).not.toBe(request);
		expect(await send(agent.otlpUrl, "logs", claimed)).toBe(200);
		const found = await until(
			() => errors("shop"),
			(rows) => rows.length >= 2,
		);
		expect(found.map(({ Code, Tenant, n }) => ({ Code, Tenant, n: Number(n) }))).toEqual(
			expect.arrayContaining([{ Code: "NET_CONN_REFUSED", Tenant: "acme", n: 1 }]),
		);
		expect(found).toHaveLength(2);
		const stored = await logs("shop");
		expect(stored.map((log) => log.Body)).toEqual([
			"started",
			"connect ECONNREFUSED 127.0.0.1:5432",
			"no quota left for [REDACTED:email]",
		]);
		expect(JSON.stringify(stored)).not.toContain(MAIL);
		expect(stored[0]?.ResourceAttributes).toMatchObject({ "host.name": "machine-7", "errata.tenant": "acme" });
	});

	test("an exception on a span is an issue, once; a health probe's span is not kept", async () => {
		const at = Date.now();
		expect(await send(agent.otlpUrl, "traces", spanRequest("front", span(at), refused(at)))).toBe(200);
		const probe = spanRequest("front", span(at), info(at, ""))
			.replace('"name":"GET /"', '"name":"probe","attributes":[{"key":"url.path","value":{"stringValue":"/healthz"}}]')
			.replace('"code":2', '"code":0');
		expect(await send(agent.otlpUrl, "traces", probe)).toBe(200);
		const found = await until(
			() => errors("front"),
			(rows) => rows.length > 0,
		);
		expect(found).toMatchObject([
			{ Code: "NET_CONN_REFUSED", Signal: "span", n: expect.toSatisfy((n) => Number(n) === 1) },
		]);
		expect(await logs("front")).toHaveLength(1);
		expect(
			await until(
				() => spans("front"),
				(rows) => rows.length > 0,
			),
		).toEqual([{ name: "GET /" }]);
	});

	test("a burst of more than one request may hold arrives whole", async () => {
		const at = Date.now();
		const frames = Array.from(
			{ length: 300 },
			(_, i) => `    at step${i} (file:///srv/app/deep/folder/step${i}.js:1:1)`,
		);
		const deep = (i: number): LogInput => {
			const error = refused(at + i);
			const stack = `${error.attributes?.["exception.stacktrace"]}\n${frames.join("\n")}`;
			return { ...error, attributes: { ...error.attributes, "exception.stacktrace": stack } };
		};
		const requests = [0, 1, 2, 3].map((part) =>
			logsRequest(
				"burst",
				Array.from({ length: 400 }, (_, i) => deep(part * 400 + i)),
			),
		);
		// All together more than the 20 MiB that the gateway takes.
		expect(requests.reduce((sum, request) => sum + request.length, 0)).toBeGreaterThan(20 * 1_048_576);
		for (const request of requests) expect(await send(agent.otlpUrl, "logs", request)).toBe(200);
		const found = await until(
			() => errors("burst"),
			(rows) => Number(rows[0]?.n ?? 0) >= 1_600,
		);
		expect(found.map((row) => Number(row.n))).toEqual([1_600]);
		expect(await logs("burst")).toHaveLength(1_600);
	});

	test("whoever has no token is refused", async () => {
		const headers = ["-H", "content-type: application/json"];
		const body = logsRequest("stranger", [refused(Date.now())]);
		const code = ["-s", "-o", "/dev/null", "-w", "%{http_code}", "--cacert", path.join(dir, "cert.pem")];
		expect(await must("curl", [...code, ...headers, "-d", body, `${url()}/v1/logs`])).toBe("401");
		const known = ["-H", "authorization: Bearer token-of-the-test"];
		expect(await must("curl", [...code, ...headers, ...known, "-d", body, `${url()}/v1/logs`])).toBe("200");
	});

	test("its own metrics tell of errata's work", async () => {
		const text = await (await fetch(agent.metricsUrl)).text();
		expect(text).toMatch(/^otelcol_processor_errata_errors\S*\{[^}]*category="network"[^}]*\} [1-9]/mu);
	});
});

describe("kafka.yaml, as agent and gateway with a broker between them", () => {
	let broker: ReturnType<typeof spawn>;
	let address = "";

	beforeAll(async () => {
		const cwd = path.join(import.meta.dirname, "broker");
		await must("go", ["vet", "."], { cwd });
		await must("go", ["build", "-o", path.join(dir, "broker"), "."], { cwd });
		broker = spawn(path.join(dir, "broker"), ["otlp_logs", "otlp_spans"], { stdio: ["pipe", "pipe", "inherit"] });
		const [line] = (await once(broker.stdout as NodeJS.ReadableStream, "data")) as [Buffer];
		address = line.toString().trim();
	}, 300_000);

	afterAll(async () => {
		broker?.stdin?.end();
		if (broker !== undefined && broker.exitCode === null) await once(broker, "exit");
	});

	/** The file without the other half's pipelines, as its head says. */
	async function half(name: "agent" | "gateway"): Promise<string> {
		const text = await readFile(shipped("kafka.yaml"), "utf8");
		const other =
			name === "agent" ? ["logs/gateway", "traces/gateway", "logs/exceptions"] : ["logs/agent", "traces/agent"];
		const cut = other.reduce(
			(kept, pipeline) => kept.replace(new RegExp(`^ {4}${pipeline}:\\n(?: {6}.*\\n)+`, "mu"), ""),
			text,
		);
		for (const pipeline of other) expect(cut).not.toContain(`    ${pipeline}:`);
		const file = path.join(dir, `kafka-${name}.yaml`);
		await writeFile(file, cut);
		return file;
	}

	test("what was sent while no gateway ran waits in Kafka, and arrives once", async () => {
		const env = { ERRATA_KAFKA_BROKERS: address };
		const agent = await start(await half("agent"), env);
		const at = Date.now();
		const many = Array.from({ length: 500 }, (_, i) => (i % 10 === 0 ? refused(at + i) : info(at + i, `step ${i}`)));
		expect(await send(agent.otlpUrl, "logs", logsRequest("orders", many))).toBe(200);
		expect(await send(agent.otlpUrl, "traces", spanRequest("orders-front", span(at), mailed(at)))).toBe(200);
		await start(await half("gateway"), env);
		const found = await until(
			() => errors("orders"),
			(rows) => Number(rows[0]?.n ?? 0) >= 50,
		);
		expect(found).toMatchObject([
			{ Code: "NET_CONN_REFUSED", Signal: "log", n: expect.toSatisfy((n) => Number(n) === 50) },
		]);
		expect(
			await until(
				() => logs("orders"),
				(rows) => rows.length >= 500,
			),
		).toHaveLength(500);
		expect(
			await until(
				() => errors("orders-front"),
				(rows) => rows.length > 0,
			),
		).toMatchObject([{ Signal: "span", Text: "no quota left for [REDACTED:email]" }]);
	});
});

describe("stock.yaml", () => {
	test("names no component of errata's", async () => {
		const config = (await readFile(shipped("stock.yaml"), "utf8")).replaceAll(/#.*$/gmu, "");
		expect(config).not.toMatch(/^ {2}errata\b/mu);
		expect(config).not.toMatch(/\berrata[\],]/u);
	});

	test("stores what comes, masked and with times that ClickHouse takes", async () => {
		const stock = await start(shipped("stock.yaml"));
		const at = Date.now();
		const old = { ...info(at, "a clock of 1999"), at: Date.UTC(1999, 1, 1) };
		const secret: LogInput = {
			...info(at + 1, "login"),
			attributes: { "db.password": "hunter2", note: `for ${MAIL}` },
		};
		expect(await send(stock.otlpUrl, "logs", logsRequest("stock", [secret, mailed(at + 2), old]))).toBe(200);
		const stored = await until(
			() => logs("stock"),
			(rows) => rows.length >= 3,
		);
		expect(stored.map((log) => log.Body).sort()).toEqual(["a clock of 1999", "login", "no quota left for ****"]);
		expect(JSON.stringify(stored)).not.toMatch(/hunter2|alice/u);
		const [{ oldest = "" } = {}] = await local.sql<{ oldest: string }>(
			"SELECT toString(min(Timestamp) > now() - INTERVAL 1 DAY) AS oldest FROM otel_logs WHERE ServiceName = 'stock'",
		);
		expect(oldest).toBe("1");
		// errata local describes what a stock Collector left, as the errata server does.
		expect(
			await until(
				() => errors("stock"),
				(rows) => rows.length > 0,
			),
		).toMatchObject([{ Signal: "log" }]);
		expect(await send(stock.otlpUrl, "traces", spanRequest("stock", span(at), mailed(at)))).toBe(200);
		expect(
			await until(
				() => spans("stock"),
				(rows) => rows.length > 0,
			),
		).toEqual([{ name: "GET /" }]);
	});
});
