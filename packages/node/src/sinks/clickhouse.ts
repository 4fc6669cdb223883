/**
 * Records and spans straight into ClickHouse, without a Collector between: errors in small batches with a spool of their own,
 * plain records and spans in large ones. On sockets that never hold the process. The tables are the store's: nothing is created here.
 */
import path from "node:path";
import type { Redactor } from "@errata/catalog";
import { context } from "@opentelemetry/api";
import { type ExportResult, ExportResultCode, suppressTracing } from "@opentelemetry/core";
import { BatchLogRecordProcessor, type ReadableLogRecord } from "@opentelemetry/sdk-logs";
import { BatchSpanProcessor, type ReadableSpan } from "@opentelemetry/sdk-trace";
import type { Config } from "../config-keys.ts";
import { ErrorBatchProcessor } from "../error-batch.ts";
import { isAccepted, isRetryable, type PostAnswer, post } from "../post.ts";
import { replayer } from "../replayer.ts";
import { Spool } from "../spool.ts";
import type { BatchOptions } from "../tail.ts";
import { detached, ExportFailure } from "../transport.ts";
import { attempt } from "../values.ts";
import { type Row, Rows, rowText } from "./clickhouse-row.ts";
import type { Sink, SinkParts } from "./sink.ts";

/** Milliseconds one insert may take. */
const INSERT_MS = 10_000;
/** Attempts at a batch of plain records, and milliseconds between them; errors have their spool. */
const ATTEMPTS = 4;
const WAIT_MS = 1_000;

export interface ClickHouseParts extends SinkParts {
	readonly config: Config;
	readonly redactor: Redactor;
	/** Directory of the spool, "" for none; what waits for ClickHouse lies in a directory below. */
	readonly spoolDir: string;
	readonly batch: BatchOptions;
	readonly spanBatch: BatchOptions;
}

export function clickHouseSink(parts: ClickHouseParts): Sink {
	const { config, finish, warn } = parts;
	const rows = new Rows(parts.redactor, config["clickhouse.tenant"]);
	const logs = { target: targetOf(config, "otel_logs"), row: (record: ReadableLogRecord) => rows.log(record), warn };
	const spans = { target: targetOf(config, "otel_traces"), row: (span: ReadableSpan) => rows.span(span), warn };
	const dir = parts.spoolDir === "" ? "" : path.join(parts.spoolDir, "clickhouse");
	const spool = new Spool(dir, config["spool.maxBytes"]);
	const replay = replayer(spool, () => logs.target);
	const errors = new ErrorBatchProcessor({
		exporter: new ClickHouseExporter({ ...logs, retry: false }),
		spool,
		batch: config["export.errorBatch"],
		serialize: (batch) => rowsOf(batch, logs.row),
		finish,
		replay,
		onTrouble: (line) => warn(`clickhouse: ${line}`),
	});
	void replay?.();
	const [records, ended] = [
		new ClickHouseExporter({ ...logs, retry: true }),
		new ClickHouseExporter({ ...spans, retry: true }),
	];
	return {
		logs: new BatchLogRecordProcessor({
			exporter: detached<ReadableLogRecord, typeof records>(records),
			...parts.batch,
		}),
		errors,
		keeper: errors,
		spans: new BatchSpanProcessor({ exporter: detached<ReadableSpan, typeof ended>(ended), ...parts.spanBatch }),
	};
}

interface Target {
	readonly url: string;
	readonly headers: Readonly<Record<string, string>>;
}

/** The insert waits until its rows are stored: what is answered with 200 need not be kept. */
function targetOf(config: Config, table: string): Target {
	const url = new URL(config["clickhouse.url"]);
	const settings = {
		database: config["clickhouse.database"],
		query: `INSERT INTO ${table} FORMAT JSONEachRow`,
		// Many processes send small batches: ClickHouse gathers them.
		async_insert: "1",
		wait_for_async_insert: "1",
		// A table of an older exporter lacks columns.
		input_format_skip_unknown_fields: "1",
	};
	for (const [name, value] of Object.entries(settings)) url.searchParams.set(name, value);
	const headers: Record<string, string> = {};
	const user = config["clickhouse.username"] || decodeURIComponent(url.username);
	if (user !== "") headers["x-clickhouse-user"] = user;
	const password = config["clickhouse.password"] || decodeURIComponent(url.password);
	if (password !== "") headers["x-clickhouse-key"] = password;
	url.username = "";
	url.password = "";
	return { url: url.href, headers };
}

function rowsOf<T>(batch: readonly T[], row: (item: T) => Row): Uint8Array {
	// A body is whatever the application gave: one that cannot be read takes no other record with it.
	return Buffer.from(batch.map((item) => attempt(() => `${rowText(row(item))}\n`, "")).join(""));
}

interface ExporterOptions<T> {
	readonly target: Target;
	readonly row: (item: T) => Row;
	readonly warn: (problem: string) => void;
	readonly retry: boolean;
}

class ClickHouseExporter<T> {
	readonly #options: ExporterOptions<T>;
	readonly #closed = new AbortController();
	readonly #running = new Set<Promise<void>>();

	constructor(options: ExporterOptions<T>) {
		this.#options = options;
	}

	export(items: T[], done: (result: ExportResult) => void): void {
		const running = this.#insert(items).then(
			() => done({ code: ExportResultCode.SUCCESS }),
			(error: Error) => {
				this.#options.warn(`clickhouse: ${error.message}`);
				done({ code: ExportResultCode.FAILED, error });
			},
		);
		this.#running.add(running);
		running.finally(() => this.#running.delete(running));
	}

	async forceFlush(): Promise<void> {
		await Promise.all(this.#running);
	}

	async shutdown(): Promise<void> {
		await this.forceFlush();
		this.#closed.abort();
	}

	async #insert(items: readonly T[]): Promise<void> {
		const { row, retry } = this.#options;
		const body = rowsOf(items, row);
		for (let attempt = 1; ; attempt++) {
			const failure = await this.#attempt(body);
			if (failure === undefined) return;
			if (!retry || !passes(failure) || attempt === ATTEMPTS) throw failure;
			await new Promise<void>((resolve) => setTimeout(resolve, WAIT_MS * attempt).unref());
		}
	}

	/** Why ClickHouse did not take it, `undefined` if it did. */
	async #attempt(body: Uint8Array): Promise<Error | undefined> {
		try {
			const { target } = this.#options;
			const answer = await context.with(suppressTracing(context.active()), () =>
				post({ ...target, body, timeoutMs: INSERT_MS, signal: this.#closed.signal }),
			);
			return isAccepted(answer) ? undefined : failureOf(answer);
		} catch (error) {
			return new Error(`no answer (${(error as NodeJS.ErrnoException).code ?? "failed"})`);
		}
	}
}

/** What an operator can do about the exceptions that a set-up makes; ClickHouse's own words stay out of records. */
const REMEDIES: Readonly<Record<string, string>> = {
	"60": "otel_logs or otel_traces is not there: run `errata migrate`",
	"81": "there is no such database: check clickhouse.database, then run `errata migrate`",
	"164": "the user may only read: check clickhouse.username",
	"193": "user or password is wrong: check clickhouse.username and clickhouse.password",
	"194": "user or password is wrong: check clickhouse.username and clickhouse.password",
	"497": "the user may not insert: GRANT INSERT on otel_logs and otel_traces",
	"516": "user or password is wrong: check clickhouse.username and clickhouse.password",
};

/** What was not taken, with the status and the wait that the errors' batches go by. */
function failureOf(answer: PostAnswer): ExportFailure {
	const failure = new ExportFailure(answer);
	const code = /^Code: (\d{1,5})\./.exec(answer.body.toString("latin1", 0, 20))?.[1] ?? "";
	const remedy = REMEDIES[code];
	failure.message = `answered ${answer.status}${code === "" ? "" : `, exception ${code}`}${remedy === undefined ? "" : `: ${remedy}`}`;
	return failure;
}

/** True if the same insert may be taken later. */
function passes(failure: Error): boolean {
	return !(failure instanceof ExportFailure) || isRetryable(failure.status);
}
