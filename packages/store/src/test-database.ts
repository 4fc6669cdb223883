/** For tests of this package: a database of one's own in the run's engine, and rows to put into it. */
import { randomBytes } from "node:crypto";
import { type Connection, connect } from "./connection.ts";
import { openStore, type Store } from "./store.ts";
import type { ErrorRow, OtelLogRow, OtelTraceRow } from "./types.ts";

export interface TestDatabase {
	readonly store: Store;
	readonly connection: Connection;
	readonly name: string;
	/** Rows of any SQL, as JSON. */
	rows<Row>(sql: string, parameters?: Record<string, unknown>): Promise<Row[]>;
	/** One statement without an answer. */
	run(sql: string): Promise<void>;
	/** As if an hour had passed since every error arrived: what is kept for inserts under way is over. */
	anHourLater(): Promise<void>;
	drop(): Promise<void>;
}

export async function testDatabase(url: string, options: { readonly migrate?: boolean } = {}): Promise<TestDatabase> {
	const name = `errata_test_${randomBytes(6).toString("hex")}`;
	const server = connect({ url });
	await server.command(`CREATE DATABASE ${name}`, "create a test database in", 30_000);
	const store = openStore({ url, database: name });
	const connection = connect({ url, database: name });
	if (options.migrate !== false) await store.migrate();
	return {
		store,
		connection,
		name,
		async rows<Row>(sql: string, parameters: Record<string, unknown> = {}) {
			const answer = await connection.client.query({ query: sql, query_params: parameters, format: "JSONEachRow" });
			return answer.json<Row>();
		},
		async run(sql) {
			await connection.client.command({ query: sql });
		},
		async anHourLater() {
			for (const [table, column] of [
				["errata_errors", "InsertedAt"],
				["errata_arrivals", "ArrivedAt"],
			])
				await connection.client.command({
					query: `ALTER TABLE ${table} UPDATE ${column} = ${column} - INTERVAL 1 HOUR WHERE 1 SETTINGS mutations_sync = 2`,
				});
		},
		async drop() {
			await server.command(`DROP DATABASE ${name} SYNC`, "drop a test database in", 30_000);
			await Promise.all([store.close(), connection.close(), server.close()]);
		},
	};
}

export const nanoseconds = (ms: number, extra = 0): string =>
	String(BigInt(Math.trunc(ms)) * 1_000_000n + BigInt(extra));

export function logRow(over: Partial<OtelLogRow> = {}): OtelLogRow {
	return {
		Timestamp: nanoseconds(Date.now()),
		TraceId: "",
		SpanId: "",
		TraceFlags: 0,
		SeverityText: "ERROR",
		SeverityNumber: 17,
		ServiceName: "checkout",
		Body: "",
		ResourceSchemaUrl: "",
		ResourceAttributes: {},
		ScopeSchemaUrl: "",
		ScopeName: "",
		ScopeVersion: "",
		ScopeAttributes: {},
		LogAttributes: {},
		EventName: "",
		...over,
	};
}

export function traceRow(over: Partial<OtelTraceRow> = {}): OtelTraceRow {
	return {
		Timestamp: nanoseconds(Date.now()),
		TraceId: "",
		SpanId: "",
		ParentSpanId: "",
		TraceState: "",
		SpanName: "GET /",
		SpanKind: "Server",
		ServiceName: "checkout",
		ResourceAttributes: {},
		ScopeName: "",
		ScopeVersion: "",
		SpanAttributes: {},
		Duration: "0",
		StatusCode: "Unset",
		StatusMessage: "",
		"Events.Timestamp": [],
		"Events.Name": [],
		"Events.Attributes": [],
		"Links.TraceId": [],
		"Links.SpanId": [],
		"Links.TraceState": [],
		"Links.Attributes": [],
		...over,
	};
}

export function errorRow(over: Partial<ErrorRow> = {}): ErrorRow {
	return {
		Timestamp: nanoseconds(Date.now()),
		EventId: randomBytes(16).toString("hex"),
		Tenant: "",
		ServiceName: "checkout",
		Environment: "",
		Release: "",
		TraceId: "",
		SpanId: "",
		Signal: "log",
		Count: 1,
		Fingerprint: "f".repeat(32),
		FingerprintVersion: 1,
		Code: "NET_CONN_REFUSED",
		Pattern: "network.connection_refused",
		Category: "network",
		Severity: "high",
		Retryable: true,
		Handled: true,
		ExceptionType: "Error",
		Message: "connect ECONNREFUSED 127.0.0.1:5432",
		Stacktrace: "",
		Template: "connect ECONNREFUSED <addr>",
		TaskName: "",
		TaskId: "",
		RunId: "",
		Catalog: "",
		Immediate: [],
		Preventive: [],
		Docs: [],
		SeverityText: "ERROR",
		SeverityNumber: 17,
		Body: "",
		Attributes: {},
		ResourceAttributes: {},
		...over,
	};
}
