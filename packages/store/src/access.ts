/**
 * API keys and the audit trail: rows are only ever added. What a key is made of and who may do what is the server's; here
 * is what is remembered. A key is looked up by its id alone, in all tenants: who calls is known only afterwards.
 */
import type { Connection } from "./connection.ts";
import { dateTime64, insert } from "./insert.ts";
import { clampRows } from "./limits.ts";
import { dateTime, isoTime } from "./time.ts";

/** What an answer to "whose key is this" needs. Times are milliseconds since the epoch, 0 for never. */
export interface KnownKey {
	readonly id: string;
	readonly tenant: string;
	readonly role: string;
	/** Hex. */
	readonly secretSha256: string;
	readonly expiresMs: number;
	readonly revoked: boolean;
	readonly usedMs: number;
}

export interface ListedKey {
	readonly id: string;
	readonly name: string;
	readonly role: string;
	readonly createdBy: string;
	readonly createdMs: number;
	readonly expiresMs: number;
	readonly revokedMs: number;
	readonly revokedBy: string;
	readonly usedMs: number;
}

export interface KeyInput {
	readonly id: string;
	readonly name: string;
	readonly role: string;
	readonly secretSha256: string;
	readonly expiresMs: number;
	readonly actor: string;
}

const time64 = (ms: number): string => dateTime64(String(BigInt(Math.trunc(ms)) * 1_000_000n));

function row(connection: Connection, id: string, action: string, atMs: number, more: object): object {
	return { Timestamp: time64(atMs), Tenant: connection.tenant, KeyId: id, Action: action, ExpiresAt: 0, ...more };
}

export function addKey(connection: Connection, key: KeyInput, atMs: number): Promise<void> {
	const { id, name, role, secretSha256, expiresMs, actor } = key;
	const said = { Actor: actor, Name: name, Role: role, SecretSha256: secretSha256, ExpiresAt: dateTime(expiresMs) };
	return insert(connection, "errata_keys", [row(connection, id, "create", atMs, said)]);
}

/** From now on it is refused, whatever its expiry. */
export function revokeKey(connection: Connection, id: string, actor: string, atMs: number): Promise<void> {
	return insert(connection, "errata_keys", [row(connection, id, "revoke", atMs, { Actor: actor })]);
}

export function keyUsed(connection: Connection, id: string, atMs: number): Promise<void> {
	return insert(connection, "errata_keys", [row(connection, id, "use", atMs, {})]);
}

/** The key of that id, of whatever tenant. */
export async function findKey(connection: Connection, id: string): Promise<KnownKey | undefined> {
	const [found] = await connection.select<Omit<KnownKey, "revoked"> & { readonly revoked: number }>("key", { id });
	return found === undefined ? undefined : { ...found, revoked: Boolean(found.revoked) };
}

/** Keys of the store's tenant, the latest first. */
export function listKeys(
	connection: Connection,
	options: { readonly id?: string | undefined; readonly limit?: number | undefined } = {},
): Promise<ListedKey[]> {
	return connection.select<ListedKey>("keys", { id: options.id ?? "", limit: clampRows(options.limit, 100) });
}

/** Keys of all tenants that may be used now. */
export async function keysAlive(connection: Connection): Promise<number> {
	const [found] = await connection.select<{ keys: number }>("keys-alive");
	return found?.keys ?? 0;
}

export interface AuditInput {
	readonly id: string;
	/** Milliseconds since the epoch; the same in both rows of an entry. */
	readonly atMs: number;
	readonly actor: string;
	readonly operation: string;
	readonly subject: string;
	/** `begun`, `done`, or the code of the problem. */
	readonly outcome: string;
	readonly address: string;
	readonly count?: number | undefined;
}

export interface AuditEntry {
	readonly timestamp: string;
	readonly id: string;
	readonly actor: string;
	readonly operation: string;
	readonly subject: string;
	readonly outcome: string;
	readonly address: string;
	readonly count: number;
}

export interface AuditFilter {
	readonly sinceMs: number;
	readonly actor?: string | undefined;
	readonly operation?: string | undefined;
	/** Behind this entry: its time as it was given, and its id. */
	readonly before?: { readonly timestamp: string; readonly id: string } | undefined;
	readonly limit?: number | undefined;
}

export function addAudit(connection: Connection, entries: readonly AuditInput[]): Promise<void> {
	const rows = entries.map(({ id, atMs, actor, operation, subject, outcome, address, count = 1 }) => ({
		Timestamp: time64(atMs),
		Tenant: connection.tenant,
		EntryId: id,
		Actor: actor,
		Operation: operation,
		Subject: subject,
		Outcome: outcome,
		Address: address,
		Count: count,
		Step: outcome === "begun" ? 0 : 1,
	}));
	return insert(connection, "errata_audit", rows);
}

/** The latest first. */
export function listAudit(connection: Connection, filter: AuditFilter): Promise<AuditEntry[]> {
	return connection.select<AuditEntry>("audit", {
		since: dateTime(filter.sinceMs),
		actor: filter.actor ?? "",
		operation: filter.operation ?? "",
		beforeTime: filter.before === undefined ? "0000000000.000" : isoTime(filter.before.timestamp),
		beforeId: filter.before?.id ?? "",
		limit: clampRows(filter.limit, 50),
	});
}
