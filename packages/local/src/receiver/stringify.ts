/** Attributes as the Collector's exporter writes them into `Map(String, String)`; how a value reads is the catalog's. */
import { type AnyValue, anyText } from "@errata/catalog";

/** A map's values as text, keys in their order. */
export function asStringMap(attributes: Readonly<Record<string, AnyValue>>): Record<string, string> {
	const map = Object.create(null) as Record<string, string>;
	for (const key in attributes) map[key] = anyText(attributes[key]);
	return map;
}
