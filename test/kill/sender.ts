/**
 * A service that logs at a steady rate through the SDK's own OTLP exporter (protobuf, its retries), keeps each batch until
 * it was acknowledged, and knows what was. Every record says its number.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { SeverityNumber } from "@opentelemetry/api";
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { LoggerProvider, type ReadableLogRecord } from "@opentelemetry/sdk-logs";

/** Records of one request, and every which of them is an error. */
const BATCH = 50;
const EVERY = 5;
/** What the errors are about: so many groups. */
export const GROUPS = 4;
/** Milliseconds one request may take with the exporter's own retries, before it is sent again from here. */
const TIMEOUT_MS = 4_000;

export interface Sent {
	readonly records: number;
	readonly errors: number;
	/** Requests that had to be sent again because nobody acknowledged them. */
	readonly again: number;
}

export class Sender {
	readonly #exporter: OTLPLogExporter;
	readonly #made: ReadableLogRecord[] = [];
	readonly #provider: LoggerProvider;
	/** Of this run alone: an id of its own is one that nobody else has. */
	readonly #run = randomUUID();
	readonly #pending = new Set<Promise<void>>();
	#records = 0;
	#acknowledged = 0;
	#again = 0;

	constructor(otlpUrl: string, service: string, headers: Readonly<Record<string, string>> = {}) {
		this.#exporter = new OTLPLogExporter({
			url: `${otlpUrl}/v1/logs`,
			headers,
			timeoutMillis: TIMEOUT_MS,
			concurrencyLimit: 1_000,
		});
		this.#provider = new LoggerProvider({
			resource: resourceFromAttributes({ "service.name": service }),
			processors: [
				{ onEmit: (record) => void this.#made.push(record), forceFlush: async () => {}, shutdown: async () => {} },
			],
		});
	}

	/** Records acknowledged so far. */
	get acknowledged(): number {
		return this.#acknowledged;
	}

	/** Sends `perSecond` for as long as `during` takes, then waits until the last record was acknowledged. */
	async send(perSecond: number, during: Promise<unknown>): Promise<Sent> {
		const done = during.then(
			() => true,
			() => true,
		);
		const every = (BATCH / perSecond) * 1_000;
		// By the clock, not by pauses: a pause that was too long is made up for.
		for (let due = Date.now(); ; due += every) {
			if (await Promise.race([done, sleep(Math.max(0, due - Date.now()), false)])) break;
			const sending = this.#untilAcknowledged(this.#batch()).finally(() => this.#pending.delete(sending));
			this.#pending.add(sending);
		}
		await during;
		await Promise.all(this.#pending);
		await this.#exporter.shutdown();
		return { records: this.#records, errors: Math.ceil(this.#records / EVERY), again: this.#again };
	}

	#batch(): ReadableLogRecord[] {
		const logger = this.#provider.getLogger("kill");
		for (let i = 0; i < BATCH; i++) {
			const n = this.#records++;
			if (n % EVERY === 0) logger.emit(failure(n, `${this.#run}-${n}`));
			else logger.emit({ severityNumber: SeverityNumber.INFO, severityText: "INFO", body: `record ${n}` });
		}
		return this.#made.splice(0);
	}

	async #untilAcknowledged(records: ReadableLogRecord[]): Promise<void> {
		for (let attempt = 1; !(await this.#export(records)); attempt++) {
			this.#again++;
			await sleep(Math.min(100 * attempt, 1_000));
		}
		this.#acknowledged += records.length;
	}

	/** True if the receiver said that it has them. */
	#export(records: ReadableLogRecord[]): Promise<boolean> {
		return new Promise((resolve) => this.#exporter.export(records, (result) => resolve(result.code === 0)));
	}
}

/** An error as an SDK exports one; every other has an id of its own, the others get theirs from what they say. */
function failure(n: number, uid: string): Parameters<ReturnType<LoggerProvider["getLogger"]>["emit"]>[0] {
	const group = (n / EVERY) % GROUPS;
	const stack = `Error: order ${n} is gone\n    at load${group} (/srv/app/orders${group}.js:10:5)\n    at main (/srv/app/main.js:3:1)`;
	return {
		severityNumber: SeverityNumber.ERROR,
		severityText: "ERROR",
		body: `record ${n}`,
		attributes: {
			"exception.type": "Error",
			"exception.message": `order ${n} is gone`,
			"exception.stacktrace": stack,
			...(n % (2 * EVERY) === 0 ? { "log.record.uid": uid } : {}),
		},
	};
}
