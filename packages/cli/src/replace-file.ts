/** Puts a whole new text in a file's place: written beside and renamed, so that a reader never sees half of it. */
import { renameSync, writeFileSync } from "node:fs";

export function replaceFile(file: string, text: string): void {
	const beside = `${file}.${process.pid}.tmp`;
	writeFileSync(beside, text);
	renameSync(beside, file);
}
