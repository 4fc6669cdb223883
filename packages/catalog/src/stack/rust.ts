/** Rust: panics in the old and new wording, with or without a backtrace; anyhow's `Caused by:`. */

import { type Frame, frame, openBlock, type StackBlock } from "../frame.ts";
import { LIMITS } from "../limits.ts";
import { isDigit, lowerAscii } from "./ascii.ts";
import { FRAME_LINE, splitPosition } from "./head.ts";
import { appModule, cleanPath, libraryModule } from "./module-path.ts";

const RUNTIME = ["std::", "core::", "alloc::", "__rust", "rust_", "_start", "__libc", "backtrace::", "test::"];
const LIBRARY = [
	"tokio::",
	"futures",
	"hyper::",
	"tower::",
	"axum::",
	"actix",
	"rayon",
	"anyhow::",
	"eyre::",
	"tracing",
];

export function parseRust(lines: readonly string[]): StackBlock[] {
	const block = openBlock(0);
	const message: string[] = [];
	let location: Frame | undefined;
	let inBacktrace = false;
	let symbol = "";
	for (const [index, raw] of lines.entries()) {
		const line = raw.trim();
		const panicked = location === undefined ? line.indexOf(" panicked at ") : -1;
		if (panicked >= 0) {
			block.type = "panic";
			const read = panicAt(line.slice(panicked + 13));
			location = read.location;
			message.length = 0;
			if (read.message !== "") message.push(read.message);
		} else if (lowerAscii(line) === "stack backtrace:") inBacktrace = true;
		else if (inBacktrace && line.length <= FRAME_LINE) {
			if (line.startsWith("at ") && symbol !== "") {
				const place = splitPosition(line.slice(3));
				if (block.frames.length < LIMITS.frames) block.frames.push(rustFrame(symbol, place.file, place.line));
				symbol = "";
			} else {
				const colon = line.indexOf(": ");
				if (symbol !== "" && block.frames.length < LIMITS.frames) block.frames.push(rustFrame(symbol, "", 0));
				symbol = colon > 0 && isDigit(line.charCodeAt(0)) ? line.slice(colon + 2) : "";
			}
		} else if (!line.startsWith("note: ") && index < 64) message.push(raw);
	}
	if (symbol !== "" && block.frames.length < LIMITS.frames) block.frames.push(rustFrame(symbol, "", 0));
	block.message = message.join("\n").trim();
	// A panic always names its place; the backtrace is there only if RUST_BACKTRACE is set. The place decides.
	if (location?.inApp) block.frames = [location];
	else if (location !== undefined) block.frames.unshift(location);
	return [block];
}

/** `src/x.rs:1:2:` (message on the next line) or `'message', src/x.rs:1:2`. */
function panicAt(text: string): { location: Frame | undefined; message: string } {
	let place = text;
	let message = "";
	if (text.startsWith("'")) {
		const end = text.lastIndexOf("', ");
		if (end < 0) return { location: undefined, message: text };
		message = text.slice(1, end);
		place = text.slice(end + 3);
	}
	if (place.endsWith(":")) place = place.slice(0, -1);
	const { file, line } = splitPosition(place);
	if (line === 0) return { location: undefined, message };
	return { location: rustFrame("", file, line), message };
}

function rustFrame(symbol: string, file: string, line: number): Frame {
	const path = cleanPath(file);
	const fn = plainSymbol(symbol);
	if (path.startsWith("/rustc/") || path.includes("/rustlib/") || RUNTIME.some((prefix) => fn.startsWith(prefix)))
		return frame("", fn, file, line, "runtime");
	// `~/.cargo/registry/src/<index>/<crate>-<version>/src/x.rs`, `~/.cargo/git/checkouts/<crate>-<hash>/<commit>/src/x.rs`
	const cargo = path.indexOf("/.cargo/");
	if (cargo >= 0) {
		const inside = path
			.slice(cargo + 8)
			.split("/")
			.slice(path.includes("/registry/", cargo) ? 3 : 2)
			.join("/");
		return frame(libraryModule(inside), fn, file, line, "library");
	}
	if (LIBRARY.some((prefix) => fn.startsWith(prefix))) return frame("", fn, file, line, "library");
	if (path === "") return frame("", fn, file, line, fn.includes("::") ? "app" : "runtime");
	return frame(appModule(path), fn, file, line, "app");
}

/** A symbol without its hash, closures and type arguments. */
function plainSymbol(symbol: string): string {
	let text = symbol;
	const hash = text.lastIndexOf("::h");
	if (hash > 0 && text.length - hash === 19) text = text.slice(0, hash);
	return text.replaceAll("::{{closure}}", "").replaceAll("::{closure#0}", "");
}

export function looksLikeRust(text: string): boolean {
	return text.includes(" panicked at ") || text.includes("stack backtrace:") || text.includes("Stack backtrace:");
}
