/** Questions for both interpreters, made from the vectors; and the answers of the TypeScript one. */
import { readdirSync, readFileSync } from "node:fs";
import { fingerprint } from "../../packages/catalog/src/fingerprint.ts";
import { parseStack } from "../../packages/catalog/src/stack.ts";
import { template } from "../../packages/catalog/src/template.ts";
import type { CauseFacts, ErrorFacts } from "../../packages/catalog/src/types.ts";
import { cutUtf8 } from "../../packages/catalog/src/utf8.ts";
import { answerRegex, makeRegex, type RegexQuestion } from "./expressions.ts";
import { mutate } from "./mutate.ts";
import type { Random } from "./random.ts";
import { answerRecord, makeRecord, type RecordJson, type RecordQuestion } from "./records.ts";

export type Question =
	| RecordQuestion
	| RegexQuestion
	| { readonly op: "stack"; readonly text: string; readonly language: string }
	| { readonly op: "template"; readonly text: string }
	| { readonly op: "fingerprint"; readonly facts: ErrorFacts; readonly given: string; readonly entry: string }
	/** `bytes` is base64 of what need not be UTF-8. */
	| { readonly op: "utf8"; readonly bytes: string; readonly limit: number };

/** What the TypeScript interpreter answers; its JSON is what the Go one must answer. */
export function answer(question: Question): unknown {
	switch (question.op) {
		case "describe":
			return answerRecord(question);
		case "regex":
			return answerRegex(question);
		case "stack":
			return parseStack(question.text, question.language);
		case "template":
			return template(question.text);
		case "fingerprint":
			return fingerprint(question.facts, question.given, question.entry);
		case "utf8":
			return cutUtf8(
				new TextDecoder("utf-8", { ignoreBOM: true }).decode(Buffer.from(question.bytes, "base64")),
				question.limit,
			);
	}
}

const LANGUAGES = [
	"nodejs",
	"webjs",
	"python",
	"java",
	"go",
	"dotnet",
	"ruby",
	"php",
	"rust",
	"",
	"kotlin",
	"csharp",
	"erlang",
];
const CODES = [
	"",
	"ECONNREFUSED",
	"23505",
	"404",
	"_OTHER",
	"Error",
	"ETIMEDOUT",
	"1",
	"E-1234567",
	"code with blanks",
];

interface Seeds {
	readonly stacks: readonly string[];
	readonly messages: readonly string[];
	readonly facts: readonly ErrorFacts[];
	readonly records: readonly Partial<RecordJson>[];
}

let seeds: Seeds | undefined;

/** Texts of the vectors; a vector may leave out what is empty. */
function readSeeds(): Seeds {
	const facts = [...rows("fingerprint"), ...matchRows()].map((row) => whole(row.facts as Partial<ErrorFacts>));
	const links = facts.flatMap((one) => [one, ...one.causes]);
	return {
		stacks: [...rows("stack").map((row) => row.text as string), ...links.map((link) => link.stacktrace)].filter(
			Boolean,
		),
		messages: [
			...rows("template").map((row) => row.message as string),
			...rows("redact").map((row) => joined(row.text)),
			...links.map((link) => link.message),
		].filter(Boolean),
		facts,
		records: [...rows("record"), ...rows("find")].map((row) => row.record as Partial<RecordJson>),
	};
}

/** Every file of vectors/match: one for each file of entries. */
function matchRows(): Record<string, unknown>[] {
	const files = readdirSync(new URL("../../packages/catalog/vectors/match/", import.meta.url)).sort();
	return files.flatMap((file) => rows(`match/${file.replace(".jsonl", "")}`));
}

function rows(name: string): Record<string, unknown>[] {
	return readFileSync(new URL(`../../packages/catalog/vectors/${name}.jsonl`, import.meta.url), "utf8")
		.split("\n")
		.filter((line) => line !== "")
		.map((line) => JSON.parse(line));
}

function whole(facts: Partial<ErrorFacts>): ErrorFacts {
	const causes = (facts.causes ?? []) as readonly Partial<CauseFacts>[];
	return {
		type: facts.type ?? "",
		message: facts.message ?? "",
		stacktrace: facts.stacktrace ?? "",
		language: facts.language ?? "",
		code: facts.code ?? "",
		attributes: facts.attributes ?? {},
		causes: causes.map((cause) => ({ type: "", message: "", code: "", stacktrace: "", depth: 1, ...cause })),
	};
}

/** A string of a redaction vector, which may be written in parts. */
function joined(text: unknown): string {
	return typeof text === "string" ? text : ((text as { parts?: string[] } | undefined)?.parts?.join("") ?? "");
}

/** One question out of `random`; the same state of it gives the same question. */
export function makeQuestion(random: Random): Question {
	seeds ??= readSeeds();
	const { stacks, messages } = seeds;
	const kind = random.below(40);
	if (kind >= 38) return makeRegex(random);
	if (kind >= 20) return makeRecord(random, random.pick(seeds.facts), messages, seeds.records);
	if (kind < 7)
		return {
			op: "stack",
			text: mutate(random, random.pick(stacks), random.pick(stacks)),
			language: random.pick(LANGUAGES),
		};
	if (kind < 13) return { op: "template", text: mutate(random, random.pick(messages), random.pick(messages)) };
	if (kind < 19)
		return { op: "fingerprint", facts: makeFacts(random, seeds), given: rarely(random), entry: rarely(random) };
	const bytes = Buffer.from(mutate(random, random.pick(messages), random.pick(stacks)).slice(0, 200));
	for (let times = random.below(9); times > 0 && bytes.length > 0; times--)
		bytes[random.below(bytes.length)] = random.below(256);
	return { op: "utf8", bytes: bytes.toString("base64"), limit: random.below(220) };
}

function rarely(random: Random): string {
	return random.once(25) ? mutate(random, random.pick((seeds as Seeds).messages), "orders-import 17") : "";
}

function makeFacts(random: Random, { facts, stacks, messages }: Seeds): ErrorFacts {
	const base = random.pick(facts);
	const change = (text: string, from: readonly string[]): string =>
		random.once(3) ? mutate(random, text === "" || random.once(8) ? random.pick(from) : text, random.pick(from)) : text;
	const causes = [...base.causes];
	while (random.once(4)) {
		const depth = random.once(6) ? random.below(5) - 1 : causes.length + 1;
		causes.push({
			type: random.pick(facts).type,
			message: random.pick(messages),
			code: random.pick(CODES),
			stacktrace: random.once(2) ? random.pick(stacks) : "",
			depth,
		});
	}
	return {
		...base,
		type: change(base.type, ["Error", "*errors.errorString", "System.Net.Sockets.SocketException", "é", "a.B$C+D"]),
		message: change(base.message, messages),
		stacktrace: change(base.stacktrace, stacks),
		language: random.once(6) ? random.pick(LANGUAGES) : base.language,
		code: random.once(4) ? random.pick(CODES) : base.code,
		causes: causes.map((cause) => ({
			...cause,
			message: change(cause.message, messages),
			stacktrace: change(cause.stacktrace, stacks),
		})),
	};
}
