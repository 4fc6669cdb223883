/** PHP: `#0 file(line): Class->method()` traces, `Next` chains (the cause comes first), fatal errors. */
import { type Frame, frame, type OpenBlock, openBlock, type StackBlock } from "../frame.ts";
import { LIMITS } from "../limits.ts";
import { classHead, FRAME_LINE, numberAt } from "./head.ts";
import { appModule, cleanPath, libraryModule } from "./module-path.ts";

/** Statements that a trace lists like functions. */
const INCLUDES = new Set(["require", "require_once", "include", "include_once"]);

interface Call {
	/** Where the call stands. */
	readonly file: string;
	readonly line: number;
	/** What was called. */
	readonly callee: string;
}

interface OpenTrace {
	readonly head: string[];
	readonly calls: Call[];
}

export function parsePhp(lines: readonly string[]): StackBlock[] {
	const traces: OpenTrace[] = [];
	let trace: OpenTrace = { head: [], calls: [] };
	traces.push(trace);
	for (const raw of lines) {
		const line = raw.trim();
		if (line.startsWith("#") || line.includes(".php:")) {
			const call = line.startsWith("#") ? phpCall(line) : listedCall(line);
			if (call !== undefined) {
				if (trace.calls.length < LIMITS.frames) trace.calls.push(call);
				continue;
			}
		}
		if (line.startsWith("Next ") && trace.calls.length > 0) {
			if (traces.length > LIMITS.causes) break;
			trace = { head: [line.slice(5)], calls: [] };
			traces.push(trace);
		} else if (trace.calls.length === 0 && line !== "Stack trace:" && line !== "[stacktrace]") trace.head.push(raw);
	}
	return traces.reverse().map((one, depth) => toBlock(one, depth));
}

/** `#3 /app/src/A.php(61): App\A->run(Object(B))`, `#4 [internal function]: ...`; `#5 {main}` ends the trace. */
function phpCall(line: string): Call | undefined {
	if (line.length > FRAME_LINE) return undefined;
	let i = 1;
	while (line.charCodeAt(i) >= 48 && line.charCodeAt(i) <= 57) i++;
	if (i === 1 || line.charCodeAt(i) !== 32) return undefined;
	const rest = line.slice(i + 1);
	if (rest === "{main}") return { file: "", line: 0, callee: "" };
	const separator = rest.indexOf(": ");
	if (separator < 0) return undefined;
	let place = rest.slice(0, separator);
	const open = place.lastIndexOf("(");
	let number = 0;
	if (place.startsWith("[")) place = "";
	else if (open > 0 && place.endsWith(")")) {
		number = numberAt(place, open + 1);
		place = place.slice(0, open);
	} else return undefined;
	let callee = rest.slice(separator + 2);
	const args = callee.indexOf("(");
	if (args > 0) callee = callee.slice(0, args);
	return { file: place, line: number, callee };
}

/** `app/Http/Mail.php:1415 - App\Mail::send`, as error services list a trace. */
function listedCall(line: string): Call | undefined {
	if (line.length > FRAME_LINE) return undefined;
	const end = line.indexOf(".php:") + 4;
	const number = numberAt(line, end + 1);
	const dash = line.indexOf(" - ", end);
	if (number === 0 || dash < 0 || dash - end > 8) return undefined;
	return { file: line.slice(0, end), line: number, callee: line.slice(dash + 3) };
}

/** A frame stands where the next call was made, inside the function that the outer call entered. */
function toBlock(trace: OpenTrace, depth: number): StackBlock {
	const block = openBlock(depth);
	const thrown = fillHead(block, trace.head);
	let file = thrown.file;
	let line = thrown.line;
	for (const call of trace.calls) {
		if (file !== "") block.frames.push(phpFrame(file, line, call.callee));
		file = call.file;
		line = call.line;
	}
	if (file !== "") block.frames.push(phpFrame(file, line, ""));
	return block;
}

/** Class and message; where it was thrown stands behind ` in `, `file:line`. */
function fillHead(block: OpenBlock, lines: readonly string[]): { file: string; line: number } {
	let text = lines.join("\n").trim();
	for (const prefix of ["PHP ", "Fatal error: ", "Uncaught "]) {
		text = text.trimStart();
		if (text.startsWith(prefix)) text = text.slice(prefix.length);
	}
	text = text.trim();
	const at = text.lastIndexOf(" in ");
	let file = "";
	let line = 0;
	const colon = text.lastIndexOf(":");
	if (at > 0 && colon > at && text.slice(at, colon).endsWith(".php") && numberAt(text, colon + 1) > 0) {
		file = text.slice(at + 4, colon);
		line = numberAt(text, colon + 1);
		text = text.slice(0, at);
	}
	const parsed = classHead(text);
	block.type = parsed?.type ?? "";
	block.message = parsed?.message ?? text;
	return { file, line };
}

function phpFrame(file: string, line: number, callee: string): Frame {
	let fn = callee;
	const arrow = Math.max(fn.lastIndexOf("->"), fn.lastIndexOf("::"));
	if (arrow >= 0) fn = fn.slice(arrow + 2);
	if (fn.includes("{closure") || INCLUDES.has(fn)) fn = "";
	const slash = fn.lastIndexOf("\\");
	if (slash >= 0) fn = fn.slice(slash + 1);
	const path = cleanPath(file);
	const vendor = path.lastIndexOf("vendor/");
	if (vendor === 0 || (vendor > 0 && path.charCodeAt(vendor - 1) === 47))
		return frame(libraryModule(path.slice(vendor + 7)), fn, file, line, "library");
	return frame(appModule(path), fn, file, line, "app");
}

export function looksLikePhp(lines: readonly string[]): boolean {
	return lines.some(
		(line) =>
			(line.startsWith("#0 ") && phpCall(line.trim()) !== undefined) ||
			(line.includes(".php:") && listedCall(line.trim()) !== undefined),
	);
}
