/**
 * Where a command writes: data on stdout, notes on stderr, each with its own colours and width. A reader that goes
 * away (EPIPE) ends a command quietly. Nothing here knows what is written.
 */
import type { Writable } from "node:stream";
import { safeJson } from "@errata/server/text";
import { createStyle, type Style, wantsColor } from "./terminal/style.ts";

export interface Sink {
	readonly style: Style;
	readonly isTTY: boolean;
	/** Writes `text` and a line break; nothing once the reader is gone. */
	line(text?: string): void;
	lines(lines: Iterable<string>): void;
	/** Shows `text` in place of the last such text, without a line break; "" takes it away. Nothing in a pipe. */
	status(text: string): void;
	/** One value as JSON on one line. */
	json(value: unknown): void;
	/** One value as a JSON document: indented for a reader at a terminal, on one line in a pipe. */
	document(value: unknown): void;
	/** True once the reader has gone. */
	readonly closed: boolean;
	/** Called once when the reader goes; at once if it has gone. */
	onClosed(listener: () => void): void;
	/** Resolves when everything written has left, or the reader has gone. */
	flush(): Promise<void>;
}

interface TerminalLike extends Writable {
	readonly isTTY?: boolean;
	readonly columns?: number;
}

export function createSink(
	stream: TerminalLike,
	options: { readonly env: Readonly<Record<string, string | undefined>>; readonly refuseColor: boolean },
): Sink {
	const isTTY = stream.isTTY === true;
	let closed = false;
	const listeners: (() => void)[] = [];
	stream.on("error", () => {
		// EPIPE: `errata ... | head`. Any other failure of the output leaves nobody to tell either.
		closed = true;
		for (const listener of listeners.splice(0)) listener();
	});
	const write = (text: string): void => {
		if (!closed) stream.write(text);
	};
	return {
		get style() {
			// Read anew each time: a terminal may be resized while `tail` follows.
			return createStyle({
				colored: wantsColor({ isTTY, env: options.env, refused: options.refuseColor }),
				width: isTTY ? (stream.columns ?? 80) : Number.POSITIVE_INFINITY,
			});
		},
		isTTY,
		line: (text = "") => write(`${text}\n`),
		lines: (lines) => {
			for (const line of lines) write(`${line}\n`);
		},
		status: (text) => {
			if (isTTY) write(`\r\u001b[2K${text}`);
		},
		json: (value) => write(`${safeJson(value)}\n`),
		document: (value) => write(`${safeJson(value, isTTY ? 2 : undefined)}\n`),
		get closed() {
			return closed;
		},
		onClosed: (listener) => {
			if (closed) listener();
			else listeners.push(listener);
		},
		flush: () =>
			new Promise((resolve) => {
				if (closed || stream.writableLength === 0) resolve();
				else {
					listeners.push(resolve);
					stream.once("drain", resolve);
				}
			}),
	};
}
