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

export function createRunner(options: RunnerOptions): Runner {
	const { book, file, runs } = options;
	const log = options.log ?? (() => {});
	const now = options.now ?? (() => Date.now());
	const owner = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
	const names = Object.keys(file.actions);
	const rules = createProposalRules(options, options.store, log);
	const ended = new AbortController();
	const running = new Set<Promise<void>>();
	let timer: NodeJS.Timeout | undefined;
	let looking: Promise<void> = Promise.resolve();

	async function once(): Promise<void> {
		try {
			book.expire(now());
			if (runs) {
				for (const row of book.lost(now())) settleLost(row);
				await propose();
				takeAll();
			}
		} catch (error) {
			log(`actions: ${(error as Error).message}`);
		}
		await flush();
	}

	/** What was not taken waits in the file. */
	async function flush(): Promise<void> {
		try {
			await book.flush((tenant, rows) => options.store(tenant).appendActionEvents(rows));
		} catch (error) {
			log(`audit trail of actions: ${(error as Error).message}`);
		}
	}

	/** ClickHouse may be away: what was approved is done all the same. */
	async function propose(): Promise<void> {
		try {
			await rules.look(now());
		} catch (error) {
			log(`proposals: ${(error as Error).message}`);
		}
	}

	function settleLost(row: ActionRow): void {
		const definition = file.actions[row.action];
		// Another configuration's: its own runner knows whether it may be repeated, if it comes.
		if (definition === undefined && now() < row.leaseUntil + LIMITS.actionExpiresMs) return;
		const detail = `${row.owner} ended while it ran`;
		const ending: Ending =
			definition !== undefined && mayRepeat(definition)
				? again({ row, definition, now }, detail, {}, 0)
				: { state: "unknown", detail: `${detail}; nobody knows what it did` };
		if (book.settle(row, ending, now())) log(`action ${row.id} (${row.action}): ${ending.detail}`);
	}

	function takeAll(): void {
		while (running.size < LIMITS.actionsAtOnce && !ended.signal.aborted) {
			const row = book.take(owner, names, now());
			if (row === undefined) return;
			const work: Promise<void> = run(row).finally(() => running.delete(work));
			running.add(work);
		}
	}

	async function run(row: ActionRow): Promise<void> {
		const definition = file.actions[row.action];
		if (definition === undefined || digestOf(definition) !== row.digest) {
			const detail = "its definition was changed after it was proposed; propose it again";
			book.settle(row, { state: "failed", detail }, now());
			return;
		}
		const lost = new AbortController();
		const renewing = setInterval(() => {
			if (!renewed(row)) lost.abort();
		}, LIMITS.actionLeaseMs / 3);
		const store = options.store(row.tenant);
		const report = async (budget: number): Promise<string> => {
			const source = { store, catalog: options.catalog, now };
			return (await reportOn("issue", row.issue, source, { budget, write: "md", redaction: options.redaction })).text;
		};
		const signal = AbortSignal.any([ended.signal, lost.signal]);
		const { redactor, env = process.env, timeoutMs } = options;
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

	function renewed(row: ActionRow): boolean {
		try {
			return book.renew(row, now());
		} catch (error) {
			// The file is busy; the lease still holds for two more tries.
			log(`actions: ${(error as Error).message}`);
			return true;
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

	return {
		async look() {
			await look();
			await Promise.all(running);
			await flush();
		},
		start: () => void loop(),
		async stop() {
			ended.abort();
			clearTimeout(timer);
			await looking;
			await Promise.all(running);
			await flush();
		},
	};
}
