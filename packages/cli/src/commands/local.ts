/** `errata local`: a store and an OTLP receiver on this machine, until Ctrl-C. */
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ErrataError, loadCatalog } from "@errata/catalog";
import { safeLine } from "@errata/server/text";
import { type Command, Option } from "commander";
import { examples, type Host, integerArgument } from "../command-line.ts";
import type { Context } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { LIMITS } from "../limits.ts";
import { dataDirOf, needLocalPackage } from "../local-package.ts";
import { duration } from "../terminal/human.ts";

interface LocalFlags {
	readonly port?: number;
	readonly otlpPort?: number;
	readonly catalog?: readonly string[];
	readonly collector?: boolean;
	readonly otlpGrpcPort?: number;
}

export function localCommand(host: Host): Command {
	const command = host.command("local");
	return command
		.description("Keep a ClickHouse store and an OTLP receiver running on this machine.")
		.addOption(portOption("--port <port>", "ClickHouse HTTP, 0 for any free one", 8123))
		.addOption(portOption("--otlp-port <port>", "OTLP/HTTP, 0 for any free one", 4318))
		.option("--catalog <file...>", "catalogs of your own, the first beats the second")
		.option(
			"--collector",
			"run errata-collector in front of it: OTLP over gRPC too, errors of every language described",
		)
		.addOption(portOption("--otlp-grpc-port <port>", "OTLP/gRPC of the Collector, 0 for any free one", 4317))
		.addHelpText(
			"after",
			examples([
				["errata local", "ClickHouse on 8123, OTLP/HTTP on 4318"],
				["errata local --data ./errors --otlp-port 0", "a store of its own, any free port for OTLP"],
				["errata local --collector", "through the Collector, with OTLP/gRPC on 4317"],
			]),
		)
		.action((flags: LocalFlags) => host.run(command, (context) => local(context, flags)));
}

function portOption(flags: string, description: string, preset: number): Option {
	return new Option(flags, description).argParser(integerArgument(0, 65_535)).default(undefined, String(preset));
}

async function local(context: Context, flags: LocalFlags): Promise<ExitCode> {
	const config = context.config({
		...(flags.port === undefined ? {} : { "local.port": flags.port }),
		...(flags.otlpPort === undefined ? {} : { "local.otlpPort": flags.otlpPort }),
	});
	const signals = stopSignals();
	const pkg = await needLocalPackage("start errata local");
	const started = context.now();
	const running = await pkg.startLocal({
		dataDir: dataDirOf(pkg, config, context.env),
		port: config["local.port"],
		otlpPort: config["local.otlpPort"],
		catalog: await catalogOf(context, flags, config.catalog),
		collector: collectorOf(context, flags, config.catalog),
		log: (line) => context.err.line(safeLine(line)),
	});
	announce(context, running, context.now() - started);
	const ended = await Promise.race([signals.first, running.closed.then((error) => ({ error }))]);
	if (typeof ended === "object") {
		signals.release();
		if (ended.error !== undefined) throw ended.error;
		return EXIT.ok;
	}
	context.err.line(`${ended}: writing what has arrived, then stopping; once more stops at once.`);
	const stopped = running.stop().then(() => EXIT.ok);
	const late = sleep(LIMITS.drainMs, EXIT.failure, { ref: false });
	const code = await Promise.race([stopped, late, signals.second.then(() => EXIT.failure)]);
	signals.release();
	if (code === EXIT.ok) context.err.line("Stopped; the data is kept.");
	else context.err.line("Stopped before everything was written; what was acknowledged is kept.");
	return code;
}

async function catalogOf(context: Context, flags: LocalFlags, configured: readonly string[]) {
	const given = flags.catalog ?? [];
	return given.length === 0 ? context.catalog() : loadCatalog([...given, ...configured]);
}

/** The Collector reads the same catalogs, from their files. */
function collectorOf(context: Context, flags: LocalFlags, configured: readonly string[]) {
	if (flags.collector === true) {
		const catalogs = [...(flags.catalog ?? []), ...configured].map((file) => path.resolve(context.cwd, file));
		return { catalogs, grpcPort: flags.otlpGrpcPort };
	}
	if (flags.otlpGrpcPort === undefined) return undefined;
	throw new ErrataError({
		operation: "listen on",
		subject: `port ${flags.otlpGrpcPort} (OTLP/gRPC)`,
		cause: "only the Collector speaks gRPC",
		remedy: "Add --collector, or leave --otlp-grpc-port out and send OTLP over HTTP to --otlp-port",
		code: "USAGE",
		exitCode: EXIT.usage,
	});
}

interface Running {
	readonly clickhouseUrl: string;
	readonly otlpUrl: string;
	readonly dataDir: string;
	readonly pid: number;
	readonly collector:
		| { readonly otlpUrl: string; readonly grpcUrl: string; readonly logFile: string; pid(): number | undefined }
		| undefined;
}

function announce(context: Context, running: Running, tookMs: number): void {
	const { clickhouseUrl, otlpUrl, dataDir, pid, collector } = running;
	if (context.json) {
		context.out.json({ clickhouseUrl, otlpUrl, dataDir, pid, ...collectorJson(collector) });
		return;
	}
	const { style } = context.out;
	const row = (label: string, text: string): string => `  ${style.dim(label.padEnd(12))}${text}`;
	context.out.lines([
		`${style.bold("errata local")} is ready ${style.dim(`(${duration(tookMs)})`)}`,
		row(
			"OTLP/HTTP",
			`${style.cyan(collector?.otlpUrl ?? otlpUrl)}  ${style.dim("logs and traces, http/protobuf or JSON")}`,
		),
		...(collector === undefined ? [] : [row("OTLP/gRPC", style.cyan(collector.grpcUrl))]),
		row("ClickHouse", `${style.cyan(clickhouseUrl)}  ${style.dim("tables errata_errors, otel_logs, otel_traces")}`),
		row("data", safeLine(dataDir)),
		...(collector === undefined
			? []
			: [row("Collector", `process ${collector.pid()}, log ${safeLine(collector.logFile)}`)]),
		"",
		"Try, in another terminal:",
		row("a program", "errata run -- node app.js"),
		row("what failed", "errata issues list"),
		row("as it fails", "errata tail --error-only"),
		row("in SQL", `curl '${clickhouseUrl}/?query=SELECT+Code,count()+FROM+errata_errors+GROUP+BY+Code'`),
		"",
		style.dim("Ctrl-C stops it; the data stays."),
	]);
}

function collectorJson(collector: Running["collector"]): object {
	if (collector === undefined) return {};
	const { otlpUrl, grpcUrl, logFile } = collector;
	return { collector: { otlpUrl, grpcUrl, logFile, pid: collector.pid() } };
}

/** The first and the second signal that asks to stop. */
export function stopSignals(): {
	readonly first: Promise<NodeJS.Signals>;
	readonly second: Promise<NodeJS.Signals>;
	release(): void;
} {
	const resolvers: ((signal: NodeJS.Signals) => void)[] = [];
	const next = (): Promise<NodeJS.Signals> => new Promise((resolve) => resolvers.push(resolve));
	const [first, second] = [next(), next()];
	const take = (signal: NodeJS.Signals): void => resolvers.shift()?.(signal);
	const names: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];
	for (const name of names) process.on(name, take);
	return {
		first,
		second,
		release: () => {
			for (const name of names) process.off(name, take);
		},
	};
}
