/** The tree that the parser makes, as the rules read it: nodes, their parents, what is written in them. Knows no rule. */

export interface Node {
	readonly type: string;
	readonly start: number;
	readonly end: number;
	readonly [key: string]: unknown;
}

/** A node with the way to the root. */
export interface At {
	readonly node: Node;
	readonly parent: At | undefined;
}

/** Fields of a node that are no code. */
const NOT_CODE: ReadonlySet<string> = new Set(["loc", "extra", "range", "leadingComments", "innerComments", "errors"])
	.add("trailingComments")
	.add("comments")
	.add("tokens");

export function isNode(value: unknown): value is Node {
	return typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";
}

export function children(node: Node): Node[] {
	const found: Node[] = [];
	for (const key of Object.keys(node)) {
		if (NOT_CODE.has(key)) continue;
		const value = node[key];
		if (Array.isArray(value)) found.push(...value.filter(isNode));
		else if (isNode(value)) found.push(value);
	}
	return found;
}

/** Every node below `root`, `root` first. Without recursion: generated code nests deeper than a stack goes. */
export function* nodesOf(root: Node, parent?: At): Generator<At> {
	const stack: At[] = [{ node: root, parent }];
	for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
		yield at;
		const below = children(at.node);
		for (let i = below.length - 1; i >= 0; i--) stack.push({ node: below[i] as Node, parent: at });
	}
}

const TRANSPARENT: ReadonlySet<string> = new Set([
	"TSAsExpression",
	"TSNonNullExpression",
	"TSSatisfiesExpression",
	"TSTypeAssertion",
	"ParenthesizedExpression",
	"ChainExpression",
	"TypeCastExpression",
]);

export function isTransparent(node: Node): boolean {
	return TRANSPARENT.has(node.type);
}

/** `(error as Error)!` as `error`. */
export function bare(node: Node): Node {
	let at = node;
	while (TRANSPARENT.has(at.type) && isNode(at.expression)) at = at.expression;
	return at;
}

export function isCall(node: Node): boolean {
	return node.type === "CallExpression" || node.type === "OptionalCallExpression";
}

export function isMember(node: Node): boolean {
	return node.type === "MemberExpression" || node.type === "OptionalMemberExpression";
}

export function isFunction(node: Node): boolean {
	return node.type === "ArrowFunctionExpression" || node.type === "FunctionExpression";
}

export function callee(node: Node): Node {
	return bare(node.callee as Node);
}

export function argumentsOf(node: Node): readonly Node[] {
	return Array.isArray(node.arguments) ? node.arguments.filter(isNode) : [];
}

export function nameOf(node: Node | undefined): string {
	return node?.type === "Identifier" && typeof node.name === "string" ? node.name : "";
}

/** `b` of `a.b`; "" for a computed one. */
export function propertyOf(node: Node): string {
	if (!isMember(node)) return "";
	const property = node.property as Node;
	if (node.computed === true) return property.type === "StringLiteral" ? String(property.value) : "";
	return nameOf(property);
}

export function objectOf(node: Node): Node {
	return bare(node.object as Node);
}

/** References to the variable `name` at or below `root`: not properties, keys or types of that name. */
export function* references(root: Node, name: string): Generator<At> {
	for (const at of nodesOf(root)) {
		if (nameOf(at.node) !== name) continue;
		const parent = at.parent?.node;
		if (parent !== undefined && isMember(parent) && parent.property === at.node && parent.computed !== true) continue;
		if (parent?.type === "ObjectProperty" && parent.key === at.node && parent.computed !== true) {
			// `{ err }` has one node for key and value.
			if (parent.shorthand !== true) continue;
		}
		yield at;
	}
}

export function mentions(root: Node, name: string): boolean {
	return !references(root, name).next().done;
}

/** Text without values in it: a literal, or a template without expressions. */
export function isText(node: Node): boolean {
	return node.type === "StringLiteral" || node.type === "TemplateLiteral";
}
