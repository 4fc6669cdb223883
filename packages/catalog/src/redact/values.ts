/** Is this text a secret, a placeholder for one, or prose about one? Shapes of values that a key or context points at. */
import { digitsOf, isAlpha, isDigit, isLower, isSpace, isUpper, lower } from "./chars.ts";
import type { RedactionType } from "./spans.ts";

/** Words a message goes on with after `token:` or `password `, and literals that say there is no value. */
const PROSE = new Set(
	(
		"a an the is are was were be been has have had do does did not no none null nil undefined true false yes nan must cannot can could should " +
		"would will may might too for of in on at to from by with without and or as if it its this that your you we please " +
		"already unable failed fails failure error errors invalid required missing expired incorrect wrong empty blank mismatch " +
		"mismatched rejected denied unknown malformed unsupported short long weak revoked disabled enabled unauthorized " +
		"forbidden found unexpected changed updated deleted created accepted valid verified unset absent present provided " +
		"given needs need string str number int integer bool boolean object any bytes char varchar text optional only hidden " +
		"masked redacted filtered removed omitted obfuscated scrubbed secured encrypted signature length type field value parameter header format " +
		"na unspecified anonymous unavailable exceeded reset issued used reused insufficient " +
		"typeerror error exception token tokens expected got received fetch check cookie session flag option argument setting variable"
	).split(" "),
);

/** First segment of a dotted expression in source code: `process.env.TOKEN` is no secret. */
const CODE_ROOTS = new Set(
	"process req request res response ctx context this self config cfg env os options opts args params settings user body event state props data headers secrets vars var local module input output credentials creds auth session import new await".split(
		" ",
	),
);

/** True if `value` stands for a value without being one: `<token>`, `****`, `${X}`, `%s`, `{token}`, `?`, `$1`. */
export function isPlaceholder(value: string): boolean {
	const v = value.trim();
	if (v === "") return true;
	if (v.includes("***") || v.includes("•••") || v.includes("...") || v.includes("…") || v.includes("###")) return true;
	const first = v[0] as string;
	const last = v[v.length - 1] as string;
	if (first === "<" && last === ">") return true;
	if ((first === "{" && last === "}") || (first === "[" && last === "]")) return true;
	if (v.startsWith("${") || v.startsWith("$(") || v.startsWith("%{") || v.startsWith("#{") || v.startsWith("{{"))
		return true;
	if (first === "$" && allUpperOrDigit(v.slice(1))) return true;
	if (first === ":" && isBindName(v)) return true;
	if (first === "%" && v.length <= 2) return true;
	if (v.length > 4 && first === "%" && last === "%") return true;
	if (/^(your|insert|enter|replace)[-_ ]/i.test(v)) return true;
	return sameCharacter(lower(v));
}

/** `:password`: a parameter of SQL. */
function isBindName(v: string): boolean {
	for (let i = 1; i < v.length; i++) {
		const c = v.charCodeAt(i);
		if (!isLower(c) && c !== 95) return false;
	}
	return v.length > 3;
}

function allUpperOrDigit(v: string): boolean {
	for (let i = 0; i < v.length; i++) {
		const c = v.charCodeAt(i);
		if (!isUpper(c) && !isDigit(c) && c !== 95) return false;
	}
	return v.length > 0;
}

/** `xxxx`, `----`, `????`, `0`: one character over and over, no letter but x. */
function sameCharacter(v: string): boolean {
	const c = v.charCodeAt(0);
	if (isAlpha(c) && c !== 120) return false;
	if (isDigit(c)) return false;
	for (let i = 1; i < v.length; i++) if (v.charCodeAt(i) !== c && v[i] !== "-" && v[i] !== " ") return false;
	return true;
}

/** The first run of letters of `text`, lower-case; "" if it does not begin with one. */
export function firstWord(text: string): string {
	let end = 0;
	while (end < text.length && (isAlpha(text.charCodeAt(end)) || (text[end] === "'" && end > 0))) end++;
	return lower(text.slice(0, end));
}

/** True if `value` begins as a sentence about a value does and goes on with a space or an end. */
export function isProse(value: string): boolean {
	const word = firstWord(value);
	if (word === "" || !PROSE.has(word.replace(/'.*$/, ""))) return false;
	const c = value.charCodeAt(word.length);
	if (value.length === word.length || isSpace(c) || c === 44 || c === 58 || c === 41) return true;
	// A full stop ends a sentence; `a.b.c` goes on.
	return c === 46 && (value.length === word.length + 1 || isSpace(value.charCodeAt(word.length + 1)));
}

/** True if `value` reads as source code: `process.env.X`, `getToken(`, `req.body.token`. `next` follows it in the text. */
export function isCode(value: string, next: string): boolean {
	if (next === "(" && isIdentifierPath(value)) return true;
	const open = value.indexOf("(");
	if (open > 0 && isIdentifierPath(value.slice(0, open))) return true;
	const dot = value.search(/[.[?]/);
	return dot > 0 && CODE_ROOTS.has(value.slice(0, dot)) && isAlpha(value.charCodeAt(dot + 1) || 97);
}

function isIdentifierPath(v: string): boolean {
	return /^[A-Za-z_$][A-Za-z0-9_$]*([.][A-Za-z_$][A-Za-z0-9_$]*)*$/.test(v);
}

/** Counts of the kinds of characters in `v`. */
export function mixOf(v: string): { upper: number; lower: number; digit: number; other: number; turns: number } {
	const mix = { upper: 0, lower: 0, digit: 0, other: 0, turns: 0 };
	let before = "";
	for (let i = 0; i < v.length; i++) {
		const c = v.charCodeAt(i);
		const kind = isUpper(c) ? "upper" : isLower(c) ? "lower" : isDigit(c) ? "digit" : "other";
		mix[kind]++;
		if (kind !== before && before !== "") mix.turns++;
		before = kind;
	}
	return mix;
}

/** True if `v` looks drawn at random rather than written: at least `min` characters, two kinds of them, no spaces. */
export function isOpaque(v: string, min: number): boolean {
	if (v.length < min) return false;
	for (let i = 0; i < v.length; i++) if (isSpace(v.charCodeAt(i))) return false;
	const mix = mixOf(v);
	if (mix.digit > 0 && mix.upper + mix.lower > 0) return true;
	return mix.upper > 1 && mix.lower > 1 && mix.turns > 3;
}

/** True if `value` has the shape its key promises. Used where a key alone is not proof. */
export function hasShape(value: string, type: RedactionType): boolean {
	const digits = digitsOf(value).length;
	switch (type) {
		case "email":
			return value.includes("@");
		case "phone":
			return digits >= 6 && digits <= 17 && /^[+(]?[0-9][0-9 ()./-]*((x|ext[.]?) ?[0-9]+)?$/.test(value.trim());
		case "card":
			return digits >= 12 && digits <= 19 && value.length <= 30 && !/[A-Za-z]/.test(value);
		case "bank_account":
			return digits >= 5 && value.length <= 40 && !value.includes("/");
		case "iban":
			return digits >= 8 && value.length >= 14 && value.length <= 42 && !/^[A-Za-z]{2}00/.test(value);
		case "dob":
			return digits >= 4 && value.length <= 32;
		case "passport":
			return digits >= 1 && /^[A-Za-z0-9 -]{6,14}$/.test(value);
		case "national_id":
		case "device":
			return digits >= 4 && value.length >= 6 && value.length <= 40 && !value.includes("://");
		case "address":
			return isPostal(value);
		case "name":
			return isName(value);
		default:
			return true;
	}
}

/** A postal address or code has a digit beside letters or spaces; what a machine is reached by has `:`, `/` or is dotted. */
function isPostal(value: string): boolean {
	if (value.length < 4 || value.length > 200) return false;
	if (value.includes(":") || value.startsWith("/") || value.startsWith("0x")) return false;
	if (/^[0-9A-Fa-f:.]+(\/[0-9]+)?$/.test(value)) return /^[0-9]{4,6}$/.test(value);
	const spaced = value.trim().includes(" ");
	if (/^[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}$/.test(value)) return true;
	if (!spaced) return /^[A-Z0-9]{2,4}-?[0-9][A-Z0-9]{2,3}$/.test(value);
	return /[0-9]/.test(value) && /[A-Za-z]{3}/.test(value);
}

/** One to five words of letters, the first not a word of prose. */
function isName(value: string): boolean {
	if (value.length < 2 || value.length > 80 || isProse(value)) return false;
	return /^[A-Za-z\u0080-\uFFFB][A-Za-z\u0080-\uFFFB'’.,-]*( [A-Za-z\u0080-\uFFFB'’.,-]+){0,4}$/.test(value);
}
