/** Everything stored of one subject, by pseudonym: counted, given out page by page, erased. */
import { subjectsErase, subjectsExport, subjectsFind } from "@errata/api";
import type { SubjectRow } from "@errata/store";
import { implement } from "../call.ts";
import { readCursor, writeCursor } from "../cursor.ts";

/** What an erasure in ClickHouse does not reach. */
export const ELSEWHERE: readonly string[] = [
	"Counts of trends keep the occurrences; they name nobody.",
	"What alerts told a channel, a tracker or a model is with its receiver.",
	"What was proposed about issues is also in the file of actions below ERRATA_STATE_DIR, of each machine that runs errata serve.",
	"Backups, detached parts, and ClickHouse's own logs (query_log) are the operator's; replaced parts leave the disk after some minutes.",
	"Spools and queues of programs and Collectors may still deliver records: run it again when they are empty.",
	"The audit trail says that somebody erased, and not whom.",
];

const tokens = (subject: string): string[] => subject.split(",");

export const findSubject = implement(subjectsFind, async ({ subject }, { store }) => ({
	found: await store.findSubject(tokens(subject)),
}));

export const exportSubject = implement(subjectsExport, async ({ subject, limit = 100, cursor }, { store }) => {
	const [first, at] = cursor === undefined ? ["", 0] : readCursor("subjects", cursor, ["string", "number"]);
	const tables = (await store.findSubject(tokens(subject))).filter(({ table }) => table >= String(first));
	const rows: SubjectRow[] = [];
	for (const { table } of tables) {
		const offset = table === first ? Math.max(0, Number(at)) : 0;
		const missing = limit - rows.length;
		const page = await store.subjectRows(tokens(subject), { table, offset, limit: missing });
		rows.push(...page);
		if (page.length === missing) return { rows, next: writeCursor("subjects", [table, offset + page.length]) };
	}
	return { rows, next: null };
});

export const eraseSubject = implement(subjectsErase, async ({ subject }, { store }) => ({
	...(await store.eraseSubject(tokens(subject))),
	elsewhere: [...ELSEWHERE],
}));
