/** What the CLI shows of a hostile record, one text a surface that exists. A new surface adds its line to `surfaces`. */
import { Writable } from "node:stream";
import { builtinCatalog } from "../../packages/catalog/src/catalog.ts";
import { describe } from "../../packages/catalog/src/describe.ts";
import { createSink } from "../../packages/cli/src/output.ts";
import { explainIssues } from "../../packages/cli/src/present/issue.ts";
import { terminalWriter } from "../../packages/cli/src/present/report.ts";
import { createStyle } from "../../packages/cli/src/terminal/style.ts";
import { entryOf } from "../../packages/server/src/report/entry.ts";
import { type GroupInput, groupReport, loadTokenizer } from "../../packages/server/src/report/report.ts";
import type { ErrorEvent, Issue } from "../../packages/store/src/types.ts";
import { type Case, factsOf } from "./interpreters.ts";

type Hostile = Case & { readonly service?: string; readonly severity?: string };

const TIME = "2026-01-01T00:00:00.000000000Z";
const BUDGET = 8_192;
const PLAIN = createStyle({ colored: false, width: Number.POSITIVE_INFINITY });

/** Surface (`llm`, `terminal`, `ndjson`) and the whole text that it shows; a surface may come more than once. */
export async function surfaces(record: Hostile): Promise<[string, string][]> {
	const input = inputOf(record);
	const tokenizer = await loadTokenizer();
	const report = (write: "md" | "json" | ReturnType<typeof terminalWriter>): string =>
		groupReport(input, { budget: BUDGET, tokenizer, write }).text;
	const events = new Map([[input.issue.fingerprint, input.event as ErrorEvent]]);
	return [
		["llm", report("md")],
		["llm", report("json")],
		["terminal", explainIssues([input.issue], { events })],
		["terminal", report(terminalWriter(PLAIN))],
		["ndjson", await ndjson({ issue: input.issue, occurrences: [input.event] })],
	];
}

/** One value as `--json` writes it into a pipe. */
async function ndjson(value: unknown): Promise<string> {
	let text = "";
	const stream = new Writable({
		write(chunk, _encoding, done) {
			text += String(chunk);
			done();
		},
	});
	const sink = createSink(stream, { env: {}, refuseColor: true });
	sink.json(value);
	await sink.flush();
	return text;
}

/** The record as the store would answer it. */
function inputOf(record: Hostile): GroupInput {
	const said = describe(factsOf(record), builtinCatalog());
	const service = record.service ?? "";
	const same = {
		fingerprint: said.fingerprint,
		code: said.code,
		category: said.category,
		severity: said.severity,
		retryable: said.retryable ?? null,
		exceptionType: record.exception_type ?? "",
		message: record.message ?? "",
		template: said.template,
		count: 1,
		immediate: said.suggestions.immediate,
		preventive: said.suggestions.preventive,
		docs: said.docs,
	};
	const event: ErrorEvent = {
		...same,
		eventId: "0".repeat(32),
		timestamp: TIME,
		handled: true,
		signal: "log",
		service,
		environment: "",
		release: "",
		traceId: "",
		spanId: "",
		stacktrace: record.stacktrace ?? "",
		taskName: "",
		taskId: "",
		body: record.message ?? "",
		runId: "",
		attributes: textsOf(record.attributes ?? {}),
		resource: { "service.name": service },
	};
	const issue: Issue = {
		...same,
		pattern: said.pattern,
		unhandled: 0,
		services: [service],
		environments: [],
		firstSeen: TIME,
		lastSeen: TIME,
		firstRelease: "",
		lastRelease: "",
		traces: 0,
		members: [],
	};
	const entry = entryOf(builtinCatalog(), said.code);
	return {
		issue,
		event,
		kind: "issue",
		related: [],
		state: undefined,
		lastHour: 1,
		similar: 1,
		before: 0,
		apart: undefined,
		suspects: { since: null, suspects: [] },
		history: [],
		traceErrors: [event],
		traceSpans: [],
		traceLogs: [],
		entry,
	};
}

/** Attributes as the exporter stores them. */
function textsOf(attributes: Readonly<Record<string, unknown>>): Record<string, string> {
	return Object.fromEntries(
		Object.entries(attributes).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
	);
}
