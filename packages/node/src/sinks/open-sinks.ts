/**
 * Opens the sinks that the configuration names beside OTLP. The code of each is loaded when it is wanted: nobody pays for one
 * that is not. One that cannot be opened is said, and the others stand.
 */
import { createRequire } from "node:module";
import path from "node:path";
import { isatty } from "node:tty";
import type { Redactor } from "@errata/catalog";
import type { Config } from "../config-keys.ts";
import { NODE_LIMITS } from "../limits.ts";
import { Warnings } from "../outage.ts";
import type { BatchOptions } from "../tail.ts";
import type { LineSinkOptions } from "./line-sink.ts";
import { fromLevel, type Sink, type SinkParts } from "./sink.ts";

export interface OpenSinksOptions extends Pick<SinkParts, "finish"> {
	readonly config: Config;
	readonly env: NodeJS.ProcessEnv;
	readonly redactor: Redactor;
	/** Of OTLP; others have theirs below it. */
	readonly spoolDir: string;
	/** Where the file is if nothing says it, "" for nowhere. */
	readonly logFile: string;
	readonly batch: BatchOptions;
	readonly spanBatch: BatchOptions;
	readonly say: (problem: string) => void;
}

export function openSinks(options: OpenSinksOptions): Sink[] {
	const { config } = options;
	const sinks: Sink[] = [];
	for (const name of new Set(config["sinks.use"])) {
		if (name === "otlp") continue;
		const warnings = new Warnings(options.say);
		const parts = {
			finish: options.finish,
			warn: (problem: string) => warnings.warn(`errata sink ${problem}`),
		};
		try {
			const sink = OPEN[name](options, parts);
			const level = config[`sinks.${name}.level`];
			sinks.push(withLevel(sink, level));
		} catch (error) {
			options.say(`errata cannot open the sink ${name}: ${(error as Error).message}`);
		}
	}
	return sinks;
}

function withLevel(sink: Sink, level: Parameters<typeof fromLevel>[0]): Sink {
	const errors = fromLevel(level, sink.errors);
	return { ...sink, errors, logs: sink.logs === sink.errors ? errors : fromLevel(level, sink.logs) };
}

const OPEN = {
	console({ config, env }: OpenSinksOptions, parts: SinkParts): Sink {
		const { ConsoleOutput } = load<typeof import("./console-output.ts")>("console-output");
		const fd = config["sinks.console.stream"] === "stdout" ? 1 : 2;
		const terminal = isatty(fd);
		const format = config["sinks.console.format"];
		const colour = terminal && (env.NO_COLOR ?? "") === "" && env.TERM !== "dumb";
		const line = lineOf(format === "auto" ? (terminal ? "pretty" : "json") : format, colour);
		return lineSink({ finish: parts.finish, line, output: new ConsoleOutput(fd, parts.warn), delayMs: 0 });
	},
	file({ config, logFile }: OpenSinksOptions, parts: SinkParts): Sink {
		const { RotatingFile } = load<typeof import("./rotating-file.ts")>("rotating-file");
		const file = config["sinks.file.path"] || logFile;
		if (file === "") throw new Error("there is no home directory: set ERRATA_SINK_FILE_PATH");
		const output = new RotatingFile({
			path: path.resolve(file),
			maxBytes: config["sinks.file.maxBytes"],
			maxAgeMs: config["sinks.file.maxAgeMs"],
			maxFiles: config["sinks.file.maxFiles"],
			gzip: config["sinks.file.gzip"],
			warn: parts.warn,
		});
		const line = lineOf(config["sinks.file.format"], false);
		return lineSink({ finish: parts.finish, line, output, delayMs: NODE_LIMITS.errorDelayMs });
	},
	clickhouse(options: OpenSinksOptions, parts: SinkParts): Sink {
		const { clickHouseSink } = load<typeof import("./clickhouse.ts")>("clickhouse");
		return clickHouseSink({ ...options, ...parts });
	},
};

function lineOf(format: "pretty" | "json" | "otlp", colour: boolean): LineSinkOptions["line"] {
	if (format === "pretty") {
		const { prettyLine } = load<typeof import("./pretty.ts")>("pretty");
		return (record) => prettyLine(record, colour);
	}
	const { jsonLine, otlpLine } = load<typeof import("./json-line.ts")>("json-line");
	return format === "json" ? jsonLine : otlpLine;
}

function lineSink(options: LineSinkOptions): Sink {
	const { LineSink } = load<typeof import("./line-sink.ts")>("line-sink");
	const sink = new LineSink(options);
	return { logs: sink, errors: sink, keeper: sink };
}

/** Synchronous, because what `--import` loads must be. Sources and `dist` differ in the extension. */
function load<Module>(name: string): Module {
	return createRequire(import.meta.url)(`./${name}${path.extname(import.meta.url)}`) as Module;
}
