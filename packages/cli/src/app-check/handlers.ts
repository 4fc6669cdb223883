/** Rules of what catches an error: `catch` clauses, rejection handlers, `error` events. */
import {
	type At,
	argumentsOf,
	bare,
	callee,
	isCall,
	isFunction,
	isMember,
	isTransparent,
	mentions,
	type Node,
	nameOf,
	nodesOf,
	objectOf,
	propertyOf,
} from "./ast.ts";
import { handlesRejection, logCall } from "./errors-in-code.ts";
import { code, type Edit, type Finding, type Scene } from "./finding.ts";
import { errorAdded, withCause } from "./mend.ts";

interface Handler {
	/** What is pointed at. */
	readonly node: Node;
	readonly body: Node;
	readonly param: Node | undefined;
	/** What names the error where it has no name yet. */
	readonly naming: readonly Edit[];
	/** As a reader would call it. */
	readonly shape: string;
	/** Somebody takes what the handler answers: `undefined` is an answer then. */
	readonly answers?: boolean;
}

export function* checkHandlers(at: At, scene: Scene): Iterable<Finding> {
	const { node } = at;
	if (node.type === "CatchClause") {
		const body = node.body as Node;
		const naming = [{ start: node.start + "catch".length, end: node.start + "catch".length, text: " (error)" }];
		yield* judge({ node, body, param: (node.param ?? undefined) as Node | undefined, naming, shape: "catch" }, scene);
		return;
	}
	if (!isCall(node)) return;
	for (const given of argumentsOf(node)) {
		const handler = bare(given);
		if (!handlesRejection(node, given)) continue;
		const shape = `.${propertyOf(callee(node))}()`;
		if (isFunction(handler)) {
			const param = (handler.params as Node[])[0];
			yield* judge(
				{
					node: handler,
					body: handler.body as Node,
					param,
					naming: naming(handler, scene),
					shape,
					answers: isTaken(at),
				},
				scene,
			);
		} else if (/^_?noop$/iu.test(nameOf(handler) || propertyOf(handler))) yield swallowed(handler, shape);
		else if (isMember(handler) && nameOf(objectOf(handler)) === "console" && propertyOf(handler) === "log")
			yield {
				...span(handler),
				rule: "unheard-console",
				level: "lost",
				found: "the error goes to console.log, which errata does not hear",
				instead: "`console.error`",
				edits: [{ ...span(handler), text: "console.error" }],
			};
	}
}

/** The value of the expression goes somewhere. */
function isTaken(at: At): boolean {
	let up = at.parent;
	while (up !== undefined && (isTransparent(up.node) || up.node.type === "AwaitExpression")) up = up.parent;
	return (
		up?.node.type !== "ExpressionStatement" && !(up?.node.type === "UnaryExpression" && up.node.operator === "void")
	);
}

/** `()` of an arrow function becomes `(error)`. */
function naming(handler: Node, { text }: Scene): Edit[] {
	const head = text.slice(handler.start, (handler.body as Node).start);
	const at = head.indexOf("()");
	return at === -1 ? [] : [{ start: handler.start + at, end: handler.start + at + 2, text: "(error)" }];
}

function span({ start, end }: Node): { start: number; end: number } {
	return { start, end };
}

function* judge(handler: Handler, scene: Scene): Iterable<Finding> {
	const { body, param, node, shape } = handler;
	// A pattern takes the error apart: the other rules look at what becomes of the parts.
	if (param !== undefined && nameOf(param) === "") return;
	if (param !== undefined && mentions(body, nameOf(param))) return;
	const nothing = isNothing(body);
	const thrown = nothing ? undefined : firstThrown(body);
	const logged = nothing || thrown !== undefined ? undefined : firstLog(body);
	if (thrown === undefined && logged === undefined && scene.explained(body.start, Math.max(body.end, node.end))) {
		scene.countExplained();
		return;
	}
	if (nothing && !(handler.answers === true && body.type !== "BlockStatement")) yield swallowed(node, shape);
	else if (thrown !== undefined) yield lostCause(handler, thrown, scene);
	else if (logged !== undefined) yield logWithoutError(handler, logged, scene);
	else
		yield {
			...span(node),
			rule: "unused-error",
			level: "maybe",
			found: `${shape} goes on without a look at the error: any other failure than the one that is meant ends here too`,
			instead:
				'Let others through (`if (error.code !== "ENOENT") throw error`), log it, or say in a comment why it may be anything.',
			edits: [],
		};
}

function swallowed(node: Node, shape: string): Finding {
	return {
		...span(node),
		rule: "swallowed-error",
		level: "lost",
		found: `${shape} drops the error`,
		instead:
			"Log the error itself, `capture(error)` from @errata/node, or throw it on; where nothing can be wrong, say why in a comment inside.",
		edits: [],
	};
}

/** An empty block, or an arrow function that answers `undefined`. */
function isNothing(body: Node): boolean {
	if (body.type === "BlockStatement") return (body.body as Node[]).length === 0;
	return nameOf(body) === "undefined" || (body.type === "UnaryExpression" && body.operator === "void");
}

function firstThrown(body: Node): Node | undefined {
	for (const { node } of nodesOf(body)) {
		if (node.type !== "ThrowStatement") continue;
		const thrown = bare(node.argument as Node);
		if (thrown.type === "NewExpression") return thrown;
	}
	return undefined;
}

function firstLog(body: Node): Node | undefined {
	for (const { node } of nodesOf(body)) if (logCall(node) !== undefined) return node;
	return undefined;
}

function lostCause({ param, naming }: Handler, thrown: Node, scene: Scene): Finding {
	const name = nameOf(param) || "error";
	const cause = withCause(thrown, name);
	return {
		...span(thrown),
		rule: "lost-cause",
		level: "lost",
		found: `${code(scene, thrown)} takes the place of the error and does not carry it`,
		instead: `Give it the cause: \`new ${nameOf(callee(thrown)) || "Error"}(..., { cause: ${name} })\`.`,
		edits: nameable(param, naming) && cause !== undefined ? [...(param === undefined ? naming : []), cause] : [],
	};
}

function logWithoutError({ param, naming }: Handler, logged: Node, scene: Scene): Finding {
	const name = nameOf(param) || "error";
	const added = errorAdded(logged, name, scene);
	return {
		...span(logged),
		rule: "log-without-error",
		level: "lost",
		found: `${code(scene, logged)} says that something failed, and not what`,
		instead: added === undefined ? `Pass the error itself to it: \`${name}\`.` : `\`${added.shown}\``,
		edits: nameable(param, naming) && added !== undefined ? [...(param === undefined ? naming : []), added.edit] : [],
	};
}

function nameable(param: Node | undefined, naming: readonly Edit[]): boolean {
	return param !== undefined || naming.length > 0;
}
