/** The two interpreters behind one face: what a set asks of either. */
import { builtinCatalog } from "../../packages/catalog/src/catalog.ts";
import { describe } from "../../packages/catalog/src/describe.ts";
import { fingerprint } from "../../packages/catalog/src/fingerprint.ts";
import { factsFromRecord, type RecordInput } from "../../packages/catalog/src/record.ts";
import { createRedactor } from "../../packages/catalog/src/redact.ts";
import type { Description, ErrorFacts } from "../../packages/catalog/src/types.ts";
import type { Twin } from "../../test/parity/twin.ts";

/** One case of a set: what a program that failed told. Absent fields are empty. */
export interface Case {
	readonly language?: string | null;
	readonly exception_type?: string | null;
	readonly message?: string | null;
	readonly stacktrace?: string | null;
	readonly attributes?: Readonly<Record<string, unknown>> | null;
}

export type RedactionCase = { readonly text: string } | { readonly value: unknown };

export interface Interpreter {
	readonly name: string;
	describe(cases: readonly Case[]): Promise<readonly Description[]>;
	fingerprint(cases: readonly Case[]): Promise<readonly string[]>;
	/** The texts and values after redaction as it is by default. */
	redact(cases: readonly RedactionCase[]): Promise<readonly unknown[]>;
}

const redactor = createRedactor();

export const typescriptInterpreter: Interpreter = {
	name: "TypeScript",
	describe: async (cases) => cases.map((one) => describe(factsOf(one), builtinCatalog())),
	fingerprint: async (cases) => cases.map((one) => fingerprint(plainFacts(one)).value),
	redact: async (cases) => cases.map((one) => ("text" in one ? redactor.text(one.text) : redactor.value(one.value))),
};

export function goInterpreter(twin: Twin): Interpreter {
	const ask = async <T>(questions: readonly { readonly op: string }[]): Promise<T[]> =>
		(await twin.ask(questions)).map((line) => JSON.parse(line) as T);
	return {
		name: "Go",
		describe: async (cases) => {
			const questions = cases.map((one) => ({ op: "describe", record: recordOf(one), redact: false, given: "" }));
			return (await ask<{ description: Description }>(questions)).map((answer) => answer.description);
		},
		fingerprint: async (cases) => {
			const questions = cases.map((one) => ({ op: "fingerprint", facts: plainFacts(one), given: "", entry: "" }));
			return (await ask<{ value: string }>(questions)).map((answer) => answer.value);
		},
		redact: async (cases) => {
			const questions = cases.map((one) => ({ op: "redact", mode: "replace", deny: [], allow: [], key: "", ...one }));
			return (await ask<{ out: unknown }>(questions)).map((answer) => answer.out);
		},
	};
}

/** Names of languages as people write them to those of `telemetry.sdk.language`. */
const LANGUAGES: Readonly<Record<string, string>> = { javascript: "nodejs", node: "nodejs", "c#": "dotnet" };

function languageOf(one: Case): string {
	const name = (one.language ?? "").toLowerCase();
	return LANGUAGES[name] ?? name;
}

/** The case as an SDK would send it. */
export function recordOf(one: Case): RecordInput {
	const attributes: Record<string, unknown> = { ...one.attributes };
	if (one.exception_type) attributes["exception.type"] = one.exception_type;
	if (one.message != null) attributes["exception.message"] = one.message;
	if (one.stacktrace) attributes["exception.stacktrace"] = one.stacktrace;
	return {
		eventName: "exception",
		severityNumber: 17,
		body: one.message ?? "",
		attributes: attributes as RecordInput["attributes"],
		language: languageOf(one),
	};
}

export function factsOf(one: Case): ErrorFacts {
	const facts = factsFromRecord(recordOf(one));
	if (facts === undefined) throw new Error(`not an error: ${JSON.stringify(one).slice(0, 200)}`);
	return facts;
}

/** The four fields that a grouping may look at, as they are. */
function plainFacts(one: Case): ErrorFacts {
	return {
		type: one.exception_type ?? "",
		message: one.message ?? "",
		stacktrace: one.stacktrace ?? "",
		language: languageOf(one),
		code: "",
		attributes: {},
		causes: [],
	};
}
