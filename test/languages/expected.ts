/** What errata must say of each case: expected.json beside the recordings, which the processor's Go test reads too. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { root } from "../setup/processes.ts";
import type { Language } from "./programs.ts";

export const RECORDED = path.join(root, "packages", "errataprocessor", "testdata", "recorded");

export interface Said {
	readonly code: string;
	readonly category: string;
	/** exception.type; absent where only text came. */
	readonly type?: string;
	readonly template: string;
}

export interface Expected {
	/** What is said of the log record; absent where none tells of it. */
	readonly log?: Said;
	/** What is said of the span's event. */
	readonly span?: Said;
	/** Why the two are not counted as one failure: their groups and their masked messages differ. */
	readonly apart?: string;
	/** What must be said and is not yet. */
	readonly wrong?: string;
}

/** Every case of a language by name, those without an error too. */
export async function expectedOf(language: Language): Promise<Record<string, Expected>> {
	return JSON.parse(await readFile(path.join(RECORDED, language, "expected.json"), "utf8"));
}
