/** After the child: sends what it spooled, and asks the store what the run met. Prints nothing. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Config } from "@errata/node/config";
import { replaySpool } from "@errata/node/spool";
import type { ErrorEvent, Issue } from "@errata/store";
import { type Store, storeAt } from "../backend.ts";
import type { Context } from "../context.ts";
import { LIMITS } from "../limits.ts";
import { latestEvents } from "../present/find.ts";
import type { Destination } from "./destination.ts";
import { abandonedRuns, type RunDirectory } from "./run-directory.ts";

export interface Outcome {
	readonly issues: readonly Issue[];
	readonly events: ReadonlyMap<string, ErrorEvent>;
	/** Records that no receiver took: they wait in the run's directory. */
	readonly left: number;
	/** Records that were refused for good. */
	readonly failed: number;
}

export interface OutcomeInput {
	readonly config: Config;
	readonly destination: Destination;
	readonly directory: RunDirectory;
	readonly runId: string;
	/** Something is known to have gone wrong: worth a second look if nothing is there yet. */
	readonly expected: boolean;
	/** Records go through a Collector, which answers before they are in the store. */
	readonly indirect: boolean;
}

export async function outcomeOf(context: Context, input: OutcomeInput): Promise<Outcome> {
	const { destination, directory } = input;
	const deadline = context.now() + LIMITS.replayMs;
	const replay = (dir: string) =>
		replaySpool({
			dir,
			endpoint: destination.otlpUrl,
			...(destination.token === "" ? {} : { headers: { "x-errata-token": destination.token } }),
			timeoutMs: Math.max(deadline - context.now(), 1),
		});
	const { left, failed } = await replay(directory.spool);
	if (left === 0)
		for (const abandoned of abandonedRuns(context.env)) {
			const earlier = await replay(abandoned.spool);
			if (earlier.left === 0) abandoned.remove();
		}
	const store = storeAt(destination.clickhouseUrl, input.config);
	try {
		const issues = await settle(store, input, context);
		const events = await latestEvents(store, issues.slice(0, LIMITS.explainedIssues));
		return { issues, events, left, failed };
	} finally {
		await store.close();
	}
}

/** The run's groups as soon as there are any, within a bounded wait. */
async function settle(store: Store, input: OutcomeInput, context: Context): Promise<Issue[]> {
	const wait = input.indirect ? LIMITS.settleMs : input.expected ? LIMITS.settlePollMs : 0;
	const until = context.now() + wait;
	for (;;) {
		const issues = await store.listIssues({ runId: input.runId, limit: LIMITS.runIssues });
		if (issues.length > 0 || context.now() >= until) return issues;
		await sleep(LIMITS.settlePollMs);
	}
}
