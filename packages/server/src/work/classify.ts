/** While the server runs, errors that a stock Collector writes are described as they arrive. How is the store's. */
import type { Catalog, Redactor } from "@errata/catalog";
import type { Store } from "@errata/store";

/** Begins at once; what is under way when `stop` is called ends first. */
export function classifyWhileServing(
	store: Store,
	by: { readonly catalog: Catalog; readonly redactor: Redactor },
	log: (line: string) => void,
): { stop(): Promise<void> } {
	const end = new AbortController();
	const ended = store.classifyArrivals({ ...by, log, signal: end.signal });
	return {
		stop: () => {
			end.abort();
			return ended;
		},
	};
}
