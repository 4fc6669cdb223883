/** Source text to a tree, whatever dialect: TypeScript, JSX, Flow, modules or CommonJS, with mistakes in it. */
import { type ParserOptions, type ParserPlugin, parse } from "@babel/parser";
import { isNode, type Node } from "./ast.ts";

export interface Comment {
	readonly text: string;
	readonly start: number;
	readonly end: number;
}

export interface Parsed {
	readonly program: Node;
	readonly comments: readonly Comment[];
	/** The parser went on after a mistake: what it says of the rest is a guess. */
	readonly partly: boolean;
}

export const SOURCE = /\.(?:[cm]?[jt]s|[jt]sx)$/u;

/** `undefined` where the parser gives up. Never throws. */
export function parseSource(text: string, file: string): Parsed | undefined {
	for (const plugins of dialects(file)) {
		try {
			const tree = parse(text, { ...OPTIONS, plugins });
			const program: unknown = tree.program;
			if (!isNode(program)) return undefined;
			const comments = (tree.comments ?? []).map(({ value, start, end }) => ({
				text: value,
				start: start ?? 0,
				end: end ?? 0,
			}));
			return { program, comments, partly: (tree.errors ?? []).length > 0 };
		} catch {
			// A syntax error that cannot be mended, or a stack that nesting used up: the next dialect may do.
		}
	}
	return undefined;
}

const OPTIONS: ParserOptions = {
	sourceType: "unambiguous",
	errorRecovery: true,
	attachComment: false,
	allowAwaitOutsideFunction: true,
	allowImportExportEverywhere: true,
	allowReturnOutsideFunction: true,
	allowSuperOutsideMethod: true,
	allowUndeclaredExports: true,
};

function dialects(file: string): ParserPlugin[][] {
	if (/\.[cm]?ts$/u.test(file))
		return [
			["typescript", "decorators"],
			["typescript", "decorators-legacy"],
		];
	if (file.endsWith(".tsx")) return [["typescript", "jsx", "decorators"]];
	return [
		["jsx", "decorators"],
		["jsx", "flow", "decorators-legacy"],
	];
}
