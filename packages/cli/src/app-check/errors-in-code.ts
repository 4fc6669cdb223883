/** How code holds an error: its variable, turned into text, passed on as it is; and calls that log. Knows no rule. */
import {
	type At,
	argumentsOf,
	bare,
	callee,
	isCall,
	isFunction,
	isMember,
	isTransparent,
	type Node,
	nameOf,
	nodesOf,
	objectOf,
	propertyOf,
	references,
} from "./ast.ts";

/** Names that mean an error wherever they stand; shorter ones only where they are bound as one. */
const ERROR_NAME = /^(?:err|error|exception)$|(?:Err|Error|Exception)$/u;

const LEVELS: ReadonlySet<string> = new Set(["error", "warn", "warning", "fatal", "info", "debug", "trace", "log"])
	.add("crit")
	.add("critical")
	.add("alert")
	.add("emerg")
	.add("notice")
	.add("verbose")
	.add("fail");

/** `catch (name)`, `.catch((name) => ...)` and the like around `at`, and what is called an error anyway. */
export function isErrorVariable(node: Node, at: At): boolean {
	const name = nameOf(bare(node));
	if (name === "") return false;
	return ERROR_NAME.test(name) || boundErrors(at).has(name);
}

function boundErrors(at: At): ReadonlySet<string> {
	const names = new Set<string>();
	for (let up: At | undefined = at; up !== undefined; up = up.parent) {
		if (up.node.type === "CatchClause") names.add(nameOf(up.node.param as Node | undefined));
		else if (isFunction(up.node) && up.parent !== undefined && handlesRejection(up.parent.node, up.node))
			names.add(nameOf((up.node.params as Node[])[0]));
	}
	names.delete("");
	return names;
}

/** `call` hands errors to `handler`: `.catch(handler)`, `.then(_, handler)`, `.on("error", handler)`. */
export function handlesRejection(call: Node, handler: Node): boolean {
	if (!isCall(call)) return false;
	const method = propertyOf(callee(call));
	const args = argumentsOf(call);
	if (method === "catch") return args[0] === handler;
	if (method === "then") return args[1] === handler;
	return isErrorEvent(call) && args[1] === handler;
}

/** `emitter.on("error", ...)` and the process's last resorts. */
export function isErrorEvent(call: Node): boolean {
	if (!/^(?:on|once|addListener|addEventListener|prependListener)$/u.test(propertyOf(callee(call)))) return false;
	const event = argumentsOf(call)[0];
	return event?.type === "StringLiteral" && /^(?:error|uncaughtException|unhandledRejection)$/u.test(`${event.value}`);
}

/** The error of `error.message`, `String(error)`, `JSON.stringify(error)`, a template's or a sum's; else `undefined`. */
export function stringified(node: Node): Node | undefined {
	const self = bare(node);
	if (isMember(self)) return /^(?:message|stack)$/u.test(propertyOf(self)) ? objectOf(self) : undefined;
	if (!isCall(self)) return undefined;
	const called = callee(self);
	const [first] = argumentsOf(self);
	if (propertyOf(called) === "toString") return objectOf(called);
	const whole = isMember(called) ? `${nameOf(objectOf(called))}.${propertyOf(called)}` : nameOf(called);
	return /^(?:String|JSON\.stringify|inspect|util\.inspect)$/u.test(whole) && first !== undefined
		? bare(first)
		: undefined;
}

/** Errors that `root` turns into text. */
export function* stringifiedIn(root: Node, at: At): Generator<Node> {
	for (const { node } of nodesOf(root)) {
		const inside =
			node.type === "TemplateLiteral"
				? (node.expressions as Node[])
				: node.type === "BinaryExpression" && node.operator === "+"
					? [node.left as Node, node.right as Node]
					: [stringified(node)];
		for (const part of inside) if (part !== undefined && isErrorVariable(part, at)) yield bare(part);
	}
}

/** `root`, apart from `except`, passes the variable on as it is: as an argument, in an object, thrown, returned. */
export function passesOn(root: Node, name: string, except?: Node): boolean {
	for (const at of references(root, name)) {
		if (except !== undefined && at.node.start >= except.start && at.node.end <= except.end) continue;
		let { parent } = at;
		let below = at.node;
		while (parent !== undefined && (isTransparent(parent.node) || parent.node.type === "LogicalExpression")) {
			below = parent.node;
			parent = parent.parent;
		}
		if (parent === undefined || !usesUp(parent.node, at.node, below)) return true;
	}
	return false;
}

/** What becomes of the variable in `parent` is not the error any more. */
function usesUp(parent: Node, variable: Node, operand: Node): boolean {
	if (isMember(parent)) return parent.object === operand;
	if (NOT_PASSING.test(parent.type)) return true;
	if (parent.type === "ConditionalExpression") return parent.test === operand;
	if (parent.type === "VariableDeclarator") return parent.id === operand;
	if (parent.type === "AssignmentExpression") return parent.left === operand;
	return isCall(parent) && stringified(parent) === variable;
}

const NOT_PASSING =
	/^(?:TemplateLiteral|BinaryExpression|UnaryExpression|IfStatement|SwitchStatement|ExpressionStatement|TSTypeQuery)$/u;

/** The way a library takes an error beside a text. */
export type Family = "error-first" | "error-last";

export interface LogCall {
	/** `console`, or what the logger is called. */
	readonly receiver: string;
	readonly method: string;
	readonly args: readonly Node[];
}

/** `logger.error(...)`, `console.warn(...)`, `this.log.fatal(...)`, `req.log.child({}).error(...)`. */
export function logCall(node: Node): LogCall | undefined {
	if (!isCall(node)) return undefined;
	const called = callee(node);
	const method = propertyOf(called);
	if (!LEVELS.has(method)) return undefined;
	const receiver = receiverName(objectOf(called));
	if (receiver === undefined) return undefined;
	return { receiver, method, args: argumentsOf(node) };
}

function receiverName(object: Node): string | undefined {
	if (isCall(object)) {
		const called = callee(object);
		const name = isMember(called) ? propertyOf(called) : nameOf(called);
		if (name === "child" && isMember(called)) return receiverName(objectOf(called));
		return /log/iu.test(name) ? name : undefined;
	}
	const name = isMember(object) ? propertyOf(object) || privateName(object) : nameOf(object);
	return /^(?:console|winston|consola|pino|bunyan)$|log(?:ger|ging)?$/iu.test(name) ? name : undefined;
}

function privateName(member: Node): string {
	const property = member.property as Node;
	return property.type === "PrivateName" ? nameOf(property.id as Node) : "";
}
