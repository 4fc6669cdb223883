/**
 * Runs what was approved: takes one action at a time under a lease, renews the lease while it works, and notes how it ended.
 * Started only where a person said so. An action whose worker is gone is made again or ends as unknown, as its kind allows.
 */

import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { Catalog, RedactionOptions, Redactor } from "@errata/catalog";
import type { Store } from "@errata/store";
import { LIMITS } from "../limits.ts";
import { reportOn } from "../operations/reports.ts";
import { type ActionsFile, digestOf, mayRepeat } from "./actions-file.ts";
import type { ActionBook, ActionRow, Ending } from "./book.ts";
import { again, performAttempt } from "./perform.ts";
import { createProposalRules } from "./rules.ts";

export interface RunnerOptions {
	readonly file: ActionsFile;
	readonly book: ActionBook;
	readonly store: (tenant: string) => Store;
	readonly catalog: Catalog;
	readonly redactor: Redactor;
	/** How reports are redacted; as by default if left out. */
	readonly redaction?: RedactionOptions | undefined;
	/** Whether it runs actions, or only tells ClickHouse of what others did. */
	readonly runs: boolean;
	readonly env?: Readonly<Record<string, string | undefined>> | undefined;
	readonly log?: ((line: string) => void) | undefined;
	/** Milliseconds since the epoch. */
	readonly now?: (() => number) | undefined;
	readonly pollMs?: number | undefined;
	/** Milliseconds one request may take. */
	readonly timeoutMs?: number | undefined;
}

export interface Runner {
	/** Looks once and waits for what it started. Never rejects. */
	look(): Promise<void>;
	start(): void;
	/** Ends what runs, and waits until that is noted. */
	stop(): Promise<void>;
}

/** What a runner holds while it works. */
interface Shift {
	readonly options: RunnerOptions;
	readonly now: () => number;
	readonly log: (line: string) => void;
	/** Name of its leases. */
	readonly owner: string;
	/** Ends what runs. */
	readonly ended: AbortController;
}

export function createRunner(options: RunnerOptions): Runner {
	const { book, file, runs } = options;
	const now = options.now ?? (() => Date.now());
	const log = options.log ?? (() => {});
	const owner = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
	const ended = new AbortController();
	const shift: Shift = { options, now, log, owner, ended };
	const rules = createProposalRules(options, options.store, log);
	const names = Object.keys(file.actions);
	const running = new Set<Promise<void>>();
	let timer: NodeJS.Timeout | undefined;
	let looking: Promise<void> = Promise.resolve();

	async function once(): Promise<void> {
		await attempt("actions", log, () => {
			book.expire(now());
			if (runs) for (const row of book.lost(now())) settleLost(row, shift);
		});
		// ClickHouse may be away: what was approved is done all the same.
		if (runs) await attempt("proposals", log, () => rules.look(now()));
		if (runs) await attempt("actions", log, takeAll);
		await flush();
	}

	/** What is not taken waits in the file. */
	function flush(): Promise<void> {
		const send = () => book.flush((tenant, rows) => options.store(tenant).appendActionEvents(rows));
		return attempt("audit trail of actions", log, send);
	}

	function takeAll(): void {
		while (running.size < LIMITS.actionsAtOnce && !ended.signal.aborted) {
			const row = book.take(owner, names, now());
			if (row === undefined) return;
			const work: Promise<void> = attempt("actions", log, () => run(row, shift)).finally(() => running.delete(work));
			running.add(work);
		}
	}

	function look(): Promise<void> {
		looking = looking.then(once);
		return looking;
	}

	async function loop(): Promise<void> {
		await look();
		if (!ended.signal.aborted) timer = setTimeout(() => void loop(), options.pollMs ?? LIMITS.actionsPollMs);
	}

	async function settled(): Promise<void> {
		await looking;
		await Promise.all(running);
		await flush();
	}

	return {
		look: () => look().then(settled),
		start: () => void loop(),
		stop() {
			ended.abort();
			clearTimeout(timer);
			return settled();
		},
	};
}

async function attempt(what: string, log: (line: string) => void, body: () => Promise<void> | void): Promise<void> {
	try {
		await body();
	} catch (error) {
		log(`${what}: ${(error as Error).message}`);
	}
}

/** What an action is whose worker is gone. */
function settleLost(row: ActionRow, { options, now, log }: Shift): void {
	const definition = options.file.actions[row.action];
	// Another configuration's: its own runner knows whether it may be repeated, if it comes.
	if (definition === undefined && now() < row.leaseUntil + LIMITS.actionExpiresMs) return;
	const detail = `${row.owner} ended while it ran`;
	const ending: Ending =
		definition !== undefined && mayRepeat(definition)
			? again({ row, definition, now }, detail, {}, 0)
			: { state: "unknown", detail: `${detail}; nobody knows what it did` };
	if (options.book.settle(row, ending, now())) log(`action ${row.id} (${row.action}): ${ending.detail}`);
}

/** One attempt under its lease, which is renewed meanwhile; ended when the lease is another's. */
async function run(row: ActionRow, { options, now, log, ended }: Shift): Promise<void> {
	const { book, catalog, redactor, redaction, env = process.env, timeoutMs } = options;
	const definition = options.file.actions[row.action];
	if (definition === undefined || digestOf(definition) !== row.digest) {
		const detail = "its definition was changed after it was proposed; propose it again";
		book.settle(row, { state: "failed", detail }, now());
		return;
	}
	const lost = new AbortController();
	const renewing = setInterval(() => {
		// A file that is busy once is no lease that is lost: it holds for two more tries.
		void attempt("actions", log, () => {
			if (!book.renew(row, now())) lost.abort();
		});
	}, LIMITS.actionLeaseMs / 3);
	const source = { store: options.store(row.tenant), catalog, now };
	const report = async (budget: number): Promise<string> =>
		(await reportOn("issue", row.issue, source, { budget, write: "md", redaction })).text;
	const signal = AbortSignal.any([ended.signal, lost.signal]);
	let ending: Ending;
	try {
		ending = await performAttempt({ row, definition, report, redactor, env, now, signal, timeoutMs });
	} catch (error) {
		// Nothing was done yet: the report could not be made.
		ending = again({ row, definition, now }, `the report could not be made: ${(error as Error).message}`, {});
	} finally {
		clearInterval(renewing);
	}
	book.settle(row, ending, now());
	log(`action ${row.id} (${row.action}), attempt ${row.attempts}: ${ending.state}: ${ending.detail}`);
}
