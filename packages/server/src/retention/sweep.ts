/**
 * Deletes once a day what is kept no longer. Beside the worker's looks, not in them: rewriting the parts of a day may take
 * minutes, in which alerts go on. What failed is tried again an hour later.
 */
import type { RetentionRule, Store } from "@errata/store";
import { LIMITS } from "../limits.ts";
import type { WorkDatabase } from "../work/database.ts";

export interface Sweep {
	/** Begins if a day is due and nothing is under way; does not wait. */
	look(nowMs: number): void;
	/** Resolves when nothing is under way. */
	settled(): Promise<void>;
}

const DAY = 86_400_000;

export function createSweep(parts: {
	readonly database: WorkDatabase;
	readonly rules: readonly RetentionRule[];
	readonly store: (tenant: string) => Store;
	readonly log: (line: string) => void;
}): Sweep {
	const { database, rules, store, log } = parts;
	database.sql.exec("CREATE TABLE IF NOT EXISTS retention (one INTEGER PRIMARY KEY CHECK (one = 1), day INTEGER)");
	const last = database.sql.prepare("SELECT day FROM retention");
	const done = database.sql.prepare(
		"INSERT INTO retention VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET day = excluded.day",
	);
	let underWay: Promise<void> | undefined;
	let notBefore = 0;

	async function sweep(nowMs: number, day: number): Promise<void> {
		try {
			const gone = await store("").applyRetention(rules, nowMs);
			done.run(day);
			const rows = gone.reduce((sum, one) => sum + one.rows, 0);
			if (rows > 0) log(`retention: ${rows} rows deleted`);
		} catch (error) {
			notBefore = nowMs + LIMITS.retentionAgainMs;
			log(`retention: ${(error as Error).message}`);
		} finally {
			underWay = undefined;
		}
	}

	return {
		look(nowMs) {
			const day = Math.floor(nowMs / DAY);
			const known = (last.get() as { day: number } | undefined)?.day ?? -1;
			if (underWay === undefined && known < day && nowMs >= notBefore) underWay = sweep(nowMs, day);
		},
		settled: async () => underWay,
	};
}
