/** What the catalog at hand holds of a code: title, description, whether it may speak. */
import type { Catalog, EntrySource } from "@errata/catalog";

/** What the surfaces show of an entry. */
export type KnownEntry = Omit<EntrySource, "match" | "captures">;

/** The entry of `code`, application catalogs first; `undefined` for a code that no registered catalog holds. */
export function entryOf(catalog: Catalog, code: string): KnownEntry | undefined {
	for (const layer of catalog.layers) {
		const entry = layer.entries.find((candidate) => candidate.code === code);
		if (entry !== undefined) return entry;
	}
	return undefined;
}

/** Every code of `catalog` with the name of the catalog that holds it; a code that two hold is the first one's. */
export function allEntries(catalog: Catalog): readonly { readonly entry: KnownEntry; readonly catalog: string }[] {
	const seen = new Map<string, { entry: KnownEntry; catalog: string }>();
	for (const layer of catalog.layers)
		for (const entry of layer.entries) if (!seen.has(entry.code)) seen.set(entry.code, { entry, catalog: layer.name });
	return [...seen.values()].sort((a, b) => (a.entry.code < b.entry.code ? -1 : 1));
}

/** `retryable`, `not retryable`, or that it depends. */
export function retryText(retryable: boolean | null | undefined): string {
	if (retryable === true) return "retryable";
	return retryable === false ? "not retryable" : "retry depends";
}
