/**
 * The group key of an error. This file says what goes in and in which order; which frames count is in
 * `fingerprint-frames.ts`, what of a message counts in `fingerprint-message.ts`. See SPEC.md, "Fingerprint".
 */

import { hash } from "node:crypto";
import { countedFrames, hasAppFrame } from "./fingerprint-frames.ts";
import { quotedNames, saysNothing, signature } from "./fingerprint-message.ts";
import type { StackBlock } from "./frame.ts";
import { LIMITS } from "./limits.ts";
import { isDigit } from "./stack/ascii.ts";
import { parseStack } from "./stack.ts";
import { stackOf } from "./stack-of.ts";
import { readable } from "./template.ts";
import type { CauseFacts, ErrorFacts } from "./types.ts";
import { cutUtf8 } from "./utf8.ts";

/** Version of the algorithm; it is hashed in and travels with the record. */
export const FINGERPRINT_VERSION = 1;

export interface Fingerprint {
	/** 32 lower-case hex digits: the first 16 bytes of SHA-256 over the components. */
	readonly value: string;
	readonly version: number;
	/** `user`, `entry`, `stack` or `message`: which rule made it. */
	readonly rule: "user" | "entry" | "stack" | "message";
	/** What went into the hash, in order, each as `name:value`: the answer to "why was it grouped". */
	readonly components: readonly string[];
}

/** One error of the chain: what its head and its frames say. */
interface Link {
	/** Last segment of the class. */
	readonly type: string;
	readonly message: string;
	readonly code: string;
	readonly block: StackBlock;
}

/**
 * Fingerprint of `facts`. `given` is the user's own key (`errata.fingerprint` or `error.fingerprint`), `entry` the key a
 * catalog entry rendered; "" if none. The user beats the entry, the entry beats stack and message. Never throws.
 */
export function fingerprint(facts: ErrorFacts, given = "", entry = ""): Fingerprint {
	if (given !== "") return seal("user", [`key:${plainKey(given)}`]);
	if (entry !== "") return seal("entry", [`key:${plainKey(entry)}`]);
	const chain = linksOf(facts);
	const deciding = decidingLink(chain);
	const root = chain[chain.length - 1] as Link;
	const frames = countedFrames(deciding.block, deciding.type);
	const components = typesOf(chain).map((type) => `type:${type}`);
	const message = firstSignature(chain, frames.length > 0);
	const code = stableCode(root.code, root.type);
	if (code !== "") components.push(`code:${code}`);
	if (message !== "") components.push(`message:${message}`);
	if (frames.length === 0) return seal("message", components);
	const where = collapseFrames(frames);
	return seal("stack", [...components, ...where.map((one) => `frame:${one}`)]);
}

/** Components, version first, each behind a zero byte, to the first 16 bytes of SHA-256. */
function seal(rule: Fingerprint["rule"], components: readonly string[]): Fingerprint {
	const input = `errata.fingerprint/${FINGERPRINT_VERSION}\0${rule}\0${components.join("\0")}`;
	const value = hash("sha256", input, "hex").slice(0, 32);
	return { value, version: FINGERPRINT_VERSION, rule, components };
}

function plainKey(key: string): string {
	return readable(cutUtf8(key, LIMITS.attributeBytes), false);
}

/** The thrown error and its causes, outermost first: one link a depth, from the facts or from the stack text itself. */
function linksOf(facts: ErrorFacts): Link[] {
	const blocks = stackOf(facts);
	const thrown = blocks[0] as StackBlock;
	const type = facts.type === "" || isCodeLike(facts.type, facts.code) ? thrown.type || facts.type : facts.type;
	const headed = thrown.type !== "" || (thrown.message !== "" && thrown.frames.length > 0);
	const links: Link[] = [
		{
			type: lastSegment(type),
			// The head is what was thrown; an SDK's message may be its first argument or a logger's sentence.
			message: headed ? thrown.message : facts.message,
			code: facts.code !== "" && facts.code !== type ? facts.code : thrown.code,
			block: thrown,
		},
	];
	for (const cause of facts.causes) {
		if (cause.depth !== links.length || links.length > LIMITS.causes) continue;
		links.push(causeLink(cause, blocks, facts.language));
	}
	for (const block of blocks) {
		if (block.depth !== links.length || links.length > LIMITS.causes) continue;
		links.push({ type: lastSegment(block.type), message: block.message, code: block.code, block });
	}
	return links;
}

/** A cause of the facts; where it has no stack of its own, the thrown error's text may hold its frames. */
function causeLink(cause: CauseFacts, blocks: readonly StackBlock[], language: string): Link {
	const told = cause.stacktrace === "" ? blocks.find((one) => one.depth === cause.depth) : undefined;
	const sameClass = told !== undefined && (cause.type === "" || lastSegment(told.type) === lastSegment(cause.type));
	const block = sameClass ? told : (parseStack(cause.stacktrace, language)[0] as StackBlock);
	return {
		type: lastSegment(cause.type || block.type),
		message: block.type !== "" ? block.message : cause.message,
		code: cause.code || block.code,
		block,
	};
}

/** The innermost link with a frame of the application; without one, the innermost with any frame that counts. */
function decidingLink(chain: readonly Link[]): Link {
	for (let i = chain.length - 1; i >= 0; i--) {
		const link = chain[i] as Link;
		if (hasAppFrame(link.block)) return link;
	}
	for (let i = chain.length - 1; i >= 0; i--) {
		const link = chain[i] as Link;
		if (link.block.frames.some((one) => one.origin === "library")) return link;
	}
	return chain[chain.length - 1] as Link;
}

/** Classes of the chain, neighbours that repeat once. */
function typesOf(chain: readonly Link[]): string[] {
	const types: string[] = [];
	for (const link of chain) if (link.type !== "" && link.type !== types[types.length - 1]) types.push(link.type);
	return types;
}

/** The innermost message that says something. */
function firstSignature(chain: readonly Link[], placed: boolean): string {
	for (let i = chain.length - 1; i >= 0; i--) {
		const link = chain[i] as Link;
		if (saysNothing(link.type, link.code, placed)) return "";
		const text = isResourceText(link) ? quotedNames(link.message) : signature(link.message);
		if (text !== "") return text;
		// A root cause whose class or code says it all keeps the wrappers' sentences out.
		if (stableCode(link.code, link.type) !== "") return "";
	}
	return "";
}

/** True if the .NET runtime itself threw: its messages follow the language of the thread. */
function isResourceText(link: Link): boolean {
	const first = link.block.frames[0];
	return link.block.type.startsWith("System.") && first?.origin === "runtime" && hasAppFrame(link.block);
}

/** `pkg.Outer$Inner`, `*url.Error`, `ns::Type`, `System.Exception` to the last name; Go's anonymous wrappers to `error`. */
function lastSegment(type: string): string {
	let text = cutUtf8(type, LIMITS.typeBytes);
	const bracket = text.indexOf(" [");
	if (bracket > 0) text = text.slice(0, bracket);
	const tick = text.indexOf("`");
	if (tick > 0) text = text.slice(0, tick);
	if (GO_WRAPPERS.has(text)) return "error";
	for (let i = text.length - 1; i > 0; i--) {
		const unit = text.charCodeAt(i);
		if (unit === 46 || unit === 36 || unit === 58 || unit === 92 || unit === 47 || unit === 43) {
			if (i + 1 < text.length) return text.slice(i + 1);
		}
	}
	return text;
}

const GO_WRAPPERS = new Set(
	"error *errors.errorString *fmt.wrapError *fmt.wrapErrors *errors.joinError *errors.fundamental *errors.withStack *errors.withMessage".split(
		" ",
	),
);

/** True for what an SDK puts in place of the class: the errno, SQLSTATE or status itself. */
function isCodeLike(type: string, code: string): boolean {
	if (type === code) return true;
	let upper = true;
	for (let i = 0; i < type.length; i++) {
		const unit = type.charCodeAt(i);
		if (unit >= 97 && unit <= 122) upper = false;
	}
	return upper && type.length > 2;
}

/** A code that is the same whenever the same thing fails; generated ones and class names are none. */
function stableCode(code: string, type: string): string {
	if (code === "" || code === "_OTHER" || code.length > 64 || lastSegment(code) === type) return "";
	let digits = 0;
	for (let i = 0; i < code.length; i++) {
		const unit = code.charCodeAt(i);
		if (isDigit(unit)) digits++;
		else if (unit <= 32 || unit >= 127) return "";
	}
	return digits > 6 ? "" : code;
}

/** Private values that a path or a function may hold go the way of the message's; names without digits hold none. */
function collapseFrames(frames: readonly string[]): readonly string[] {
	const known = collapsed.get(frames);
	if (known !== undefined) return known;
	const joined = frames.join("\n");
	const made = PRIVATE.test(joined) ? readable(joined, false).replaceAll("<redacted>", "<*>").split("\n") : frames;
	collapsed.set(frames, made);
	return made;
}

const collapsed = new WeakMap<readonly string[], readonly string[]>();

const PRIVATE = /[0-9@[=]/u;
