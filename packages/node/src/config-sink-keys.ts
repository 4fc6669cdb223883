/**
 * Keys of where records go and which of them: sinks and sampling. Part of the one table (`config-keys.ts`), in a file of its
 * own for its size.
 */
import type { ConfigKey } from "./config-keys.ts";

const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;

export const SINK_KEYS = {
	"sinks.use": {
		env: "ERRATA_SINKS",
		type: "list",
		values: ["otlp", "console", "file", "clickhouse"],
		default: ["otlp"],
		doc: "Where records go, several at once. `otlp` is what `OTEL_LOGS_EXPORTER` and `OTEL_EXPORTER_OTLP_*` say; without it nothing goes there. Spans go to `otlp` and `clickhouse`; `OTEL_TRACES_EXPORTER`, where it is set, decides about OTLP, and `none` about both.",
	},
	"sinks.otlp.level": {
		env: "ERRATA_SINK_OTLP_LEVEL",
		type: "enum",
		values: LEVELS,
		default: "trace",
		doc: "Least severity that goes out by OTLP: everything, what is too much is a matter of `sampling`.",
	},
	"sinks.console.level": {
		env: "ERRATA_SINK_CONSOLE_LEVEL",
		type: "enum",
		values: LEVELS,
		default: "info",
		doc: "Least severity that is printed.",
	},
	"sinks.console.format": {
		env: "ERRATA_SINK_CONSOLE_FORMAT",
		type: "enum",
		values: ["auto", "pretty", "json", "otlp"],
		default: "auto",
		doc: "`pretty` for people, `json` one flat object a line, `otlp` a line as OpenTelemetry's file format has it, which the Collector reads. `auto`: pretty on a terminal, else json.",
	},
	"sinks.console.stream": {
		env: "ERRATA_SINK_CONSOLE_STREAM",
		type: "enum",
		values: ["stderr", "stdout"],
		default: "stderr",
		doc: "Where it is printed. stderr, because what a program writes to stdout is often its result.",
	},
	"sinks.file.level": {
		env: "ERRATA_SINK_FILE_LEVEL",
		type: "enum",
		values: LEVELS,
		default: "info",
		doc: "Least severity that is written to the file.",
	},
	"sinks.file.path": {
		env: "ERRATA_SINK_FILE_PATH",
		type: "path",
		default: "",
		trusted: true,
		doc: "The file; several processes may write to one. Default: `$XDG_STATE_HOME/errata/log/<service>.ndjson`. Files that are full stand beside it, with time and process in their names.",
	},
	"sinks.file.format": {
		env: "ERRATA_SINK_FILE_FORMAT",
		type: "enum",
		values: ["json", "otlp"],
		default: "json",
		doc: "`json`: one flat object a line. `otlp`: a line as OpenTelemetry's file format has it, which loses nothing and which the Collector's `otlpjsonfile` receiver reads.",
	},
	"sinks.file.maxBytes": {
		env: "ERRATA_SINK_FILE_MAX_BYTES",
		type: "int",
		min: 4_096,
		max: 1_099_511_627_776,
		unit: "bytes",
		default: 10_485_760,
		doc: "Size at which a new file is begun. 10 MiB open in any editor and hold some 10,000 lines.",
	},
	"sinks.file.maxAgeMs": {
		env: "ERRATA_SINK_FILE_MAX_AGE_MS",
		type: "int",
		min: 0,
		max: 31_622_400_000,
		unit: "ms",
		default: 86_400_000,
		doc: "Age at which a new file is begun, measured from its first line; 0: whatever its age. A day is what people look for.",
	},
	"sinks.file.maxFiles": {
		env: "ERRATA_SINK_FILE_MAX_FILES",
		type: "int",
		min: 0,
		max: 10_000,
		unit: "items",
		default: 7,
		doc: "Full files that are kept, the oldest go first. Seven and the one in use take at most 80 MiB.",
	},
	"sinks.file.gzip": {
		env: "ERRATA_SINK_FILE_GZIP",
		type: "boolean",
		default: true,
		doc: "Compress full files, all but the latest: another process may still have a line for that.",
	},
	"sinks.clickhouse.level": {
		env: "ERRATA_SINK_CLICKHOUSE_LEVEL",
		type: "enum",
		values: LEVELS,
		default: "trace",
		doc: "Least severity that goes into `otel_logs` of `clickhouse.url`, without a Collector between. Spans go into `otel_traces`.",
	},
	"sampling.error": {
		env: "ERRATA_SAMPLING_ERROR",
		type: "number",
		min: 0,
		max: 1,
		default: 1,
		doc: "Share of errors that is kept: every record with an exception or of severity error and above. All of them, unless you say otherwise; a crash is always kept. What is counted is divided by the share.",
	},
	"sampling.warn": {
		env: "ERRATA_SAMPLING_WARN",
		type: "number",
		min: 0,
		max: 1,
		default: 1,
		doc: "Share of warnings without an exception that is kept.",
	},
	"sampling.info": {
		env: "ERRATA_SAMPLING_INFO",
		type: "number",
		min: 0,
		max: 1,
		default: 1,
		doc: "Share of info records that is kept, those without a severity too. All records of a trace are kept or none, and what is not kept leaves after all, in order, when its trace fails soon after.",
	},
	"sampling.debug": {
		env: "ERRATA_SAMPLING_DEBUG",
		type: "number",
		min: 0,
		max: 1,
		default: 1,
		doc: "Share of debug and trace records that is kept, as with info.",
	},
} as const satisfies Record<string, ConfigKey>;
