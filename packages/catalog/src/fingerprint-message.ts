/**
 * The part of a message that decides a group: masked, without what wording, runtimes, drivers and log headers change.
 * Rules here come from how runtimes and drivers word one thing in several versions, never from one message.
 */
import { LIMITS } from "./limits.ts";
import { isDigit, isLetter } from "./stack/module-path.ts";
import { readable } from "./template.ts";
import { placeholderEnd, scan } from "./template-scan.ts";
import { cutUtf8 } from "./utf8.ts";

/** Classes whose message the runtime writes, differently by version and flags: the place says it all. */
const WORDLESS = new Set(
	"NullPointerException ArrayIndexOutOfBoundsException StringIndexOutOfBoundsException IndexOutOfBoundsException StackOverflowError NullReferenceException".split(
		" ",
	),
);
/** Classes whose message is the operating system's wording of their code, in its language. */
const OS_WORDED = new Set("Win32Exception SocketException".split(" "));

/** What follows one of these is the row, the statement or a guess, not the failure. Each cuts the text in turn. */
const CUTS = [
	"\nDETAIL: ",
	" DETAIL: ",
	"\nHINT: ",
	"\nLINE 1: ",
	"\n[SQL: ",
	" [SQL: ",
	" (SQL: ",
	" (Connection: ",
	"(Background on this error at",
	"\nDid you mean?",
	". Did you mean: ",
	". Did you forget to import ",
	" - Local (",
	", referrer: ",
] as const;

/** One wording to another. `needle` must be in the text before the RE2 expression is tried; all matches are replaced. */
const WORDINGS: readonly { readonly needle: string; readonly from: RegExp; readonly to: string }[] = [
	// V8 before 9.3, SpiderMonkey, JavaScriptCore: reading or setting a property of nothing.
	{
		needle: "Cannot read property ",
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
		from: /can't access property "?([A-Za-z0-9_$]+)"?, [^\n]* is (undefined|null)/gu,
		to: "Cannot read properties of $2 (reading '$1')",
	},
	{
		needle: "is not an object (evaluating '",
		from: /(undefined|null) is not an object \(evaluating '[^'\n]*[.]([A-Za-z0-9_$]+)'\)/gu,
		to: "Cannot read properties of $1 (reading '$2')",
	},
	// JSON.parse of V8 before and after 11, and of SpiderMonkey.
	{
		needle: "JSON",
		from: /Unexpected token [^\n]* in JSON at position [0-9]+|Unexpected token [^\n]* is not valid JSON|JSON[.]parse: unexpected character at line [0-9]+ column [0-9]+ of the JSON data|(?:Expected|Bad|Unterminated) [^\n]* in JSON at position [0-9]+(?: \(line [0-9]+ column [0-9]+\))?/gu,
		to: "Unexpected token in JSON",
	},
	// Node: what newer releases leave out or add.
	{ needle: "getaddrinfo ", from: /(getaddrinfo [A-Z_]+ [^ \n]+) [^ \n]+:[0-9]+/gu, to: "$1" },
	{ needle: "EADDRINUSE: ", from: /EADDRINUSE: address already in use/gu, to: "EADDRINUSE" },
	// Ruby 2.7 to 3.4 print the receiver in four ways.
	{ needle: "undefined ", from: /(undefined (?:local variable or )?method ['`][^'\n]+') for [^\n]*/gu, to: "$1" },
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
	// Java 8, and 11 and later; sockets on Unix and Windows.
	{
		needle: " cannot be cast to ",
		from: /(?:class )?([A-Za-z0-9_.$]{1,200}) cannot be cast to (?:class )?([A-Za-z0-9_.$]{1,200})[^\n]*/gu,
		to: "$1 cannot be cast to $2",
	},
	{
		needle: "Connection refused",
		from: /Connection refused(?: \(Connection refused\)|: connect|: no further information)/gu,
		to: "Connection refused",
	},
	{
		needle: "connectex: ",
		from: /connectex: No connection could be made because the target machine actively refused it[.]?/gu,
		to: "connect: connection refused",
	},
	// Doctrine DBAL 2 and 3.
	{ needle: "while executing a query: ", from: /while executing a query: /gu, to: "while executing " },
	// AWS SDKs list the request after what failed.
	{ needle: "Request ID: ", from: /[;,] (?:[A-Za-z0-9]+ )?(?:Extended )?Request ID: [^)\n]*/gu, to: "" },
	{ needle: "RequestId: ", from: /[;,] RequestId: [^)\n]*/gu, to: "" },
	// CPython: numbers of errno differ by system, the words of Windows by language; 3.10 qualifies function names.
	{ needle: "[WinError ", from: /\[WinError ([0-9]+)\][^:'\n]*/gu, to: "[WinError $1] " },
	{ needle: "[Errno ", from: /\[Errno -?[0-9]+\] /gu, to: "" },
	{
		needle: "nodename nor servname",
		from: /nodename nor servname provided, or not known/gu,
		to: "Name or service not known",
	},
	{
		needle: "argument",
		from: /[A-Za-z0-9_<>.]{1,200}[.]([A-Za-z0-9_]{1,100})\(\) (takes|missing|got)/gu,
		to: "$1() $2",
	},
];

/** A name of one or two letters, as a minifier makes them, that V8 says is wrong. */
const MINIFIED =
	/^[A-Za-z_$]{1,2}(?:[.][A-Za-z_$]{1,2})*( is not (?:a function|defined|iterable|a constructor|an object))/u;
/** klog, glog and absl: `E1116 15:01:02.492690    5299 file.go:263] `. */
const KLOG = /^[IWEF][0-9]{4} [0-9:.]+ +[0-9]+ [A-Za-z0-9_.-]+:[0-9]+\] /u;

/** Bytes of a message that are read for what counts: its head says what failed, and the expressions stay cheap. */
const READ_BYTES = 4 * LIMITS.fingerprintMessage;

/** What of `message` counts for an error of class `type` (last segment); "" if nothing does. */
export function signature(message: string, type: string): string {
	if (message === "" || message === "null" || WORDLESS.has(type) || OS_WORDED.has(type)) return "";
	let text = cutUtf8(readable(message, false), READ_BYTES);
	for (const cut of CUTS) {
		const at = text.indexOf(cut);
		if (at > 0) text = text.slice(0, at);
	}
	for (const wording of WORDINGS) if (text.includes(wording.needle)) text = text.replace(wording.from, wording.to);
	if (text.includes(" is not ")) text = text.replace(MINIFIED, "<id>$1");
	const first = text.charCodeAt(0);
	if ((first === 69 || first === 87 || first === 70 || first === 73) && isDigit(text.charCodeAt(1)))
		text = text.replace(KLOG, "");
	return collapse(cutUtf8(scan(text, LIMITS.fingerprintMessage), LIMITS.fingerprintMessage));
}

/**
 * The names a message quotes, in order, and nothing else: what stays of a message that the .NET runtime took from its
 * resources, in the language of the thread.
 */
export function quotedNames(message: string): string {
	const masked = cutUtf8(
		scan(cutUtf8(readable(message, false), READ_BYTES), LIMITS.fingerprintMessage),
		LIMITS.fingerprintMessage,
	);
	const names: string[] = [];
	for (let at = 0; at < masked.length; at++) {
		if (!isQuote(masked.charCodeAt(at))) continue;
		let end = at + 1;
		while (end < masked.length && !isQuote(masked.charCodeAt(end))) end++;
		if (end < masked.length) names.push(collapse(masked.slice(at + 1, end)));
		at = end;
	}
	return names.filter((name) => name !== "" && !name.includes(" ")).join(" ");
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

function isQuote(unit: number): boolean {
	return (
		unit === 39 || unit === 34 || unit === 96 || (unit >= 0x2018 && unit <= 0x201f) || unit === 0xab || unit === 0xbb
	);
}
