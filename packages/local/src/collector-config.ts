/**
 * The configuration of the Collector beside the engine: OTLP in on loopback, errata's processor and connector, the stock
 * clickhouseexporter out to the shield. Data only; nothing is started here.
 */
import type { RedactionOptions } from "@errata/catalog";

export interface CollectorConfigInput {
	readonly grpcPort: number;
	readonly httpPort: number;
	/** Of the shield. */
	readonly clickhouseUrl: string;
	/** Where the queue lies that outlives the process. */
	readonly queueDir: string;
	/** Absolute paths of catalogs; the first beats the second. */
	readonly catalogs: readonly string[];
	readonly redaction?: RedactionOptions | undefined;
}

/** As YAML, of which JSON is a part. */
export function collectorConfig(input: CollectorConfigInput): string {
	return `${JSON.stringify(configOf(input), escaped, 2)}\n`;
}

/** The Collector reads `$` as the beginning of a variable. */
function escaped(_key: string, value: unknown): unknown {
	return typeof value === "string" ? value.replaceAll("$", "$$$$") : value;
}

function configOf(input: CollectorConfigInput): object {
	const errata = { catalogs: input.catalogs, ...redactionOf(input.redaction) };
	return {
		extensions: { file_storage: { directory: input.queueDir, create_directory: true } },
		receivers: {
			otlp: {
				protocols: {
					grpc: { endpoint: `127.0.0.1:${input.grpcPort}`, max_recv_msg_size_mib: 20 },
					http: { endpoint: `127.0.0.1:${input.httpPort}` },
				},
			},
		},
		processors: {
			// A guest beside the engine and whatever is being developed.
			memory_limiter: { check_interval: "1s", limit_mib: 512, spike_limit_mib: 128 },
			// Any program of this machine reaches the ports. What `errata run` starts is trusted, and sends to local's own receiver.
			errata: { ...errata, trust_incoming: false },
		},
		connectors: { errata: { ...errata, trust_incoming: false } },
		exporters: { clickhouse: exporter(input.clickhouseUrl) },
		service: {
			extensions: ["file_storage"],
			pipelines: {
				logs: { receivers: ["otlp"], processors: ["memory_limiter", "errata"], exporters: ["clickhouse"] },
				traces: { receivers: ["otlp"], processors: ["memory_limiter", "errata"], exporters: ["clickhouse", "errata"] },
				"logs/exceptions": { receivers: ["errata"], exporters: ["clickhouse"] },
			},
			// Its metrics would need a port of their own.
			telemetry: { metrics: { level: "none" } },
		},
	};
}

function exporter(endpoint: string): object {
	return {
		endpoint,
		// The tables are errata's migrations; a plain insert that is sent twice is recognised.
		create_schema: false,
		async_insert: false,
		timeout: "30s",
		// For ever: the engine comes back, and the queue is on disk.
		retry_on_failure: { initial_interval: "200ms", max_interval: "5s", max_elapsed_time: 0 },
		sending_queue: {
			storage: "file_storage",
			sizer: "bytes",
			queue_size: 536_870_912,
			num_consumers: 2,
			// Who waits at a terminal sees an error within a blink; bursts still become large inserts.
			batch: { flush_timeout: "200ms", sizer: "bytes", min_size: 5_000_000, max_size: 20_000_000 },
		},
	};
}

function redactionOf(options: RedactionOptions | undefined): object {
	if (options === undefined) return {};
	const { mode, pseudonymKey, deny, allow } = options;
	const key = pseudonymKey instanceof Uint8Array ? Buffer.from(pseudonymKey).toString("utf8") : pseudonymKey;
	const given = { mode, pseudonym_key: key, deny, allow };
	return { redaction: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
}
