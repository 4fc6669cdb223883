/**
 * Message masking: a template keeps words and replaces values. This file is the front; the pass over the text is
 * `template-scan.ts`. See SPEC.md, "Template".
 */
import { LIMITS } from "./limits.ts";
import { createRedactor, type Redactor } from "./redact.ts";
import { mask } from "./template-scan.ts";
import { cutUtf8 } from "./utf8.ts";

let redactor: Redactor | undefined;
let lastText = "";
let lastRedacted = "";

/**
 * The message with ids, numbers, addresses, paths, quoted literals, durations, dates, emails, URLs and JSON masked, at
 * most `LIMITS.templateBytes`. A private value and what redaction put in its place give the same template.
 */
export function template(message: string): string {
	return cutUtf8(mask(readable(message, true), LIMITS.templateBytes), LIMITS.templateBytes).trimEnd();
}

/**
 * `text` as masking reads it: well-formed, cut, private values replaced as the redactor does it by default, and each
 * redaction of any mode turned into a placeholder (`<email>`, or `<redacted>` where `typed` is false).
 */
export function readable(text: string, typed: boolean): string {
	return placeholders(redacted(text), typed);
}

/** Fingerprint and template read the same message one after the other: the last answer is kept. */
function redacted(text: string): string {
	if (text === lastText) return lastRedacted;
	redactor ??= createRedactor();
	const cut = cutUtf8(text, LIMITS.messageBytes);
	lastRedacted = redactor.text(cut.includes("&") ? decodeEntities(cut) : cut);
	lastText = text;
	return lastRedacted;
}

/** `[REDACTED]`, `[REDACTED:type]` and `[PSEUDONYM:type:key:hex]` to `<type>` or `<redacted>`. */
export function placeholders(text: string, typed: boolean): string {
	if (!text.includes("[REDACTED") && !text.includes("[PSEUDONYM:")) return text;
	let out = "";
	let from = 0;
	for (let at = text.indexOf("["); at >= 0; at = text.indexOf("[", at + 1)) {
		const redacted = text.startsWith("[REDACTED", at);
		if (!redacted && !text.startsWith("[PSEUDONYM:", at)) continue;
		const end = text.indexOf("]", at);
		if (end < 0) break;
		const type = text.slice(at + 1, end).split(":")[1] ?? "";
		out += text.slice(from, at) + (typed && isPlain(type) ? `<${type}>` : "<redacted>");
		from = end + 1;
		at = end;
	}
	return out + text.slice(from);
}

function isPlain(type: string): boolean {
	if (type === "" || type.length > 14) return false;
	for (let i = 0; i < type.length; i++) {
		const unit = type.charCodeAt(i);
		if (unit !== 95 && (unit < 97 || unit > 122)) return false;
	}
	return true;
}

/** The five entities that pages and XML answers put into messages. */
function decodeEntities(text: string): string {
	return text
		.replaceAll("&quot;", '"')
		.replaceAll("&#39;", "'")
		.replaceAll("&#x27;", "'")
		.replaceAll("&apos;", "'")
		.replaceAll("&lt;", "<")
		.replaceAll("&gt;", ">")
		.replaceAll("&amp;", "&");
}
