/**
 * Source lines around the top in-app frames: `errata.source`. All of it when the record is sent: frames from the stack's
 * text, source maps, files with a cache, regular files of the application only. The stack itself stays as it was thrown:
 * the fingerprint is of that.
 */
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type AnyValue, Memory, stackTailAt } from "@errata/catalog";
import { NODE_LIMITS } from "./limits.ts";
import { readEnd } from "./source-file.ts";
import { type Original, SourceMaps } from "./source-maps.ts";
import { cutText } from "./values.ts";

export interface Frame {
	readonly file: string;
	readonly line: number;
	readonly column: number;
	/** "" at the top level of a module. */
	readonly name: string;
}

/** `at name (location:line:column)` and `at location:line:column`, as V8 prints them. */
const FRAME =
	/^\s*at (?:(?:async )?(.{1,200}?) \()?((?:file:\/\/|\/|[A-Za-z]:[\\/])[^()]{1,1000}?):(\d{1,9}):(\d{1,9})\)?$/;

/** This package, which need not lie below node_modules. */
const OWN = import.meta.dirname + path.sep;

/** The first `max` frames of a V8 stack that belong to the application. */
export function appFrames(stack: string, max: number): Frame[] {
	const frames: Frame[] = [];
	if (max === 0) return frames;
	for (const line of stack.split("\n", 200)) {
		if (line.length > 1_500 || line.includes("node_modules")) continue;
		const match = FRAME.exec(line);
		const file = match?.[2] === undefined ? undefined : toPath(match[2]);
		if (match === null || file === undefined || file.startsWith(OWN)) continue;
		frames.push({ file, line: Number(match[3]), column: Number(match[4]), name: match[1] ?? "" });
		if (frames.length === max) break;
	}
	return frames;
}

function toPath(location: string): string | undefined {
	if (!location.startsWith("file:")) return path.isAbsolute(location) ? location : undefined;
	try {
		return fileURLToPath(location.replace(/[?#].*$/, ""));
	} catch {
		return undefined;
	}
}

export class SourceLines {
	readonly #around: number;
	readonly #cwd: string;
	readonly #redact: (text: string) => string;
	readonly #maps = new SourceMaps();
	/** Path to its lines; `undefined` for one that cannot be read. Least recently read first. */
	readonly #files = new Map<string, readonly string[] | undefined>();
	/** By the frames of one place, which are the same under every message. */
	readonly #made = new Memory<{ readonly max: number; readonly list: readonly AnyValue[] }>();

	constructor(around: number, cwd: string, redact: (text: string) => string) {
		this.#around = around;
		this.#cwd = cwd;
		this.#redact = redact;
	}

	/** What `errata.source` holds for a stack: at most `max` frames; those whose source cannot be read are left out. */
	of(stack: string, max: number): readonly AnyValue[] {
		const at = stackTailAt(stack);
		if (at < 0) return this.#make(stack, max);
		const tail = stack.slice(at);
		const known = this.#made.get(tail);
		return known?.max === max ? known.list : this.#made.put(tail, { max, list: this.#make(tail, max) }).list;
	}

	#make(stack: string, max: number): AnyValue[] {
		const result: AnyValue[] = [];
		// In a bundle frames of libraries look like the application's until they are mapped.
		for (const frame of appFrames(stack, NODE_LIMITS.sourceCandidates)) {
			const original = this.#maps.of(frame.file, frame.line, frame.column);
			if (original?.file.includes("node_modules")) continue;
			const shown = original === undefined ? this.#frame(frame) : this.#original(frame, original);
			if (shown !== undefined) result.push(shown);
			if (result.length === max) break;
		}
		return result;
	}

	#frame(frame: Frame): AnyValue | undefined {
		const lines = this.#lines(frame.file);
		if (lines === undefined || frame.line < 1 || frame.line > lines.length) return undefined;
		return this.#show(frame, lines);
	}

	/** The place in the source, also where nobody has the source any more. */
	#original(frame: Frame, { file, line, column, name, content }: Original): AnyValue {
		const here = path.isAbsolute(file) && !path.relative(this.#cwd, file).startsWith("..");
		const lines = content?.split("\n") ?? (here ? this.#lines(file) : undefined) ?? [];
		const shown = this.#show({ file, line, column, name: frame.name === "" ? name : frame.name }, lines);
		return { ...shown, generated: `${this.#name(frame.file)}:${frame.line}:${frame.column}` };
	}

	#show({ file, line, column, name }: Frame, lines: readonly string[]) {
		const start = Math.max(1, line - this.#around);
		const shown = lines.slice(start - 1, line + this.#around);
		return {
			file: this.#name(file),
			line,
			column,
			function: this.#redact(name),
			start,
			lines: shown.map((text) => this.#redact(cutText(text, NODE_LIMITS.sourceLineBytes, "source", {}))),
		};
	}

	#name(file: string): string {
		return this.#redact((path.isAbsolute(file) ? path.relative(this.#cwd, file) : file) || file);
	}

	#lines(file: string): readonly string[] | undefined {
		if (this.#files.has(file)) {
			const lines = this.#files.get(file);
			this.#files.delete(file);
			this.#files.set(file, lines);
			return lines;
		}
		if (this.#files.size >= NODE_LIMITS.sourceFiles) {
			const oldest = this.#files.keys().next().value;
			if (oldest !== undefined) this.#files.delete(oldest);
		}
		const lines = readEnd(file, NODE_LIMITS.sourceBytes)?.text.split("\n");
		this.#files.set(file, lines);
		return lines;
	}
}
