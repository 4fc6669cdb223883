/**
 * V8 stacks (Node, Chrome, Edge) with the causes that `util.inspect` prints, and the `function@url:line:column` of
 * Firefox and Safari.
 */
import { type Frame, type FrameOrigin, frame, type OpenBlock, openBlock, type StackBlock } from "../frame.ts";
import { LIMITS } from "../limits.ts";
import { classHead, FRAME_LINE, splitPosition } from "./head.ts";
import { afterFolder, appModule, cleanPath, fileStem, libraryModule } from "./module-path.ts";

/** Core modules of Node before it wrote `node:`; a path with a folder is never one. */
const OLD_CORE = new Set(
	"assert async_hooks buffer bootstrap_node child_process cluster crypto dgram dns domain events fs http https inspector module net node os path process punycode querystring readline repl stream string_decoder timers tls tty url util v8 vm zlib _http_agent _http_client _http_common _http_incoming _http_outgoing _http_server _stream_duplex _stream_passthrough _stream_readable _stream_transform _stream_writable _tls_common _tls_legacy _tls_wrap _debugger".split(
		" ",
	),
);
/** Packages of instrumentation, ours too. */
const TRACERS = [
	"@opentelemetry/",
	"@errata/",
	"@sentry/",
	"dd-trace/",
	"newrelic/",
	"elastic-apm-node/",
	"require-in-the-middle/",
	"import-in-the-middle/",
];
/** Functions that a compiler made to carry `async` on old targets. */
const COMPILED_AWAIT = new Set(["__awaiter", "asyncGeneratorStep", "fulfilled", "rejected", "_next", "_throw"]);

export function parseV8(lines: readonly string[]): OpenBlock[] {
	const blocks: OpenBlock[] = [];
	let block: OpenBlock | undefined = openBlock(0);
	blocks.push(block);
	let head: string[] = [];
	let depth = 0;
	let member = false;
	const closeHead = (): void => {
		if (block !== undefined && head.length > 0 && block.type === "" && block.message === "") fillHead(block, head);
		head = [];
	};
	for (const raw of lines) {
		const line = raw.trim();
		if (line.startsWith("at ")) {
			const parsed = v8Frame(line);
			if (parsed !== undefined) {
				closeHead();
				if (block !== undefined && block.frames.length < LIMITS.frames) block.frames.push(parsed);
				if (member && line.endsWith(",")) block = undefined;
				continue;
			}
		}
		const cause = causeHead(line);
		if (cause !== undefined && blocks.length <= LIMITS.causes) {
			closeHead();
			depth++;
			block = openBlock(depth);
			blocks.push(block);
			member = cause === "";
			if (cause !== "") head.push(cause);
			continue;
		}
		if (member && (line === "}," || line === "]")) {
			closeHead();
			block = undefined;
			continue;
		}
		if (block === undefined) continue;
		if (block.frames.length === 0 && !(head.length > 0 && isProperty(line))) head.push(raw);
		else if (block.code === "" && line.startsWith("code: ")) block.code = propertyValue(line.slice(6));
	}
	closeHead();
	return blocks;
}

/** `[cause]: Error: x`, `cause: Error: x`, `Caused by: x` give their head, `[errors]: [` gives "", others nothing. */
function causeHead(line: string): string | undefined {
	const first = line.charCodeAt(0);
	if (first !== 91 && first !== 99 && first !== 67) return undefined;
	if (line.startsWith("[cause]: ")) return line.slice(9);
	if (line === "[errors]: [") return "";
	if (line.startsWith("cause: ") && classHead(line.slice(7)) !== undefined) return line.slice(7);
	if (line.startsWith("Caused by: ") || line.startsWith("caused by: ")) return line.slice(11);
	return undefined;
}

function isProperty(line: string): boolean {
	return line.startsWith("code: '") || line.startsWith("errno: ") || line.startsWith("syscall: ");
}

function propertyValue(text: string): string {
	let value = text.endsWith(",") ? text.slice(0, -1) : text;
	const open = value.charAt(0);
	if (open === "'" || open === '"') {
		value = value.slice(1);
		if (value.endsWith(open)) value = value.slice(0, -1);
	}
	return value.length > 64 ? "" : value;
}

/** What stands before the frames: class and message, after the source line and caret of Node's own printing. */
function fillHead(block: OpenBlock, lines: readonly string[]): void {
	let from = 0;
	for (let i = 0; i < lines.length; i++) {
		const line = (lines[i] as string).trim();
		if (line !== "" && isCarets(line)) from = i + 1;
	}
	while (from < lines.length && (lines[from] as string).trim() === "") from++;
	let text = lines.slice(from).join("\n").trim();
	for (const prefix of ["Uncaught (in promise) ", "Uncaught Error ", "Uncaught "])
		if (text.startsWith(prefix)) {
			text = text.slice(prefix.length);
			break;
		}
	if (text.endsWith(" {")) text = text.slice(0, -2);
	// `[ERR_X]: message` of an error whose class has no name.
	const bracket = text.startsWith("[ERR_") ? text.indexOf("]: ") : -1;
	if (bracket > 0) {
		block.code = text.slice(1, bracket);
		text = text.slice(bracket + 3);
	}
	const parsed = classHead(text);
	block.type = parsed?.type ?? "";
	block.message = parsed?.message ?? text;
	if (parsed !== undefined && parsed.code !== "") block.code = parsed.code;
}

function isCarets(line: string): boolean {
	for (let i = 0; i < line.length; i++) if (line.charCodeAt(i) !== 94) return false;
	return true;
}

/** One line `at ...`; nothing if what follows is prose. */
export function v8Frame(line: string): Frame | undefined {
	if (line.length > FRAME_LINE) return undefined;
	let rest = line.slice(3);
	if (rest.endsWith(" {")) rest = rest.slice(0, -2);
	if (rest.endsWith(",")) rest = rest.slice(0, -1);
	if (rest.startsWith("async ")) rest = rest.slice(6);
	let name = "";
	let location = rest;
	const open = rest.endsWith(")") ? rest.indexOf(" (") : -1;
	if (open >= 0) {
		name = rest.slice(0, open);
		location = rest.slice(open + 2, -1);
	} else if (rest.startsWith("(") && rest.endsWith(")")) location = rest.slice(1, -1);
	if (isNative(location)) return frame("", v8Function(name), "", 0, "runtime");
	const { file, line: lineNumber } = splitPosition(location);
	if (lineNumber === 0 && open < 0) return undefined;
	if (lineNumber === 0 && !file.includes("/") && !file.includes("\\")) return undefined;
	return fileFrame(unminified(v8Function(name), file), file, lineNumber);
}

function isNative(location: string): boolean {
	return (
		location === "<anonymous>" ||
		location === "native" ||
		location === "native code" ||
		location === "[native code]" ||
		location.startsWith("index ") ||
		location.startsWith("eval at ") ||
		location.startsWith("eval code") ||
		location.startsWith("<anonymous>:") ||
		location.startsWith("wasm://")
	);
}

/**
 * The last name of a V8 function: the receiver before it is the class of `this` at run time, which a subclass, an
 * upgrade or a minifier changes, and other engines leave out.
 */
function v8Function(name: string): string {
	let text = name;
	const alias = text.indexOf(" [as ");
	if (alias >= 0) text = text.slice(0, alias);
	if (text.startsWith("new ")) text = text.slice(4);
	if (text === "Anonymous function" || text === "Global code") return "";
	const dot = text.lastIndexOf(".");
	if (dot >= 0) text = text.slice(dot + 1);
	return text.startsWith("<") ? "" : text;
}

/** Names of one or two letters in what a bundler served: a minifier gave them, afresh with each build. */
function unminified(fn: string, file: string): string {
	if (fn.length > 2) return fn;
	return file.startsWith("http") || file.includes(".min.") || file.includes("/.next/") ? "" : fn;
}

function fileFrame(fn: string, file: string, line: number): Frame {
	const { origin, path } = jsOrigin(file);
	if (COMPILED_AWAIT.has(fn)) return frame(path, fn, file, line, "runtime");
	if (origin === "library") return frame(libraryModule(path), fn, file, line, origin);
	return frame(origin === "app" ? appModule(path) : path, fn, file, line, origin);
}

function jsOrigin(file: string): { origin: FrameOrigin; path: string } {
	if (file.startsWith("node:") || file.startsWith("internal/") || file.startsWith("bun:") || file.startsWith("ext:"))
		return { origin: "runtime", path: file };
	const path = cleanPath(file);
	const slash = path.lastIndexOf("/");
	if (slash < 0 && path.endsWith(".js") && OLD_CORE.has(path.slice(0, -3))) return { origin: "runtime", path };
	if (path.startsWith("evalmachine.")) return { origin: "runtime", path };
	const modules = afterFolder(path, "node_modules");
	if (modules >= 0) return libraryOrigin(path.slice(modules));
	if (path.includes(".yarn/")) return { origin: "library", path: path.slice(path.indexOf(".yarn/") + 6) };
	if (path.includes("bower_components/")) return { origin: "library", path };
	if (file.includes("-extension://")) return { origin: "library", path };
	if (isVendorBundle(path.slice(slash + 1))) return { origin: "library", path: path.slice(slash + 1) };
	return { origin: "app", path };
}

/** Instrumentation wraps what it watches and comes and goes without a change of the program. */
function libraryOrigin(path: string): { origin: FrameOrigin; path: string } {
	return { origin: TRACERS.some((name) => path.startsWith(name)) ? "runtime" : "library", path };
}

/** Bundlers put third-party code into `vendor.<hash>.js`, `chunk-vendors.js`, `polyfills.js`. */
function isVendorBundle(name: string): boolean {
	const stem = fileStem(name);
	return (
		stem === "vendor" ||
		stem === "vendors" ||
		stem === "chunk-vendors" ||
		stem === "polyfills" ||
		stem.startsWith("vendor~") ||
		stem.startsWith("vendors~")
	);
}

/** Firefox and Safari: no head, one `function@location` a line. */
export function parseGecko(lines: readonly string[]): StackBlock[] {
	const block = openBlock(0);
	const head: string[] = [];
	for (const raw of lines) {
		const line = raw.trim();
		const parsed = geckoFrame(line);
		if (parsed !== undefined) {
			if (block.frames.length < LIMITS.frames) block.frames.push(parsed);
		} else if (block.frames.length === 0 && line !== "") head.push(line);
	}
	if (head.length > 0) fillHead(block, head);
	return [block];
}

function geckoFrame(line: string): Frame | undefined {
	if (line.length > FRAME_LINE) return undefined;
	const at = line.indexOf("@");
	const location = at < 0 ? line : line.slice(at + 1);
	const name = at < 0 ? "" : line.slice(0, at);
	if (name.includes(" ") && !name.endsWith(" code")) return undefined;
	if (isNative(location) || location.includes(" > eval")) return frame("", geckoFunction(name), "", 0, "runtime");
	if (at < 0 && !location.includes("://")) return undefined;
	const { file, line: lineNumber } = splitPosition(location);
	if (lineNumber === 0) return undefined;
	return fileFrame(unminified(geckoFunction(name), file), file, lineNumber);
}

/** `async*`, `outer/inner`, `test/<` and `global code` as Firefox and Safari write them, to the plain function. */
function geckoFunction(name: string): string {
	let text = name.startsWith("async*") ? name.slice(6) : name;
	if (text.endsWith("<") || text.endsWith(" code")) return "";
	const slash = text.lastIndexOf("/");
	if (slash >= 0) text = text.slice(slash + 1);
	return v8Function(text);
}

/** True if some line is a V8 frame. */
export function looksLikeV8(lines: readonly string[]): boolean {
	return lines.some((line) => {
		const text = line.trimStart();
		return text.startsWith("at ") && v8Frame(text.trimEnd()) !== undefined;
	});
}

export function looksLikeGecko(lines: readonly string[]): boolean {
	return lines.some((line) => {
		const at = line.indexOf("@");
		return (at >= 0 || line.includes("://")) && geckoFrame(line.trim()) !== undefined;
	});
}
