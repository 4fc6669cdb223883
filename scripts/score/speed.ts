/** Records per second of match, fingerprint and redact in both languages, over the texts of the catalog's own vectors. */
import { readdirSync, readFileSync } from "node:fs";
import { builtinCatalog } from "../../packages/catalog/src/catalog.ts";
import { describe } from "../../packages/catalog/src/describe.ts";
import { fingerprint } from "../../packages/catalog/src/fingerprint.ts";
import { match } from "../../packages/catalog/src/match.ts";
import { createRedactor } from "../../packages/catalog/src/redact.ts";
import { template } from "../../packages/catalog/src/template.ts";
import type { ErrorFacts } from "../../packages/catalog/src/types.ts";
import type { Twin } from "../../test/parity/twin.ts";
import type { Figure } from "./sets.ts";

/** Each is run over all records for about this long, after a round to warm up. */
const MILLISECONDS = 700;

type Work = (facts: ErrorFacts) => void;

const redactor = createRedactor();

const WORK: Readonly<Record<string, Work>> = {
	match: (facts) => {
		match(facts, builtinCatalog());
	},
	fingerprint: (facts) => {
		fingerprint(facts);
	},
	template: (facts) => {
		template(facts.message);
	},
	redact: (facts) => {
		redactor.text(facts.message);
		redactor.text(facts.stacktrace);
	},
	describe: (facts) => {
		describe(facts, builtinCatalog());
	},
};

/** One figure for each kind of work and language, in records per second. */
export async function measureSpeed(twin: Twin): Promise<Figure[]> {
	const records = recordsOf();
	const figures: Figure[] = [];
	for (const [name, work] of Object.entries(WORK))
		figures.push({ set: "speed", name: `${name}, TypeScript, records/s`, value: perSecond(records, work) });
	for (const name of Object.keys(WORK)) {
		const question = { op: "speed", text: name, limit: MILLISECONDS, records };
		const [answer] = await twin.ask([question]);
		figures.push({ set: "speed", name: `${name}, Go, records/s`, value: Number(answer) });
	}
	return figures;
}

/** Errors of every language and kind that the fingerprint's and the match's vectors hold. */
function recordsOf(): ErrorFacts[] {
	const vectors = new URL("../../packages/catalog/vectors/", import.meta.url);
	const names = readdirSync(vectors, { recursive: true, encoding: "utf8" }).filter((name) =>
		/^(?:fingerprint|match).*[.]jsonl$/u.test(name),
	);
	return names.sort().flatMap((name) =>
		readFileSync(new URL(name, vectors), "utf8")
			.split("\n")
			.filter((line) => line !== "")
			.map((line) => wholeFacts((JSON.parse(line) as { facts: Partial<ErrorFacts> }).facts)),
	);
}

function wholeFacts(facts: Partial<ErrorFacts>): ErrorFacts {
	const link = { type: "", message: "", code: "", stacktrace: "" };
	const causes = (facts.causes ?? []).map((cause) => Object.assign({}, link, cause));
	return { ...link, language: "", attributes: {}, ...facts, causes };
}

function perSecond(records: readonly ErrorFacts[], work: Work): number {
	for (const facts of records) work(facts);
	const started = performance.now();
	let done = 0;
	while (performance.now() - started < MILLISECONDS) {
		for (const facts of records) work(facts);
		done += records.length;
	}
	return (done * 1000) / (performance.now() - started);
}
