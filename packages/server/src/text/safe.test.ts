import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cutText, safeBlock, safeJson, safeLine } from "./safe.ts";

const ESC = "\u001b";

describe("text of telemetry in a terminal", () => {
	test.each([
		["colours", `${ESC}[31mred${ESC}[0m`, "red"],
		["a title change", `a${ESC}]0;owned\u0007b`, "ab"],
		["a hyperlink", `${ESC}]8;;http://evil.example\u001b\\click${ESC}]8;;\u001b\\`, "click"],
		["cursor movement", `ok${ESC}[2K${ESC}[1Afake`, "okfake"],
		["a one-byte CSI", "a\u009b31mb", "ab"],
		["bidi overrides", "user\u202egnp.exe\u202c", "usergnp.exe"],
		["zero-width characters", "pass\u200bword\ufeff", "password"],
		["tag characters", "hi\u{e0041}\u{e0042}", "hi"],
		["backspaces", "safe\b\b\b\bevil", "safeevil"],
		["line breaks and tabs", " a\r\n\tb\u2028c ", "a b c"],
		["a lone surrogate", "a\ud800b", "a\ufffdb"],
	])("loses %s", (_, text, shown) => {
		expect(safeLine(text)).toBe(shown);
	});

	test("keeps lines in a block, and nothing else that moves the cursor", () => {
		expect(safeBlock(`a\r\n\tb${ESC}[1mc\u202e\rd`)).toBe("a\n    bc\nd");
	});

	test("whatever comes, no control, format or invisible character is left", () => {
		fc.assert(
			fc.property(fc.string({ unit: "binary" }), (text) => {
				expect(safeLine(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u);
			}),
		);
	});

	test("a cut text never ends in half a character", () => {
		expect(cutText("abc😀def", 5)).toBe("abc…");
		expect(cutText("short", 5)).toBe("short");
	});
});

describe("JSON for a terminal or a program", () => {
	test("parses to exactly what went in, and holds nothing that a terminal obeys", () => {
		fc.assert(
			fc.property(fc.string({ unit: "grapheme-composite" }), fc.string({ unit: "binary" }), (a, b) => {
				const value = { a, list: [b.toWellFormed()] };
				const text = safeJson(value, 1);
				expect(JSON.parse(text)).toEqual(value);
				expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u);
			}),
		);
	});
});
