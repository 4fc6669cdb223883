/**
 * For people who own their SDK set-up: `ErrataLogRecordProcessor` around the processor they have, `watchErrors` for the
 * channels. `register` does not use this; it has sinks of its own that know what was delivered.
 */
import type { Catalog } from "@errata/catalog";
import type { Context } from "@opentelemetry/api";
import type { LogRecordProcessor, ReadWriteLogRecord } from "@opentelemetry/sdk-logs";
import { clientSeverity } from "./channels/frameworks.ts";
import { ErrorSpanProcessor } from "./channels/spans.ts";
import { type Config, type LoadedConfig, loadConfig } from "./config.ts";
import type { Enricher } from "./describer.ts";
import { openChannels, patchedLibraries } from "./open-channels.ts";
import { LogsSerializer } from "./otlp-logs.ts";
import { ErrorProcessor } from "./processor.ts";
import { createRuntime, type Runtime } from "./runtime.ts";
import { Spool } from "./spool.ts";

export interface ErrataLogRecordProcessorOptions {
	/** Where records go, described or not: a BatchLogRecordProcessor, as a rule. */
	readonly downstream: LogRecordProcessor;
	/** Default: `loadConfig` over the environment and the working directory. */
	readonly config?: Config;
	/** Default: the built-in catalog. */
	readonly catalog?: Catalog;
	readonly enrichers?: readonly Enricher[];
}

export class ErrataLogRecordProcessor implements LogRecordProcessor {
	/** What was wrong with the configuration, when it was read here. */
	readonly problems: LoadedConfig["problems"];
	/** Give it to the tracer provider, before the exporting ones: exceptions on spans, finished spans as crumbs. */
	readonly spanProcessor: ErrorSpanProcessor;
	readonly #runtime: Runtime;
	readonly #processor: ErrorProcessor;
	#last: ReadWriteLogRecord | undefined;

	constructor(options: ErrataLogRecordProcessorOptions) {
		const loaded = options.config === undefined ? loadConfig({ env: process.env, cwd: process.cwd() }) : undefined;
		const config = options.config ?? (loaded as LoadedConfig).config;
		this.problems = loaded?.problems ?? [];
		this.#runtime = createRuntime({
			config,
			env: process.env,
			cwd: process.cwd(),
			...(options.catalog === undefined ? {} : { catalog: options.catalog }),
			...(options.enrichers === undefined ? {} : { enrichers: options.enrichers }),
		});
		this.spanProcessor = new ErrorSpanProcessor({
			...this.#runtime,
			exceptions: config["capture.spans"],
			clientErrors: clientSeverity(config),
		});
		this.#processor = new ErrorProcessor({
			...this.#runtime,
			logs: [options.downstream],
			errors: [this.#finishing(options.downstream)],
			perSecond: this.#runtime.config["rate.perSecond"],
		});
	}

	onEmit(record: ReadWriteLogRecord, context?: Context): void {
		this.#processor.onEmit(record, context);
	}

	enabled(options: Parameters<NonNullable<LogRecordProcessor["enabled"]>>[0]): boolean {
		return this.#processor.enabled(options);
	}

	forceFlush(options?: { timeoutMillis?: number }): Promise<void> {
		this.#runtime.held.settleAll();
		return this.#processor.forceFlush(options);
	}

	shutdown(): Promise<void> {
		this.#runtime.held.settleAll();
		return this.#processor.shutdown();
	}

	/**
	 * Opens the channels the configuration asks for: uncaught errors, console, pino, Fastify. A crash writes its record
	 * to `spoolDir` ("": nowhere), from where `replaySpool` sends it.
	 */
	watchErrors(spoolDir = this.#runtime.config["spool.dir"]): void {
		patchedLibraries(this.#runtime);
		const spool = new Spool(spoolDir, this.#runtime.config["spool.maxBytes"]);
		openChannels(this.#runtime, () => {
			const record = this.#last;
			if (record === undefined) return;
			this.#runtime.describer.finish(record);
			const bytes = LogsSerializer.serializeRequest([record]);
			if (bytes !== undefined) spool.append({ records: 1, bytes }, true);
		});
	}

	/** The downstream holds the record until it is sent, so source lines may come a little later. */
	#finishing(downstream: LogRecordProcessor): LogRecordProcessor {
		return {
			onEmit: (record, context) => {
				this.#last = record;
				downstream.onEmit(record, context);
				setImmediate(() => this.#runtime.describer.finish(record)).unref();
			},
			enabled: (options) => downstream.enabled?.(options) ?? true,
			// Flushed and shut down once, as the sink of plain records.
			forceFlush: async () => {},
			shutdown: async () => {},
		};
	}
}
