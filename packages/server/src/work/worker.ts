/**
 * The background work of a server: one look every `LIMITS.workMs`, by one process per state file. A second server over
 * the same store only answers, and takes over when the first one ends. What there is to do is in the parts it is given.
 */
import { createRedactor, type Redactor } from "@errata/catalog";
import type { RetentionRule, Store } from "@errata/store";
import { createAlerting } from "../alerts/alerting.ts";
import { createDeliveries } from "../alerts/deliveries.ts";
import type { RulesFile } from "../alerts/rules-file.ts";
import { LIMITS } from "../limits.ts";
import { createSweep } from "../retention/sweep.ts";
import { openWorkDatabase, type WorkDatabase } from "./database.ts";
import { createOutbox } from "./outbox.ts";

export interface WorkerOptions {
	/** SQLite file that one worker at a time may hold. */
	readonly file: string;
	/** The store of a tenant; closed by the one who opened it. */
	readonly store: (tenant: string) => Store;
	/** None if absent. */
	readonly rules?: RulesFile | undefined;
	/** What is deleted once a day; nothing if absent. */
	readonly retention?: readonly RetentionRule[] | undefined;
	/** What leaves is redacted by it once more. */
	readonly redactor?: Redactor | undefined;
	readonly log?: ((line: string) => void) | undefined;
	/** Milliseconds since the epoch. */
	readonly now?: (() => number) | undefined;
	/** Milliseconds one attempt of a delivery may take. */
	readonly deliverMs?: number | undefined;
}

export interface Worker {
	/** One look. False while another process does the work. Never rejects; failures are told to the log. */
	tick(): Promise<boolean>;
	/** Looks now and then every `LIMITS.workMs`, until `stop`. */
	start(): void;
	/** Waits for the look under way and lets others work. */
	stop(): Promise<void>;
}

export function createWorker(options: WorkerOptions): Worker {
	const log = options.log ?? (() => {});
	const now = options.now ?? (() => Date.now());
	let database: WorkDatabase | undefined;
	let look: (() => Promise<void>) | undefined;
	let waits = false;
	let timer: NodeJS.Timeout | undefined;
	let running: Promise<boolean> = Promise.resolve(false);
	let stopped = false;

	async function once(): Promise<boolean> {
		try {
			database ??= openWorkDatabase(options.file);
			if (database === undefined) {
				if (!waits) log("another errata does the background work; this one waits for it to end");
				waits = true;
				return false;
			}
			look ??= partsOf(database, options, log, now);
			await look();
			return true;
		} catch (error) {
			log(`background work: ${(error as Error).message}`);
			return false;
		}
	}

	function tick(): Promise<boolean> {
		running = running.then(once);
		return running;
	}

	async function loop(): Promise<void> {
		await tick();
		if (!stopped) timer = setTimeout(() => void loop(), LIMITS.workMs);
	}

	return {
		tick,
		start: () => void loop(),
		async stop() {
			stopped = true;
			clearTimeout(timer);
			await running;
			database?.close();
			database = undefined;
			look = undefined;
		},
	};
}

function partsOf(
	database: WorkDatabase,
	options: WorkerOptions,
	log: (line: string) => void,
	now: () => number,
): () => Promise<void> {
	const { rules = { channels: {}, rules: [] }, retention = [], store } = options;
	const outbox = createOutbox(database);
	const deliveries = createDeliveries({
		database,
		outbox,
		channels: rules.channels,
		log,
		timeoutMs: options.deliverMs,
	});
	const redactor = options.redactor ?? createRedactor();
	const alerting = createAlerting({ database, outbox, deliveries, rules, store, redactor, log });
	const sweep = retention.length === 0 ? undefined : createSweep({ database, rules: retention, store, log });
	let dropped = 0;
	return async () => {
		sweep?.look(now());
		await attempt("alerts", () => alerting.evaluate(now()), log);
		// Receivers are told also while ClickHouse is away.
		await attempt("deliveries", () => deliveries.send(now), log);
		await attempt("audit trail", () => outbox.flush(store), log);
		if (outbox.dropped() > dropped) log(`audit trail: ${outbox.dropped() - dropped} entries were given up`);
		dropped = outbox.dropped();
	};
}

async function attempt(what: string, body: () => Promise<void>, log: (line: string) => void): Promise<void> {
	try {
		await body();
	} catch (error) {
		log(`${what}: ${(error as Error).message}`);
	}
}
