/** One error's facts to everything errata says of it: the call every surface makes. */
import type { Catalog } from "./catalog.ts";
import { fingerprint } from "./fingerprint.ts";
import { template } from "./template.ts";
import type { Description, ErrorFacts } from "./types.ts";

/**
 * What errata says of `facts`, by `catalog`. Never throws. `given` is the user's own fingerprint key, "" if none.
 * The facts must already be redacted: suggestions quote captured values.
 */
export function describe(facts: ErrorFacts, catalog: Catalog, given = ""): Description {
	const f = fingerprint(facts, given);
	return {
		code: "UNKNOWN",
		pattern: "",
		category: "unknown",
		severity: "medium",
		fingerprint: f.value,
		fingerprintVersion: f.version,
		template: template(facts.message),
		suggestions: { immediate: [], preventive: [] },
		docs: [],
		catalog: catalog.version,
	};
}
