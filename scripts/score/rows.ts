/** Files of a set: cases in, predictions out, and what its scorer says of them. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";

/** Objects of `NAME.jsonl` or `NAME.jsonl.gz`; none if the set has no such file. */
export function rows<T>(folder: string, name: string): T[] {
	const file = path.join(folder, `${name}.jsonl`);
	if (existsSync(file)) return parse(readFileSync(file, "utf8"));
	return existsSync(`${file}.gz`) ? parse(gunzipSync(readFileSync(`${file}.gz`)).toString("utf8")) : [];
}

function parse<T>(text: string): T[] {
	return text
		.split("\n")
		.filter((line) => line.trim() !== "")
		.map((line) => JSON.parse(line) as T);
}

/** Writes one JSON object a line; answers the file's name. */
export function writeRows(file: string, objects: readonly object[]): string {
	writeFileSync(file, objects.map((one) => `${JSON.stringify(one)}\n`).join(""));
	return file;
}

/** What the folder's `score*.py` prints for `args`. Throws with its own words when it fails. */
export function runScorer(folder: string, args: readonly string[]): string {
	const scorer = readdirSync(folder).find((name) => /^score.*[.]py$/u.test(name));
	if (scorer === undefined) throw new Error(`${folder} has no score*.py`);
	return execFileSync("python3", [path.join(folder, scorer), ...args], {
		encoding: "utf8",
		maxBuffer: 64 * 1024 * 1024,
		stdio: ["ignore", "pipe", "inherit"],
		env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
	});
}
