/**
 * The one active worker's SQLite file: what needs locks and must survive a restart. Holding it open is the lock: SQLite
 * takes the file for one process, and the system gives it back when that process ends, however it ends. Tables are
 * created by the parts that own them.
 */
import { mkdirSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ErrataError } from "@errata/catalog";

export interface WorkDatabase {
	readonly sql: DatabaseSync;
	/** All of it or nothing, on disk when it returns. */
	transaction<T>(body: () => T): T;
	close(): void;
}

const BUSY = 5;

/** `undefined` while another worker holds the file. Throws ErrataError if it cannot be used at all. */
export function openWorkDatabase(file: string): WorkDatabase | undefined {
	let sql: DatabaseSync | undefined;
	try {
		if (file !== ":memory:") mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
		sql = new DatabaseSync(file);
		sql.exec("PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = FULL");
		sql.exec("BEGIN EXCLUSIVE; CREATE TABLE IF NOT EXISTS owner (pid INTEGER); DELETE FROM owner");
		sql.prepare("INSERT INTO owner VALUES (?)").run(process.pid);
		sql.exec("COMMIT");
	} catch (error) {
		sql?.close();
		if ((error as { errcode?: number }).errcode === BUSY) return undefined;
		throw new ErrataError({
			operation: "use the worker's state in",
			subject: file,
			cause: (error as Error).message,
			remedy: "Let this user write there, or set ERRATA_STATE_DIR",
			code: "WORK_STATE",
			origin: error,
		});
	}
	const opened = sql;
	return {
		sql: opened,
		transaction: (body) => {
			opened.exec("BEGIN");
			try {
				const answer = body();
				opened.exec("COMMIT");
				return answer;
			} catch (error) {
				opened.exec("ROLLBACK");
				throw error;
			}
		},
		close: () => opened.close(),
	};
}
