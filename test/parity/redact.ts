/**
 * `node --conditions=errata-source test/parity/redact.ts --count 20000 --seed 1`: redacts the same texts and values in
 * TypeScript and in Go and compares byte for byte. Exit code 1 if they differ.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { HARMLESS_TERMS, KEY_RULES, PEER_KEYS, PERSON_WORDS } from "../../packages/catalog/src/redact/key-table.ts";
import { NATIONAL_IDS } from "../../packages/catalog/src/redact/national-table.ts";
import { GIVEN_NAMES, INTRODUCERS, STREETS_AFTER } from "../../packages/catalog/src/redact/people-table.ts";
import { VENDOR_KEYS } from "../../packages/catalog/src/redact/vendor-table.ts";
import { createRedactor, type RedactionMode, type Redactor } from "../../packages/catalog/src/redact.ts";
import { mutate } from "./mutate.ts";
import { createRandom, type Random } from "./random.ts";
import { startTwin, type Twin } from "./twin.ts";

const CATALOG = fileURLToPath(new URL("../../packages/catalog/", import.meta.url));
const KEY = "errata-test-key-of-32-bytes-long";
const MODES: readonly RedactionMode[] = ["replace", "replace", "pseudonym", "remove", "keep"];

interface Question {
	op: "redact";
	mode: RedactionMode;
	deny: string[];
	allow: string[];
	key: string;
	text?: string;
	value?: unknown;
}

/** `{"parts": [...]}` anywhere is the string its parts make. */
function joined(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(joined);
	if (typeof value !== "object" || value === null) return value;
	const entries = Object.entries(value);
	if (entries.length === 1 && entries[0]?.[0] === "parts") return (entries[0][1] as string[]).join("");
	return Object.fromEntries(entries.map(([key, item]) => [key, joined(item)]));
}

const vectors = readFileSync(join(CATALOG, "vectors/redact.jsonl"), "utf8")
	.split("\n")
	.filter((line) => line !== "")
	.map((line) => joined(JSON.parse(line)) as Record<string, unknown>);
const TEXTS = vectors.flatMap((v) => [v.text, v.expect]).filter((text) => typeof text === "string");
const VALUES = vectors.map((v) => v.value).filter((value) => value !== undefined);
const KEYS = [
	...KEY_RULES.flatMap((rule) => rule.terms),
	...HARMLESS_TERMS,
	...PEER_KEYS,
	..."name user.name tenant-ref session.id url.path http.route data 密码 token_é Straße x-y.z note".split(" "),
];
const BODY = "aZ09bY18cX27dW36eV45fU54gT63hS72iR81jQ90kP";
/** What finders decide by, whole: mutation makes the ones that are nearly so. */
const SALT = [
	...VENDOR_KEYS.flatMap((key) => key.prefixes.map((prefix) => prefix + BODY.repeat(3).slice(0, key.max ?? key.min))),
	...KEYS.flatMap((key) => [`${key}=`, `"${key}":"`, `${key}: `, `<${key}>`, `--${key} `]),
	...[...INTRODUCERS, ...PERSON_WORDS].map((word) => ` ${word} `),
	...[...GIVEN_NAMES].slice(0, 60).map((word) => `${word[0]?.toUpperCase()}${word.slice(1)} Roe`),
	...[...STREETS_AFTER].map((word) => `12 Baker ${word[0]?.toUpperCase()}${word.slice(1)}`),
	...'[REDACTED] [REDACTED:email] [REDACTED:  [PSEUDONYM:card:01234567:0123456789abcdef] \ufffc \u00a0 \u2011 \u2019 ß Ä 用户 % %40 %20 @ // :// \\" \\n \' " ` { } [ ] ( ) ; , & | < > = => := : -- ... *** ${ xxx ad77da8a-e505-479a-be97-b6630ad7bbe2 8.8.8.8 2001:db8::1 10.0.0.1 /home/ana/ C:\\Users\\ana\\ Hauptstraße 4111111111111111 378282246310005 GB29NWBK60161331926819 +14155550136 1970-01-01 536-22-8726 bearer basic cookie: a=b; phone card passport ssn cvc code born Dr. www van de'.split(
		" ",
	),
];

/** A text that an expression of a state's number matches. */
function shaped(random: Random, source: string): string {
	const alternative = (part: string): string => random.pick(part.split("|"));
	let left = source.replace(/^\^/, "");
	for (let group = /\(([^()\\]*)\)/.exec(left); group !== null; group = /\(([^()\\]*)\)/.exec(left))
		left = left.replace(group[0], () => alternative(group[1] as string));
	return left.replace(
		/(\[[^\]]+\]|\\.|.)(\{([0-9]+)(,([0-9]+))?\}|\?)?/g,
		(_all, atom: string, repeat, from, _, to) => {
			const least = repeat === undefined ? 1 : repeat === "?" ? 0 : Number(from);
			const most = repeat === "?" ? 1 : Number(to ?? least);
			return Array.from({ length: least + random.below(most - least + 1) }, () => one(random, atom)).join("");
		},
	);
}

function one(random: Random, atom: string): string {
	if (!atom.startsWith("[")) return atom.slice(-1);
	const characters = atom.slice(1, -1).replace(/(.)-(.)/g, (_all, a: string, b: string) => {
		const first = a.charCodeAt(0);
		return Array.from({ length: b.charCodeAt(0) - first + 1 }, (_, i) => String.fromCharCode(first + i)).join("");
	});
	return random.pick([...characters]);
}

/** Numbers of states, of cards and of phones, now and then behind their words: one in ten has its check digit. */
function numbers(random: Random): string {
	return Array.from({ length: 1 + random.below(4) }, () => {
		const id = random.pick(NATIONAL_IDS);
		const number = random.once(4)
			? shaped(
					random,
					random.pick([
						"[3-6][0-9]{3}[ -]?[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}",
						"[+]?[0-9]{1,3}[ .-]?[0-9]{3}[ .-]?[0-9]{3,4}[ .-]?[0-9]{2,4}",
						"(GB|DE|BE|FR)[0-9]{2} ?[0-9]{4} ?[0-9]{4} ?[0-9]{4} ?[0-9]{4}",
						"[0-9]{1,3}[.][0-9]{1,3}[.][0-9]{1,3}[.][0-9]{1,3}(:|/|)",
						"[0-9a-f]{1,4}:[0-9a-f]{0,4}:[0-9a-f]{0,4}:(:|)[0-9a-f]{1,4}",
					]),
				)
			: shaped(random, id.shape.source);
		const word = random.once(2)
			? random.pick(["", "phone", "card", "passport no", "imei", "version", "client", "connect", "mrn is"])
			: random.pick(id.context ?? [""]);
		return (
			word +
			random.pick([" ", " ", ": ", "-", "/", ", "]) +
			number +
			random.pick(["", " ", ".", "-", "x", ":1", " 12/30"])
		);
	}).join(random.pick([" ", "", " and ", "\n"]));
}

function text(random: Random): string {
	if (random.once(5)) return numbers(random);
	let out = random.pick(TEXTS);
	if (random.once(3)) out += random.pick([" ", "", "\n", ", "]) + random.pick(TEXTS);
	for (let n = random.below(4); n > 0; n--) {
		const at = random.below(out.length + 1);
		const cut = random.once(3) ? random.below(6) : 0;
		out = out.slice(0, at) + random.pick(SALT) + out.slice(at + cut);
	}
	if (random.once(4))
		out = Array.from({ length: 2 + random.below(6) }, () => random.pick(SALT)).join(random.pick(["", " "]));
	if (random.once(300)) out = random.pick(SALT).repeat(1 + random.below(2_000));
	if (!random.once(4)) out = mutate(random, out === "" ? "x" : out, random.pick(TEXTS));
	return out.toWellFormed();
}

function value(random: Random, depth: number): unknown {
	const kind = random.below(depth > 3 ? 6 : 10);
	if (kind < 3) return text(random);
	if (kind === 3)
		return random.pick([4111111111111111, 0, -1, 12.5, 1e21, 1.5e-7, 123456, 4242424242424242, 378282246310005, 1e11]);
	if (kind === 4) return random.pick([true, false, null, "", "x", "Ana Roe", "[REDACTED:card]"]);
	if (kind === 5) return random.pick(TEXTS).split(" ");
	if (kind === 6) return Array.from({ length: random.below(5) }, () => value(random, depth + 1));
	if (kind === 7 && VALUES.length > 0) return random.pick(VALUES);
	return Object.fromEntries(
		Array.from({ length: random.below(5) }, () => [random.pick(KEYS), value(random, depth + 1)]),
	);
}

function makeQuestion(random: Random): Question {
	const own = random.once(6);
	const question: Question = {
		op: "redact",
		mode: random.pick(MODES),
		deny: own ? ["tenant-ref", "密码"] : [],
		allow: own ? ["session.id", "note", "x-y.z"] : [],
		key: "",
	};
	if (!random.once(4)) return { ...question, text: text(random) };
	return { ...question, key: random.once(2) ? random.pick(KEYS) : "", value: value(random, 0) };
}

const redactors = new Map<string, Redactor>();

function answer(question: Question): string {
	const { mode, deny, allow } = question;
	const name = JSON.stringify([mode, deny, allow]);
	let redactor = redactors.get(name);
	if (redactor === undefined) {
		redactor = createRedactor({ mode, deny, allow, pseudonymKey: KEY });
		redactors.set(name, redactor);
	}
	const counts = {};
	const out =
		question.text === undefined
			? redactor.value(question.value, counts, question.key)
			: redactor.text(question.text, counts);
	return canonical({ out: out ?? null, gone: out === undefined, counts });
}

/** JSON with keys in order and texts well-formed, as the other side has them. */
function canonical(value: unknown): string {
	return JSON.stringify(value, (_key, item) => {
		if (typeof item === "string") return item.toWellFormed();
		if (typeof item !== "object" || item === null || Array.isArray(item)) return item;
		return Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)));
	});
}

/** Where the two differ on `count` texts and values made from `seed`, ready to print; at most ten. */
export async function compareRedaction(twin: Twin, seed: number, count: number): Promise<string[]> {
	const random = createRandom(seed);
	const differences: string[] = [];
	for (let done = 0; done < count && differences.length < 10; done += 100) {
		const questions = Array.from({ length: 100 }, () => makeQuestion(random));
		const lines = await twin.ask(questions);
		for (const [i, question] of questions.entries()) {
			const expected = answer(question);
			const got = canonical(JSON.parse(lines[i] as string));
			if (got !== expected) differences.push(difference(question, expected, got));
		}
	}
	return differences;
}

/** A question, and both answers around the place where they part. */
function difference(question: Question, expected: string, got: string): string {
	let at = 0;
	while (got[at] === expected[at]) at++;
	const near = (text: string): string => text.slice(Math.max(0, at - 60), at + 120);
	return `question   ${JSON.stringify(question).slice(0, 3_000)}\ntypescript ${near(expected)}\ngo         ${near(got)}\n`;
}

if (import.meta.main) {
	const { values } = parseArgs({
		options: { count: { type: "string", default: "20000" }, seed: { type: "string", default: "1" } },
	});
	const twin = startTwin();
	const differences = await compareRedaction(twin, Number(values.seed), Number(values.count));
	twin.stop();
	for (const one of differences) console.log(one);
	console.log(`${differences.length} differences in ${values.count} texts and values (seed ${values.seed})`);
	process.exitCode = differences.length > 0 ? 1 : 0;
}
