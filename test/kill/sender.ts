/**
 * A service that logs at a steady rate through the SDK's own OTLP exporters (protobuf, their retries), keeps each batch
 * until it was acknowledged, and knows what was. Every record says its number. With each batch goes a span that failed, and
 * only its event tells of it.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { SeverityNumber } from "@opentelemetry/api";
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { LoggerProvider, type ReadableLogRecord } from "@opentelemetry/sdk-logs";
import { type ReadableSpan, TracerProvider } from "@opentelemetry/sdk-trace";

/** Records of one request, and every which of them is an error. */
const BATCH = 50;
const EVERY = 5;
/** What the errors of the logs are about: so many groups. */
const LOG_GROUPS = 4;
/** With that of the spans. */
export const GROUPS = LOG_GROUPS + 1;
/** Milliseconds one request may take with the exporter's own retries, before it is sent again from here. */
const TIMEOUT_MS = 4_000;

export interface Sent {
	/** Log records. */
	readonly records: number;
	readonly spans: number;
	/** Told by records and by spans. */
	readonly errors: number;
	/** Requests that had to be sent again because nobody acknowledged them. */
	readonly again: number;
}

export class Sender {
	readonly #logs: OTLPLogExporter;
	readonly #traces: OTLPTraceExporter;
	readonly #logger: LoggerProvider;
	readonly #tracer: TracerProvider;
	readonly #records: ReadableLogRecord[] = [];
	readonly #spans: ReadableSpan[] = [];
	/** Of this run alone: an id of its own is one that nobody else has. */
	readonly #run = randomUUID();
	readonly #pending = new Set<Promise<void>>();
	#made = { records: 0, spans: 0 };
	#acknowledged = 0;
	#again = 0;

	constructor(otlpUrl: string, service: string, headers: Readonly<Record<string, string>> = {}) {
		const options = { headers, timeoutMillis: TIMEOUT_MS, concurrencyLimit: 1_000 };
		this.#logs = new OTLPLogExporter({ ...options, url: `${otlpUrl}/v1/logs` });
		this.#traces = new OTLPTraceExporter({ ...options, url: `${otlpUrl}/v1/traces` });
		const resource = resourceFromAttributes({ "service.name": service });
		const rest = { forceFlush: async () => {}, shutdown: async () => {} };
		this.#logger = new LoggerProvider({
			resource,
			processors: [{ ...rest, onEmit: (record) => void this.#records.push(record) }],
		});
		this.#tracer = new TracerProvider({
			resource,
			spanProcessors: [{ ...rest, onStart: () => {}, onEnd: (span) => void this.#spans.push(span) }],
		});
	}

	/** Records and spans acknowledged so far. */
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
			this.#send(this.#nextRecords(), this.#logs);
			this.#send(this.#nextSpan(), this.#traces);
		}
		await during;
		await Promise.all(this.#pending);
		await Promise.all([this.#logs.shutdown(), this.#traces.shutdown()]);
		const { records, spans } = this.#made;
		return { records, spans, errors: Math.ceil(records / EVERY) + spans, again: this.#again };
	}

	#nextRecords(): ReadableLogRecord[] {
		const logger = this.#logger.getLogger("kill");
		for (let i = 0; i < BATCH; i++) {
			const n = this.#made.records++;
			if (n % EVERY === 0) logger.emit(failure(n, `${this.#run}-${n}`));
			else logger.emit({ severityNumber: SeverityNumber.INFO, severityText: "INFO", body: `record ${n}` });
		}
		return this.#records.splice(0);
	}

	#nextSpan(): ReadableSpan[] {
		const n = this.#made.spans++;
		const span = this.#tracer.getTracer("kill").startSpan(`span ${n}`);
		const stack = `TypeError: basket ${n} is empty\n    at pay (/srv/app/pay.js:7:3)`;
		span.addEvent("exception", {
			"exception.type": "TypeError",
			"exception.message": `basket ${n} is empty`,
			"exception.stacktrace": stack,
		});
		span.end();
		return this.#spans.splice(0);
	}

	#send<T>(items: T[], by: Exporter<T>): void {
		const sending = this.#untilAcknowledged(items, by).finally(() => this.#pending.delete(sending));
		this.#pending.add(sending);
	}

	async #untilAcknowledged<T>(items: T[], by: Exporter<T>): Promise<void> {
		// True if the receiver said that it has them.
		const sent = (): Promise<boolean> =>
			new Promise((resolve) => by.export(items, (result) => resolve(result.code === 0)));
		for (let attempt = 1; !(await sent()); attempt++) {
			this.#again++;
			await sleep(Math.min(100 * attempt, 1_000));
		}
		this.#acknowledged += items.length;
	}
}

interface Exporter<T> {
	export(items: T[], done: (result: { readonly code: number }) => void): void;
}

/** An error as an SDK exports one; every other has an id of its own, the others get theirs from what they say. */
function failure(n: number, uid: string): Parameters<ReturnType<LoggerProvider["getLogger"]>["emit"]>[0] {
	const group = (n / EVERY) % LOG_GROUPS;
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
