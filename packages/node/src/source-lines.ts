/**
 * Source lines around the top in-app frames: `errata.source`. Frames are taken from the stack when the error is described
 * (text only); files are read when the record is sent, with a cache, regular files of the application only.
 */
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { AnyValue } from "@errata/catalog";
import { NODE_LIMITS } from "./limits.ts";
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
	/** Path to its lines; `undefined` for one that cannot be read. Least recently read first. */
	readonly #files = new Map<string, readonly string[] | undefined>();

	constructor(around: number, cwd: string, redact: (text: string) => string) {
		this.#around = around;
		this.#cwd = cwd;
		this.#redact = redact;
	}

	/** What `errata.source` holds for these frames; frames whose file cannot be read are left out. */
	of(frames: readonly Frame[]): AnyValue[] {
		const result: AnyValue[] = [];
		for (const frame of frames) {
			const lines = this.#lines(frame.file);
			if (lines === undefined || frame.line < 1 || frame.line > lines.length) continue;
			const start = Math.max(1, frame.line - this.#around);
			const shown = lines.slice(start - 1, frame.line + this.#around);
			result.push({
				file: this.#redact(path.relative(this.#cwd, frame.file) || frame.file),
				line: frame.line,
				column: frame.column,
				function: this.#redact(frame.name),
				start,
				lines: shown.map((line) => this.#redact(cutText(line, NODE_LIMITS.sourceLineBytes, "source", {}))),
			});
		}
		return result;
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
		const lines = readLines(file);
		this.#files.set(file, lines);
		return lines;
	}
}

function readLines(file: string): readonly string[] | undefined {
	let fd: number | undefined;
	try {
		// O_NONBLOCK: a stack can name a pipe.
		fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
		const stat = fstatSync(fd);
		if (!stat.isFile() || stat.size > NODE_LIMITS.sourceBytes) return undefined;
		const buffer = Buffer.alloc(stat.size);
		const length = readSync(fd, buffer, 0, buffer.length, 0);
		return buffer.toString("utf8", 0, length).split("\n");
	} catch {
		return undefined;
	} finally {
		if (fd !== undefined) closeSync(fd);
	}
}
