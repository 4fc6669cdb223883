/**
 * What a hostile message may cost: the work of redaction grows with the message's length and no faster. Work is counted,
 * not timed: characters looked at, and characters copied for an expression to look at. The figure in bytes per
 * microsecond is printed for whoever reads along, and nothing depends on it.
 */
import { describe, expect, it } from "vitest";
import { createRedactor } from "./redact.ts";

/** Each makes some finder begin anew as often as it can. */
const UNITS = [
	...["-1", "+1", "(1", "0", "4 ", "1.1.", "1:", "::", "a::", "A1", "%2B1", "GB29 ", "123 is your code "],
	...[
		"a=",
		"a=b&",
		"key=",
		"?key=a",
		"value=",
		"name=token value=x ",
		"--key a",
		" -key ",
		"password=",
		"token:",
		'{"a":',
	],
	...[
		"Key (a)=(",
		"key: [",
		"signature: a=b,",
		"<a",
		'<a b="',
		"><",
		"Cookie: a=b;",
		"Authorization: ",
		"Bearer ",
		"arn:",
	],
	...["//a:", "@", "a@", "%40", "user:a@tcp(", "thin:a/", "https://a:b/", "hooks.slack.com/services/", "/home/"],
	...["eyJ-", "sk-", "sk_", "AC", "Q~", "====", "a.", "a-", "a/", "a+", "aaaaaaaaaaaaaaaa.", "$2", "$2b$12$"],
	...["name ", "born ", "Mr A", "patient A", "12 A St ", "Via A ", "str. ", "with password ", "api key ", "code "],
	...["mysql -p", "curl ", "login a password ", "-----BEGIN ", "-----BEGIN PRIVATE KEY-----", "[REDACTED", "\uFFFC"],
	...["\\", '"', "'", "\n", "é", "中"],
];
const SIZE = 65_536;

/** Characters that `run` looks at through `charCodeAt`, and that it copies with `slice`. */
function workOf(run: () => void): number {
	const { charCodeAt, slice } = String.prototype;
	let work = 0;
	String.prototype.charCodeAt = function (this: string, at: number): number {
		work++;
		return charCodeAt.call(this, at);
	};
	String.prototype.slice = function (this: string, from?: number, to?: number): string {
		const out = slice.call(this, from, to);
		work += out.length;
		return out;
	};
	try {
		run();
	} finally {
		String.prototype.charCodeAt = charCodeAt;
		String.prototype.slice = slice;
	}
	return work;
}

describe("redaction of 64 kB of hostile text", () => {
	const redactor = createRedactor();
	it("looks at no more characters for each of them than at a quarter of the text", () => {
		const steep: string[] = [];
		let most = { unit: "", each: 0 };
		for (const unit of UNITS) {
			const work = [SIZE / 4, SIZE].map((size) => {
				const text = unit.repeat(Math.ceil(size / unit.length));
				return workOf(() => redactor.text(text)) / text.length;
			}) as [number, number];
			if (work[1] > most.each) most = { unit, each: work[1] };
			if (work[1] > work[0] * 1.3 + 1) steep.push(`${JSON.stringify(unit)}: ${work[0]} a character, then ${work[1]}`);
		}
		expect(steep).toEqual([]);
		// Windows of a few hundred characters bound what one place may cost.
		expect(most.each, most.unit).toBeLessThan(400);
		console.log(
			`redaction: at most ${most.each.toFixed(0)} characters looked at for each, in ${JSON.stringify(most.unit)}`,
		);
	});

	it("prints its figure", () => {
		let slowest = { unit: "", rate: Number.POSITIVE_INFINITY };
		for (const unit of UNITS) {
			const text = unit.repeat(Math.ceil(SIZE / unit.length));
			const started = performance.now();
			expect(redactor.text(text).length).toBeGreaterThan(0);
			const rate = text.length / ((performance.now() - started) * 1_000);
			if (rate < slowest.rate) slowest = { unit, rate };
		}
		console.log(
			`redaction: ${slowest.rate.toFixed(2)} bytes per microsecond at the slowest, ${JSON.stringify(slowest.unit)}`,
		);
	});
});
