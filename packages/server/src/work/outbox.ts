/** Entries on their way to ClickHouse: kept in the worker's file until they are there, so that an outage loses none. */
import type { AlertEventRow, Store } from "@errata/store";
import { LIMITS } from "../limits.ts";
import type { WorkDatabase } from "./database.ts";

export interface Outbox {
	/** Within the caller's transaction. */
	add(tenant: string, row: AlertEventRow): void;
	/** Rejects with the store's error; what was not taken stays. */
	flush(store: (tenant: string) => Store): Promise<void>;
	/** Entries that were given up because too many waited. */
	dropped(): number;
}

interface Row {
	readonly seq: number;
	readonly tenant: string;
	readonly entry: string;
}

export function createOutbox({ sql, transaction }: WorkDatabase): Outbox {
	sql.exec("CREATE TABLE IF NOT EXISTS outbox (seq INTEGER PRIMARY KEY AUTOINCREMENT, tenant TEXT, entry TEXT)");
	const put = sql.prepare("INSERT INTO outbox (tenant, entry) VALUES (?, ?)");
	const trim = sql.prepare("DELETE FROM outbox WHERE seq <= (SELECT max(seq) FROM outbox) - ?");
	const next = sql.prepare("SELECT seq, tenant, entry FROM outbox ORDER BY seq LIMIT ?");
	const done = sql.prepare("DELETE FROM outbox WHERE seq = ?");
	let dropped = 0;
	return {
		add(tenant, row) {
			put.run(tenant, JSON.stringify(row));
			dropped += Number(trim.run(LIMITS.outboxRows).changes);
		},
		async flush(store) {
			for (;;) {
				const rows = next.all(LIMITS.outboxBatch) as unknown as Row[];
				if (rows.length === 0) return;
				for (const [tenant, own] of Map.groupBy(rows, (row) => row.tenant)) {
					await store(tenant).appendAlertEvents(own.map((row) => JSON.parse(row.entry) as AlertEventRow));
					transaction(() => {
						for (const row of own) done.run(row.seq);
					});
				}
			}
		},
		dropped: () => dropped,
	};
}
