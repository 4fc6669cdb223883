/** How states of issues changed: since a cursor, and as it happens. */
import { setTimeout as sleep } from "node:timers/promises";
import { type InputOf, issuesChanges } from "@errata/api";
import type { Store } from "@errata/store";
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

/** A look that streams of one tenant share. */
interface Look {
	readonly sinceMs: number;
	readonly nowMs: number;
	readonly found: Promise<Change[]>;
}

const looks = new WeakMap<Store, Look>();

/**
 * What changed since a time: the look of another stream if it is recent and goes back as far, so that however many streams
 * a tenant has, ClickHouse is asked once in `LIMITS.changesPollMs`.
 */
function lookSince(store: Store, wantedMs: number, nowMs: number): Look {
	const last = looks.get(store);
	if (last !== undefined && last.sinceMs <= wantedMs && Math.abs(nowMs - last.nowMs) < LIMITS.changesPollMs)
		return last;
	// Back far enough for every stream that keeps up, whenever in the pause between two looks it comes.
	const sinceMs = Math.min(wantedMs, nowMs - LIMITS.changesLateMs - 2 * LIMITS.changesPollMs);
	const look = { sinceMs, nowMs, found: changesSince(store, { sinceMs, nowMs, limit: 100 }) };
	looks.set(store, look);
	look.found.catch(() => {
		if (looks.get(store) === look) looks.delete(store);
	});
	return look;
}

/** Changes as they happen, each once, until the caller goes. Begins after the cursor, or now. */
export async function* followChanges(input: Input, call: Call) {
	const { store, signal, now } = call;
	let place = placeOf(input.after, now());
	// What lies before the start is not told, though the look goes behind it.
	const start = place;
	const told = new Set<string>();
	while (!signal.aborted) {
		const { nowMs, found: looked } = lookSince(store, place - LIMITS.changesLateMs, now());
		const found = await looked;
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
