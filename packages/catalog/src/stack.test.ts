import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FrameOrigin } from "./frame.ts";
import { LIMITS } from "./limits.ts";
import { parseStack, stackHead } from "./stack.ts";

interface StackVector {
	readonly name: string;
	readonly language: string;
	readonly text: string;
	readonly expect: readonly {
		readonly type: string;
		readonly message: string;
		readonly code: string;
		readonly depth: number;
		readonly frames: readonly {
			readonly module: string;
			readonly function: string;
			readonly file: string;
			readonly line?: number;
			readonly origin: FrameOrigin;
		}[];
	}[];
}

const vectors = readFileSync(new URL("../vectors/stack.jsonl", import.meta.url), "utf8")
	.split("\n")
	.filter((line) => line !== "")
	.map((line) => JSON.parse(line) as StackVector);

describe("stack vectors", () => {
	it.each(vectors.map((vector) => [vector.name, vector] as const))("%s", (_name, vector) => {
		const blocks = parseStack(vector.text, vector.language);
		expect(blocks.map((block) => ({ ...block, frames: block.frames.map(({ inApp, ...rest }) => rest) }))).toEqual(
			vector.expect,
		);
		for (const block of blocks) for (const one of block.frames) expect(one.inApp).toBe(one.origin === "app");
	});

	it("cover at least 25 texts", () => {
		expect(vectors.length).toBeGreaterThanOrEqual(25);
		expect(new Set(vectors.map((vector) => vector.name)).size).toBe(vectors.length);
	});
});

describe("stackHead", () => {
	it("gives the class and the whole message of the thrown error", () => {
		const text = [
			"Traceback (most recent call last):",
			'  File "/app/a.py", line 9, in read',
			"    open(path)",
			"ConnectionRefusedError: [Errno 111] Connection refused",
			"",
			"During handling of the above exception, another exception occurred:",
			"",
			"Traceback (most recent call last):",
			'  File "/app/b.py", line 3, in render',
			"    read()",
			"shop.errors.PageError: cannot render",
			"  because the cache is away",
			"",
		].join("\n");
		expect(stackHead(text, "python")).toEqual({
			type: "shop.errors.PageError",
			message: "cannot render\n  because the cache is away",
		});
	});

	it("answers nothing for a text without a class", () => {
		expect(stackHead("", "nodejs")).toBeUndefined();
		expect(stackHead("add@http://localhost/js/cart.js:18:13", "webjs")).toBeUndefined();
		expect(stackHead("it went wrong\n    at f (/app/a.js:1:1)", "nodejs")).toBeUndefined();
	});

	it("reads what this very runtime prints, causes and members included", () => {
		const root = new RangeError("too far");
		const thrown = new TypeError("first line\nsecond line", { cause: root });
		expect(stackHead(thrown.stack ?? "", "nodejs")).toEqual({ type: "TypeError", message: "first line\nsecond line" });
		const frames = parseStack(thrown.stack ?? "", "nodejs")[0]?.frames ?? [];
		expect(frames[0]?.module).toBe("catalog/stack.test");
		expect(frames[0]?.inApp).toBe(true);
		expect(frames.some((one) => one.origin === "library")).toBe(true);
	});
});

describe("hostile stacks", () => {
	const languages = ["nodejs", "webjs", "python", "java", "go", "dotnet", "ruby", "php", "rust", ""];
	const pieces = [
		"a",
		"0",
		" ",
		"\t",
		"\n",
		".",
		":",
		"/",
		"\\",
		"(",
		")",
		"<",
		">",
		"$",
		"@",
		"#",
		"-",
		"'",
		'"',
		"    at ",
		'File "',
		"Caused by: ",
	];

	it("never throw, and keep the limits of frames and blocks", () => {
		fc.assert(
			fc.property(
				fc.constantFrom(...languages),
				fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string()), { maxLength: 60 }),
				(language, parts) => {
					const blocks = parseStack(parts.join(""), language);
					expect(blocks.length).toBeGreaterThan(0);
					expect(blocks.length).toBeLessThanOrEqual(LIMITS.causes + 1);
					for (const block of blocks) expect(block.frames.length).toBeLessThanOrEqual(LIMITS.frames + 1);
				},
			),
			{ numRuns: 300 },
		);
	});

	it.each(pieces)("one piece repeated over a megabyte: %j", (piece) => {
		const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
		for (const language of languages) expect(parseStack(text, language).length).toBeGreaterThan(0);
	});

	it("a Java StackOverflowError of 1,024 frames keeps the frames nearest the throw", () => {
		const text = `java.lang.StackOverflowError\n${"\tat com.shop.Tree.walk(Tree.java:3)\n".repeat(1_024)}`;
		expect(parseStack(text, "java")[0]?.frames.length).toBe(LIMITS.frames);
	});
});
