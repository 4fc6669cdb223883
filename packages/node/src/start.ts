/** Starts the SDK and the channels, once per thread, whatever loads this first. Never throws, never prints. */
import { createRequire } from "node:module";
import { builtinCatalog, type Catalog } from "@errata/catalog";
import { DiagConsoleLogger, DiagLogLevel, diag, logs, SeverityNumber } from "@opentelemetry/api";
import { getNodeAutoInstrumentations, getResourceDetectors } from "@opentelemetry/auto-instrumentations-node";
import { diagLogLevelFromString } from "@opentelemetry/core";
import type { Instrumentation } from "@opentelemetry/instrumentation";
import { defaultResource, defaultServiceName, resourceFromAttributes } from "@opentelemetry/resources";
import type { LogRecordProcessor, ReadableLogRecord } from "@opentelemetry/sdk-logs";
import { NodeSDK } from "@opentelemetry/sdk-node";
import type { SpanProcessor } from "@opentelemetry/sdk-trace";
import { clientSeverity } from "./channels/frameworks.ts";
import { boundSpanFlush } from "./channels/lambda.ts";
import { ErrorSpanProcessor } from "./channels/spans.ts";
import type { Config } from "./config.ts";
import { loadConfig, problemText } from "./config.ts";
import { type ExitOptions, flushNow, watchExit } from "./exit.ts";
import { registerHooks } from "./hooks.ts";
import { openChannels, patchedHandler, patchedLibraries } from "./open-channels.ts";
import { Warnings } from "./outage.ts";
import { ErrorProcessor } from "./processor.ts";
import { replayer } from "./replayer.ts";
import { createRuntime, type Runtime } from "./runtime.ts";
import { showHealth } from "./self-metrics.ts";
import { openSinks } from "./sinks/open-sinks.ts";
import { fromLevel, type Keeper } from "./sinks/sink.ts";
import { Spool, spoolDirectory } from "./spool.ts";
import { logFile } from "./spool-directory.ts";
import { sharedState } from "./state.ts";
import { batchOptions, logTail, spanTail } from "./tail.ts";
import { httpConfiguration, protocolFor } from "./transport.ts";
import { attempt } from "./values.ts";
import { VERSION } from "./version.ts";

/** Milliseconds until the built-in catalog is read where no error asked for it before. */
const CATALOG_MS = 1_000;

export function start(): void {
	const state = sharedState();
	if (state.registered) return;
	state.registered = true;
	try {
		startSdk(process.env);
	} catch (error) {
		diag.error("errata could not start; the application runs without it", error);
	}
}

function startSdk(env: NodeJS.ProcessEnv): void {
	if (env.OTEL_SDK_DISABLED?.trim().toLowerCase() === "true") return;
	const level = env.OTEL_LOG_LEVEL;
	if (level !== undefined && level !== "")
		diag.setLogger(new DiagConsoleLogger(), { logLevel: diagLogLevelFromString(level) ?? DiagLogLevel.INFO });
	const { config, problems } = loadConfig({ env, cwd: process.cwd() });
	const spool = new Spool(spoolPlace(config, env), config["spool.maxBytes"]);
	const { catalog, problem } = catalogOf(config);
	const runtime = createRuntime({ config, env, cwd: process.cwd(), ...(catalog === undefined ? {} : { catalog }) });
	const instrumentations = instrumentationsFor(runtime);
	registerHooks(instrumentations);
	const tail = openTail(runtime, spool, env);
	const errors = new ErrorProcessor({
		...runtime,
		logs: tail.logs,
		errors: tail.errors,
		perSecond: config["rate.perSecond"],
	});
	const processors = config.enabled ? [errors] : [...tail.logs];
	const watcher = new ErrorSpanProcessor({
		...runtime,
		exceptions: config.enabled && config["capture.spans"],
		clientErrors: clientSeverity(config),
	});
	// Without a place to send spans to, the SDK makes none; the watcher then sees the stand-ins.
	const spans = config.enabled && tail.traced ? [watcher, ...tail.spans] : tail.spans;
	const sdk = new NodeSDK({
		instrumentations,
		resource: defaultResource().merge(
			resourceFromAttributes({ "telemetry.distro.name": "errata", "telemetry.distro.version": VERSION }),
		),
		logRecordProcessors: tail.logs.length === 0 ? [] : processors,
		spanProcessors: [...spans],
		// Metrics stay off unless asked for: errata local takes none.
		...(env.OTEL_METRICS_EXPORTER === undefined ? { metricReaders: [] } : {}),
		...(env.OTEL_NODE_RESOURCE_DETECTORS === undefined ? {} : { resourceDetectors: getResourceDetectors() }),
	});
	sdk.start();
	// Read in a quiet moment: a start does not wait for it, and an error, which may come of a lack of file handles, seldom.
	if (catalog === undefined) setTimeout(() => attempt(builtinCatalog, undefined), CATALOG_MS).unref();
	if (env._HANDLER !== undefined) boundSpanFlush(instrumentations);
	say([...problems.map((found) => `errata configuration: ${problemText(found)}`), ...problem]);
	if (config.enabled && tail.logs.length > 0)
		openChannels(runtime, () => {
			errors.release();
			for (const keeper of tail.keepers) keeper.spoolPending(true);
		});
	const exit: ExitOptions = {
		settle: () => {
			runtime.held.settleAll();
			errors.release();
		},
		flush: [...processors, ...spans],
		pending: () => tail.keepers.reduce((sum, keeper) => sum + keeper.pending, 0),
		spool: (sync) => {
			for (const keeper of tail.keepers) keeper.spoolPending(sync);
		},
		flushMs: config["exit.flushMs"],
	};
	watchExit(exit);
	sharedState().flush = (timeoutMs) => flushNow(exit, timeoutMs);
	void tail.replay?.();
	showHealth();
}

interface Tail {
	readonly logs: readonly LogRecordProcessor[];
	readonly errors: readonly LogRecordProcessor[];
	/** What must be written down when the process ends. */
	readonly keepers: readonly Keeper[];
	/** Sends what earlier processes left; absent with gRPC, which has no HTTP endpoint to replay to. */
	readonly replay: (() => Promise<unknown>) | undefined;
	readonly spans: readonly SpanProcessor[];
	/** Spans are made: they go somewhere, or lines name them. */
	readonly traced: boolean;
}

/** All sinks: OTLP as the standard variables say it, and those of errata's own. */
function openTail({ config, describer, redactor }: Runtime, spool: Spool, env: NodeJS.ProcessEnv): Tail {
	const finish = (record: ReadableLogRecord): void => describer.finish(record);
	const wanted = !config.enabled || config["sinks.use"].includes("otlp");
	const warnings = new Warnings((line) => say([line]));
	const replay = !wanted || protocolFor("LOGS", env) === "grpc" ? undefined : replayer(spool, otlpTarget);
	const otlp = logTail(wanted ? env : { ...env, OTEL_LOGS_EXPORTER: "none" }, {
		spool,
		batch: config["export.errorBatch"],
		finish,
		replay,
		onTrouble: (line) => warnings.warn(line),
	});
	const keepers = otlp.batch === undefined ? [] : [otlp.batch];
	const traces = (env.OTEL_TRACES_EXPORTER ?? "").trim();
	const exported = spanTail(wanted || traces !== "" ? env : { ...env, OTEL_TRACES_EXPORTER: "none" });
	if (!config.enabled) return { ...otlp, keepers, replay, spans: exported, traced: exported.length > 0 };
	const level = config["sinks.otlp.level"];
	const sinks = openSinks({
		config,
		env,
		redactor,
		finish,
		spoolDir: spool.dir,
		logFile: logFile(env, serviceName(env)),
		batch: batchOptions(env, "OTEL_BLRP"),
		spanBatch: batchOptions(env, "OTEL_BSP"),
		say: (problem) => say([problem]),
	});
	const own = traces === "none" ? [] : sinks.flatMap((sink) => sink.spans ?? []);
	return {
		logs: [...otlp.logs.map((log) => fromLevel(level, log)), ...sinks.map((sink) => sink.logs)],
		errors: [...otlp.errors.map((error) => fromLevel(level, error)), ...sinks.map((sink) => sink.errors)],
		keepers: [...keepers, ...sinks.map((sink) => sink.keeper)],
		replay,
		spans: [...exported, ...own],
		traced: exported.length + own.length > 0 || (sinks.length > 0 && traces !== "none"),
	};
}

/** OpenTelemetry's own, and errata's for what they do not tell. Lines of a logger that errata sends are not sent twice. */
function instrumentationsFor(runtime: Runtime): Instrumentation[] {
	if (!runtime.config.enabled) return getNodeAutoInstrumentations();
	const own = { disableLogSending: runtime.config["capture.loggers"] };
	// Before the others: it wraps first.
	const handler = patchedHandler(runtime);
	const others = getNodeAutoInstrumentations({
		"@opentelemetry/instrumentation-winston": own,
		"@opentelemetry/instrumentation-bunyan": own,
	});
	return [...handler, ...others, ...patchedLibraries(runtime, others)];
}

/** What is wrong with the set-up goes where the application's own records go: nothing may appear in its output. */
function say(lines: readonly string[]): void {
	for (const body of lines) {
		diag.warn(body);
		logs.getLogger("@errata/node", VERSION).emit({ severityNumber: SeverityNumber.WARN, severityText: "WARN", body });
	}
}

/** An application's invalid catalog is said once, and the built-in one speaks. */
function catalogOf(config: Config): { catalog?: Catalog; problem: string[] } {
	const paths = config.catalog;
	if (paths.length === 0) return { problem: [] };
	try {
		// Synchronous, because what `--import` loads must be; loaded only when there is one, for it brings a YAML parser.
		const { loadCatalogFiles } = createRequire(import.meta.url)("@errata/catalog/compile");
		return { catalog: loadCatalogFiles(paths), problem: [] };
	} catch (error) {
		return { problem: [(error as Error).message] };
	}
}

function spoolPlace(config: Config, env: NodeJS.ProcessEnv): string {
	if (config["spool.dir"] !== "") return config["spool.dir"];
	return spoolDirectory(env, serviceName(env));
}

function serviceName(env: NodeJS.ProcessEnv): string {
	return env.OTEL_SERVICE_NAME || defaultServiceName();
}

async function otlpTarget(): Promise<{ url: string; headers: Record<string, string> }> {
	const { url, headers } = httpConfiguration("LOGS", "http/protobuf");
	return { url, headers: await headers() };
}
