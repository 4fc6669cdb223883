/**
 * Records straight into ClickHouse, without a Collector between: errors in small batches with a spool of their own, plain
 * records in large ones. On sockets that never hold the process. The table is the store's: nothing is created here.
 */
import path from "node:path";
import { context } from "@opentelemetry/api";
import { type ExportResult, ExportResultCode, suppressTracing } from "@opentelemetry/core";
import { BatchLogRecordProcessor, type LogRecordExporter, type ReadableLogRecord } from "@opentelemetry/sdk-logs";
import type { Config } from "../config-keys.ts";
import { ErrorBatchProcessor } from "../error-batch.ts";
import { isRetryable, type PostAnswer, post } from "../post.ts";
import { replayer } from "../replayer.ts";
import { Spool } from "../spool.ts";
import type { BatchOptions } from "../tail.ts";
import { detached } from "../transport.ts";
import { attempt } from "../values.ts";
import { type RowMaker, rowMaker, rowText } from "./clickhouse-row.ts";
import type { Sink, SinkParts } from "./sink.ts";

/** Milliseconds one insert may take. */
const INSERT_MS = 10_000;
/** Attempts at a batch of plain records, and milliseconds between them; errors have their spool. */
const ATTEMPTS = 4;
const WAIT_MS = 1_000;

export interface ClickHouseParts extends SinkParts {
	readonly config: Config;
	readonly redactor: Parameters<typeof rowMaker>[0];
	/** Directory of the spool, "" for none; what waits for ClickHouse lies in a directory below. */
	readonly spoolDir: string;
	readonly batch: BatchOptions;
}

export function clickHouseSink(parts: ClickHouseParts): Sink {
	const { config, finish, warn } = parts;
	const target = targetOf(config);
	const row = rowMaker(parts.redactor, config["clickhouse.tenant"]);
	const dir = parts.spoolDir === "" ? "" : path.join(parts.spoolDir, "clickhouse");
	const spool = new Spool(dir, config["spool.maxBytes"]);
	const replay = replayer(spool, () => target);
	const errors = new ErrorBatchProcessor({
		exporter: new ClickHouseExporter({ target, row, warn, retry: false }),
		spool,
		batch: config["export.errorBatch"],
		serialize: (batch) => rowsOf(batch, row),
		finish,
		replay,
		onTrouble: (line) => warn(`clickhouse: ${line}`),
	});
	const exporter = detached(new ClickHouseExporter({ target, row, warn, retry: true }));
	void replay?.();
	return { logs: new BatchLogRecordProcessor({ exporter, ...parts.batch }), errors, keeper: errors };
}

interface Target {
	readonly url: string;
	readonly headers: Readonly<Record<string, string>>;
}

/** The insert waits until its rows are stored: what is answered with 200 need not be kept. */
function targetOf(config: Config): Target {
	const url = new URL(config["clickhouse.url"]);
	const settings = {
		database: config["clickhouse.database"],
		query: "INSERT INTO otel_logs FORMAT JSONEachRow",
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

function rowsOf(batch: readonly ReadableLogRecord[], row: RowMaker): Uint8Array {
	// A body is whatever the application gave: one that cannot be read takes no other record with it.
	return Buffer.from(batch.map((record) => attempt(() => `${rowText(row(record))}\n`, "")).join(""));
}

interface ExporterOptions {
	readonly target: Target;
	readonly row: RowMaker;
	readonly warn: (problem: string) => void;
	readonly retry: boolean;
}

class ClickHouseExporter implements LogRecordExporter {
	readonly #options: ExporterOptions;
	readonly #closed = new AbortController();
	readonly #running = new Set<Promise<void>>();

	constructor(options: ExporterOptions) {
		this.#options = options;
	}

	export(records: ReadableLogRecord[], done: (result: ExportResult) => void): void {
		const running = this.#insert(records).then(
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

	async #insert(records: readonly ReadableLogRecord[]): Promise<void> {
		const { target, row, retry } = this.#options;
		const body = rowsOf(records, row);
		for (let attempt = 1; ; attempt++) {
			let problem: Problem;
			try {
				const answer = await context.with(suppressTracing(context.active()), () =>
					post({ ...target, body, timeoutMs: INSERT_MS, signal: this.#closed.signal }),
				);
				if (answer.status === 200) return;
				problem = problemOf(answer);
			} catch (error) {
				problem = { text: `no answer (${(error as NodeJS.ErrnoException).code ?? "failed"})`, passes: true };
			}
			if (!retry || !problem.passes || attempt === ATTEMPTS) throw new Error(problem.text);
			await new Promise<void>((resolve) => setTimeout(resolve, WAIT_MS * attempt).unref());
		}
	}
}

interface Problem {
	readonly text: string;
	/** True if the same insert may be taken later. */
	readonly passes: boolean;
}

/** What an operator can do about the exceptions that a set-up makes; ClickHouse's own words stay out of records. */
const REMEDIES: Readonly<Record<string, string>> = {
	"60": "there is no otel_logs: run `errata migrate`",
	"81": "there is no such database: check clickhouse.database, then run `errata migrate`",
	"164": "the user may only read: check clickhouse.username",
	"193": "user or password is wrong: check clickhouse.username and clickhouse.password",
	"194": "user or password is wrong: check clickhouse.username and clickhouse.password",
	"497": "the user may not insert into otel_logs: GRANT INSERT ON otel_logs",
	"516": "user or password is wrong: check clickhouse.username and clickhouse.password",
};

function problemOf(answer: PostAnswer): Problem {
	const code = /^Code: (\d{1,5})\./.exec(answer.body.toString("latin1", 0, 20))?.[1] ?? "";
	const remedy = REMEDIES[code];
	const what = `answered ${answer.status}${code === "" ? "" : `, exception ${code}`}`;
	return { text: remedy === undefined ? what : `${what}: ${remedy}`, passes: isRetryable(answer.status) };
}
