/** What a program is, as far as its files tell: name, modules, framework, loggers, telemetry it has already. Reads only. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { ErrataError } from "@errata/catalog";
import { safeLine } from "@errata/server/text";
import { type ParseError, parse } from "jsonc-parser";
import { EXIT } from "../exit.ts";

/** An OpenTelemetry set-up, or another that owns OpenTelemetry's globals. */
export type Telemetry =
	/** `NodeSDK` in the program's own code. */
	| "opentelemetry-sdk"
	/** `--require @opentelemetry/auto-instrumentations-node/register` on a start line. */
	| "opentelemetry-register"
	| "azure"
	| "sentry"
	| "datadog"
	| "newrelic"
	| "elastic"
	| "vercel";

export interface Project {
	readonly directory: string;
	/** Text of package.json. */
	readonly manifest: string;
	readonly name: string;
	readonly modules: "esm" | "commonjs";
	readonly typescript: boolean;
	readonly frameworks: readonly string[];
	readonly loggers: readonly string[];
	readonly telemetry: readonly Telemetry[];
	readonly packageManager: "npm" | "pnpm" | "yarn" | "bun";
	readonly scripts: Readonly<Record<string, string>>;
	/** Ranges by name, of all kinds of dependencies. */
	readonly dependencies: Readonly<Record<string, string>>;
}

const FRAMEWORKS: Readonly<Record<string, string>> = {
	next: "Next.js",
	"@nestjs/core": "NestJS",
	express: "Express",
	fastify: "Fastify",
	koa: "Koa",
	hono: "Hono",
	"@trpc/server": "tRPC",
	"@apollo/server": "Apollo Server",
	"graphql-yoga": "GraphQL Yoga",
	bullmq: "BullMQ",
};

const LOGGERS = ["pino", "winston", "bunyan", "log4js", "consola"];

export function readProject(directory: string): Project {
	const file = path.join(directory, "package.json");
	const manifest = existsSync(file) ? readFileSync(file, "utf8") : undefined;
	if (manifest === undefined) throw unreadable(file, "there is none");
	const errors: ParseError[] = [];
	const json: unknown = parse(manifest, errors, { allowTrailingComma: false });
	if (errors.length > 0 || typeof json !== "object" || json === null) throw unreadable(file, "it is not JSON");
	const said = json as Readonly<Record<string, unknown>>;
	const dependencies = { ...texts(said.peerDependencies), ...texts(said.devDependencies), ...texts(said.dependencies) };
	const scripts = texts(said.scripts);
	const has = (name: string): boolean => dependencies[name] !== undefined;
	return {
		directory,
		manifest,
		name: typeof said.name === "string" && said.name !== "" ? said.name : path.basename(directory),
		modules: said.type === "module" ? "esm" : "commonjs",
		typescript: has("typescript") || existsSync(path.join(directory, "tsconfig.json")),
		frameworks: Object.keys(FRAMEWORKS)
			.filter(has)
			.map((name) => FRAMEWORKS[name] as string),
		loggers: LOGGERS.filter(has),
		telemetry: telemetryOf(dependencies, scripts),
		packageManager: packageManagerOf(directory),
		scripts,
		dependencies,
	};
}

function texts(value: unknown): Record<string, string> {
	if (typeof value !== "object" || value === null) return {};
	return Object.fromEntries(
		Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
	);
}

function telemetryOf(
	dependencies: Readonly<Record<string, string>>,
	scripts: Readonly<Record<string, string>>,
): Telemetry[] {
	const has = (name: string): boolean => dependencies[name] !== undefined;
	const found: Telemetry[] = [];
	if (Object.values(scripts).some((script) => script.includes(OTEL_REGISTER))) found.push("opentelemetry-register");
	else if (has("@opentelemetry/sdk-node")) found.push("opentelemetry-sdk");
	if (has("@azure/monitor-opentelemetry") || has("applicationinsights")) found.push("azure");
	if (sentryOwnsOpenTelemetry(dependencies["@sentry/node"] ?? dependencies["@sentry/nextjs"])) found.push("sentry");
	if (has("dd-trace")) found.push("datadog");
	if (has("newrelic")) found.push("newrelic");
	if (has("elastic-apm-node")) found.push("elastic");
	if (has("@vercel/otel")) found.push("vercel");
	return found;
}

export const OTEL_REGISTER = "@opentelemetry/auto-instrumentations-node/register";

/** Sentry 8 to 10 set up OpenTelemetry; before and after, it keeps out of its globals. */
function sentryOwnsOpenTelemetry(range: string | undefined): boolean {
	const major = /(\d+)/.exec(range ?? "")?.[1];
	return major !== undefined && Number(major) >= 8 && Number(major) <= 10;
}

function packageManagerOf(directory: string): Project["packageManager"] {
	const locks = { "pnpm-lock.yaml": "pnpm", "yarn.lock": "yarn", "bun.lock": "bun", "bun.lockb": "bun" } as const;
	// A workspace has one lock, at its root.
	for (let dir = directory; ; dir = path.dirname(dir)) {
		for (const [file, manager] of Object.entries(locks)) if (existsSync(path.join(dir, file))) return manager;
		if (existsSync(path.join(dir, "package-lock.json")) || dir === path.dirname(dir)) return "npm";
	}
}

function unreadable(file: string, cause: string): ErrataError {
	return new ErrataError({
		operation: "read",
		subject: safeLine(file),
		cause,
		remedy: "Name the directory of a Node program: errata init services/shop.",
		code: "PROJECT_UNREADABLE",
		exitCode: EXIT.usage,
	});
}
