/**
 * What lies where in a data directory, and who made it: `engine/` (all the engine may touch), `VERSION`, `local.json`.
 * Nothing here starts or talks to anything.
 */
import {
	accessSync,
	constants,
	existsSync,
	mkdirSync,
	readFileSync,
	renameSync,
	statfsSync,
	writeFileSync,
} from "node:fs";
import path from "node:path";
import { ErrataError } from "@errata/catalog";
import { LIMITS } from "./limits.ts";

/** Format of the directory as a whole; raised when older versions of errata can no longer read it. */
export const DATA_FORMAT = 1;

export interface Layout {
	readonly dataDir: string;
	/** The only directory the engine may read and write. */
	readonly engineDir: string;
	/** ClickHouse's own `path`. */
	readonly clickhouseDir: string;
	readonly engineLog: string;
	/** ClickHouse's lock: there while an engine has the data open. */
	readonly lockFile: string;
	/** Process id of the errata that started the engine. */
	readonly ownerFile: string;
	readonly versionFile: string;
	readonly localFile: string;
}

export function layoutOf(dataDir: string): Layout {
	const root = path.resolve(dataDir);
	const engineDir = path.join(root, "engine");
	return {
		dataDir: root,
		engineDir,
		clickhouseDir: path.join(engineDir, "data"),
		engineLog: path.join(engineDir, "engine.log"),
		lockFile: path.join(engineDir, "data", "status"),
		ownerFile: path.join(engineDir, "owner"),
		versionFile: path.join(root, "VERSION"),
		localFile: path.join(root, "local.json"),
	};
}

/** Makes the directory ready for an engine of `series` ("26.7"). Throws ErrataError for anything that stands in the way. */
export function openLayout(dataDir: string, series: string, minFreeBytes: number = LIMITS.minFreeBytes): Layout {
	const layout = layoutOf(dataDir);
	try {
		makeDirectory(layout.clickhouseDir);
		for (const dir of [layout.dataDir, layout.engineDir, layout.clickhouseDir])
			accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK);
	} catch (error) {
		const code = (error as NodeJS.ErrnoException).code ?? "";
		throw new ErrataError({
			operation: "use data directory",
			subject: layout.dataDir,
			cause: DIRECTORY_CAUSES[code] ?? `it cannot be read and written (${code})`,
			remedy: "Give another one with --data or ERRATA_DATA_DIR, or let this user own it",
			code: "LOCAL_DATA_DIR",
			origin: error,
		});
	}
	checkVersion(layout, series);
	checkSpace(layout, minFreeBytes);
	return layout;
}

/** `mkdir -p`; Node's own `recursive` never returns for a directory below /proc. */
function makeDirectory(dir: string): void {
	try {
		mkdirSync(dir, { mode: 0o700 });
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (code === "EEXIST") return;
		if (code !== "ENOENT" || existsSync(path.dirname(dir))) throw error;
		makeDirectory(path.dirname(dir));
		mkdirSync(dir, { mode: 0o700 });
	}
}

const DIRECTORY_CAUSES: Readonly<Record<string, string>> = {
	EACCES: "this user may not read and write it",
	EPERM: "this user may not read and write it",
	EROFS: "its file system is mounted read-only",
	ENOENT: "its file system takes no new directory",
	ENOTDIR: "a part of the path is a file",
	EEXIST: "a part of the path is a file",
	ENOSPC: "the disk is full",
};

interface VersionFile {
	readonly format: number;
	readonly engine: string;
}

function checkVersion(layout: Layout, series: string): void {
	let text: string;
	try {
		text = readFileSync(layout.versionFile, "utf8");
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
		throw newer(layout, "its VERSION file cannot be read", error);
	}
	const found = parseVersion(text);
	if (found === undefined) throw newer(layout, "its VERSION file is not one that errata wrote");
	if (found.format > DATA_FORMAT)
		throw newer(layout, `it was made by a newer errata (data format ${found.format}, this one knows ${DATA_FORMAT})`);
	if (compareSeries(found.engine, series) > 0)
		throw newer(layout, `a newer ClickHouse engine wrote it (${found.engine}, this one is ${series})`);
}

function newer(layout: Layout, cause: string, origin?: unknown): ErrataError {
	return new ErrataError({
		operation: "use data directory",
		subject: layout.dataDir,
		cause,
		remedy:
			"Update errata, or start with another directory by --data or ERRATA_DATA_DIR; nothing was changed in this one",
		code: "LOCAL_DATA_VERSION",
		origin,
	});
}

function parseVersion(text: string): VersionFile | undefined {
	try {
		const value = JSON.parse(text) as Partial<VersionFile> | null;
		if (typeof value?.format === "number" && typeof value.engine === "string")
			return { format: value.format, engine: value.engine };
	} catch {
		// not JSON: the caller says so
	}
	return undefined;
}

/** Year and month of a ClickHouse version decide: data of a later one may hold parts an earlier one cannot read. */
function compareSeries(a: string, b: string): number {
	const [ay = 0, am = 0] = a.split(".").map(Number);
	const [by = 0, bm = 0] = b.split(".").map(Number);
	return ay - by || am - bm;
}

function checkSpace(layout: Layout, needed: number): void {
	const { bavail, bsize } = statfsSync(layout.engineDir);
	const free = bavail * bsize;
	if (free >= needed) return;
	throw new ErrataError({
		operation: "use data directory",
		subject: layout.dataDir,
		cause: `the disk is full: ${mebibytes(free)} free, ${mebibytes(needed)} needed`,
		remedy: "Free some space, or give a directory on another disk with --data or ERRATA_DATA_DIR",
		code: "LOCAL_DISK_FULL",
	});
}

function mebibytes(bytes: number): string {
	return `${Math.floor(bytes / 1_048_576)} MiB`;
}

/** Process id of the errata that holds this directory, or held it last. */
export function ownerOf(layout: Layout): number | undefined {
	try {
		const pid = Number(readFileSync(layout.ownerFile, "utf8"));
		return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
	} catch {
		return undefined;
	}
}

/** True if whoever started the engine that holds this directory is gone: the engine is about to end by itself. */
export function isOrphaned(layout: Layout): boolean {
	const owner = ownerOf(layout);
	return owner !== undefined && !isAlive(owner);
}

/** Whether there is a process of this id, ours or not. */
export function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code !== "ESRCH";
	}
}

/** Remembers which engine wrote here, so that an older one refuses. */
export function writeVersion(layout: Layout, engine: string): void {
	const temporary = `${layout.versionFile}.${process.pid}`;
	writeFileSync(temporary, `${JSON.stringify({ format: DATA_FORMAT, engine })}\n`, { mode: 0o600 });
	renameSync(temporary, layout.versionFile);
}
