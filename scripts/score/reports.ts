/**
 * Whole reports of real rows: hostile records and private values are stored as a stock SDK would send them, undescribed by
 * nobody and redacted by nobody, in every place a report reads from; then the reports of the issue and of the trace, as
 * Markdown and JSON, are searched for what must not be there.
 */
import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startEngine } from "@errata/local";
import { type OtelLogRow, type OtelTraceRow, openStore, type Store } from "@errata/store";
import { builtinCatalog } from "../../packages/catalog/src/catalog.ts";
import { describe } from "../../packages/catalog/src/describe.ts";
import { descriptionAttributes } from "../../packages/catalog/src/record.ts";
import { subjectOf } from "../../packages/server/src/operations/reports.ts";
import { loadTokenizer, type Tokenizer } from "../../packages/server/src/report/index.ts";
import { type Case, factsOf } from "./interpreters.ts";
import { rows, runScorer, writeRows } from "./rows.ts";
import type { Figure } from "./sets.ts";

type Hostile = Case & { readonly service?: string };

/** A record to be stored, and where its text stands beside its own fields. */
interface Planted {
	readonly id: string;
	readonly record: Hostile;
	/** Text that every other place holds: comments, spans, crumbs, tags. */
	readonly text: string;
}

const BUDGETS = [512, 8_192, 32_768];

/** Of `data`, the folder with the sets `injection` and `pii`. */
export async function reports(data: string, out: string): Promise<Figure[]> {
	const [injection, pii] = [path.join(data, "injection"), path.join(data, "pii")];
	const dataDir = await mkdtemp(path.join(tmpdir(), "errata-score-engine-"));
	const engine = await startEngine({ dataDir });
	const url = new URL(engine.url);
	url.username = engine.username;
	url.password = engine.password;
	const store = openStore({ url: url.href });
	try {
		await store.migrate();
		const tokenizer = await loadTokenizer();
		return [
			...(existsSync(injection) ? await hostile(injection, out, store, tokenizer) : []),
			...(existsSync(pii) ? await personal(pii, store, tokenizer) : []),
		];
	} finally {
		await store.close();
		await engine.stop();
		await rm(dataDir, { recursive: true, force: true });
	}
}

async function hostile(folder: string, out: string, store: Store, tokenizer: Tokenizer): Promise<Figure[]> {
	const cases = rows<{ id: string; record: Hostile; where: string }>(folder, "cases");
	const planted = cases.map(({ id, record }) => ({ id, record, text: record.message ?? "" }));
	const predictions: { id: string; surface: "llm"; output: string }[] = [];
	await plant(store, planted);
	for (const one of planted)
		for (const text of await written(store, one, tokenizer, BUDGETS))
			predictions.push({ id: one.id, surface: "llm", output: text });
	const file = writeRows(path.join(out, "reports.jsonl"), predictions);
	const said = runScorer(folder, [file, "--show"]);
	for (const line of said.split("\n")) if (/^\w+ \w+ \[/u.test(line)) console.error(`report: ${line}`);
	const [, safe, all] = /^llm +safe (\d+)\/(\d+)/mu.exec(said) ?? [];
	const set = "report";
	return [{ set, name: `injection, safe of ${predictions.length} reports`, value: Number(safe) / Number(all), aim: 1 }];
}

interface Secret {
	readonly value: string;
	/** The text around it, without it: what may stand there anyway. */
	readonly bare: string;
}

async function personal(folder: string, store: Store, tokenizer: Tokenizer): Promise<Figure[]> {
	type Line = { id: string; text: string; spans: { start: number; end: number; optional?: boolean }[] };
	type Structured = { id: string; attributes: Record<string, unknown>; secrets: Record<string, string[]> };
	const lines = rows<Line>(folder, "lines");
	const structured = rows<Structured>(folder, "structured");
	const secrets = new Map<string, Secret[]>();
	const planted: Planted[] = [];
	for (const { id, text, spans } of lines) {
		planted.push({ id, text, record: { exception_type: "Error", message: text, attributes: { note: text } } });
		// What may stay, may stay in a report too.
		secrets.set(
			id,
			secretsOf(text, spans).filter((_, i) => spans[i]?.optional !== true),
		);
	}
	for (const { id, attributes, secrets: told } of structured) {
		planted.push({ id, text: "", record: { exception_type: "Error", message: "it failed", attributes } });
		const values = Object.values(told).flat();
		secrets.set(
			id,
			values.map((value) => ({ value, bare: "" })),
		);
	}
	await plant(store, planted);
	let [values, leaked, documents] = [0, 0, 0];
	for (const one of planted) {
		const texts = await written(store, one, tokenizer, [8_192, 32_768]);
		documents += texts.length;
		for (const { value, bare } of secrets.get(one.id) ?? []) {
			// One or two characters stand in every text.
			if (value.length < 4 || bare.includes(value)) continue;
			values++;
			if (!texts.some((text) => stands(text, value))) continue;
			leaked++;
			console.error(`report: ${one.id} shows a value of ${value.length} characters`);
		}
	}
	const set = "report";
	return [
		{ set, name: `private values shown, of ${values} in ${documents} reports`, value: leaked, aim: 0, least: false },
	];
}

/** Offsets are code points. */
function secretsOf(text: string, spans: readonly { start: number; end: number }[]): Secret[] {
	const letters = [...text];
	const bare = letters.map((one, i) => (spans.some(({ start, end }) => i >= start && i < end) ? "\0" : one)).join("");
	return spans.map(({ start, end }) => ({ value: letters.slice(start, end).join(""), bare }));
}

/** As it is, as JSON writes it, and with links made inert, and an address without its domain. */
function stands(text: string, value: string): boolean {
	const whole = [value, JSON.stringify(value).slice(1, -1), value.replace(/\s+/gu, " ")];
	const local = /^([^@\s]{3,})@/u.exec(value)?.[1];
	return whole.some((one) => text.includes(one)) || (local !== undefined && text.includes(`${local}@`));
}

const fingerprintOf = (id: string): string => createHash("sha256").update(id).digest("hex").slice(0, 32);
const traceOf = (id: string): string => createHash("sha256").update(`trace ${id}`).digest("hex").slice(0, 32);
const spanOf = (id: string): string => createHash("sha256").update(`span ${id}`).digest("hex").slice(0, 16);

/** Every report of what was planted: of the issue and of its trace, in both formats, in each budget. */
async function written(
	store: Store,
	{ id }: Planted,
	tokenizer: Tokenizer,
	budgets: readonly number[],
): Promise<string[]> {
	const source = { store, catalog: builtinCatalog(), now: () => Date.now() };
	const subjects = [await subjectOf("issue", fingerprintOf(id), source), await subjectOf("trace", traceOf(id), source)];
	return subjects.flatMap((subject) =>
		budgets.flatMap((budget) =>
			(["md", "json"] as const).map((write) => subject.write({ budget, tokenizer, write }).text),
		),
	);
}

async function plant(store: Store, planted: readonly Planted[]): Promise<void> {
	await store.insertLogs(planted.flatMap((one) => [errorRow(one), plainRow(one)]));
	await store.insertTraces(planted.map(spanRow));
	for (const { id, text } of planted) {
		const act = (action: "comment" | "assign", detail: object): Promise<void> =>
			store.addIssueEvent({
				...{ issueId: fingerprintOf(id), eventId: randomBytes(16).toString("hex"), atMs: Date.now() },
				...{ actor: text.slice(0, 200), action, detail: JSON.stringify(detail) },
			});
		await act("comment", { text });
		await act("assign", { assignee: text });
	}
}

/** The failed record: its own fields, and the text in everything that errata and its user may add to one. */
function errorRow({ id, record, text }: Planted): OtelLogRow {
	const said = describe(factsOf(record), builtinCatalog());
	const list = (value: object): string => JSON.stringify([value]);
	const attributes: Record<string, string> = {
		...texts(record.attributes ?? {}),
		...texts({ ...descriptionAttributes(said) }),
		"exception.type": record.exception_type ?? "Error",
		"exception.message": record.message ?? "",
		"exception.stacktrace": record.stacktrace || `Error: ${text}\n    at run (/app/src/run.ts:1:1)`,
		"errata.fingerprint": fingerprintOf(id),
		"log.record.uid": fingerprintOf(`uid ${id}`),
		...(text === ""
			? {}
			: {
					"feature_flag.key": text,
					"errata.context.task.name": text,
					"errata.context.input_sample": text,
					[text.slice(0, 200)]: text,
					"errata.causes": list({ type: "Error", message: text, code: text, depth: 1 }),
					"errata.breadcrumbs": list({ time: "2026-01-01T00:00:00Z", kind: "log", message: text }),
					"errata.related": list({ type: "Error", message: text, code: text, age_ms: 3, same_trace: true }),
					"errata.source": list({ file: "/app/src/run.ts", line: 1, function: "run", start: 1, lines: [text] }),
				}),
	};
	return { ...row(id, record, text), SeverityNumber: 17, LogAttributes: attributes, EventName: "exception" };
}

/** A log line of the same trace. */
function plainRow({ id, record, text }: Planted): OtelLogRow {
	return { ...row(id, record, text), SeverityNumber: 9, LogAttributes: {} };
}

function row(id: string, record: Hostile, text: string): Omit<OtelLogRow, "SeverityNumber" | "LogAttributes"> {
	const service = record.service ?? "checkout";
	return {
		Timestamp: `${BigInt(Date.now() - 60_000)}000000`,
		TraceId: traceOf(id),
		SpanId: spanOf(id),
		TraceFlags: 1,
		SeverityText: "",
		ServiceName: service,
		Body: text || (record.message ?? ""),
		ResourceSchemaUrl: "",
		ResourceAttributes: { "service.name": service, "service.version": "1.0.0", "vcs.ref.head.name": text },
		ScopeSchemaUrl: "",
		ScopeName: "",
		ScopeVersion: "",
		ScopeAttributes: {},
		EventName: "",
	};
}

function spanRow({ id, record, text }: Planted): OtelTraceRow {
	return {
		Timestamp: `${BigInt(Date.now() - 60_010)}000000`,
		TraceId: traceOf(id),
		SpanId: spanOf(id),
		ParentSpanId: "",
		TraceState: "",
		SpanName: text || "run",
		SpanKind: "Client",
		ServiceName: record.service ?? "checkout",
		ResourceAttributes: { "service.name": record.service ?? "checkout" },
		ScopeName: "",
		ScopeVersion: "",
		SpanAttributes: { ...texts(record.attributes ?? {}), "server.address": text, note: text },
		Duration: "1000000",
		StatusCode: "Error",
		StatusMessage: text,
		"Events.Timestamp": [],
		"Events.Name": [],
		"Events.Attributes": [],
		"Links.TraceId": [],
		"Links.SpanId": [],
		"Links.TraceState": [],
		"Links.Attributes": [],
	};
}

/** Attributes as the exporter stores them. */
function texts(attributes: Readonly<Record<string, unknown>>): Record<string, string> {
	return Object.fromEntries(
		Object.entries(attributes)
			.filter(([, value]) => value !== undefined)
			.map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
	);
}
