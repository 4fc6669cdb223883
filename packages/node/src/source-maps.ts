/**
 * From a place in what a bundler or compiler wrote to the place in the source it was written from, by the source map that
 * the file names. Read when an error is sent, never when it happens; a map that is missing, too large or broken is none.
 */
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { TraceMap } from "@jridgewell/trace-mapping";
import { NODE_LIMITS } from "./limits.ts";
import { readEnd } from "./source-file.ts";

type Tracing = typeof import("@jridgewell/trace-mapping");

export interface Original {
	/** Absolute path, or the name a bundler gave it. */
	readonly file: string;
	readonly line: number;
	/** From 1, as V8 counts. */
	readonly column: number;
	/** "" if the map has none. */
	readonly name: string;
	/** Its text, where the map holds it. */
	readonly content: string | undefined;
}

const MARK = /\/\/[#@] sourceMappingURL=(\S+)[ \t]*$/gm;
/** Bytes at the end of a file in which the name of its map stands. */
const TAIL_BYTES = 4_096;

export class SourceMaps {
	/** Path of a generated file to its map; `undefined` for a file without one. Least recently used first. */
	readonly #maps = new Map<string, TraceMap | undefined>();
	#tracing: Tracing | undefined;

	/** The original of a place, `undefined` if no map tells. Never throws. */
	of(file: string, line: number, column: number): Original | undefined {
		try {
			const map = this.#map(file);
			if (map === undefined) return undefined;
			const tracing = this.#load();
			const found = tracing.originalPositionFor(map, { line, column: Math.max(0, column - 1) });
			if (found.source === null) return undefined;
			const content = tracing.sourceContentFor(map, found.source) ?? undefined;
			return {
				file: pathOf(found.source),
				line: found.line,
				column: found.column + 1,
				name: found.name ?? "",
				content,
			};
		} catch {
			return undefined;
		}
	}

	#map(file: string): TraceMap | undefined {
		const known = this.#maps.get(file);
		if (known !== undefined || this.#maps.has(file)) {
			this.#maps.delete(file);
			this.#maps.set(file, known);
			return known;
		}
		const oldest = this.#maps.keys().next().value;
		if (this.#maps.size >= NODE_LIMITS.sourceMaps && oldest !== undefined) this.#maps.delete(oldest);
		// Said before it is read: what goes wrong goes wrong once.
		this.#maps.set(file, undefined);
		const map = this.#read(file);
		this.#maps.set(file, map);
		return map;
	}

	#read(file: string): TraceMap | undefined {
		const url = mapUrl(file);
		if (url === undefined) return undefined;
		const inline = /^data:application\/json(?:;charset=[\w-]+)?(;base64)?,/.exec(url);
		let text: string | undefined;
		let at = file;
		if (inline !== null) {
			const body = url.slice(inline[0].length);
			text = inline[1] === undefined ? decodeURIComponent(body) : Buffer.from(body, "base64").toString("utf8");
		} else {
			if (/^[a-z][a-z0-9+.-]+:/i.test(url) && !url.startsWith("file:")) return undefined;
			at = url.startsWith("file:") ? fileURLToPath(url) : path.resolve(path.dirname(file), decodeURIComponent(url));
			text = readEnd(at, NODE_LIMITS.sourceMapBytes)?.text;
		}
		// A server that is asked for JSON may guard it with this.
		if (text === undefined) return undefined;
		return this.#load().AnyMap(text.replace(/^\)\]\}'[^\n]*\n/, ""), at);
	}

	/** Only a program with source maps pays for the reader. */
	#load(): Tracing {
		this.#tracing ??= createRequire(import.meta.url)("@jridgewell/trace-mapping") as Tracing;
		return this.#tracing;
	}
}

/** What a file says last where its map is. */
function mapUrl(file: string): string | undefined {
	const end = readEnd(file, TAIL_BYTES, true);
	if (end === undefined) return undefined;
	// An inline map is one line, longer than the end that was read.
	const inline = !end.whole && !end.text.trimEnd().includes("\n");
	const text = inline ? readEnd(file, NODE_LIMITS.sourceMapBytes)?.text : end.text;
	const last = text?.slice(text.trimEnd().lastIndexOf("//"));
	return [...(last ?? "").matchAll(MARK)].at(-1)?.[1];
}

/** Sources are named relative to their map, as paths or URLs. */
function pathOf(source: string): string {
	return source.startsWith("file:") ? fileURLToPath(source) : source;
}
