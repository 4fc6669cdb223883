/** The store as one object: what everything above ClickHouse holds. Each method is a function of this package. */
import { connect, type StoreOptions } from "./connection.ts";
import { insertErrors, insertLogs, insertTraces } from "./insert.ts";
import { getIssue, listIssues, relatedGroups, similarCount } from "./issues.ts";
import { migrate } from "./migrate.ts";

/** Opens a store; nothing is sent before the first call. Throws ErrataError for a URL that is none. */
export function openStore(options: StoreOptions = {}) {
	const c = connect(options);
	return {
		url: c.url,
		database: c.database,
		migrate: (o: { dryRun?: boolean } = {}) => migrate(c, o),
		insertLogs: (rows: Parameters<typeof insertLogs>[1]) => insertLogs(c, rows),
		insertTraces: (rows: Parameters<typeof insertTraces>[1]) => insertTraces(c, rows),
		insertErrors: (rows: Parameters<typeof insertErrors>[1]) => insertErrors(c, rows),
		listIssues: (filter?: Parameters<typeof listIssues>[1]) => listIssues(c, filter),
		getIssue: (fingerprintOrPrefix: string) => getIssue(c, fingerprintOrPrefix),
		similarCount: (fingerprint: string, o: Parameters<typeof similarCount>[2]) => similarCount(c, fingerprint, o),
		relatedGroups: (fingerprint: string, o: Parameters<typeof relatedGroups>[2]) => relatedGroups(c, fingerprint, o),
		close: () => c.close(),
	};
}

export type Store = ReturnType<typeof openStore>;
