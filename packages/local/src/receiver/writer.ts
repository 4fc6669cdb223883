/**
 * Rows of several requests in one insert: many small requests cost one part, and each is answered only when ClickHouse
 * has its rows. One insert at a time per table; what comes meanwhile waits for the next.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { StoreError } from "@errata/store";
import { LIMITS } from "../limits.ts";

interface Waiting<Row> {
	readonly rows: readonly Row[];
	readonly resolve: () => void;
	readonly reject: (error: unknown) => void;
}

export class Writer<Row> {
	readonly #insert: (rows: readonly Row[]) => Promise<void>;
	#waiting: Waiting<Row>[] = [];
	#running = false;

	constructor(insert: (rows: readonly Row[]) => Promise<void>) {
		this.#insert = insert;
	}

	/** Resolves when the rows are stored; rejects with the StoreError of their own insert. */
	write(rows: readonly Row[]): Promise<void> {
		if (rows.length === 0) return Promise.resolve();
		return new Promise((resolve, reject) => {
			this.#waiting.push({ rows, resolve, reject });
			if (!this.#running) void this.#run();
		});
	}

	async #run(): Promise<void> {
		this.#running = true;
		await sleep(LIMITS.coalesceMs);
		while (this.#waiting.length > 0) await this.#insertTogether(this.#take());
		this.#running = false;
	}

	/** The oldest requests, up to `insertRows`; at least one, however large. */
	#take(): Waiting<Row>[] {
		let rows = 0;
		let count = 0;
		for (const waiting of this.#waiting) {
			if (count > 0 && rows + waiting.rows.length > LIMITS.insertRows) break;
			rows += waiting.rows.length;
			count++;
		}
		return this.#waiting.splice(0, count);
	}

	async #insertTogether(batch: readonly Waiting<Row>[]): Promise<void> {
		try {
			await this.#insert(batch.flatMap((waiting) => waiting.rows));
			for (const waiting of batch) waiting.resolve();
		} catch (error) {
			// One request's bad row must not fail the others: each by itself then.
			if (batch.length > 1 && error instanceof StoreError && !error.retryable)
				for (const waiting of batch) await this.#insertTogether([waiting]);
			else for (const waiting of batch) waiting.reject(error);
		}
	}
}
