/**
 * Records what the real SDKs send: runs the programs once against a receiver of its own and writes a fixture per case
 * to packages/errataprocessor/testdata/recorded/<language>/<case>.json. Run it after a change of a program or of an
 * SDK's version, and review the difference:
 *
 *     node --conditions=errata-source test/languages/record.ts [python|java|go|node ...]
 *
 * Scrubbed, so that a recording from another machine differs only where the SDK differs: folders of the checkout, of the
 * cache and of the language's installation become /srv/errata, /opt/<language> and /usr/lib/<language>; resource
 * attributes that describe the machine are left out; times are those of a fixed day, in order; trace and span ids are
 * numbered; ports the system chose become 54321, object addresses 0x7f0000000000. Nothing else is touched.
 */
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { LogsRequest, TracesRequest } from "../../packages/local/src/receiver/model.ts";
import { root } from "../setup/processes.ts";
import { startCapture } from "./capture.ts";
import { RECORDED } from "./expected.ts";
import { logJson, resourceJson, scopeJson, spanJson } from "./otlp-json.ts";
import { LANGUAGES, type Language, prepare, runProgram } from "./programs.ts";
import { scrub } from "./scrub.ts";

/** The name of the root span is the case's; records of other spans of its trace belong to it. */
function caseNames(requests: readonly TracesRequest[]): ReadonlyMap<string, string> {
	const names = new Map<string, string>();
	for (const { span } of spansOf(requests)) if (span.parentSpanId === "") names.set(span.traceId, span.name);
	return names;
}

function spansOf(requests: readonly TracesRequest[]) {
	return requests.flatMap((request) =>
		request.resourceSpans.flatMap(({ resource, scopeSpans }) =>
			scopeSpans.flatMap(({ scope, spans }) => spans.map((span) => ({ resource, scope, span }))),
		),
	);
}

function logsOf(requests: readonly LogsRequest[]) {
	return requests.flatMap((request) =>
		request.resourceLogs.flatMap(({ resource, scopeLogs }) =>
			scopeLogs.flatMap(({ scope, logRecords }) => logRecords.map((log) => ({ resource, scope, log }))),
		),
	);
}

/** Of one case: ExportLogsServiceRequest and ExportTraceServiceRequest. */
interface Fixture {
	logs?: { resourceLogs: { resource: unknown; scopeLogs: { scope: unknown; logRecords: unknown[] }[] }[] };
	traces?: { resourceSpans: { resource: unknown; scopeSpans: { scope: unknown; spans: unknown[] }[] }[] };
}

/** The item of a list that equals `wanted` in what `wanted` has, appended if there is none. */
function itemLike<T extends object>(list: T[], wanted: Partial<T>, make: () => T): T {
	const like = (item: T): boolean =>
		Object.entries(wanted).every(([key, value]) => isDeepStrictEqual(item[key as keyof T], value));
	const known = list.find(like);
	if (known !== undefined) return known;
	const made = make();
	list.push(made);
	return made;
}

function fixtures(logs: readonly LogsRequest[], traces: readonly TracesRequest[]): ReadonlyMap<string, Fixture> {
	const names = caseNames(traces);
	const found = new Map<string, Fixture>();
	const of = (traceId: string): Fixture => {
		const name = names.get(traceId) ?? "without-trace";
		const fixture = found.get(name) ?? {};
		found.set(name, fixture);
		return fixture;
	};
	for (const sent of logsOf(logs)) {
		const fixture = of(sent.log.traceId);
		fixture.logs ??= { resourceLogs: [] };
		const [resource, scope] = [resourceJson(sent.resource), scopeJson(sent.scope)];
		const home = itemLike(fixture.logs.resourceLogs, { resource }, () => ({ resource, scopeLogs: [] }));
		itemLike(home.scopeLogs, { scope }, () => ({ scope, logRecords: [] })).logRecords.push(logJson(sent.log));
	}
	for (const sent of spansOf(traces)) {
		if (sent.span.events.length === 0) continue;
		const fixture = of(sent.span.traceId);
		fixture.traces ??= { resourceSpans: [] };
		const [resource, scope] = [resourceJson(sent.resource), scopeJson(sent.scope)];
		const home = itemLike(fixture.traces.resourceSpans, { resource }, () => ({ resource, scopeSpans: [] }));
		itemLike(home.scopeSpans, { scope }, () => ({ scope, spans: [] })).spans.push(spanJson(sent.span));
	}
	return found;
}

async function record(language: Language): Promise<void> {
	const capture = await startCapture();
	try {
		await runProgram(language, { endpoint: capture.endpoint, service: "orders", flavour: "plain" });
	} finally {
		await capture.stop();
	}
	const folder = path.join(RECORDED, language);
	await mkdir(folder, { recursive: true });
	for (const name of await readdir(folder)) if (name !== "expected.json") await rm(path.join(folder, name));
	const made = fixtures(capture.logs, capture.traces);
	for (const [name, fixture] of made) {
		const text = `${JSON.stringify(scrub(fixture, language), null, 1)}\n`;
		await writeFile(path.join(folder, `${name}.json`), text);
	}
	console.log(`recorded: ${made.size} cases of ${language} in ${path.relative(root, folder)}`);
}

const asked = process.argv.slice(2);
const wanted = LANGUAGES.filter((language) => asked.length === 0 || asked.includes(language));
await prepare(wanted, console.log);
for (const language of wanted) await record(language);
