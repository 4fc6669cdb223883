/**
 * What was proposed and where it stands: one SQLite file per store that all processes of a machine share, because proposals
 * come from commands, servers and models, and exactly one process may run what was approved. Every change of a state is one
 * transaction together with its entry for the audit trail. Who may decide is checked before; what an action does is elsewhere.
 */
import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ErrataError } from "@errata/catalog";
import type { ActionEntry, ActionEventRow } from "@errata/store";
import { LIMITS } from "../limits.ts";

export type ActionState =
	| "proposed"
	| "approved"
	| "running"
	| "done"
	| "failed"
	| "unknown"
	| "rejected"
	| "cancelled"
	| "expired";

/** Times are milliseconds since the epoch. */
export interface ActionRow {
	readonly id: string;
	readonly tenant: string;
	readonly action: string;
	readonly kind: string;
	/** SHA-256 of the definition that was proposed. */
	readonly digest: string;
	readonly issue: string;
	readonly service: string;
	readonly code: string;
	/** JSON of what stands for its placeholders. */
	readonly subject: string;
	/** What it would do, for whoever decides; without secrets. */
	readonly preview: string;
	readonly reason: string;
	readonly state: ActionState;
	readonly proposedBy: string;
	readonly proposedAt: number;
	readonly expiresAt: number;
	/** "" while nobody did. */
	readonly decidedBy: string;
	readonly decidedAt: number;
	readonly attempts: number;
	/** When it is due. */
	readonly nextAt: number;
	/** Who holds the lease of the attempt under way, "" if nobody. */
	readonly owner: string;
	readonly leaseUntil: number;
	readonly detail: string;
	/** Where what was made can be seen, "" if nowhere. */
	readonly link: string;
	readonly changedAt: number;
}

export type NewAction = Pick<
	ActionRow,
	| "id"
	| "tenant"
	| "action"
	| "kind"
	| "digest"
	| "issue"
	| "service"
	| "code"
	| "subject"
	| "preview"
	| "reason"
	| "proposedBy"
	| "expiresAt"
> & { readonly requestId: string };

export interface Ending {
	readonly state: "done" | "failed" | "unknown" | "later";
	readonly detail: string;
	readonly output?: string;
	readonly exitCode?: number | null;
	readonly status?: number | null;
	readonly link?: string;
	/** For `later`. */
	readonly nextAt?: number;
}

export interface ActionBook {
	/** The earlier one for the same request id, and one that is open for the same action, issue and service. */
	propose(action: NewAction, now: number): { readonly row: ActionRow; readonly fresh: boolean };
	get(tenant: string, id: string): ActionRow | undefined;
	/** The latest first. */
	list(
		tenant: string,
		filter: { readonly state?: string; readonly issue?: string; readonly limit: number },
	): ActionRow[];
	/** Undefined if it was not in one of these states any more. */
	decide(
		row: Pick<ActionRow, "tenant" | "id">,
		to: "approved" | "rejected" | "cancelled",
		by: { readonly actor: string; readonly detail: string; readonly expiresAt?: number },
		now: number,
	): ActionRow | undefined;
	/** Approves as a policy if it has approved fewer within the hour. */
	approveByPolicy(
		row: ActionRow,
		policy: { readonly name: string; readonly perHour: number },
		expiresAt: number,
		now: number,
	): ActionRow | undefined;
	hasRequest(tenant: string, requestId: string): boolean;
	/** Counts one proposal of a rule, unless it made as many within the hour. */
	mayPropose(rule: { readonly name: string; readonly perHour: number }, now: number): boolean;
	open(tenant: string): number;
	/** Takes one that is due for this owner, and starts its attempt. */
	take(owner: string, names: readonly string[], now: number): ActionRow | undefined;
	/** False if the lease is another's by now: what runs must stop. */
	renew(row: ActionRow, now: number): boolean;
	/** False if the lease was another's by then; the entry is written all the same. */
	settle(row: ActionRow, ending: Ending, now: number): boolean;
	/** Those whose worker is gone. */
	lost(now: number): ActionRow[];
	expire(now: number): void;
	/** Entries that are on their way to ClickHouse, of one action. */
	pending(tenant: string, id: string): ActionEventRow[];
	/** Hands entries over, the earliest first, of one tenant or of all; those that were taken are forgotten. */
	flush(send: (tenant: string, rows: readonly ActionEventRow[]) => Promise<void>, tenant?: string): Promise<void>;
	close(): void;
}

const TABLES = `
CREATE TABLE IF NOT EXISTS action (id TEXT PRIMARY KEY, tenant TEXT, requestId TEXT, action TEXT, kind TEXT, digest TEXT, issue TEXT,
	service TEXT, code TEXT, subject TEXT, preview TEXT, reason TEXT, state TEXT, proposedBy TEXT, proposedAt INTEGER, expiresAt INTEGER,
	decidedBy TEXT, decidedAt INTEGER, attempts INTEGER, nextAt INTEGER, owner TEXT, leaseUntil INTEGER, detail TEXT, link TEXT,
	changedAt INTEGER, UNIQUE (tenant, requestId));
CREATE INDEX IF NOT EXISTS action_state ON action (state, nextAt);
CREATE TABLE IF NOT EXISTS counted (name TEXT, at INTEGER);
CREATE TABLE IF NOT EXISTS entry (seq INTEGER PRIMARY KEY AUTOINCREMENT, tenant TEXT, actionId TEXT, entry TEXT)`;

const OPEN = "('proposed', 'approved', 'running')";

/** Throws ErrataError if the file cannot be used. */
export function openActionBook(file: string): ActionBook {
	const sql = opened(file);
	return bookOf(sql);
}

function opened(file: string): DatabaseSync {
	try {
		if (file !== ":memory:") mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
		const sql = new DatabaseSync(file, { timeout: LIMITS.actionsBusyMs });
		sql.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
		sql.exec(TABLES);
		return sql;
	} catch (error) {
		throw new ErrataError({
			operation: "keep actions in",
			subject: file,
			cause: (error as Error).message,
			remedy: "Let this user write there, or set ERRATA_STATE_DIR",
			code: "ACTIONS_STATE",
			origin: error,
		});
	}
}

function bookOf(sql: DatabaseSync): ActionBook {
	const byId = sql.prepare("SELECT * FROM action WHERE id = ?");
	const find = (id: string): ActionRow => byId.get(id) as unknown as ActionRow;
	const note = noter(sql);

	function transaction<T>(body: () => T): T {
		// IMMEDIATE: who reads in order to write writes alone.
		sql.exec("BEGIN IMMEDIATE");
		try {
			const answer = body();
			sql.exec("COMMIT");
			return answer;
		} catch (error) {
			sql.exec("ROLLBACK");
			throw error;
		}
	}

	return {
		...proposals(sql, transaction, find, note),
		...decisions(sql, transaction, find, note),
		...attempts(sql, transaction, find, note),
		...trail(sql, transaction),
		close: () => sql.close(),
	};
}

type Transaction = <T>(body: () => T) => T;
type Note = (row: ActionRow, entry: Pick<ActionEntry, "event" | "actor"> & Partial<ActionEntry>, now: number) => void;

function noter(sql: DatabaseSync): Note {
	const put = sql.prepare("INSERT INTO entry (tenant, actionId, entry) VALUES (?, ?, ?)");
	let written = 0;
	return (row, entry, now) => {
		const { id, tenant, action, kind, issue, service, code } = row;
		// Of one millisecond the first comes first.
		const eventId = `${String(written++ % 1_000_000).padStart(6, "0")}-${randomUUID()}`;
		const common = { at: now, actionId: id, eventId, action, kind, issue, service, code };
		const blank = { attempt: 0, exitCode: null, status: null, detail: "", output: "" };
		put.run(tenant, id, JSON.stringify({ ...common, ...blank, ...entry }));
	};
}

function proposals(sql: DatabaseSync, transaction: Transaction, find: (id: string) => ActionRow, note: Note) {
	const insert =
		sql.prepare(`INSERT INTO action VALUES (:id, :tenant, :requestId, :action, :kind, :digest, :issue, :service, :code,
		:subject, :preview, :reason, 'proposed', :proposedBy, :now, :expiresAt, '', 0, 0, 0, '', 0, '', '', :now)`);
	const same = sql.prepare(`SELECT * FROM action WHERE tenant = :tenant AND (requestId = :requestId
		OR action = :action AND issue = :issue AND service = :service AND state IN ${OPEN}) ORDER BY requestId = :requestId DESC LIMIT 1`);
	const count = sql.prepare(`SELECT count(*) AS n FROM action WHERE tenant = ? AND state IN ${OPEN}`);
	const over = sql.prepare(`DELETE FROM action WHERE tenant = ? AND state NOT IN ${OPEN} AND changedAt <= (
		SELECT changedAt FROM action WHERE tenant = ? AND state NOT IN ${OPEN} ORDER BY changedAt DESC LIMIT 1 OFFSET ?)`);
	const one = sql.prepare("SELECT * FROM action WHERE tenant = ? AND id = ?");
	const listed = sql.prepare(`SELECT * FROM action WHERE tenant = :tenant AND (:state = '' OR state = :state)
		AND (:issue = '' OR issue = :issue) ORDER BY proposedAt DESC, id LIMIT :limit`);
	const request = sql.prepare("SELECT 1 FROM action WHERE tenant = ? AND requestId = ?");
	return {
		propose(action: NewAction, now: number) {
			return transaction(() => {
				const { tenant, requestId, issue, service } = action;
				const found = same.get({ tenant, requestId, action: action.action, issue, service }) as unknown as
					| ActionRow
					| undefined;
				if (found !== undefined) return { row: found, fresh: false };
				insert.run({ ...action, now });
				over.run(tenant, tenant, LIMITS.actionsKept);
				const row = find(action.id);
				note(row, { event: "proposed", actor: row.proposedBy, detail: row.reason, output: row.preview }, now);
				return { row, fresh: true };
			});
		},
		get: (tenant: string, id: string) => one.get(tenant, id) as unknown as ActionRow | undefined,
		list: (tenant: string, { state = "", issue = "", limit }: { state?: string; issue?: string; limit: number }) =>
			listed.all({ tenant, state, issue, limit }) as unknown as ActionRow[],
		hasRequest: (tenant: string, requestId: string) => request.get(tenant, requestId) !== undefined,
		open: (tenant: string) => (count.get(tenant) as { n: number }).n,
	};
}

function decisions(sql: DatabaseSync, transaction: Transaction, find: (id: string) => ActionRow, note: Note) {
	const change =
		sql.prepare(`UPDATE action SET state = :to, decidedBy = :actor, decidedAt = :now, detail = :detail, expiresAt = :expiresAt,
		nextAt = :now, changedAt = :now WHERE tenant = :tenant AND id = :id AND expiresAt > :now
		AND (state = 'proposed' OR state = 'approved' AND :to = 'cancelled')`);
	const counts = counters(sql);

	type Decide = ActionBook["decide"];
	const decide = (...[{ tenant, id }, to, by, now]: Parameters<Decide>): ReturnType<Decide> => {
		const { actor, detail } = by;
		const expiresAt = by.expiresAt ?? find(id).expiresAt;
		if (change.run({ to, actor, now, detail, expiresAt, tenant, id }).changes === 0) return undefined;
		note(find(id), { event: to, actor, detail }, now);
		return find(id);
	};

	return {
		decide: (...given: Parameters<Decide>) => transaction(() => decide(...given)),
		approveByPolicy: (
			row: ActionRow,
			{ name, perHour }: { name: string; perHour: number },
			expiresAt: number,
			now: number,
		) =>
			transaction(() => {
				if (counts.tooMany(name, perHour, now)) return undefined;
				const by = { actor: `policy:${name}`, detail: "", expiresAt };
				const done = decide(row, "approved", by, now);
				if (done !== undefined) counts.add(name, now);
				return done;
			}),
		mayPropose: ({ name, perHour }: { name: string; perHour: number }, now: number) =>
			transaction(() => {
				if (counts.tooMany(name, perHour, now)) return false;
				counts.add(name, now);
				return true;
			}),
	};
}

const HOUR = 3_600_000;

/** How often a rule or policy did something within an hour; within the caller's transaction. */
function counters(sql: DatabaseSync) {
	const within = sql.prepare("SELECT count(*) AS n FROM counted WHERE name = ? AND at > ?");
	const put = sql.prepare("INSERT INTO counted VALUES (?, ?)");
	const forget = sql.prepare("DELETE FROM counted WHERE at <= ?");
	return {
		tooMany(name: string, perHour: number, now: number): boolean {
			forget.run(now - HOUR);
			return (within.get(name, now - HOUR) as { n: number }).n >= perHour;
		},
		add: (name: string, now: number) => put.run(name, now),
	};
}

function attempts(sql: DatabaseSync, transaction: Transaction, find: (id: string) => ActionRow, note: Note) {
	const due = (names: readonly string[]) =>
		sql.prepare(`SELECT id FROM action WHERE state = 'approved' AND nextAt <= ? AND expiresAt > ?
			AND action IN (${names.map(() => "?").join(", ")}) ORDER BY nextAt, proposedAt LIMIT 1`);
	const begin = sql.prepare(
		"UPDATE action SET state = 'running', owner = ?, leaseUntil = ?, attempts = attempts + 1, changedAt = ? WHERE id = ?",
	);
	const extend = sql.prepare(
		"UPDATE action SET leaseUntil = ? WHERE id = ? AND owner = ? AND attempts = ? AND state = 'running'",
	);
	const end =
		sql.prepare(`UPDATE action SET state = :state, owner = '', leaseUntil = 0, nextAt = :nextAt, detail = :detail, link = :link,
		changedAt = :now WHERE id = :id AND owner = :owner AND attempts = :attempts AND state = 'running'`);
	const gone = sql.prepare("SELECT * FROM action WHERE state = 'running' AND leaseUntil <= ?");
	const stale = sql.prepare("SELECT * FROM action WHERE state IN ('proposed', 'approved') AND expiresAt <= ?");
	const expired = sql.prepare("UPDATE action SET state = 'expired', changedAt = ? WHERE id = ?");
	return {
		take: (owner: string, names: readonly string[], now: number) =>
			transaction(() => {
				if (names.length === 0) return undefined;
				const found = due(names).get(now, now, ...names) as { id: string } | undefined;
				if (found === undefined) return undefined;
				begin.run(owner, now + LIMITS.actionLeaseMs, now, found.id);
				const row = find(found.id);
				// On disk before anything is done: whoever comes after knows that it may have been.
				note(row, { event: "started", actor: owner, attempt: row.attempts }, now);
				return row;
			}),
		renew: ({ id, owner, attempts: attempt }: ActionRow, now: number) =>
			extend.run(now + LIMITS.actionLeaseMs, id, owner, attempt).changes === 1,
		settle: (row: ActionRow, ending: Ending, now: number) =>
			transaction(() => {
				const { id, owner, attempts: attempt } = row;
				const state = ending.state === "later" ? "approved" : ending.state;
				const { detail, link = "", nextAt = 0, output = "", exitCode = null, status = null } = ending;
				const held = end.run({ state, nextAt, detail, link, now, id, owner, attempts: attempt }).changes === 1;
				note(row, { event: ending.state, actor: owner, attempt, exitCode, status, detail, output }, now);
				return held;
			}),
		lost: (now: number) => gone.all(now) as unknown as ActionRow[],
		expire: (now: number) =>
			transaction(() => {
				for (const row of stale.all(now) as unknown as ActionRow[]) {
					expired.run(now, row.id);
					note(
						row,
						{
							event: "expired",
							actor: "",
							detail: row.state === "proposed" ? "nobody decided in time" : "nobody ran it in time",
						},
						now,
					);
				}
			}),
	};
}

interface EntryRow {
	readonly seq: number;
	readonly tenant: string;
	readonly entry: string;
}

function trail(sql: DatabaseSync, transaction: Transaction) {
	const own = sql.prepare("SELECT entry FROM entry WHERE tenant = ? AND actionId = ? ORDER BY seq");
	const next = sql.prepare("SELECT seq, tenant, entry FROM entry WHERE ? IS NULL OR tenant = ? ORDER BY seq LIMIT ?");
	const done = sql.prepare("DELETE FROM entry WHERE seq = ?");
	const parsed = ({ entry }: Pick<EntryRow, "entry">): ActionEventRow => JSON.parse(entry) as ActionEventRow;
	return {
		pending: (tenant: string, id: string) => (own.all(tenant, id) as unknown as EntryRow[]).map(parsed),
		async flush(send: (tenant: string, rows: readonly ActionEventRow[]) => Promise<void>, only?: string) {
			for (;;) {
				const rows = next.all(only ?? null, only ?? null, LIMITS.outboxBatch) as unknown as EntryRow[];
				if (rows.length === 0) return;
				for (const [tenant, part] of Map.groupBy(rows, (row) => row.tenant)) {
					// Two processes may send the same ones: entries with the same time and ids are one.
					await send(tenant, part.map(parsed));
					transaction(() => {
						for (const { seq } of part) done.run(seq);
					});
				}
			}
		},
	};
}
