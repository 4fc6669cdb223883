/** What happens to a real text on its way to the parity test: cut, spliced, repeated, and salted with what readers decide by. */
import { readFileSync } from "node:fs";
import type { Random } from "./random.ts";

/** Beyond ASCII: blanks that are none elsewhere, quotes, letters that change length with their case, marks, halves of pairs. */
const WIDE =
	"\u00a0 \u0085 \u200b \u2028 \u2029 \u3000 \ufeff \u1680 \u180e \u202f \u205f \u2003 “ ” ‘ ’ « » ‟ é ß İ ſ K µ μ 数 ー 💥 🧵 \u0301 \ud83d \udca5 \ufffd \u00bf \u00c0 \u0080 \u00ff \uffff 👩‍👩‍👧 ٣ ² Ⅷ".split(
		" ",
	);
const CONTROL = ["\0", "\t", "\r", "\r\n", "\n", "\u001b[31m", "\u001b[", "\u007f", "\u000b", "\u000c", "\b", "\u001f"];
/** What the readers look for, whole: one character less is the interesting case, and mutation makes it. */
const SALT = Object.values(
	JSON.parse(readFileSync(new URL("salt.json", import.meta.url), "utf8")) as Record<string, string[]>,
).flat();

type Mutation = (random: Random, text: string, other: string) => string;

const MUTATIONS: readonly Mutation[] = [
	(random, text) => text.slice(0, random.below(text.length + 1)),
	(random, text) => text.slice(random.below(text.length)),
	(random, text) => insert(random, text, random.pick(SALT)),
	(random, text) => insert(random, text, random.pick(SALT)),
	(random, text) => insert(random, text, random.pick(SALT)),
	(random, text) => insert(random, text, random.pick(WIDE)),
	(random, text) => insert(random, text, random.pick(CONTROL)),
	(random, text) => replace(random, text, random.pick(WIDE)),
	(random, text) => replace(random, text, random.pick(SALT)),
	(random, text) => replace(random, text, String(random.below(10))),
	(random, text) => replace(random, text, ""),
	(random, text, other) => insert(random, text, slice(random, other)),
	(random, text) => insert(random, text, slice(random, text)),
	(random, text) => insert(random, text, random.pick([...WIDE, ...SALT]).repeat(1 + random.below(80))),
	(random, text) => mapLines(random, text, (lines, at) => void lines.splice(at, 1)),
	(random, text) =>
		mapLines(random, text, (lines, at) => void lines.splice(at, 0, lines[random.below(lines.length)] ?? "")),
	(random, text) => mapLines(random, text, (lines, at) => void lines.splice(at, 1, (lines[at] ?? "").trim())),
	(random, text, other) =>
		mapLines(random, text, (lines, at) => void lines.splice(at, 0, random.pick(other.split("\n")))),
	(random, text) => flipCase(random, text),
	(random, text) => brokenBytes(random, text),
];

/** `text` with one to five changes; `other` lends what is spliced in. Now and then it becomes huge. */
export function mutate(random: Random, text: string, other: string): string {
	let out = text;
	for (let changes = 1 + random.below(5); changes > 0; changes--) out = random.pick(MUTATIONS)(random, out, other);
	if (random.once(200)) out = (out + random.pick(["", "\n", " "])).repeat(2 + random.below(60)).slice(0, 150_000);
	return out;
}

function insert(random: Random, text: string, part: string): string {
	const at = random.below(text.length + 1);
	return text.slice(0, at) + part + text.slice(at);
}

function replace(random: Random, text: string, part: string): string {
	const at = random.below(text.length);
	return text.slice(0, at) + part + text.slice(at + 1 + random.below(3));
}

function slice(random: Random, text: string): string {
	const at = random.below(text.length);
	return text.slice(at, at + 1 + random.below(120));
}

function mapLines(random: Random, text: string, change: (lines: string[], at: number) => void): string {
	const lines = text.split("\n");
	change(lines, random.below(lines.length));
	return lines.join("\n");
}

function flipCase(random: Random, text: string): string {
	const at = random.below(text.length);
	const part = text.slice(at, at + 1 + random.below(12));
	return text.slice(0, at) + (random.once(2) ? part.toUpperCase() : part.toLowerCase()) + text.slice(at + part.length);
}

/** Bytes of the text changed at random and read back as a receiver reads them. */
function brokenBytes(random: Random, text: string): string {
	const bytes = Buffer.from(text);
	if (bytes.length === 0) return text;
	for (let times = 1 + random.below(3); times > 0; times--)
		bytes[random.below(bytes.length)] = random.pick([
			0x80,
			0xc2,
			0xe2,
			0xed,
			0xf0,
			0xf4,
			0xff,
			0xbf,
			random.below(256),
		]);
	return new TextDecoder().decode(bytes);
}
