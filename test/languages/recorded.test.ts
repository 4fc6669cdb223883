/**
 * The recordings of real SDKs through the receiver of `errata local`: the same expected.json that binds the Collector's
 * processor (packages/errataprocessor/recorded_test.go) binds it, so the two say the same of what they really get.
 */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { builtinCatalog, createRedactor } from "@errata/catalog";
import { clockAt } from "@errata/store";
import { beforeAll, describe, expect, it } from "vitest";
import { readJson } from "../../packages/local/src/receiver/read-json.ts";
import { type Context, logRows, traceRows } from "../../packages/local/src/receiver/rows.ts";
import { Logs, Traces } from "../../packages/local/src/receiver/schema.ts";
import { type Expected, expectedOf, RECORDED, type Said } from "./expected.ts";
import { LANGUAGES } from "./programs.ts";

const context: Context = {
	catalog: builtinCatalog(),
	redactor: createRedactor(),
	trusted: false,
	clock: clockAt(Date.now()),
};

interface Answer {
	readonly said: Said;
	readonly fingerprint: string;
}

/** Whether the store takes the two for one failure, where they are of one span: the rule of errata_occurrences. */
function countOnce(log: Answer, span: Answer): boolean {
	const message = log.said.template;
	return log.fingerprint === span.fingerprint || (message !== "" && message === span.said.template);
}

/** What is stored of a recording, per signal. */
function answers(recording: { logs?: unknown; traces?: unknown }): { log: Answer[]; span: Answer[] } {
	const bytes = (request: unknown): Buffer => Buffer.from(JSON.stringify(request ?? {}));
	const { logs } = logRows(readJson(bytes(recording.logs), Logs), context);
	const { errors } = traceRows(readJson(bytes(recording.traces), Traces), context);
	const log = logs
		.map(({ LogAttributes: a }) => ({
			said: said(a["errata.code"], a["errata.category"], a["exception.type"], a["errata.template"]),
			fingerprint: a["errata.fingerprint"] ?? "",
		}))
		.filter((answer) => answer.fingerprint !== "");
	const span = errors.map((row) => ({
		said: said(row.Code, row.Category, row.ExceptionType, row.Template),
		fingerprint: row.Fingerprint,
	}));
	return { log, span };
}

function said(code = "", category = "", type = "", template = ""): Said {
	return { code, category, ...(type === "" ? {} : { type }), template };
}

describe.each(LANGUAGES)("%s", (language) => {
	let expected: Record<string, Expected>;
	let names: string[];

	beforeAll(async () => {
		expected = await expectedOf(language);
		const files = await readdir(path.join(RECORDED, language));
		names = files.filter((file) => file !== "expected.json").map((file) => path.basename(file, ".json"));
	});

	it("gets of every recording what expected.json says", async () => {
		const found: Record<string, Expected> = {};
		const apart: string[] = [];
		for (const name of names) {
			const { log, span } = answers(JSON.parse(await readFile(path.join(RECORDED, language, `${name}.json`), "utf8")));
			expect([name, log.length <= 1, span.length <= 1]).toEqual([name, true, true]);
			found[name] = { ...(log[0] && { log: log[0].said }), ...(span[0] && { span: span[0].said }) };
			if (log[0] && span[0] && !countOnce(log[0], span[0])) apart.push(name);
		}
		const answer = ({ log, span }: Expected): Expected => ({ ...(log && { log }), ...(span && { span }) });
		expect(found).toEqual(Object.fromEntries(Object.entries(expected).map(([name, one]) => [name, answer(one)])));
		expect(apart.sort()).toEqual(names.filter((name) => expected[name]?.apart !== undefined).sort());
	});
});
