/** Whole records for both interpreters: redacted, read, described as a receiver does it; and what TypeScript answers. */
import { anyText } from "../../packages/catalog/src/any-text.ts";
import { builtinCatalog } from "../../packages/catalog/src/catalog.ts";
import { describe } from "../../packages/catalog/src/describe.ts";
import { eventId } from "../../packages/catalog/src/event-id.ts";
import { findError } from "../../packages/catalog/src/find.ts";
import {
	type AnyValue,
	descriptionAttributes,
	factsFromRecord,
	type RecordInput,
	taskContext,
} from "../../packages/catalog/src/record.ts";
import { createRedactor } from "../../packages/catalog/src/redact.ts";
import type { ErrorFacts } from "../../packages/catalog/src/types.ts";
import { compareUtf8 } from "../../packages/catalog/src/utf8.ts";
import { mutate } from "./mutate.ts";
import type { Random } from "./random.ts";

/** A value as JSON has it; what it cannot say is `{"$int": "1"}`, `{"$double": "NaN"}` or `{"$bytes": base64}`. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export interface RecordJson {
	readonly eventName: string;
	readonly severityNumber: number;
	readonly body: Json;
	readonly attributes: { readonly [key: string]: Json };
	readonly language: string;
}

export interface RecordQuestion {
	readonly op: "describe";
	readonly record: RecordJson;
	readonly redact: boolean;
	readonly given: string;
}

const redactor = createRedactor();

/** Everything that is said of the record; null if it is no error. */
export function answerRecord(question: RecordQuestion): unknown {
	const input: RecordInput = {
		...question.record,
		body: typed(question.record.body),
		attributes: typedMap(question.record.attributes),
	};
	const record = question.redact
		? {
				...input,
				attributes: redactor.value(input.attributes) as Record<string, AnyValue>,
				body: redactor.value(input.body) as AnyValue,
			}
		: input;
	const facts = factsFromRecord(record);
	if (facts === undefined) return null;
	const description = describe(facts, builtinCatalog(), question.given);
	return {
		found: pairs(findError(record)),
		facts: { ...facts, attributes: sorted(facts.attributes) },
		description,
		attributes: pairs(descriptionAttributes(description)),
		context: pairs(taskContext(record.attributes)),
		eventId: eventId({
			timeUnixNano: "1",
			serviceName: record.language,
			traceId: "",
			spanId: "",
			body: anyText(record.body),
			exceptionType: anyText(record.attributes["exception.type"]),
			exceptionMessage: anyText(record.attributes["exception.message"]),
			exceptionStacktrace: anyText(record.attributes["exception.stacktrace"]),
		}),
	};
}

function sorted(map: Readonly<Record<string, string>>): Record<string, string> {
	return Object.fromEntries(Object.entries(map).sort(([a], [b]) => compareUtf8(a, b)));
}

function pairs(attributes: Readonly<Record<string, AnyValue>>): [string, string][] {
	return Object.entries(attributes).map(([name, value]) => [name, anyText(value)]);
}

function typed(value: Json): AnyValue {
	if (Array.isArray(value)) return value.map(typed);
	if (typeof value !== "object" || value === null) return value as AnyValue;
	const { $int, $double, $bytes } = value as Record<string, unknown>;
	if (typeof $int === "string") return BigInt($int);
	if (typeof $double === "string") return Number($double);
	if (typeof $bytes === "string") return new Uint8Array(Buffer.from($bytes, "base64"));
	return typedMap(value as { readonly [key: string]: Json });
}

function typedMap(map: { readonly [key: string]: Json }): Record<string, AnyValue> {
	return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, typed(value)]));
}

const ODD: readonly Json[] = [
	null,
	true,
	0,
	1.5,
	1e21,
	1e-7,
	{ $int: "9007199254740993" },
	{ $double: "-0" },
	{ $double: "NaN" },
	{ $bytes: "AAEC/w==" },
	[],
	{},
	["a", { b: 1, a: null }],
];
const KEYS =
	"msg error.code err.code code exception.code http.response.status_code rpc.grpc.status_code db.response.status_code server.address server.port db.system task.id retry_count job.id errata.context.job.id user.email password authorization url.full 7 __proto__ é".split(
		" ",
	);
const VALUES: readonly Json[] = ["503", "4xx", "23505", "ECONNRESET", "db1.internal", "10.0.0.7", 14, { $int: "503" }];

/** An error as loggers write it that know no `exception.*`, somewhere in a record. */
function unnamedRecord(random: Random, { language, type, message, stacktrace, code }: ErrorFacts): RecordJson {
	const map: Json = {
		[random.pick(["type", "class", "name"])]: type,
		message,
		[random.pick(STACKS)]: stacktrace,
		code,
	};
	const named = type === "" ? message : `${type}: ${message}`;
	const stack: Json = random.once(3) ? stacktrace.split("\n") : stacktrace;
	const attributes: Record<string, Json> = random.pick<() => Record<string, Json>>([
		() => ({}),
		() => ({ [random.pick(HOLDERS)]: random.pick([message, named, stacktrace, map, JSON.stringify(map)]) }),
		() => ({ [random.pick(STACKS)]: stack, [random.pick(["error.message", "errorMessage"])]: message }),
		() => ({ [random.pick(["where", "code.stacktrace", ...STACKS])]: stack }),
		() => ({ "error.type": type, "error.class": code, "error.message": message, "error.stack_trace": stack }),
		() => ({ group: { [random.pick(HOLDERS)]: random.pick([message, map]) }, other: { error: "true" } }),
		() => ({ "exception.type": type, "exception.message": message, [random.pick(["trace", ...STACKS])]: stacktrace }),
	])();
	const body = random.pick<Json>([
		"failed",
		named,
		`order failed: ${named}`,
		stacktrace,
		`order failed\n${stacktrace}`,
		map,
		JSON.stringify({ level: "error", msg: message, [random.pick(HOLDERS)]: map }),
		{ msg: "order failed", stack_trace: stacktrace },
	]);
	return { eventName: "", severityNumber: 17, language: random.once(4) ? "go" : language, attributes, body };
}

const HOLDERS = ["error", "err", "exception", "panic", "@x", "cause", "exc_info"];
const STACKS = ["stack", "stacktrace", "error.stack", "stack_trace", "traceback", "full_message"];

/** A record out of an error's facts, as some SDK might have put it, with something changed. */
export function makeRecord(
	random: Random,
	base: ErrorFacts,
	texts: readonly string[],
	records: readonly Partial<RecordJson>[],
): RecordQuestion {
	const plain = random.once(5)
		? { eventName: "", severityNumber: 17, body: null, attributes: {}, language: "", ...random.pick(records) }
		: random.once(3)
			? unnamedRecord(random, base)
			: recordOf(random, base);
	const attributes: Record<string, Json> = {};
	for (const [key, value] of Object.entries(plain.attributes))
		if (!random.once(25)) attributes[key] = changed(random, value, texts);
	while (random.once(3)) attributes[random.pick(KEYS)] = random.pick([...VALUES, ...ODD, random.pick(texts)]);
	if (random.once(6)) attributes["errata.context.error_properties"] = propertiesOf(random, texts);
	const record = { ...plain, attributes, body: changed(random, plain.body, texts) };
	return {
		op: "describe",
		record: wellFormed(record) as unknown as RecordJson,
		redact: !random.once(4),
		given: random.once(30) ? "orders import 17" : "",
	};
}

function recordOf(random: Random, base: ErrorFacts): RecordJson {
	const { language, message } = base;
	const severityNumber = random.pick([0, 9, 17, 17, 21]);
	if (random.once(6)) return { eventName: "", severityNumber: 17, language, attributes: {}, body: message };
	if (random.once(8))
		return {
			eventName: "",
			severityNumber: 17,
			language,
			attributes: {},
			body: { msg: message, err: base.type, n: 1 },
		};
	const attributes: Record<string, Json> = { ...base.attributes };
	const put = (name: string, value: Json): void => {
		if (value !== "" || random.once(4)) attributes[name] = value;
	};
	const coded = base.code !== "" && random.once(3);
	put("exception.type", coded ? base.code : base.type);
	put("exception.message", message);
	put("exception.stacktrace", base.stacktrace);
	if (!coded) put("error.type", base.code);
	const causes = base.causes.map((cause) => ({ ...cause }));
	if (causes.length > 0) put("errata.causes", random.once(3) ? JSON.stringify(causes) : causes);
	const first = base.causes[0];
	if (first === undefined && random.once(10)) {
		put("err.cause.type", "Error");
		put("err.cause.message", message);
	}
	return { eventName: random.pick(["", "exception"]), severityNumber, language, body: "failed", attributes };
}

function propertiesOf(random: Random, texts: readonly string[]): Json {
	const map: Json = { table: "users", [random.pick(KEYS)]: random.pick([...ODD, random.pick(texts)]) };
	return random.once(2) ? map : mutate(random, JSON.stringify(map), '\\ud83d\\ude00,":{}[]1e5\\u0000');
}

function changed(random: Random, value: Json, texts: readonly string[]): Json {
	if (typeof value === "string") {
		if (random.once(40)) return random.pick(ODD);
		return value !== "" && random.once(3) ? mutate(random, value, random.pick(texts)) : value;
	}
	if (Array.isArray(value)) return value.map((item) => changed(random, item, texts));
	if (typeof value === "object" && value !== null && !Object.keys(value).some((key) => key.startsWith("$")))
		return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, changed(random, item, texts)]));
	return value;
}

/** As a receiver hands it on: no halves of pairs. */
function wellFormed(value: Json): Json {
	if (typeof value === "string") return value.toWellFormed();
	if (Array.isArray(value)) return value.map(wellFormed);
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, item]) => [key.toWellFormed(), wellFormed(item)]));
}
