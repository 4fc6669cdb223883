/**
 * The one processor in an OpenTelemetry set-up that a program has: `new NodeSDK({...})` or `useAzureMonitor({...})` in its
 * own code. Answers the edits; what cannot be edited for certain is said in words.
 */
import {
	type At,
	argumentsOf,
	bare,
	callee,
	isCall,
	type Node,
	nameOf,
	nodesOf,
	propertyOf,
} from "../app-check/ast.ts";
import type { Edit } from "../app-check/finding.ts";
import { parseSource } from "../app-check/parse.ts";

export interface SdkChange {
	readonly edits: readonly Edit[];
	/** Packages that the edits import. */
	readonly packages: readonly string[];
	readonly notes: readonly string[];
}

const OWNERS = /^(?:NodeSDK|useAzureMonitor)$/u;

/** `undefined` where the text sets up nothing, or errata is there already. */
export function sdkChange(text: string, file: string): SdkChange | undefined {
	if (!/\b(?:NodeSDK|useAzureMonitor)\b/u.test(text) || text.includes("ErrataLogRecordProcessor")) return undefined;
	const parsed = parseSource(text, file);
	if (parsed === undefined) return undefined;
	for (const at of nodesOf(parsed.program)) {
		const { node } = at;
		if (node.type !== "NewExpression" && !isCall(node)) continue;
		if (!OWNERS.test(nameOf(callee(node)) || propertyOf(callee(node)))) continue;
		return changeOf(text, parsed.program, at);
	}
	return undefined;
}

function changeOf(text: string, program: Node, at: At): SdkChange {
	const [given] = argumentsOf(at.node);
	const options = given === undefined ? undefined : bare(given);
	const statement = statementOf(at);
	if (statement === undefined || (options !== undefined && options.type !== "ObjectExpression"))
		return {
			edits: [],
			packages: [],
			notes: ["Its options are not written where it is made: add the processor by hand."],
		};
	const logs = property(options, "logRecordProcessors");
	const list = logs?.value as Node | undefined;
	const first = list?.type === "ArrayExpression" ? (list.elements as Node[])[0] : undefined;
	if (logs !== undefined && first === undefined)
		return {
			edits: [],
			packages: [],
			notes: ["Its logRecordProcessors are not a list of known ones: wrap the exporting one by hand."],
		};
	const own = first === undefined ? NEW_EXPORT : text.slice(first.start, first.end);
	const indent = /[ \t]*$/u.exec(text.slice(0, statement.start))?.[0] ?? "";
	const made = `const errata = new ErrataLogRecordProcessor({ downstream: ${own} });\n${indent}`;
	const entries: string[] = first === undefined ? ["logRecordProcessors: [errata]"] : [];
	const edits: Edit[] = [{ start: statement.start, end: statement.start, text: made }];
	if (first !== undefined) edits.push({ start: first.start, end: first.end, text: "errata" });
	const spans = spansEdit(options);
	if (spans !== undefined) edits.push(spans);
	edits.push(...inserted(text, at.node, options, entries), ...imports(text, program, first === undefined));
	const after = startOf(program, at) ?? statement;
	edits.push({ start: after.end, end: after.end, text: `\n${indent}errata.watchErrors();` });
	return {
		edits: edits.sort((a, b) => a.start - b.start),
		packages: first === undefined ? Object.keys(PACKAGES) : [],
		notes:
			spans === undefined
				? [
						"Give `errata.spanProcessor` to its `spanProcessors`, before the exporting one, to hear exceptions on spans.",
					]
				: [],
	};
}

const NEW_EXPORT = "new BatchLogRecordProcessor({ exporter: new OTLPLogExporter() })";

/** What `NEW_EXPORT` imports, and from where. */
const PACKAGES = {
	"@opentelemetry/sdk-logs": "BatchLogRecordProcessor",
	"@opentelemetry/exporter-logs-otlp-proto": "OTLPLogExporter",
};

function property(object: Node | undefined, name: string): Node | undefined {
	const properties = (object?.properties ?? []) as Node[];
	return properties.find((entry) => entry.type === "ObjectProperty" && nameOf(entry.key as Node) === name);
}

/** In front of the processors of spans that are listed; where there is no list, a list would take the default's place. */
function spansEdit(options: Node | undefined): Edit | undefined {
	const list = property(options, "spanProcessors")?.value as Node | undefined;
	const first = list?.type === "ArrayExpression" ? (list.elements as Node[])[0] : undefined;
	return first === undefined ? undefined : { start: first.start, end: first.start, text: "errata.spanProcessor, " };
}

/** Entries at the head of the options. */
function inserted(text: string, made: Node, options: Node | undefined, entries: readonly string[]): Edit[] {
	if (entries.length === 0) return [];
	if (options === undefined) {
		const end = made.end - 1;
		return [{ start: end, end, text: `{ ${entries.join(", ")} }` }];
	}
	const at = options.start + 1;
	const [head] = options.properties as Node[];
	if (head === undefined) return [{ start: at, end: at, text: ` ${entries.join(", ")} ` }];
	// As the first entry stands: on a line of its own, or on this one.
	const gap = text.slice(at, head.start);
	return [{ start: head.start, end: head.start, text: `${entries.join(", ")},${gap.includes("\n") ? gap : " "}` }];
}

function imports(text: string, program: Node, exporter: boolean): Edit[] {
	const statements = program.body as Node[];
	const imported = statements.filter((statement) => statement.type === "ImportDeclaration");
	const esm = imported.length > 0 || /^\s*export\s/mu.test(text);
	const names: [string, string][] = [["ErrataLogRecordProcessor", "@errata/node"]];
	if (exporter)
		for (const [from, name] of Object.entries(PACKAGES))
			if (!new RegExp(`\\b${name}\\b`).test(text)) names.push([name, from]);
	const lines = names.map(([name, from]) =>
		esm ? `import { ${name} } from "${from}";` : `const { ${name} } = require("${from}");`,
	);
	const requires = statements.filter(
		(statement) =>
			statement.type === "VariableDeclaration" && /\brequire\(/u.test(text.slice(statement.start, statement.end)),
	);
	const last = (esm ? imported : requires).at(-1);
	if (last !== undefined) return [{ start: last.end, end: last.end, text: `\n${lines.join("\n")}` }];
	const start = statements[0]?.start ?? 0;
	return [{ start, end: start, text: `${lines.join("\n")}\n` }];
}

function statementOf(at: At): Node | undefined {
	for (let up: At | undefined = at; up !== undefined; up = up.parent)
		if (/Statement$|Declaration$/u.test(up.node.type)) return exported(up);
	return undefined;
}

function exported(at: At): Node {
	const above = at.parent?.node;
	return above !== undefined && /^Export/u.test(above.type) ? above : at.node;
}

/** The statement `sdk.start()`, where the set-up has a name. */
function startOf(program: Node, at: At): Node | undefined {
	const name = at.parent?.node.type === "VariableDeclarator" ? nameOf(at.parent.node.id as Node) : "";
	if (name === "") return undefined;
	for (const { node } of nodesOf(program)) {
		if (node.type !== "ExpressionStatement") continue;
		for (const { node: call } of nodesOf(node))
			if (isCall(call) && propertyOf(callee(call)) === "start" && nameOf(callee(call).object as Node) === name)
				return node;
	}
	return undefined;
}
