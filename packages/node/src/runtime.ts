/**
 * The parts that describe errors, put together from the configuration: shared by `register` and by people who own their
 * SDK set-up. No channel is opened and no exporter built here.
 */

import { builtinCatalog, type Catalog, createRedactor, type Redactor } from "@errata/catalog";
import { context, trace } from "@opentelemetry/api";
import type { Config } from "./config-keys.ts";
import { Crumbs } from "./crumbs.ts";
import { Describer, type Enricher } from "./describer.ts";
import { HeldExceptions } from "./held.ts";
import { NODE_LIMITS } from "./limits.ts";
import { RecentErrors } from "./recent.ts";
import { isSampling, type Sampler, samplerFor } from "./sampling.ts";
import { SourceLines } from "./source-lines.ts";
import { sharedState } from "./state.ts";
import { SystemState } from "./system.ts";
import { attempt, cutText, toAnyValue } from "./values.ts";

/** Data of a crumb is copied when it is left: what changes later is not what was, and the ring would hold it all. */
const CRUMB_LIMITS = { stringBytes: 1_024, depth: 4, items: 20 };

export interface Runtime {
	readonly config: Config;
	readonly crumbs: Crumbs;
	readonly describer: Describer;
	readonly held: HeldExceptions;
	readonly redactor: Redactor;
	/** Absent where everything is kept. */
	readonly sampler: Sampler | undefined;
}

export interface RuntimeOptions {
	readonly config: Config;
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly cwd: string;
	readonly catalog?: Catalog;
	readonly enrichers?: readonly Enricher[];
}

export function createRuntime({ config, env, cwd, catalog, enrichers }: RuntimeOptions): Runtime {
	const redactor = createRedactor({
		mode: config["redaction.mode"],
		deny: config["redaction.deny"],
		allow: config["redaction.allow"],
		...(config["redaction.pseudonymKey"] === "" ? {} : { pseudonymKey: config["redaction.pseudonymKey"] }),
	});
	const people = createRedactor({
		mode: "pseudonym",
		deny: ["user.id", "enduser.id"],
		...(config["redaction.pseudonymKey"] === "" ? {} : { pseudonymKey: config["redaction.pseudonymKey"] }),
	});
	const crumbs = new Crumbs(config["breadcrumbs.max"], isSampling(config));
	const describer = new Describer({
		config,
		catalog: () => catalog ?? builtinCatalog(),
		redactor,
		people,
		crumbs,
		recent: new RecentErrors(config["related.max"], config["related.windowMs"]),
		system: config.system ? new SystemState() : undefined,
		source: new SourceLines(config["source.lines"], cwd, (text) => redactor.text(text)),
		enrichers: enrichers ?? [],
		env,
	});
	sharedState().baggage = new Set(config["context.baggage"]);
	sharedState().crumb = ({ message, category, data }) => {
		const traceId = trace.getSpanContext(context.active())?.traceId ?? "";
		const kept = toAnyValue(data, CRUMB_LIMITS, {}, NODE_LIMITS.crumbBytes);
		crumbs.explicit(traceId, textOf(message), textOf(category), kept);
	};
	return { config, crumbs, describer, held: new HeldExceptions(), redactor, sampler: samplerFor(config, crumbs) };
}

function textOf(value: unknown): string {
	const text = typeof value === "string" ? value : attempt(() => String(value), "[unreadable]");
	return cutText(text, CRUMB_LIMITS.stringBytes, "", {});
}
