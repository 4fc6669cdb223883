/**
 * Stack texts of all languages to blocks and frames. This file chooses the parser and owns the limits; each format
 * lives in `stack/`. What of it makes a group is decided in `fingerprint.ts`. See SPEC.md, "Stacks".
 */
import { openBlock, type StackBlock } from "./frame.ts";
import { LIMITS } from "./limits.ts";
import { looksLikeDotnet, parseDotnet } from "./stack/dotnet.ts";
import { looksLikeGo, parseGo } from "./stack/go.ts";
import { looksLikeJava, parseJava } from "./stack/java.ts";
import { looksLikeGecko, looksLikeV8, parseGecko, parseV8 } from "./stack/javascript.ts";
import { looksLikePhp, parsePhp } from "./stack/php.ts";
import { looksLikePython, parsePython } from "./stack/python.ts";
import { looksLikeRuby, parseRuby } from "./stack/ruby.ts";
import { looksLikeRust, parseRust } from "./stack/rust.ts";
import { remembered } from "./stack/tail.ts";
import { cutUtf8 } from "./utf8.ts";

type Format = "v8" | "gecko" | "python" | "java" | "go" | "dotnet" | "ruby" | "php" | "rust";

/** `telemetry.sdk.language` values and the names people use, to the format their stacks usually have. */
const FORMAT_OF: Readonly<Record<string, Format>> = {
	nodejs: "v8",
	webjs: "v8",
	javascript: "v8",
	typescript: "v8",
	python: "python",
	java: "java",
	kotlin: "java",
	scala: "java",
	go: "go",
	dotnet: "dotnet",
	csharp: "dotnet",
	ruby: "ruby",
	php: "php",
	rust: "rust",
};

/**
 * Blocks of a stack text: the thrown error first, then its causes and group members as the text itself holds them.
 * Reads at most `LIMITS.stackBytes`; never throws; always at least one block, without frames if none were understood.
 * `language` is `telemetry.sdk.language`; without it, or when the text is another's, the text decides.
 */
export function parseStack(text: string, language = ""): StackBlock[] {
	const cut = cutUtf8(text, LIMITS.stackBytes);
	const usual = Object.hasOwn(FORMAT_OF, language) ? FORMAT_OF[language] : undefined;
	const known = usual === "v8" ? remembered(cut) : undefined;
	if (known !== undefined) return known;
	const lines = cut.split("\n");
	for (let i = 0; i < lines.length; i++) {
		const line = lines[i] as string;
		if (line.endsWith("\r")) lines[i] = line.slice(0, -1);
	}
	if (usual !== undefined) {
		const blocks = parseAs(usual, lines);
		if (blocks.some((block) => block.frames.length > 0)) return blocks;
	}
	const seen = formatOf(cut, lines);
	if (seen !== undefined && seen !== usual) return parseAs(seen, lines);
	return parseAs(usual ?? "v8", lines);
}

/**
 * Class and message of the error a stack text is about, where the text says them: `ConnectionRefusedError` and not the
 * errno, Python's whole `str(e)` and not its first argument. Nothing if the text has no head.
 */
export function stackHead(text: string, language = ""): { type: string; message: string } | undefined {
	const first = parseStack(text, language)[0];
	if (first === undefined || first.type === "") return undefined;
	return { type: first.type, message: first.message };
}

/** At least one block: a text without a head or a frame of the format is one empty block. */
function parseAs(format: Format, lines: readonly string[]): StackBlock[] {
	const blocks = parseFormat(format, lines);
	return blocks.length > 0 ? blocks : [openBlock(0)];
}

function parseFormat(format: Format, lines: readonly string[]): StackBlock[] {
	switch (format) {
		case "v8":
			return parseV8(lines);
		case "gecko":
			return parseGecko(lines);
		case "python":
			return parsePython(lines);
		case "java":
			return parseJava(lines);
		case "go":
			return parseGo(lines);
		case "dotnet":
			return parseDotnet(lines);
		case "ruby":
			return parseRuby(lines);
		case "php":
			return parsePhp(lines);
		case "rust":
			return parseRust(lines);
	}
}

/** The format the text shows, most distinctive first. */
function formatOf(text: string, lines: readonly string[]): Format | undefined {
	if (looksLikePython(text)) return "python";
	if (looksLikeRust(text)) return "rust";
	if (looksLikeJava(lines)) return "java";
	if (looksLikeV8(lines)) return "v8";
	if (looksLikeDotnet(lines)) return "dotnet";
	if (looksLikeGo(lines)) return "go";
	if (looksLikePhp(lines)) return "php";
	if (looksLikeRuby(lines)) return "ruby";
	if (looksLikeGecko(lines)) return "gecko";
	return undefined;
}
