/**
 * What becomes of files that were put aside: the oldest are deleted, all but the latest are compressed. In the background, in
 * small pieces between which the process may end; what is half done then is done again by a later one. Never throws.
 */
import { createReadStream, createWriteStream, readdirSync, renameSync, statSync, unlinkSync } from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { attempt } from "../values.ts";

export interface RotatedFiles {
	readonly dir: string;
	/** Name of the file in use without its extension. */
	readonly name: string;
	/** Extension, with its dot. */
	readonly ext: string;
	readonly maxFiles: number;
	readonly gzip: boolean;
}

/** Milliseconds after which a compression that has not ended never will. */
const STALE_MS = 600_000;
/** Bytes read at a time: about a millisecond of work. */
const PIECE = 131_072;

const ASIDE = /^\.\d{8}T\d{9}Z-\d+-\d+-\d+$/;

export function tidy(files: RotatedFiles): void {
	attempt(() => {
		const aside = asideOf(files);
		for (const name of aside.splice(0, Math.max(0, aside.length - files.maxFiles)))
			attempt(() => unlinkSync(path.join(files.dir, name)), undefined);
		if (!files.gzip) return;
		const plain = aside.slice(0, -1).filter((name) => name.endsWith(files.ext) && !name.endsWith(".gz"));
		// One after the other.
		plain
			.reduce((before, name) => before.then(() => compress(path.join(files.dir, name))), Promise.resolve())
			.catch(() => {});
	}, undefined);
}

/** Files that were put aside, oldest first; a compressed one has the time in its name too. */
function asideOf({ dir, name, ext }: RotatedFiles): string[] {
	return readdirSync(dir)
		.filter((found) => {
			if (!found.startsWith(`${name}.`)) return false;
			const end = found.endsWith(`${ext}.gz`) ? `${ext}.gz` : ext;
			return found.endsWith(end) && ASIDE.test(found.slice(name.length, found.length - end.length));
		})
		.sort();
}

async function compress(file: string): Promise<void> {
	const temporary = `${file}.gz.tmp`;
	const begun = statSync(temporary, { throwIfNoEntry: false });
	if (begun !== undefined && Date.now() - begun.mtimeMs < STALE_MS) return;
	if (begun !== undefined) unlinkSync(temporary);
	try {
		await pipeline(
			createReadStream(file, { highWaterMark: PIECE }),
			unhurried,
			createGzip(),
			createWriteStream(temporary, { flags: "wx", mode: 0o600 }),
		);
		renameSync(temporary, `${file}.gz`);
		unlinkSync(file);
	} catch {
		// Another process does it, or the disk is full: the file stays as it is.
	}
}

/** Between two pieces nothing holds the process. */
async function* unhurried(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
	for await (const piece of source) {
		await new Promise<void>((resolve) => setImmediate(resolve).unref());
		yield piece;
	}
}
