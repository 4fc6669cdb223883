/** Opens the channels errors come by, as the configuration asks for. Spans are watched by their own processor. */
import type { Instrumentation } from "@opentelemetry/instrumentation";
import { bullmq } from "./channels/bullmq.ts";
import { bunyan } from "./channels/bunyan.ts";
import { consola } from "./channels/consola.ts";
import { watchConsole } from "./channels/console.ts";
import { croner } from "./channels/croner.ts";
import { watchFastify } from "./channels/fastify.ts";
import { watchFailures } from "./channels/frameworks.ts";
import { hono } from "./channels/hono.ts";
import { lambda } from "./channels/lambda.ts";
import { log4js } from "./channels/log4js.ts";
import { nest } from "./channels/nest.ts";
import { watchPino } from "./channels/pino.ts";
import { watchPublished } from "./channels/published.ts";
import { trpc } from "./channels/trpc.ts";
import { watchUncaught } from "./channels/uncaught.ts";
import { winston } from "./channels/winston.ts";
import { yoga } from "./channels/yoga.ts";
import { instrumentLibraries } from "./libraries.ts";
import type { Runtime } from "./runtime.ts";
import { claimChannel, sharedState } from "./state.ts";
import { watchThreads } from "./threads.ts";

/** `beforeDeath` runs in a crash, after its record was emitted: it writes to disk what would be lost. */
export function openChannels({ config, held }: Runtime, beforeDeath: () => void): void {
	watchThreads();
	if (config["capture.uncaught"])
		watchUncaught(() => {
			held.settleAll();
			beforeDeath();
		});
	if (config["capture.console"]) watchConsole();
	if (config["capture.pino"]) watchPino();
	const fail = watchFailures(held, config);
	sharedState().fail ??= fail;
	if (config["capture.frameworks"]) watchFastify(fail);
	watchPublished(config["capture.channels"], fail);
}

/**
 * The instrumentation of the libraries that errata patches itself, for the hooks that see modules being loaded; none if
 * the configuration wants none, or another copy of this package has it. `siblings`: instrumentations there are.
 */
export function patchedLibraries(
	{ config, held }: Runtime,
	siblings: readonly Instrumentation[] = [],
): Instrumentation[] {
	const fail = watchFailures(held, config);
	const libraries = [
		...(config["capture.loggers"] ? [winston, bunyan, log4js, consola] : []),
		...(config["capture.frameworks"]
			? [...hono(fail), ...yoga(fail), nest(fail), trpc(fail), bullmq(fail), croner]
			: []),
	];
	return libraries.length === 0 || !claimChannel("libraries") ? [] : [instrumentLibraries(libraries, siblings)];
}

/** The handler of a Lambda function. It stands before OpenTelemetry's, so that its errors are met inside of their span. */
export function patchedHandler({ config }: Runtime): Instrumentation[] {
	const libraries = config["capture.frameworks"] ? lambda(process.env) : [];
	return libraries.length === 0 || !claimChannel("lambda") ? [] : [instrumentLibraries(libraries)];
}
