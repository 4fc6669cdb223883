/** How states of issues changed: since a cursor, and as it happens. */
import { setTimeout as sleep } from "node:timers/promises";
import { type InputOf, issuesChanges } from "@errata/api";
import { type Call, implement } from "../call.ts";
import { readCursor, writeCursor } from "../cursor.ts";
import { type Change, changesSince } from "../lifecycle/changes.ts";
import { LIMITS } from "../limits.ts";
import { wireState } from "./lifecycle.ts";

type Input = InputOf<typeof issuesChanges>;

export const changes = implement(issuesChanges, async (input, call) => {
	const nowMs = call.now();
	const sinceMs = placeOf(input.after, nowMs) - LIMITS.changesLateMs;
	const found = await changesSince(call.store, { sinceMs, nowMs, limit: input.limit ?? 50 });
	return { changes: found.map(wire), next: cursorOf(nowMs) };
});

function wire({ id, atMs, issue, state }: Change) {
	return { id, at: new Date(atMs).toISOString(), issue, state: wireState(state) };
}

function cursorOf(ms: number): string {
	return writeCursor("changes", [ms]);
}

/** Milliseconds since the epoch at which a cursor stands; now without one. */
function placeOf(after: string | undefined, nowMs: number): number {
	if (after === undefined) return nowMs;
	const [ms] = readCursor("changes", after, ["number"]) as [number];
	return Math.min(Math.max(ms, nowMs - LIMITS.changesBackMs), nowMs);
}

/** Changes as they happen, each once, until the caller goes. Begins after the cursor, or now. */
export async function* followChanges(input: Input, call: Call) {
	const { store, signal, now } = call;
	let place = placeOf(input.after, now());
	// What lies before the start is not told, though the look goes behind it.
	const start = place;
	const told = new Set<string>();
	while (!signal.aborted) {
		const nowMs = now();
		const sinceMs = place - LIMITS.changesLateMs;
		const found = await changesSince(store, { sinceMs, nowMs, limit: 100 });
		const fresh = found.filter(
			({ id, atMs, state }) => !told.has(id) && (atMs > start || state.status === "escalating"),
		);
		for (const { id } of fresh) told.add(id);
		for (const id of told) {
			if (told.size <= LIMITS.changesTold) break;
			told.delete(id);
		}
		if (fresh.length > 0)
			yield fresh.map((change) => ({ id: cursorOf(change.atMs), event: "change", data: wire(change) }));
		place = nowMs;
		await sleep(LIMITS.changesPollMs, undefined, { signal }).catch(() => undefined);
	}
}
