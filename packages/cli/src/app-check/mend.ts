/** The edits that mend a finding where they are certain: the error itself beside the text, `cause` on a new Error. */
import { argumentsOf, bare, callee, isText, type Node, nameOf } from "./ast.ts";
import { type Family, logCall, stringified } from "./errors-in-code.ts";
import type { Edit, Scene } from "./finding.ts";

/** Constructors whose second argument is known to be options. */
const BUILT_IN = /^(?:Error|TypeError|RangeError|SyntaxError|ReferenceError|EvalError|URIError)$/u;

/** `{ cause }` as the second argument of a built-in error with one. */
export function withCause(made: Node, name: string): Edit | undefined {
	const args = argumentsOf(made);
	const [only] = args;
	if (args.length !== 1 || only === undefined || !BUILT_IN.test(nameOf(callee(made)))) return undefined;
	if (only.type === "SpreadElement") return undefined;
	return { start: only.end, end: only.end, text: `, { cause: ${name} }` };
}

export interface Mended {
	readonly edit: Edit;
	/** The whole call as it would be. */
	readonly shown: string;
}

/** A call that logs texts alone, with the error beside them. */
export function errorAdded(logged: Node, name: string, scene: Scene): Mended | undefined {
	const call = logCall(logged);
	const [first, ...more] = call?.args ?? [];
	if (call === undefined || first === undefined || more.length > 0 || !isText(bare(first))) return undefined;
	return arranged(logged, scene, familyOf(call.receiver, scene), name, scene.text.slice(first.start, first.end));
}

/** A call that logs an error as text, with the error itself in the place of that text. */
export function errorItself(logged: Node, name: string, scene: Scene): Mended | undefined {
	const call = logCall(logged);
	const [first, second, ...more] = call?.args ?? [];
	if (call === undefined || first === undefined || more.length > 0) return undefined;
	const family = familyOf(call.receiver, scene);
	if (second !== undefined) {
		// `("text", err.message)`
		if (!isText(bare(first)) || !isWhole(second, name)) return undefined;
		return arranged(logged, scene, family, name, scene.text.slice(first.start, first.end));
	}
	if (isWhole(first, name)) return arranged(logged, scene, family, name, "");
	const text = withoutTail(bare(first), name, scene);
	return text === undefined ? undefined : arranged(logged, scene, family, name, text);
}

function arranged(logged: Node, scene: Scene, family: Family, name: string, text: string): Mended | undefined {
	const args = argumentsOf(logged);
	const [start, end] = [args[0]?.start, args.at(-1)?.end];
	if (start === undefined || end === undefined) return undefined;
	const parts = text === "" ? [name] : family === "error-first" ? [name, text] : [text, name];
	const edit = { start, end, text: parts.join(", ") };
	return { edit, shown: scene.text.slice(logged.start, start) + edit.text + scene.text.slice(end, logged.end) };
}

export function familyOf(receiver: string, scene: Scene): Family {
	return /^(?:console|consola|winston)$/u.test(receiver) ? "error-last" : scene.family;
}

/** The argument is nothing but the error as text: `err.message`, `String(err)`, `` `${err}` ``. */
function isWhole(node: Node, name: string): boolean {
	const self = bare(node);
	if (nameOf(stringified(self)) === name) return true;
	if (self.type !== "TemplateLiteral") return false;
	const [only, ...more] = self.expressions as Node[];
	const blank = (self.quasis as Node[]).every((quasi) => (quasi.value as { raw: string }).raw === "");
	return only !== undefined && more.length === 0 && blank && isError(only, name);
}

function isError(node: Node, name: string): boolean {
	return nameOf(bare(node)) === name || nameOf(stringified(node)) === name;
}

/** `` `failed: ${err.message}` `` and `"failed: " + err.message` as their text before; `undefined` for other shapes. */
function withoutTail(node: Node, name: string, { text }: Scene): string | undefined {
	if (node.type === "BinaryExpression") {
		const [left, right] = [bare(node.left as Node), node.right as Node];
		if (left.type !== "StringLiteral" || !isError(right, name)) return undefined;
		const quote = text[left.start] as string;
		return `${quote}${trimmed(text.slice(left.start + 1, left.end - 1))}${quote}`;
	}
	if (node.type !== "TemplateLiteral") return undefined;
	const [expressions, quasis] = [node.expressions as Node[], node.quasis as Node[]];
	const [last, tail, before] = [expressions.at(-1), quasis.at(-1), quasis.at(-2)];
	if (last === undefined || tail === undefined || before === undefined || !isError(last, name)) return undefined;
	if ((tail.value as { raw: string }).raw !== "") return undefined;
	// One that stands elsewhere in the text too would be left behind.
	if (expressions.slice(0, -1).some((part) => isError(part, name))) return undefined;
	const kept = trimmed(text.slice(node.start + 1, before.end));
	return expressions.length === 1 ? literal(kept) : `\`${kept}\``;
}

function trimmed(said: string): string {
	return said.replace(/[\s:,;=(-]+$/u, "");
}

/** A template without expressions as a plain string, where that says the same. */
function literal(raw: string): string {
	return /["\\\n]/u.test(raw) ? `\`${raw}\`` : `"${raw}"`;
}
