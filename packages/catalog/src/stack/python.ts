/** Python tracebacks: chains (the cause is printed first), ExceptionGroup trees, caret lines, folded recursion. */

import { type Frame, type FrameOrigin, frame, type OpenBlock, openBlock, type StackBlock } from "../frame.ts";
import { LIMITS } from "../limits.ts";
import { isDigit, lowerAscii } from "./ascii.ts";
import { classHead, FRAME_LINE, numberAt } from "./head.ts";
import { appModule, cleanPath, libraryModule } from "./module-path.ts";

/** Comprehensions have frames of their own before Python 3.12 and none after. */
const INLINED = new Set(["<listcomp>", "<dictcomp>", "<setcomp>"]);

/** Packages of instrumentation: they wrap what they watch and come and go without a change of the program. */
const TRACERS = ["opentelemetry/", "ddtrace/", "sentry_sdk/", "newrelic/", "elasticapm/", "wrapt/"];

export function parsePython(lines: readonly string[]): StackBlock[] {
	const blocks: OpenBlock[] = [];
	for (const segment of segments(lines)) {
		const chain = parseChain(segment.lines);
		if (chain.length === 0 && segment.depth > 0) chain.push(unraised(segment.lines));
		for (const [index, block] of chain.entries()) {
			if (blocks.length >= LIMITS.causes) return blocks;
			block.depth = segment.depth + index;
			blocks.push(block);
		}
	}
	return blocks;
}

/** A member of a group that was made but never raised has a head and no traceback. */
function unraised(lines: readonly string[]): OpenBlock {
	const block = openBlock(0);
	fillHead(block, lines);
	return block;
}

interface Segment {
	readonly depth: number;
	readonly lines: string[];
}

/** The text of each member of an ExceptionGroup on its own, gutters removed; one segment if there is no group. */
function segments(lines: readonly string[]): Segment[] {
	if (!lines.some((line) => line.includes("Exception Group Traceback"))) return [{ depth: 0, lines: [...lines] }];
	const out: Segment[] = [];
	let current: Segment | undefined;
	let fresh = true;
	for (const line of lines) {
		let column = 0;
		while (line.charCodeAt(column) === 32) column++;
		const mark = line.charCodeAt(column);
		const gutter = mark === 124 || (mark === 43 && column > 0);
		const depth = gutter ? Math.max(0, (column >> 1) - 1) : 0;
		if (gutter && mark === 43 && line.charCodeAt(column + 1) === 45) {
			fresh = true;
			continue;
		}
		if (current === undefined || fresh || current.depth !== depth) {
			if (out.length >= LIMITS.causes) break;
			current = { depth, lines: [] };
			out.push(current);
			fresh = false;
		}
		const inner = line.charCodeAt(column + 1) === 32 ? column + 2 : column + 1;
		current.lines.push(gutter ? line.slice(inner) : line);
	}
	return out.filter((segment) => segment.lines.some((line) => line.trim() !== ""));
}

/** Blocks of one chain, the thrown error first. */
function parseChain(lines: readonly string[]): OpenBlock[] {
	const blocks: OpenBlock[] = [];
	let block = openBlock(0);
	let head: string[] = [];
	let inHead = false;
	let started = false;
	// Some writers strip the indentation: then a source line looks like a head until the next frame.
	let flat = false;
	const close = (): void => {
		if (!started) return;
		fillHead(block, flat && head.length > 1 ? head.slice(1) : head);
		flat = false;
		block.frames.reverse();
		blocks.push(block);
		block = openBlock(0);
		head = [];
		inHead = false;
		started = false;
	};
	for (const line of lines) {
		const text = line.trimStart();
		if (isTracebackLine(text)) {
			close();
			started = true;
			continue;
		}
		const parsed = inHead && line === text && !flat ? undefined : pythonFrame(text);
		if (parsed !== undefined) {
			if (inHead && !flat) close();
			head = [];
			inHead = false;
			flat ||= line === text;
			started = true;
			block.frames.push(parsed);
			// The last frames are the ones nearest the throw.
			if (block.frames.length > LIMITS.frames) block.frames.shift();
			continue;
		}
		if (isSeparator(text)) {
			close();
			continue;
		}
		if (started && (inHead || (line === text && text !== ""))) {
			inHead = true;
			head.push(line);
		}
	}
	close();
	return blocks.reverse();
}

function isTracebackLine(text: string): boolean {
	return (
		text.startsWith("Traceback (most recent call last)") ||
		text === "Traceback:" ||
		text.startsWith("Exception Group Traceback")
	);
}

function isSeparator(text: string): boolean {
	return (
		text.startsWith("The above exception was the direct cause of") ||
		text.startsWith("During handling of the above exception")
	);
}

function fillHead(block: OpenBlock, lines: readonly string[]): void {
	const text = lines.join("\n").trim();
	const parsed = classHead(text);
	block.type = parsed?.type ?? "";
	block.message = parsed?.message ?? text;
}

/** `File "path", line N, in name`; the name is missing in a SyntaxError, the line in Django's own format. */
function pythonFrame(text: string): Frame | undefined {
	if (text.length > FRAME_LINE) return undefined;
	if (!text.startsWith('File "')) return undefined;
	const end = text.indexOf('"', 6);
	if (end < 0) return undefined;
	const file = text.slice(6, end);
	const lineAt = text.indexOf(", line ", end);
	const line = lineAt < 0 ? 0 : numberAt(text, lineAt + 7);
	const nameAt = text.indexOf(" in ", end);
	const name = nameAt < 0 ? "" : text.slice(nameAt + 4).trim();
	if (INLINED.has(name)) return frame("", name, file, line, "runtime");
	const { origin, module } = pythonOrigin(file);
	return frame(module, name === "<lambda>" || name === "<genexpr>" ? "" : name, file, line, origin);
}

function pythonOrigin(file: string): { origin: FrameOrigin; module: string } {
	if (file.startsWith("<frozen") || file.startsWith("<attrs") || file.startsWith("<__array_function__"))
		return { origin: "runtime", module: file };
	if (file.startsWith("<")) return { origin: "app", module: file };
	const path = cleanPath(file);
	for (const folder of ["site-packages/", "dist-packages/", ".egg/"]) {
		const at = path.lastIndexOf(folder);
		if (at < 0) continue;
		const inside = path.slice(at + folder.length);
		const tracer = TRACERS.some((name) => inside.startsWith(name));
		return { origin: tracer ? "runtime" : "library", module: libraryModule(inside) };
	}
	if (isStandardLibrary(path)) return { origin: "runtime", module: path };
	return { origin: "app", module: appModule(path) };
}

/** `.../lib/python3.11/asyncio/tasks.py`, `C:\Python311\Lib\asyncio\tasks.py`. */
function isStandardLibrary(path: string): boolean {
	const lower = lowerAscii(path);
	for (let at = lower.indexOf("/python"); at >= 0; at = lower.indexOf("/python", at + 7)) {
		if (!isDigit(lower.charCodeAt(at + 7))) continue;
		const before = lower.slice(0, at);
		if (before.endsWith("/lib") || before.endsWith("/lib64")) return true;
		const after = lower.indexOf("/", at + 7);
		if (after > 0 && lower.startsWith("/lib/", after)) return true;
	}
	return false;
}

export function looksLikePython(text: string): boolean {
	return text.includes("Traceback (most recent call last)") || text.includes('File "');
}
