/** Rules of what is said about an error that was caught: log lines, new errors in its place, promises nobody waits for. */
import {
	type At,
	argumentsOf,
	bare,
	callee,
	isCall,
	isFunction,
	isText,
	type Node,
	nameOf,
	propertyOf,
} from "./ast.ts";
import { isErrorVariable, type LogCall, logCall, passesOn, stringifiedIn } from "./errors-in-code.ts";
import { code, type Finding, type Scene } from "./finding.ts";
import { errorItself, familyOf, withCause } from "./mend.ts";

export function* checkLines(at: At, scene: Scene): Iterable<Finding> {
	const { node } = at;
	if (node.type === "NewExpression") yield* checkCause(at, scene);
	else if (node.type === "ExpressionStatement") yield* checkPromise(node);
	const call = logCall(node);
	if (call === undefined) return;
	yield* checkText(at, call, scene);
	if (call.receiver === "console") yield* checkConsole(at, call, scene);
	else if (scene.pino && familyOf(call.receiver, scene) === "error-first") yield* checkOrder(at, call, scene);
}

/** The error goes on by another way than `node`: thrown, returned, given to somebody. */
function goesOn(at: At, name: string): boolean {
	for (let up = at.parent; up !== undefined; up = up.parent) {
		const { node } = up;
		const scope = node.type === "CatchClause" || isFunction(node) || node.type === "FunctionDeclaration";
		if (scope) return passesOn(node.body as Node, name, at.node);
	}
	return false;
}

function* checkText(at: At, call: LogCall, scene: Scene): Iterable<Finding> {
	for (const arg of call.args) {
		for (const variable of stringifiedIn(arg, at)) {
			const name = nameOf(variable);
			if (call.args.some((other) => passesOn(other, name))) continue;
			const mended = errorItself(at.node, name, scene);
			yield {
				start: at.node.start,
				end: at.node.end,
				rule: "stringified-error",
				level: goesOn(at, name) ? "maybe" : "lost",
				found: `${code(scene, at.node)} logs the error as text: class, stack, cause and properties are gone`,
				instead: mended === undefined ? `Pass \`${name}\` itself, beside the text.` : `\`${mended.shown}\``,
				edits: mended === undefined ? [] : [mended.edit],
			};
			return;
		}
	}
}

function* checkConsole(at: At, call: LogCall, scene: Scene): Iterable<Finding> {
	if (!/^(?:log|info|debug)$/u.test(call.method)) return;
	const property = callee(at.node).property as Node;
	for (const arg of call.args) {
		const variable = bare(arg);
		if (!isErrorVariable(variable, at) || goesOn(at, nameOf(variable))) continue;
		yield {
			start: at.node.start,
			end: at.node.end,
			rule: "unheard-console",
			level: "lost",
			found: `${code(scene, at.node)} prints the error where errata does not hear it`,
			instead: "`console.error`, or `console.warn` where it is none.",
			edits: [{ start: property.start, end: property.end, text: "error" }],
		};
		return;
	}
}

function* checkOrder(at: At, { args }: LogCall, scene: Scene): Iterable<Finding> {
	const [first, second] = args;
	if (first === undefined || second === undefined || !isText(bare(first))) return;
	const [text, error] = [scene.text.slice(first.start, first.end), scene.text.slice(second.start, second.end)];
	if (/%[sdijoOc]/u.test(text) || !isErrorVariable(second, at)) return;
	yield {
		start: at.node.start,
		end: at.node.end,
		rule: "pino-order",
		level: "lost",
		found: `${code(scene, at.node)}: pino drops what comes after a text without placeholders`,
		instead: `The error first: \`(${error}, ${text})\`.`,
		edits: args.length === 2 ? [{ start: first.start, end: second.end, text: `${error}, ${text}` }] : [],
	};
}

function* checkCause(at: At, scene: Scene): Iterable<Finding> {
	const { node } = at;
	const made = nameOf(callee(node)) || propertyOf(callee(node));
	if (!/(?:Error|Exception)$/u.test(made)) return;
	const args = argumentsOf(node);
	for (const arg of args) {
		for (const variable of stringifiedIn(arg, at)) {
			const name = nameOf(variable);
			if (args.some((other) => passesOn(other, name))) continue;
			const cause = withCause(node, name);
			yield {
				start: node.start,
				end: node.end,
				rule: "lost-cause",
				level: goesOn(at, name) ? "maybe" : "lost",
				found: `${code(scene, node)} keeps the text of the error, and neither its class nor its stack`,
				instead: `Give it the cause: \`new ${made}(..., { cause: ${name} })\`.`,
				edits: cause === undefined ? [] : [cause],
			};
			return;
		}
	}
}

function* checkPromise(statement: Node): Iterable<Finding> {
	const awaited = bare(statement.expression as Node);
	const call = awaited.type === "AwaitExpression" ? bare(awaited.argument as Node) : awaited;
	if (!isCall(call)) return;
	const at = {
		start: statement.start,
		end: statement.end,
		rule: "unhandled-promise",
		level: "maybe",
		edits: [],
	} as const;
	const method = propertyOf(callee(call));
	if (method === "allSettled")
		yield {
			...at,
			found: "Promise.allSettled never rejects, and nobody reads what it answers",
			instead: "Log the `reason` of those whose `status` is `rejected`, or use Promise.all.",
		};
	else if (method === "then" && call === awaited && argumentsOf(call).length === 1 && !caughtBefore(call))
		yield {
			...at,
			found: "nobody waits for this promise: when it rejects, the process ends",
			instead: "`await` it, or add `.catch((error) => ...)` that logs the error.",
		};
}

function caughtBefore(call: Node): boolean {
	for (let at = call; isCall(at); at = bare(callee(at).object as Node)) {
		if (propertyOf(callee(at)) === "catch") return true;
		if (propertyOf(callee(at)) === "") return false;
	}
	return false;
}
