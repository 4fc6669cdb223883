/** Whether the value a key points at goes: placeholders, prose and code about a secret stay. */
import { digitsOf, isAlpha, isDigit, isLower, lower } from "./chars.ts";
import type { KeyVerdict } from "./keys.ts";
import type { RedactionType } from "./spans.ts";
import { hasShape, isCode, isOpaque, isPlaceholder, isProse, mixOf } from "./values.ts";

/** How the value stood in the text. */
export interface Standing {
	readonly quoted: boolean;
	/** After `key: `, where a sentence may follow as well as a value. */
	readonly prose: boolean;
	/** All of a map's value: nothing around it could make it prose. */
	readonly whole?: boolean;
	/** The two characters after the value. */
	readonly after: string;
}

/** A whole value of a map: no sentence around it. */
export const WHOLE: Standing = { quoted: true, prose: false, after: "", whole: true };

export function keyDecides(value: string, verdict: KeyVerdict, how: Standing): boolean {
	if (value === "" || isPlaceholder(value) || isFenced(value, how)) return false;
	switch (verdict.certainty) {
		case "allowed":
			return false;
		case "denied":
			return true;
		case "opaque":
			return isOpaque(value, 10);
		case "drawn":
			return /^[A-Za-z0-9_+%~-]{18,}={0,2}$/.test(value) && isOpaque(value, 20);
		case "random":
			return isRandom(value);
		case "shaped":
			return hasShape(value, verdict.type);
		default:
			return isSecret(value, verdict.type, how);
	}
}

/** `[FILTERED]`, `{token}` without quotes: what closes the bracket ended the value. */
function isFenced(value: string, how: Standing): boolean {
	const close = how.after[0];
	if (how.quoted || (close !== "]" && close !== "}")) return false;
	return /^[[{][A-Za-z_ -]*$/.test(value);
}

/** Nothing anybody wrote: 32 characters and more of all three kinds that change kind often. */
function isRandom(value: string): boolean {
	if (value.length < 32 || !/^[A-Za-z0-9_+/%-]*={0,2}$/.test(value)) return false;
	const mix = mixOf(value);
	return mix.upper >= 3 && mix.lower >= 3 && mix.digit >= 1 && mix.turns >= 8;
}

function isSecret(value: string, type: RedactionType, how: Standing): boolean {
	if (type === "otp" || type === "cvc") return isCodeNumber(value, type);
	// `Token 4fq...` is a scheme and its credential, `token missing` is prose.
	const scheme = type === "authorization" && how.whole === true && lower(value.slice(0, 6)) === "token " ? 6 : 0;
	if (isProse(value.slice(scheme)) || isReference(value)) return false;
	if (!how.quoted && isCode(value, how.after[0] ?? "")) return false;
	const digits = digitsOf(value).length;
	// `pass=12 fail=3`, `tokens: 4096`: counts, unless long enough to be guessed only.
	if (digits === value.length && digits < (type === "password" ? 4 : 7)) return false;
	if (type !== "password" && isSentence(value)) return false;
	if (!how.prose || how.quoted) return value.length >= (type === "password" || how.whole === true ? 1 : 3);
	if (!allLower(value)) return type === "password" || value.length >= 6;
	const goesOn = how.after[0] === " " && isAlpha(how.after.charCodeAt(1));
	return value.length >= 20 || (!goesOn && (type === "password" || value.length >= 16));
}

/** A one-time code or card code: 3 to 10 characters with a digit, 3 or 4 digits for the card's. */
function isCodeNumber(value: string, type: RedactionType): boolean {
	const digits = digitsOf(value).length;
	if (type === "cvc") return digits === value.length && (digits === 3 || digits === 4);
	return digits >= 3 && value.length <= 10;
}

/** Where a secret is kept, not the secret: paths, ARNs, resource names, URIs of stores. */
export function isReference(value: string): boolean {
	if (/^(arn:|projects\/|file:|vault:|ssm:|op:\/\/|env:|secretref|kms:|\.\.?\/|~\/)/i.test(value)) return true;
	return /^\/([a-z][a-z0-9._-]*\/)+[A-Za-z0-9._-]*$/.test(value) || /^[A-Z]:\\/.test(value);
}

/** Three to eleven words, all of letters, is a sentence or a label; twelve is a wallet's phrase. */
function isSentence(value: string): boolean {
	const words = value.split(" ");
	if (words.length < 3 || words.length >= 12) return false;
	for (const word of words) {
		for (let i = 0; i < word.length; i++) {
			if (isDigit(word.charCodeAt(i))) return false;
		}
	}
	return !value.includes("=");
}

function allLower(value: string): boolean {
	for (let i = 0; i < value.length; i++) {
		const c = value.charCodeAt(i);
		if (!isLower(c) && c !== 45 && c !== 95) return false;
	}
	return true;
}
