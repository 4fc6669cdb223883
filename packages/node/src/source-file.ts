/** Files that a stack names, read within limits: sources and what bundlers made of them. */
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";

/** A file's text, or its end where `cut`; `undefined` for what is larger, missing or no regular file. */
export function readEnd(
	file: string,
	bytes: number,
	cut = false,
): { readonly text: string; readonly whole: boolean } | undefined {
	let fd: number | undefined;
	try {
		// O_NONBLOCK: a stack can name a pipe.
		fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
		const stat = fstatSync(fd);
		if (!stat.isFile() || (stat.size > bytes && !cut)) return undefined;
		const buffer = Buffer.alloc(Math.min(bytes, stat.size));
		const length = readSync(fd, buffer, 0, buffer.length, stat.size - buffer.length);
		return { text: buffer.toString("utf8", 0, length), whole: buffer.length === stat.size };
	} catch {
		return undefined;
	} finally {
		if (fd !== undefined) closeSync(fd);
	}
}
