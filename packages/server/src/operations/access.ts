/** API keys and the audit trail. A key is of the tenant of who makes it; its secret is told once. */
import { type Answer, type ApiKey, auditList, keysCreate, keysList, keysRevoke } from "@errata/api";
import type { ListedKey, Store } from "@errata/store";
import { newKey } from "../access/key.ts";
import { implement } from "../call.ts";
import { readCursor, writeCursor } from "../cursor.ts";
import { Failure, notFound } from "../failure.ts";
import { LIMITS } from "../limits.ts";
import { windowMs } from "../window.ts";

const DAY = 86_400_000;

const iso = (ms: number): string => new Date(ms).toISOString();

function wire({ createdMs, expiresMs, revokedMs, usedMs, role, ...key }: ListedKey): Answer<ApiKey> {
	return {
		...key,
		role: role as ApiKey["role"],
		created: iso(createdMs),
		expires: iso(expiresMs),
		revoked: revokedMs === 0 ? null : iso(revokedMs),
		lastUsed: usedMs === 0 ? null : iso(usedMs),
	};
}

async function one(store: Store, id: string): Promise<ListedKey> {
	const [found] = await store.listKeys({ id, limit: 1 });
	if (found === undefined) throw notFound("key");
	return found;
}

export const listKeys = implement(keysList, async ({ limit }, { store }) => ({
	keys: (await store.listKeys({ limit: limit ?? 100 })).map(wire),
}));

export const createKey = implement(keysCreate, async (input, { store, caller, now }) => {
	const forMs = windowMs(input.for, LIMITS.keyDays * DAY);
	if (forMs > LIMITS.keyDays * DAY)
		throw new Failure("BAD_REQUEST", `A key is valid for at most ${LIMITS.keyDays} days.`, "Renew it once a year.");
	if ((await store.listKeys({ limit: LIMITS.keys })).length >= LIMITS.keys)
		throw new Failure(
			"CONFLICT",
			`There are ${LIMITS.keys} keys already.`,
			"One key per program that calls is enough.",
		);
	const { id, text, secretSha256 } = newKey();
	const role = input.role ?? "viewer";
	const expiresMs = now() + forMs;
	await store.addKey({ id, name: input.name, role, secretSha256, expiresMs, actor: caller.actor }, now());
	return { key: wire(await one(store, id)), secret: text };
});

export const revokeKey = implement(keysRevoke, async ({ id }, { store, caller, now, forgetKey }) => {
	const found = await one(store, id);
	if (found.revokedMs === 0) await store.revokeKey(id, caller.actor, now());
	forgetKey?.(id);
	return { key: wire(await one(store, id)) };
});

export const listAudit = implement(auditList, async (input, { store, now }) => {
	const limit = input.limit ?? 50;
	const before = input.cursor === undefined ? undefined : readCursor("audit", input.cursor, ["string", "string"]);
	const [timestamp, id] = (before ?? []) as string[];
	const entries = await store.listAudit({
		sinceMs: now() - windowMs(input.window, 30 * DAY),
		actor: input.actor,
		operation: input.operation,
		limit,
		...(timestamp === undefined || id === undefined ? {} : { before: { timestamp: checked(timestamp), id } }),
	});
	const last = entries.at(-1);
	const next = last === undefined || entries.length < limit ? null : writeCursor("audit", [last.timestamp, last.id]);
	return { entries, next };
});

function checked(timestamp: string): string {
	if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/u.test(timestamp) && !Number.isNaN(Date.parse(timestamp)))
		return timestamp;
	throw new Failure("BAD_CURSOR", "The cursor is not one that this list gave.", "Leave it out to begin at the start.");
}
