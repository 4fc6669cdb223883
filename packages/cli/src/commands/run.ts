/**
 * `errata run -- cmd`: a program as it always ran, and afterwards what went wrong and why. The child's streams, signals
 * and exit code are its own; whatever fails in errata is told afterwards and changes nothing.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Config } from "@errata/node/config";
import { safeLine } from "@errata/server/text";
import type { Command } from "commander";
import { examples, type Host } from "../command-line.ts";
import type { Context } from "../context.ts";
import type { ExitCode } from "../exit.ts";
import { LIMITS } from "../limits.ts";
import { type ChildEnd, runChild } from "../run/child.ts";
import { type Destination, findDestination, renewDestination, stillAnswers } from "../run/destination.ts";
import { instrumentedEnv, serviceNameOf } from "../run/environment.ts";
import { probeNode, takesImport } from "../run/node-probe.ts";
import { type Outcome, outcomeOf } from "../run/outcome.ts";
import { createRunDirectory, type RunDirectory } from "../run/run-directory.ts";
import { coverageOf, parseStatus } from "../run/status.ts";
import { type Told, tellRun } from "../run/tell.ts";
import { stopSignals } from "./local.ts";

interface RunFlags {
	readonly quiet?: boolean;
}

export function runCommand(host: Host): Command {
	const command = host.command("run");
	return command
		.description("Run a program; afterwards say what went wrong and why. Its output and exit code stay its own.")
		.usage("[options] -- <command> [args...]")
		.argument("<command...>", "what to run, with its arguments; everything after -- belongs to it")
		.option("--quiet", "one line per group, and nothing at all when all went well")
		.passThroughOptions()
		.addHelpText(
			"after",
			examples([
				["errata run -- node app.js", "any Node program, 22.15 or newer; nothing to change in it"],
				["errata run -- npm test", "everything that npm starts"],
				["errata run --quiet -- node worker.js", "in a log: one line per group"],
			]),
		)
		.action((argv: readonly string[], flags: RunFlags) => host.run(command, (context) => run(context, argv, flags)));
}

async function run(context: Context, argv: readonly string[], flags: RunFlags): Promise<ExitCode> {
	const config = context.config();
	const explicitStore = context.loaded().sources["clickhouse.url"].kind !== "default";
	const runId = randomUUID();
	const prepared = await prepare(context, argv, { config, explicitStore, runId });
	const faults = new Set<string>();
	const fault = (error: unknown): void => {
		faults.add(messageOf(error));
	};
	// A bug of ours in the background must not end the child with us.
	process.on("uncaughtException", fault);
	const end = await runChild(argv, prepared.env, context.cwd);
	const signals = stopSignals();
	// Who asks again wants to leave: the engine of an errata local of ours ends with us.
	await Promise.race([
		epilogue(context, { argv, flags, config, explicitStore, runId, prepared, end, faults }),
		signals.first,
	]);
	signals.release();
	process.off("uncaughtException", fault);
	return end.exitCode;
}

interface Prepared {
	readonly env: Record<string, string>;
	/** Version of the Node on the way, "" if unknown. */
	readonly node: string;
	readonly directory: RunDirectory | undefined;
	readonly destination: Destination | undefined;
	/** Why the child runs uninstrumented; "" if it does not. */
	readonly failure: string;
}

interface RunPlan {
	readonly config: Config;
	readonly explicitStore: boolean;
	readonly runId: string;
}

/** Never throws: what fails here means that the child runs as it would without errata. */
async function prepare(context: Context, argv: readonly string[], plan: RunPlan): Promise<Prepared> {
	const plain = Object.fromEntries(
		Object.entries(context.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
	);
	const probe = probeNode(argv, context.env, context.cwd);
	let directory: RunDirectory | undefined;
	let destination: Destination | undefined;
	try {
		const guardUrl = import.meta.resolve("@errata/node/guard");
		directory = createRunDirectory(context.env, plan.runId);
		destination = await findDestination(context, plan);
		const node = await probe;
		if (!takesImport(node))
			return { env: plain, node, directory, destination, failure: `Node ${node} is older than 22.15` };
		const env = instrumentedEnv(context.env, {
			guardUrl,
			otlpUrl: destination.otlpUrl,
			token: destination.token,
			runId: plan.runId,
			serviceName: serviceNameOf(argv, context.cwd),
			spoolDir: directory.spool,
			statusFile: directory.statusFile,
		});
		return { env, node, directory, destination, failure: "" };
	} catch (error) {
		return { env: plain, node: await probe, directory, destination, failure: messageOf(error) };
	}
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

interface Ending {
	readonly argv: readonly string[];
	readonly flags: RunFlags;
	readonly config: Config;
	readonly explicitStore: boolean;
	readonly runId: string;
	readonly prepared: Prepared;
	readonly end: ChildEnd;
	/** What failed in errata itself while the child ran. */
	readonly faults: ReadonlySet<string>;
}

/** A look that fails because another run's errata local ended meanwhile is taken again, at another one. */
async function readOutcome(
	context: Context,
	{ config, explicitStore, runId, end }: Ending,
	first: Destination,
	directory: RunDirectory,
): Promise<{ destination: Destination; outcome: Outcome }> {
	let destination = first;
	for (let look = 1; ; look++) {
		destination = await renewDestination(context, destination, { config, explicitStore });
		const input = { config, destination, directory, runId, expected: end.exitCode !== 0, indirect: explicitStore };
		const outcome = await outcomeOf(context, input).catch((error: unknown) => error);
		const failed = outcome instanceof Error || (outcome as Outcome).left > 0;
		const again = failed && look < LIMITS.outcomeLooks && !(await stillAnswers(destination));
		if (again) continue;
		if (outcome instanceof Error) throw outcome;
		return { destination, outcome: outcome as Outcome };
	}
}

/** Everything after the child: never throws, and takes a bounded time. */
async function epilogue(context: Context, ending: Ending): Promise<void> {
	const { prepared, end } = ending;
	let outcome: Outcome | undefined;
	let failure = prepared.failure;
	let destination = prepared.destination;
	if (destination !== undefined && prepared.directory !== undefined && failure === "") {
		try {
			({ destination, outcome } = await readOutcome(context, ending, destination, prepared.directory));
		} catch (error) {
			failure = `what it recorded cannot be read: ${messageOf(error)}`;
		}
	}
	const told: Told = {
		argv: ending.argv,
		end,
		runId: ending.runId,
		coverage: coverageOf(parseStatus(prepared.directory?.status() ?? "")),
		outcome,
		failure: prepared.failure === "" ? "" : safeLine(prepared.failure),
		notes: [
			...(destination?.notes ?? []),
			...[...ending.faults].map((text) => `errata itself failed meanwhile (${text}); please report it.`),
			...(prepared.failure === "" && failure !== "" ? [failure] : []),
			...(outcome !== undefined && outcome.left > 0
				? [`${outcome.left} errors could not be sent; they wait in ${prepared.directory?.path} for the next run.`]
				: []),
		],
		otlpUrl: destination?.otlpUrl ?? "",
	};
	try {
		await tellRun(context, told, ending.flags.quiet === true);
		if (outcome?.left === 0 || outcome === undefined) prepared.directory?.remove();
		if (destination !== undefined) await Promise.race([destination.stop(), sleep(LIMITS.drainMs)]);
	} catch (error) {
		context.err.line(`errata: ${safeLine(messageOf(error))}`);
	}
}
