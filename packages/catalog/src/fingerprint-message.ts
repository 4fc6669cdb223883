/**
 * The part of a message that decides a group: one wording (`fingerprint-wording.ts`), masked, in one form.
 */

import { oneWording } from "./fingerprint-wording.ts";
import { LIMITS } from "./limits.ts";
import { isDigit, isLetter, lowerAscii } from "./stack/ascii.ts";
import { readable } from "./template.ts";
import { mask } from "./template-scan.ts";
import { placeholderEnd } from "./template-word.ts";
import { cutUtf8 } from "./utf8.ts";

/** Classes whose message the runtime writes, differently by version and flags: the place says it all. */
const WORDLESS = new Set(
	"NullPointerException ArrayIndexOutOfBoundsException StringIndexOutOfBoundsException IndexOutOfBoundsException StackOverflowError NullReferenceException".split(
		" ",
	),
);
/** Classes whose message is the operating system's wording of their code, in its language. */
const OS_WORDED = new Set("Win32Exception SocketException".split(" "));

/** A name of one or two letters, as a minifier makes them, that V8 says is wrong. */
const MINIFIED =
	/^[A-Za-z_$]{1,2}(?:[.][A-Za-z_$]{1,2})*( is not (?:a function|defined|iterable|a constructor|an object))/u;
/** klog, glog and absl: `E1116 15:01:02.492690    5299 file.go:263] `. */
const KLOG = /^[IWEF][0-9]{4} [0-9:.]+ +[0-9]+ [A-Za-z0-9_.-]+:[0-9]+\] /u;

const LIST_END = "<*> and <*>";

/** Bytes of a message that are read for what counts: its head says what failed, and the expressions stay cheap. */
const READ_BYTES = 4 * LIMITS.fingerprintMessage;

/**
 * True if the message of an error of class `type` (last segment) says nothing that place and code do not: the runtime
 * wrote it (and the place is known), or the system did (and the code is known).
 */
export function saysNothing(type: string, code: string, placed: boolean): boolean {
	return (placed && WORDLESS.has(type)) || (code !== "" && OS_WORDED.has(type));
}

/** What of `message` counts; "" if nothing does. */
export function signature(message: string): string {
	if (message === "" || message === "null") return "";
	let text = oneWording(cutUtf8(readable(message, false), READ_BYTES));
	if (text.includes(" is not ")) text = text.replace(MINIFIED, "<id>$1");
	const first = text.charCodeAt(0);
	if ((first === 69 || first === 87 || first === 70 || first === 73) && isDigit(text.charCodeAt(1)))
		text = text.replace(KLOG, "");
	return collapse(cutUtf8(mask(text, LIMITS.fingerprintMessage, true), LIMITS.fingerprintMessage));
}

/**
 * The names a message quotes, in order, and nothing else: what stays of a message that the .NET runtime took from its
 * resources, in the language of the thread.
 */
export function quotedNames(message: string): string {
	const masked = cutUtf8(
		mask(cutUtf8(readable(message, false), READ_BYTES), LIMITS.fingerprintMessage),
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
	// The last of a list: `5, 6 and 9`.
	while (out.includes(LIST_END)) out = out.replaceAll(LIST_END, "<*>");
	return lowerAscii(out.trim());
}

function isQuote(unit: number): boolean {
	return (
		unit === 39 || unit === 34 || unit === 96 || (unit >= 0x2018 && unit <= 0x201f) || unit === 0xab || unit === 0xbb
	);
}
