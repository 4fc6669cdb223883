/**
 * A log line as the words that may name its pattern: values are `<*>`, punctuation goes, and each word says how much it
 * looks like a value by itself. What many lines teach is `patterns-learn.ts`' business.
 */
import { isDigit, isLetter, lowerAscii } from "./stack/ascii.ts";
import { template } from "./template.ts";
import { DURATION_WORDS, SIZE_WORDS } from "./template-value.ts";
import { placeholderEnd } from "./template-word.ts";

/** What stands for a value. */
export const VALUE = "<*>";

/** How much a word looks like a value: a plain word; a name or capitals; mostly a value. */
export const LIKELIHOOD = { word: 0, name: 1, value: 2 } as const;
export type Likelihood = (typeof LIKELIHOOD)[keyof typeof LIKELIHOOD];

/** One word of a line's template, and where in it. */
export interface Word {
	/** `<*>`, or the word with its digits as `*`. */
	readonly text: string;
	readonly likelihood: Likelihood;
	readonly from: number;
	readonly to: number;
}

export interface Words {
	/** The line's template: private values are gone from it. */
	readonly template: string;
	/** In order; neighbouring values are one. */
	readonly words: readonly Word[];
}

/** Words behind which somebody's or something's own name stands. */
const NAMED = new Set("user users username account login group owner host hostname domain client".split(" "));
/** What may follow them instead: the sentence goes on. */
const GOES_ON =
	/^(?:is|was|are|has|had|from|by|at|on|in|for|to|not|no|with|and|or|of|does|did|unknown|[a-z]{3,}ed|[a-z]{3,}ing)$/u;
/** Capitals that say what happened, never to whom. */
const SAYING = new Set(
	"GET HEAD POST PUT PATCH DELETE OPTIONS CONNECT TCP UDP ICMP HTTP HTTPS TLS SSL SQL JSON XML API CPU DNS DHCP TRACE DEBUG INFO NOTICE WARN WARNING ERROR FATAL CRITICAL ALERT PANIC FAILED OK NOT".split(
		" ",
	),
);
/** Names with a digit in them that is no number. */
const NUMBERED =
	/^(?:ipv[46]|md5|sha1|sha256|sha512|utf8|utf16|base64|x86|x64|amd64|i386|http2|oauth2|win32|ext[234]|log4j|s3|ec2|k8s|h264|mp[34]|e2e|i18n|l10n|p2p|v8)$/u;
const WORTH = new Set(["true", "false", "null", "nil", "none", "undefined", "nan"]);
const ENDS_VALUE = ' ,;)]}|"';

interface Reading {
	readonly text: string;
	at: number;
	readonly words: Word[];
}

/** The words of one line. */
export function wordsOf(line: string): Words {
	const r: Reading = { text: template(line), at: 0, words: [] };
	while (r.at < r.text.length) step(r);
	return { template: r.text, words: r.words };
}

function step(r: Reading): void {
	const unit = r.text.charCodeAt(r.at);
	if (isInWord(r.text, r.at)) word(r);
	else if (unit === 61) equals(r);
	else if (unit === 123) brace(r);
	else if (unit === 40 && r.text.charCodeAt(r.at + 1) === 41) {
		push(r, "()", LIKELIHOOD.word, r.at, r.at + 2);
		r.at += 2;
	} else if (unit === 39 || unit === 34 || unit === 96) quoted(r);
	else r.at++;
}

function push(r: Reading, text: string, likelihood: Likelihood, from: number, to: number): void {
	const last = r.words[r.words.length - 1];
	if (text === VALUE && last?.text === VALUE) r.words[r.words.length - 1] = { ...last, to };
	else r.words.push({ text, likelihood, from, to });
}

/** What stands behind `key=` or `key = ` is a value, whatever it looks like; so is nothing. */
function equals(r: Reading): void {
	const key = r.text.slice(0, r.at).trimEnd();
	const before = key.charCodeAt(key.length - 1);
	const next = r.text.charCodeAt(r.at + 1);
	r.at++;
	if (next === 61 || next === 62 || !(isLetter(before) || isDigit(before) || before === 95 || before === 62)) return;
	let from = r.at;
	while (r.text.charCodeAt(from) === 32) from++;
	let to = from;
	while (to < r.text.length && !ENDS_VALUE.includes(r.text.charAt(to)) && r.text.charCodeAt(to) !== 123) to++;
	const open = r.text.charAt(from);
	if (open === '"' || open === "'") to = closing(r.text, from);
	// `ruser= rhost=10.0.0.1`: the first has none.
	else if (from > r.at && r.text.slice(from, to).includes("=")) from = to = r.at;
	push(r, VALUE, LIKELIHOOD.value, from, to);
	r.at = Math.max(r.at, to);
}

function closing(text: string, from: number): number {
	const end = text.indexOf(text.charAt(from), from + 1);
	return end < 0 ? from + 1 : end + 1;
}

/** `Token{78af589 u0 com.x/y}`: an object's own printing is one value. */
function brace(r: Reading): void {
	let depth = 0;
	for (let i = r.at; i < r.text.length; i++) {
		const unit = r.text.charCodeAt(i);
		if (unit === 123) depth++;
		else if (unit === 125 && --depth === 0) {
			push(r, VALUE, LIKELIHOOD.value, r.at, i + 1);
			r.at = i + 1;
			return;
		}
	}
	r.at++;
}

/** A quoted word names something; a quoted sentence is read on. */
function quoted(r: Reading): void {
	const end = closing(r.text, r.at);
	const content = r.text.slice(r.at + 1, end - 1);
	if (content === "" || content.length > 128 || content.includes(" ")) {
		r.at++;
		return;
	}
	const masked = maskDigits(content);
	const own = likelihoodOf(masked, r.words);
	push(r, masked, own === LIKELIHOOD.word ? LIKELIHOOD.name : own, r.at + 1, end - 1);
	r.at = end;
}

const JOINS_BEFORE = /^[-+.*~#!]+/u;
const JOINS_BEHIND = /[-+.*~#!?]+$/u;

function word(r: Reading): void {
	const from = r.at;
	while (r.at < r.text.length && isInWord(r.text, r.at))
		r.at = 1 + (r.text.charCodeAt(r.at) === 60 ? placeholderEnd(r.text, r.at) : r.at);
	const whole = r.text.slice(from, r.at);
	const text = whole.replace(JOINS_BEFORE, "").replace(JOINS_BEHIND, "");
	if (text === "") return;
	const start = from + whole.indexOf(text);
	const last = r.words[r.words.length - 1];
	const unit = last?.text === VALUE && last.to === start - 1 && r.text.charCodeAt(last.to) === 32;
	// `451 bytes`: the unit is part of the value.
	const masked = unit && isUnit(lowerAscii(text)) ? VALUE : maskDigits(text);
	push(r, masked, likelihoodOf(masked, r.words), start, start + text.length);
}

function isUnit(word: string): boolean {
	return SIZE_WORDS.has(word) || (DURATION_WORDS.has(word) && word.length > 1);
}

const DIGITS = /<[a-z_*]{1,15}>|[0-9]+(?:[.,][0-9]+)*/gu;

/** Placeholders and runs of digits become `*`; a word of nothing else, or one that ends in such a part, is a value. */
function maskDigits(text: string): string {
	if (NUMBERED.test(lowerAscii(text))) return text;
	const masked = text.replace(DIGITS, "*");
	if (masked === text) return text;
	return /[A-Za-z\u0080-\uffff]/u.test(masked) && !/[-_.:/~#@]\*+$/u.test(masked) ? masked : VALUE;
}

function likelihoodOf(word: string, before: readonly Word[]): Likelihood {
	const dotted = /[A-Za-z*][.][A-Za-z*]/u.test(word) && !word.includes("::");
	if (/[*@/\\$]/u.test(word)) return LIKELIHOOD.value;
	// `android.intent.action.SCREEN_ON` is one of a few constants.
	if (dotted) return before.length > 0 && /[.][A-Z][A-Z_]+$/u.test(word) ? LIKELIHOOD.name : LIKELIHOOD.value;
	const cue = before[before.length - 1];
	if (cue === undefined || SAYING.has(word) || NUMBERED.test(lowerAscii(word))) return LIKELIHOOD.word;
	if (NAMED.has(lowerAscii(cue.text)) && cue.likelihood === LIKELIHOOD.word && !GOES_ON.test(word))
		return LIKELIHOOD.value;
	if (WORTH.has(lowerAscii(word))) return LIKELIHOOD.value;
	return /_|[a-z][A-Z]|[A-Z][A-Z]/u.test(word) ? LIKELIHOOD.name : LIKELIHOOD.word;
}

/** Letters, digits, placeholders, what joins them, and everything beyond ASCII. */
function isInWord(text: string, at: number): boolean {
	const unit = text.charCodeAt(at);
	if (isLetter(unit) || isDigit(unit) || unit >= 0x80) return true;
	if (unit === 60) return placeholderEnd(text, at) > 0;
	if (unit === 58) return text.charCodeAt(at + 1) === 58 || (at > 0 && text.charCodeAt(at - 1) === 58);
	return "_-./\\@#$%&*+~!".includes(text.charAt(at));
}
