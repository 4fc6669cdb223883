/**
 * Rows of `otel_logs` and `otel_traces` as a real Node service under errata writes them, for tests: described by the real
 * catalog, inserted through the real store.
 */
import { randomBytes } from "node:crypto";
import { builtinCatalog, describe, descriptionAttributes, factsFromRecord } from "@errata/catalog";
import type { OtelLogRow, OtelTraceRow } from "@errata/store";

export interface SeedError {
	readonly type: string;
	readonly message: string;
	readonly stacktrace?: string;
	/** errno, SQLSTATE, status. */
	readonly code?: string;
	readonly service?: string;
	readonly traceId?: string;
	readonly spanId?: string;
	/** Milliseconds since the epoch. */
	readonly at?: number;
	readonly handled?: boolean;
	readonly runId?: string;
	/** More attributes, over what is made here. */
	readonly attributes?: Readonly<Record<string, unknown>>;
	readonly resource?: Readonly<Record<string, string>>;
}

export function hexId(bytes: number): string {
	return randomBytes(bytes).toString("hex");
}

/** A value as clickhouseexporter writes it into a map of strings. */
function stored(value: unknown): string {
	return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

export function errorRow(error: SeedError): OtelLogRow {
	const given: Record<string, unknown> = {
		"exception.type": error.type,
		"exception.message": error.message,
		...(error.stacktrace === undefined ? {} : { "exception.stacktrace": error.stacktrace }),
		...(error.code === undefined ? {} : { "error.type": error.code }),
		"errata.handled": error.handled ?? true,
		"log.record.uid": hexId(16),
	};
	const facts = factsFromRecord({
		eventName: "exception",
		severityNumber: 17,
		body: error.message,
		attributes: { ...given, ...error.attributes } as never,
		language: "nodejs",
	});
	if (facts === undefined) throw new Error("not an error");
	const said = descriptionAttributes(describe(facts, builtinCatalog()));
	const attributes = { ...given, ...said, ...error.attributes };
	return {
		...logRow(error.message, error.service ?? "checkout", error.at ?? Date.now()),
		TraceId: error.traceId ?? "",
		SpanId: error.spanId ?? "",
		EventName: "exception",
		SeverityText: "ERROR",
		SeverityNumber: 17,
		ResourceAttributes: {
			"service.name": error.service ?? "checkout",
			...(error.runId === undefined ? {} : { "errata.run.id": error.runId }),
			...error.resource,
		},
		LogAttributes: Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, stored(value)])),
	};
}

/** A plain log record. */
export function logRow(body: string, service: string, at: number): OtelLogRow {
	return {
		Timestamp: `${BigInt(Math.round(at)) * 1_000_000n}`,
		TraceId: "",
		SpanId: "",
		TraceFlags: 1,
		SeverityText: "INFO",
		SeverityNumber: 9,
		ServiceName: service,
		Body: body,
		ResourceSchemaUrl: "",
		ResourceAttributes: { "service.name": service },
		ScopeSchemaUrl: "",
		ScopeName: "test",
		ScopeVersion: "",
		ScopeAttributes: {},
		LogAttributes: {},
		EventName: "",
	};
}

export interface SeedSpan {
	readonly traceId: string;
	readonly spanId: string;
	readonly parentSpanId?: string;
	readonly name: string;
	readonly service?: string;
	readonly at?: number;
	readonly durationMs?: number;
	readonly failed?: boolean;
}

export function spanRow(span: SeedSpan): OtelTraceRow {
	return {
		Timestamp: `${BigInt(span.at ?? Date.now()) * 1_000_000n}`,
		TraceId: span.traceId,
		SpanId: span.spanId,
		ParentSpanId: span.parentSpanId ?? "",
		TraceState: "",
		SpanName: span.name,
		SpanKind: "Internal",
		ServiceName: span.service ?? "checkout",
		ResourceAttributes: { "service.name": span.service ?? "checkout" },
		ScopeName: "test",
		ScopeVersion: "",
		SpanAttributes: {},
		Duration: `${BigInt(Math.round((span.durationMs ?? 10) * 1_000_000))}`,
		StatusCode: span.failed === true ? "Error" : "Unset",
		StatusMessage: "",
		"Events.Timestamp": [],
		"Events.Name": [],
		"Events.Attributes": [],
		"Links.TraceId": [],
		"Links.SpanId": [],
		"Links.TraceState": [],
		"Links.Attributes": [],
	};
}

export const REFUSED_STACK = `Error: connect ECONNREFUSED 127.0.0.1:5432
    at createConnectionError (node:net:1637:14)
    at afterConnectMultiple (node:net:1667:40)
    at async createOrder (/app/src/orders.ts:42:9)
    at async /app/src/server.ts:17:3`;

/** A failure as rich as Node's instrumentation makes it. */
export function richError(over: Partial<SeedError> = {}): SeedError {
	return {
		type: "Error",
		message: "connect ECONNREFUSED 127.0.0.1:5432",
		code: "ECONNREFUSED",
		stacktrace: REFUSED_STACK,
		service: "checkout",
		...over,
		attributes: {
			"errata.causes": [
				{
					type: "Error",
					message: "connect ECONNREFUSED 127.0.0.1:5432",
					code: "ECONNREFUSED",
					stacktrace: "",
					depth: 1,
				},
			],
			"errata.source": [
				{
					file: "src/orders.ts",
					line: 42,
					column: 9,
					function: "createOrder",
					start: 40,
					lines: [
						"export async function createOrder(order: Order) {",
						"\tconst client = new Client(process.env.DATABASE_URL);",
						"\tawait client.connect();",
						"\treturn client.query(insert(order));",
						"}",
					],
				},
			],
			"errata.breadcrumbs": [
				{ time: "2026-11-24T07:00:00.000Z", kind: "log", level: "info", message: "order received" },
				{ time: "2026-11-24T07:00:00.010Z", kind: "span", message: "POST /orders", duration_ms: 12 },
			],
			"errata.related": [
				{
					"log.record.uid": "1",
					fingerprint: "ab".repeat(16),
					code: "PG_POOL_TIMEOUT",
					type: "Error",
					message: "timeout exceeded when trying to connect",
					age_ms: 120,
					same_trace: true,
				},
			],
			"errata.context.task.id": "order-42",
			"errata.context.task.name": "create-order",
			"errata.context.retry_count": 2,
			"errata.system.memory.rss": 61_234_176,
			"errata.system.uptime": 12.5,
			"http.route": "/orders",
			...over.attributes,
		},
	};
}
