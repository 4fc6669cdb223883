/** The keys that were asked for lately: a key is looked up once in `LIMITS.keyCacheMs`, also one that does not exist. */
import type { KnownKey, Store } from "@errata/store";
import { LIMITS } from "../limits.ts";

interface Kept {
	readonly key: Promise<KnownKey | undefined>;
	/** Set when it is known. */
	found?: KnownKey | undefined;
	readonly atMs: number;
}

export interface Keyring {
	/** Rejects with a StoreError if ClickHouse does not answer: a key that cannot be looked up lets nobody in. */
	find(id: string): Promise<KnownKey | undefined>;
	/** The key, if it was looked up lately. */
	known(id: string): KnownKey | undefined;
	/** Remembers that it was used, at most once in `LIMITS.keyUsedMs`. */
	used(key: KnownKey): void;
	/** Looks it up again at the next request: it was revoked here. */
	forget(id: string): void;
}

export function createKeyring(store: Store, now: () => number, log: (line: string) => void): Keyring {
	const kept = new Map<string, Kept>();
	const told = new Map<string, number>();

	function fresh(id: string): Kept | undefined {
		const found = kept.get(id);
		return found !== undefined && now() - found.atMs < LIMITS.keyCacheMs ? found : undefined;
	}

	function look(id: string): Kept {
		const entry: Kept = { key: store.findKey(id), atMs: now() };
		kept.delete(id);
		bounded(kept, LIMITS.keysKept);
		kept.set(id, entry);
		entry.key.then(
			(found) => {
				entry.found = found;
			},
			() => {
				if (kept.get(id) === entry) kept.delete(id);
			},
		);
		return entry;
	}

	return {
		find: (id) => (fresh(id) ?? look(id)).key,
		known: (id) => fresh(id)?.found,
		used(key) {
			const at = now();
			if (at - Math.max(key.usedMs, told.get(key.id) ?? 0) < LIMITS.keyUsedMs) return;
			told.delete(key.id);
			bounded(told, LIMITS.keysKept);
			told.set(key.id, at);
			store
				.forTenant(key.tenant)
				.keyUsed(key.id, at)
				.catch((error: Error) => log(`use of key ${key.id} was not noted: ${error.message}`));
		},
		forget: (id) => void kept.delete(id),
	};
}

/** Makes room for one more: the oldest goes. */
function bounded(map: Map<string, unknown>, size: number): void {
	if (map.size < size) return;
	for (const oldest of map.keys()) {
		map.delete(oldest);
		break;
	}
}
