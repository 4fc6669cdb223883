/**
 * The part of a message that decides a group: masked, without what wording, runtimes, drivers and log headers change.
 * Rules here come from how runtimes and drivers word one thing in several versions, never from one message.
 */
import { LIMITS } from "./limits.ts";
import { isDigit, isLetter } from "./stack/module-path.ts";
import { readable } from "./template.ts";
import { scan } from "./template-scan.ts";

/** Classes whose message the runtime writes, differently by version and flags: the place says it all. */
const WORDLESS = new Set(
	"NullPointerException ArrayIndexOutOfBoundsException StringIndexOutOfBoundsException IndexOutOfBoundsException StackOverflowError NullReferenceException".split(
		" ",
	),
);
/** Classes whose message is the operating system's wording of their code, in its language. */
const OS_WORDED = new Set("Win32Exception SocketException".split(" "));

/** One wording to another. Patterns are RE2; `needle` must be in the text before one is tried. */
const WORDINGS: readonly { readonly needle: string; readonly from: RegExp; readonly to: string }[] = [
	// V8 before 9.3, JavaScriptCore, SpiderMonkey: reading or setting a property of nothing.
	{
		needle: "Cannot ",
		from: /Cannot read property '([^']*)' of (undefined|null)/gu,
		to: "Cannot read properties of $2 (reading '$1')",
	},
	{
		needle: "Cannot set property ",
		from: /Cannot set property '([^']*)' of (undefined|null)/gu,
		to: "Cannot set properties of $2 (setting '$1')",
	},
	{
		needle: "can't access property",
		from: /can't access property "?([A-Za-z0-9_$]+)"?, [^;]{1,200} is (undefined|null)/gu,
		to: "Cannot read properties of $2 (reading '$1')",
	},
	{
		needle: "is not an object (evaluating '",
		from: /(undefined|null) is not an object \(evaluating '[^']*[.]([A-Za-z0-9_$]+)'\)/gu,
		to: "Cannot read properties of $1 (reading '$2')",
	},
	// JSON.parse before and after V8 11.
	{
		needle: "JSON",
		from: /Unexpected token [^ ]{1,12} in JSON at position [0-9]+|Unexpected token '?[^ ]{1,12}'?, .{0,200} is not valid JSON|JSON.parse: unexpected character at line [0-9]+ column [0-9]+ of the JSON data|Expected .{1,80} in JSON at position [0-9]+( \(line [0-9]+ column [0-9]+\))?/gu,
		to: "Unexpected token in JSON",
	},
	// Ruby 3.3 and 3.4 stopped printing receivers.
	{
		needle: "undefined ",
		from: /(undefined (?:local variable or )?method ['`][^']+') for .*/gu,
		to: "$1",
	},
	// PHP 7 and 8.
	{
		needle: "Undefined ",
		from: /Undefined (?:index|offset|array key):? "?([A-Za-z0-9_.-]+)"?/gu,
		to: "Undefined array key $1",
	},
	{ needle: "Undefined variable", from: /Undefined variable:? [$]?([A-Za-z0-9_]+)/gu, to: "Undefined variable $1" },
	{
		needle: "property",
		from: /Trying to get property '?([A-Za-z0-9_]+)'? of non-object|Attempt to read property "([A-Za-z0-9_]+)" on [a-z]+/gu,
		to: "Attempt to read property $1$2",
	},
	// Java 8 and 11 and later.
	{
		needle: " cannot be cast to ",
		from: /(?:class )?([A-Za-z0-9_.$]+) cannot be cast to (?:class )?([A-Za-z0-9_.$]+).*/gu,
		to: "$1 cannot be cast to $2",
	},
	// Doctrine DBAL 2 and 3; Laravel and SQLAlchemy append the statement, PostgreSQL drivers the row.
	{
		needle: "while executing",
		from: /An exception occurred while executing a query: /gu,
		to: "An exception occurred while executing ",
	},
	{ needle: "SQL: ", from: /\((?:Connection: [^,]{1,60}, )?SQL: .*|\[SQL: .*/gsu, to: "" },
	{ needle: "(Background on this error at", from: /\(Background on this error at.*/gsu, to: "" },
	{ needle: "DETAIL", from: /[\n ]DETAIL: .*/gsu, to: "" },
	{ needle: "Detail: ", from: /[\n ] *Detail: .*/gsu, to: "" },
	// AWS SDKs list the request after what failed.
	{ needle: "Request ID: ", from: /[;,] (?:[A-Za-z0-9]+ )?(?:Extended )?Request ID: [^)]*/gu, to: "" },
	{ needle: "RequestId: ", from: /[;,] RequestId: [^)]*/gu, to: "" },
	// Errno's words differ by system and language, its number does not.
	{ needle: "[WinError ", from: /\[WinError ([0-9]+)\][^:']*/gu, to: "[WinError $1] " },
	// PEP 678 and CPython 3.10 qualify function names in argument errors.
	{ needle: "positional argument", from: /(?:[A-Za-z0-9_]+[.])*([A-Za-z0-9_]+)\(\)/gu, to: "$1()" },
];

/** A name of one or two letters, as a minifier makes them, that V8 says is wrong. */
const MINIFIED =
	/^[A-Za-z_$]{1,2}(?:[.][A-Za-z_$]{1,2})*( is not (?:a function|defined|iterable|a constructor|an object))/u;
/** klog, glog and absl: `E1116 15:01:02.492690    5299 file.go:263] `. */
const KLOG = /^[IWEF][0-9]{4} [0-9:.]+ +[0-9]+ [A-Za-z0-9_.-]+:[0-9]+\] /u;

/** What of `message` counts for an error of class `type` (last segment); "" if nothing does. */
export function signature(message: string, type: string): string {
	if (message === "" || message === "null" || WORDLESS.has(type) || OS_WORDED.has(type)) return "";
	let text = readable(message, false);
	for (const wording of WORDINGS) if (text.includes(wording.needle)) text = text.replace(wording.from, wording.to);
	if (text.includes(" is not ")) text = text.replace(MINIFIED, "<id>$1");
	const first = text.charCodeAt(0);
	if ((first === 69 || first === 87 || first === 70 || first === 73) && isDigit(text.charCodeAt(1)))
		text = text.replace(KLOG, "");
	return collapse(scan(text, LIMITS.fingerprintMessage));
}

/**
 * One form for every way to write the masked text: placeholders are `<*>`, neighbours that only punctuation parts are one,
 * quotes go, letters are lower case, blanks single.
 */
export function collapse(masked: string): string {
	let out = "";
	// Punctuation and blanks held back since the last mask.
	let held = "";
	let afterMask = true;
	for (let i = 0; i < masked.length; i++) {
		const unit = masked.charCodeAt(i);
		if (unit === 60) {
			const end = placeholderEnd(masked, i);
			if (end > 0) {
				if (!afterMask || !out.endsWith("<*>")) out += `${held}<*>`;
				held = "";
				afterMask = true;
				i = end;
				continue;
			}
		}
		if (isQuote(unit)) continue;
		if (isLetter(unit) || isDigit(unit) || unit >= 0x80) {
			out += held + masked.charAt(i);
			held = "";
			afterMask = false;
		} else if (unit !== 32 || !held.endsWith(" ")) held += masked.charAt(i);
	}
	return out.trim().toLowerCase();
}

function placeholderEnd(text: string, from: number): number {
	for (let i = from + 1; i < text.length && i - from <= 16; i++) {
		const unit = text.charCodeAt(i);
		if (unit === 62) return i > from + 1 ? i : -1;
		if (unit !== 42 && unit !== 95 && (unit < 97 || unit > 122)) return -1;
	}
	return -1;
}

function isQuote(unit: number): boolean {
	return (
		unit === 39 || unit === 34 || unit === 96 || (unit >= 0x2018 && unit <= 0x201f) || unit === 0xab || unit === 0xbb
	);
}
