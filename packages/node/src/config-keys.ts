/**
 * The one table of every configuration key of `errata.yaml`, for the instrumentation, the CLI and errata local.
 * `CONFIG.md` is generated from it and a test compares both ways. A default is a decision: it lives here, with unit and
 * reason. Reading, merging and checking live in `config.ts`.
 */

import { SINK_KEYS } from "./config-sink-keys.ts";

interface KeyBase {
	/** Environment variable that sets it. */
	readonly env: string;
	/** Standard OpenTelemetry variable that sets it when `env` is absent. */
	readonly otel?: string;
	/** What it does, and why the default is what it is. */
	readonly doc: string;
	/** Unit of a number. */
	readonly unit?: "bytes" | "ms" | "items" | "lines" | "port" | "tokens" | "days";
	/** Only a flag or the environment may set it: a project's `errata.yaml` is not trusted with it. */
	readonly trusted?: true;
	/** Never printed. */
	readonly secret?: true;
}

export type ConfigKey =
	| (KeyBase & { readonly type: "boolean"; readonly default: boolean })
	| (KeyBase & { readonly type: "int"; readonly default: number; readonly min: number; readonly max: number })
	| (KeyBase & { readonly type: "number"; readonly default: number; readonly min: number; readonly max: number })
	| (KeyBase & { readonly type: "string"; readonly default: string; readonly minBytes?: number })
	| (KeyBase & { readonly type: "url"; readonly default: string })
	/** A path; relative ones are resolved against the working directory, in a file against the file's directory. */
	| (KeyBase & { readonly type: "path"; readonly default: string })
	/** With `values`: of these alone. */
	| (KeyBase & { readonly type: "list"; readonly default: readonly string[]; readonly values?: readonly string[] })
	| (KeyBase & { readonly type: "paths"; readonly default: readonly string[] })
	| (KeyBase & { readonly type: "enum"; readonly default: string; readonly values: readonly string[] });

export const CONFIG_KEYS = {
	enabled: {
		env: "ERRATA_ENABLED",
		type: "boolean",
		default: true,
		doc: "false: OpenTelemetry runs as it would without errata, and nothing is described.",
	},
	catalog: {
		env: "ERRATA_CATALOG",
		type: "paths",
		default: [],
		doc: "Catalogs of the application, the first beats the second, all beat the built-in one.",
	},
	"redaction.mode": {
		env: "ERRATA_REDACTION_MODE",
		type: "enum",
		values: ["replace", "pseudonym", "remove", "keep"],
		default: "replace",
		doc: "What stands in place of a private value. `pseudonym` needs `redaction.pseudonymKey`, else it is `replace`.",
	},
	"redaction.deny": {
		env: "ERRATA_REDACTION_DENY",
		type: "list",
		default: [],
		doc: "Keys whose values always go, compared without case.",
	},
	"redaction.allow": {
		env: "ERRATA_REDACTION_ALLOW",
		type: "list",
		default: [],
		doc: "Keys whose values stay whatever they look like.",
	},
	"redaction.pseudonymKey": {
		env: "ERRATA_PSEUDONYM_KEY",
		type: "string",
		default: "",
		minBytes: 32,
		trusted: true,
		secret: true,
		doc: "Key of the pseudonyms, at least 32 bytes, the same in every process and Collector.",
	},
	"capture.uncaught": {
		env: "ERRATA_CAPTURE_UNCAUGHT",
		type: "boolean",
		default: true,
		doc: "Report uncaught exceptions and unhandled rejections. Exit code and output stay Node's own.",
	},
	"capture.console": {
		env: "ERRATA_CAPTURE_CONSOLE",
		type: "boolean",
		default: true,
		doc: "Report an Error passed to `console.error` (error) or `console.warn` (warning).",
	},
	"capture.pino": {
		env: "ERRATA_CAPTURE_PINO",
		type: "boolean",
		default: true,
		doc: "Read the Error behind a pino line (pino 9.10 and later).",
	},
	"capture.spans": {
		env: "ERRATA_CAPTURE_SPANS",
		type: "boolean",
		default: true,
		doc: "Report exceptions that instrumentations record on spans, once per Error.",
	},
	"capture.frameworks": {
		env: "ERRATA_CAPTURE_FRAMEWORKS",
		type: "boolean",
		default: true,
		doc: "Report errors that reach the error handling of a web framework, a GraphQL or RPC server or a job runner.",
	},
	"capture.loggers": {
		env: "ERRATA_CAPTURE_LOGGERS",
		type: "boolean",
		default: true,
		doc: "Send the lines of winston, bunyan, log4js and consola, with the Error behind them.",
	},
	"capture.clientErrors": {
		env: "ERRATA_CAPTURE_CLIENT_ERRORS",
		type: "enum",
		values: ["warn", "info", "error", "off"],
		default: "warn",
		doc: "Severity of what a framework answers with a 4xx: a way to say no, seldom a fault. `off` does not report it.",
	},
	"capture.channels": {
		env: "ERRATA_CAPTURE_CHANNELS",
		type: "list",
		default: [],
		doc: "Diagnostics channels whose messages are an Error or have one as `error`: `tracing:my-lib.query:error`.",
	},
	"context.baggage": {
		env: "ERRATA_CONTEXT_BAGGAGE",
		type: "list",
		default: [],
		doc: "Task fields (`task.id`, `job.id`) that travel as OpenTelemetry baggage and are taken from it. Baggage goes with every outgoing call, to any host; none goes by default.",
	},
	"context.userId": {
		env: "ERRATA_CONTEXT_USER_ID",
		type: "enum",
		values: ["pseudonym", "keep"],
		default: "pseudonym",
		doc: "What becomes of `user.id` and `enduser.id` of the active span. A pseudonym needs `redaction.pseudonymKey`; without it the id is replaced.",
	},
	"breadcrumbs.max": {
		env: "ERRATA_BREADCRUMBS_MAX",
		type: "int",
		min: 0,
		max: 100,
		unit: "items",
		default: 20,
		doc: "Recent operations of the trace kept on an error; 0 keeps none. 20 cost 12 µs to put on a record.",
	},
	"related.max": {
		env: "ERRATA_RELATED_MAX",
		type: "int",
		min: 0,
		max: 50,
		unit: "items",
		default: 5,
		doc: "Errors of the same trace or process named on an error; 0 names none.",
	},
	"related.windowMs": {
		env: "ERRATA_RELATED_WINDOW_MS",
		type: "int",
		min: 0,
		max: 3_600_000,
		unit: "ms",
		default: 30_000,
		doc: "How long before an error another one counts as related; a retry loop with back-off fits into 30 s.",
	},
	"source.lines": {
		env: "ERRATA_SOURCE_LINES",
		type: "int",
		min: 0,
		max: 20,
		unit: "lines",
		default: 3,
		doc: "Source lines on each side of the failing line; 0 reads no source.",
	},
	"source.frames": {
		env: "ERRATA_SOURCE_FRAMES",
		type: "int",
		min: 0,
		max: 10,
		unit: "items",
		default: 3,
		doc: "In-app frames whose source lines go on the record; the first three hold the bug nearly always.",
	},
	system: {
		env: "ERRATA_SYSTEM",
		type: "boolean",
		default: true,
		doc: "Put memory, CPU, event-loop delay and uptime on an error.",
	},
	"config.allow": {
		env: "ERRATA_CONFIG_ALLOW",
		type: "list",
		default: ["NODE_ENV", "TZ", "LANG"],
		doc: "Environment variables whose values go on an error as `errata.config`; redacted like everything else.",
	},
	"limits.stringBytes": {
		env: "ERRATA_LIMITS_STRING_BYTES",
		otel: "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT",
		type: "int",
		min: 64,
		max: 65_536,
		unit: "bytes",
		default: 2_048,
		doc: "Longest string of context, crumbs and causes. Message and stack have the catalog's own limits.",
	},
	"limits.depth": {
		env: "ERRATA_LIMITS_DEPTH",
		type: "int",
		min: 1,
		max: 16,
		unit: "items",
		default: 5,
		doc: "Nesting kept of a context value, counted on the path.",
	},
	"limits.items": {
		env: "ERRATA_LIMITS_ITEMS",
		type: "int",
		min: 1,
		max: 1_000,
		unit: "items",
		default: 50,
		doc: "Entries kept of one list or map.",
	},
	"limits.recordBytes": {
		env: "ERRATA_LIMITS_RECORD_BYTES",
		type: "int",
		min: 16_384,
		max: 1_048_576,
		unit: "bytes",
		default: 131_072,
		doc: "What enrichment may add to one record; when it is used up, the rest is dropped and counted.",
	},
	"rate.perSecond": {
		env: "ERRATA_RATE_PER_SECOND",
		type: "int",
		min: 0,
		max: 100_000,
		unit: "items",
		default: 50,
		doc: "Records of one group sent per second; the rest of that second is counted in `errata.count` of one more. 0: no limit. Nobody reads more than 50.",
	},
	...SINK_KEYS,
	"export.errorBatch": {
		env: "ERRATA_EXPORT_ERROR_BATCH",
		type: "int",
		min: 1,
		max: 512,
		unit: "items",
		default: 32,
		doc: "Error records per request, four times as many while more than that wait: 512 rich records stall the event loop for 35 ms, 32 for about 2 ms.",
	},
	"exit.flushMs": {
		env: "ERRATA_EXIT_FLUSH_MS",
		type: "int",
		min: 0,
		max: 30_000,
		unit: "ms",
		default: 1_500,
		doc: "Longest wait at the natural end of a program for errors still queued; what is left goes to the spool.",
	},
	"spool.dir": {
		env: "ERRATA_SPOOL_DIR",
		type: "path",
		default: "",
		trusted: true,
		doc: "Directory for errors that could not be sent. Default: `$XDG_STATE_HOME/errata/spool/<service>`.",
	},
	"spool.maxBytes": {
		env: "ERRATA_SPOOL_MAX_BYTES",
		type: "int",
		min: 0,
		max: 1_073_741_824,
		unit: "bytes",
		default: 67_108_864,
		doc: "Size of the spool, oldest out first; 0 turns it off. 64 MiB hold some 10,000 rich errors: half a minute at 300 a second.",
	},
	"local.dataDir": {
		env: "ERRATA_DATA_DIR",
		type: "path",
		default: "",
		trusted: true,
		doc: "Where errata local keeps its data. Default: `$XDG_DATA_HOME/errata/local`.",
	},
	"local.port": {
		env: "ERRATA_LOCAL_PORT",
		type: "int",
		min: 0,
		max: 65_535,
		unit: "port",
		default: 8_123,
		doc: "Loopback port of errata local's ClickHouse HTTP interface; 0 takes a free one.",
	},
	"local.otlpPort": {
		env: "ERRATA_LOCAL_OTLP_PORT",
		type: "int",
		min: 0,
		max: 65_535,
		unit: "port",
		default: 4_318,
		doc: "Loopback port of errata local's OTLP/HTTP receiver; 0 takes a free one.",
	},
	"clickhouse.url": {
		env: "ERRATA_CLICKHOUSE_URL",
		type: "url",
		default: "http://localhost:8123",
		trusted: true,
		doc: "ClickHouse that the commands read; the default is errata local's.",
	},
	"clickhouse.database": {
		env: "ERRATA_CLICKHOUSE_DATABASE",
		type: "string",
		default: "default",
		doc: "Database that holds otel_logs, otel_traces and errata's tables.",
	},
	"clickhouse.username": {
		env: "ERRATA_CLICKHOUSE_USERNAME",
		type: "string",
		default: "",
		trusted: true,
		doc: "ClickHouse user; empty for errata local, which puts in its own.",
	},
	"clickhouse.password": {
		env: "ERRATA_CLICKHOUSE_PASSWORD",
		type: "string",
		default: "",
		trusted: true,
		secret: true,
		doc: "ClickHouse password.",
	},
	"clickhouse.tenant": {
		env: "ERRATA_TENANT",
		type: "string",
		default: "",
		doc: "Tenant whose rows the commands read; empty is the one tenant of a single-tenant installation.",
	},
	"alerts.file": {
		env: "ERRATA_ALERTS",
		type: "path",
		default: "",
		trusted: true,
		doc: "File of alert rules and channels that `errata serve` works by; without one nobody is told. See ALERTS.md of `@errata/server`.",
	},
	"actions.file": {
		env: "ERRATA_ACTIONS",
		type: "path",
		default: "",
		trusted: true,
		doc: "File of the actions that may be proposed about issues; without one none can. See ACTIONS.md of `@errata/server`.",
	},
	"retention.file": {
		env: "ERRATA_RETENTION",
		type: "path",
		default: "",
		trusted: true,
		doc: "File of how long what is kept, by tenant and severity; `errata serve` deletes by it once a day. See RETENTION.md of `@errata/server`.",
	},
	"serve.stateDir": {
		env: "ERRATA_STATE_DIR",
		type: "path",
		default: "",
		trusted: true,
		doc: "Where `errata serve` keeps what must survive a restart. Default: `$XDG_STATE_HOME/errata/serve`.",
	},
	"serve.requestsPerMinute": {
		env: "ERRATA_SERVE_REQUESTS_PER_MINUTE",
		type: "int",
		min: 10,
		max: 1_000_000,
		unit: "items",
		default: 1_200,
		trusted: true,
		doc: "Requests that `errata serve` answers to one key or token in a minute; beyond, 429. The machine's own user is not counted.",
	},
	"serve.oidc.issuer": {
		env: "ERRATA_OIDC_ISSUER",
		type: "string",
		default: "",
		trusted: true,
		doc: "Issuer whose tokens `errata serve` takes, as their `iss` says it; empty for none. HTTPS, or HTTP on this machine.",
	},
	"serve.oidc.audience": {
		env: "ERRATA_OIDC_AUDIENCE",
		type: "string",
		default: "",
		trusted: true,
		doc: "What the `aud` of a token must name; needed with an issuer, or a token made for another service would do.",
	},
	"serve.oidc.jwksUrl": {
		env: "ERRATA_OIDC_JWKS_URL",
		type: "string",
		default: "",
		trusted: true,
		doc: "Where the issuer publishes its keys; by default its discovery document says it.",
	},
	"serve.oidc.tenantClaim": {
		env: "ERRATA_OIDC_TENANT_CLAIM",
		type: "string",
		default: "errata_tenant",
		trusted: true,
		doc: "Claim that names the tenant, with dots into objects; a token without it is refused. Empty: all tokens are of `clickhouse.tenant`.",
	},
	"serve.oidc.roleClaim": {
		env: "ERRATA_OIDC_ROLE_CLAIM",
		type: "string",
		default: "errata_role",
		trusted: true,
		doc: "Claim with a role or a list of groups, with dots into objects, such as `realm_access.roles`.",
	},
	"serve.oidc.roles": {
		env: "ERRATA_OIDC_ROLES",
		type: "list",
		default: [],
		trusted: true,
		doc: "Which value of the role claim means which role, as `sre=admin,developers=member`; empty: `viewer`, `member` and `admin` mean themselves.",
	},
	"serve.oidc.algorithms": {
		env: "ERRATA_OIDC_ALGORITHMS",
		type: "list",
		default: ["RS256", "PS256", "ES256", "EdDSA"],
		trusted: true,
		doc: "Signatures of tokens that are taken, asymmetric ones alone: what common issuers sign with.",
	},
	"serve.oidc.clockTolerance": {
		env: "ERRATA_OIDC_CLOCK_TOLERANCE",
		type: "int",
		min: 0,
		max: 300_000,
		unit: "ms",
		default: 30_000,
		trusted: true,
		doc: "By how much the issuer's clock may differ.",
	},
	"report.maxTokens": {
		env: "ERRATA_REPORT_MAX_TOKENS",
		type: "int",
		min: 512,
		max: 131_072,
		unit: "tokens",
		default: 8_192,
		doc: "Budget of a report for a language model; what was cut is listed in it.",
	},
} as const satisfies Record<string, ConfigKey>;

export type ConfigName = keyof typeof CONFIG_KEYS;

type Value<T> = T extends { readonly type: "list"; readonly values: readonly (infer V)[] }
	? readonly V[]
	: T extends { readonly values: readonly (infer V)[] }
		? V
		: T extends { readonly type: "boolean" }
			? boolean
			: T extends { readonly type: "int" | "number" }
				? number
				: T extends { readonly type: "list" | "paths" }
					? readonly string[]
					: string;

/** The configuration: one value for every key, checked and frozen. */
export type Config = { readonly [K in ConfigName]: Value<(typeof CONFIG_KEYS)[K]> };
