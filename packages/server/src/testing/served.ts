/** A server over a database of its own, with errors in it, for tests. */
import { randomBytes } from "node:crypto";
import { builtinCatalog, createRedactor, describe, descriptionAttributes, factsFromRecord } from "@errata/catalog";
import { type OtelLogRow, openStore, type Store } from "@errata/store";
import { checkActions } from "../actions/actions-file.ts";
import { openActionBook } from "../actions/book.ts";
import { checkRules } from "../alerts/rules-file.ts";
import { type Server, type ServerOptions, startServer } from "../serve.ts";
import { httpReceiver } from "./receiver.ts";

export interface Served {
	readonly server: Server;
	readonly store: Store;
	/** Of what the server told its log. */
	readonly lines: string[];
	stop(): Promise<void>;
}

export async function served(clickhouseUrl: string, more: Partial<ServerOptions> = {}): Promise<Served> {
	const database = `server_${randomBytes(6).toString("hex")}`;
	const url = new URL(clickhouseUrl);
	const answer = await fetch(url.origin, {
		method: "POST",
		body: `CREATE DATABASE ${database}`,
		headers: { authorization: `Basic ${btoa(`${url.username}:${decodeURIComponent(url.password)}`)}` },
	});
	if (!answer.ok) throw new Error(await answer.text());
	const store = openStore({ url: clickhouseUrl, database });
	await store.migrate();
	const lines: string[] = [];
	const receiver = await httpReceiver();
	const ops = { type: "slack", url: `${receiver.url}/slack` };
	const rules = checkRules({ channels: { ops }, rules: [] }, "rules.yaml", {});
	const book = openActionBook(":memory:");
	const hook = { type: "webhook", url: `${receiver.url}/hook`, secret: "0123456789abcdef" };
	const file = checkActions(
		{ actions: { "hook-1": hook, "hook-2": hook, "hook-3": hook, "hook-4": { ...hook, modelsApprove: true } } },
		"actions.yaml",
		{},
	);
	const server = await startServer({
		store: (tenant) => store.forTenant(tenant),
		actions: { file, book, redactor: createRedactor(), run: false },
		port: 0,
		classify: createRedactor(),
		work: { file: ":memory:", rules, redactor: createRedactor() },
		log: (line) => lines.push(line),
		...more,
	});
	return {
		server,
		store,
		lines,
		stop: async () => {
			await server.stop();
			book.close();
			await receiver.stop();
			await store.close();
		},
	};
}

export interface SeedError {
	readonly message: string;
	readonly type?: string;
	readonly service?: string;
	readonly tenant?: string;
	readonly release?: string;
	readonly traceId?: string;
	readonly spanId?: string;
	/** Milliseconds since the epoch. */
	readonly at?: number;
}

/** A row of `otel_logs` as a described program leaves it. */
export function errorRow(error: SeedError): OtelLogRow {
	const attributes: Record<string, string> = {
		"exception.type": error.type ?? "Error",
		"exception.message": error.message,
		"log.record.uid": randomBytes(16).toString("hex"),
	};
	const facts = factsFromRecord({
		eventName: "exception",
		severityNumber: 17,
		body: error.message,
		attributes,
		language: "nodejs",
	});
	if (facts === undefined) throw new Error("not an error");
	const said = descriptionAttributes(describe(facts, builtinCatalog()));
	for (const [key, value] of Object.entries(said))
		attributes[key] = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
	return {
		Timestamp: String(BigInt(error.at ?? Date.now()) * 1_000_000n),
		TraceId: error.traceId ?? "",
		SpanId: error.spanId ?? "",
		TraceFlags: 1,
		SeverityText: "ERROR",
		SeverityNumber: 17,
		ServiceName: error.service ?? "checkout",
		Body: error.message,
		ResourceSchemaUrl: "",
		ResourceAttributes: {
			"service.name": error.service ?? "checkout",
			"service.version": error.release ?? "1.4.0",
			...(error.tenant === undefined ? {} : { "errata.tenant": error.tenant }),
		},
		ScopeSchemaUrl: "",
		ScopeName: "",
		ScopeVersion: "",
		ScopeAttributes: {},
		LogAttributes: attributes,
		EventName: "exception",
	};
}
