/**
 * What a hostile message may cost the matcher: its work grows with the message's length and no faster. Work is counted, not
 * timed: characters that the literal index looks at, that the search for a literal may look at, and that an expression is
 * given (each is proven linear in `regex-safety.test.ts`). The figure in bytes per microsecond is printed for whoever reads
 * along, and nothing depends on it. Redaction has its own test.
 */
import { expect, test } from "vitest";
import { builtinCatalog } from "./catalog.ts";
import { match } from "./match.ts";
import type { ErrorFacts } from "./types.ts";

const SIZE = 65_536;

/** Each literal that a rule waits for, so that every repeated one wakes its rules; a part of them, evenly taken. */
function hostileUnits(): string[] {
	const literals = builtinCatalog()
		.layers.flatMap((layer) => layer.entries)
		.flatMap((entry) => entry.match.flatMap((rule) => rule.message?.lits ?? []));
	const sorted = [...new Set(literals)].sort();
	const some = sorted.filter((_, i) => i % 24 === 0);
	return [
		...some,
		`${sorted.join(" ")} `,
		`${sorted.join("\n")}\n`,
		"a",
		" ",
		"\n",
		"é",
		"Error: ",
		"timeout of 1",
		"1.1.1.1:1 ",
	];
}

function factsOf(unit: string, size: number): ErrorFacts {
	const message = unit.repeat(Math.ceil(size / unit.length)).slice(0, size);
	return { type: "Error", message, stacktrace: "", language: "nodejs", code: "", attributes: {}, causes: [] };
}

/** Characters that `run` looks at one by one, searches for a literal, and gives to an expression. */
function workOf(run: () => void): number {
	const { charCodeAt, includes } = String.prototype;
	const { exec } = RegExp.prototype;
	let work = 0;
	String.prototype.charCodeAt = function (this: string, at: number): number {
		work++;
		return charCodeAt.call(this, at);
	};
	String.prototype.includes = function (this: string, part: string, from?: number): boolean {
		work += this.length;
		return includes.call(this, part, from);
	};
	RegExp.prototype.exec = function (this: RegExp, text: string): RegExpExecArray | null {
		// A global expression goes on from where it stopped: only what it went over counts.
		const from = this.global ? this.lastIndex : 0;
		const found = exec.call(this, text);
		work += (this.global && found !== null ? this.lastIndex : text.length) - from;
		return found;
	};
	try {
		run();
	} finally {
		String.prototype.charCodeAt = charCodeAt;
		String.prototype.includes = includes;
		RegExp.prototype.exec = exec;
	}
	return work;
}

test("matching 64 kB of hostile text takes no more work for each character than a quarter of it", () => {
	const catalog = builtinCatalog();
	const steep: string[] = [];
	let most = { unit: "", each: 0 };
	for (const unit of hostileUnits()) {
		const work = [SIZE / 4, SIZE].map((size) => {
			const facts = factsOf(unit, size);
			return workOf(() => match(facts, catalog)) / size;
		}) as [number, number];
		if (work[1] > most.each) most = { unit: unit.slice(0, 40), each: work[1] };
		// A list of all literals does not fit into the quarter: more rules wake in the whole.
		if (work[1] > work[0] * 1.3 + 1 && unit.length < SIZE / 4)
			steep.push(`${JSON.stringify(unit.slice(0, 60))}: ${work[0]} a character, then ${work[1]}`);
	}
	expect(steep).toEqual([]);
	// No text can cost more than every rule looking at all of it, twice: for its literals and for its expression.
	const rules = catalog.layers.flatMap((layer) => layer.entries).flatMap((entry) => entry.match).length;
	expect(most.each, most.unit).toBeLessThan(2 * rules);
	console.log(`matching: at most ${most.each.toFixed(0)} looks at each character, in ${JSON.stringify(most.unit)}`);
});

test("prints its figure", () => {
	const catalog = builtinCatalog();
	let slowest = { unit: "", rate: Number.POSITIVE_INFINITY };
	for (const unit of hostileUnits()) {
		const facts = factsOf(unit, SIZE);
		const started = performance.now();
		match(facts, catalog);
		const rate = SIZE / ((performance.now() - started) * 1_000);
		expect(rate).toBeGreaterThan(0);
		if (rate < slowest.rate) slowest = { unit: unit.slice(0, 40), rate };
	}
	console.log(
		`matching: ${slowest.rate.toFixed(2)} bytes per microsecond at the slowest, ${JSON.stringify(slowest.unit)}`,
	);
});
