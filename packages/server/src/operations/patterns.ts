/** What recurs without a name: the catalog's patterns over the store's unnamed texts. */
import { patternsList } from "@errata/api";
import { type Catalog, createPatterns, type Pattern } from "@errata/catalog";
import type { Store } from "@errata/store";
import { implement } from "../call.ts";
import { windowMs } from "../window.ts";

const DAY = 86_400_000;

export interface Learned {
	/** The most frequent first. */
	readonly patterns: readonly Pattern[];
	/** Lines whose pattern was forgotten because there were too many. */
	readonly dropped: number;
}

/** Patterns of what no entry names, since a time. */
export async function learnFromStore(store: Store, catalog: Catalog, sinceMs: number): Promise<Learned> {
	const inferred = catalog.layers.flatMap(({ entries }) => entries).filter((entry) => entry.inferred !== undefined);
	const lines = await store.unnamedLines({ sinceMs, inferred: inferred.map(({ id }) => id) });
	const patterns = createPatterns();
	for (const { type, text, count, firstSeen, lastSeen, services } of lines) {
		const line = type === "" || text.startsWith(`${type}: `) ? text : `${type}: ${text}`;
		patterns.add(line, {
			count,
			firstMs: Date.parse(firstSeen),
			lastMs: Date.parse(lastSeen),
			service: services[0] ?? "",
		});
	}
	return { patterns: patterns.list(), dropped: patterns.dropped };
}

export const patterns = implement(patternsList, async (input, { store, catalog, now }) => {
	const ms = windowMs(input.window, DAY);
	// What is new is learned together with the window before, so that both have the same patterns.
	const from = now() - ms;
	const learned = await learnFromStore(store, catalog, input.onlyNew === true ? from - ms : from);
	const found = input.onlyNew === true ? learned.patterns.filter(({ firstMs }) => firstMs >= from) : learned.patterns;
	const time = (at: number): string => new Date(at).toISOString();
	return {
		patterns: found
			.slice(0, input.limit ?? 30)
			.map(({ id, text, count, forms, firstMs, lastMs, services, example }) => ({
				...{ id, text, count, forms, services, example },
				firstSeen: time(firstMs),
				lastSeen: time(lastMs),
			})),
		dropped: learned.dropped,
	};
});
