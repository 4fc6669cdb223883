/** Sections in errata's own voice: prompts and references; no word of telemetry enters here. */
import { linksFor } from "@errata/catalog";
import type { ErrorEvent } from "@errata/store";
import type { KnownEntry } from "./entry.ts";
import type { Section } from "./model.ts";

const RETRY: Readonly<Record<string, string>> = {
	true: "A retry may succeed: say whether a bounded retry with back-off belongs here or would only hide the cause.",
	false: "A retry does not help: do not propose one.",
	null: "Whether a retry helps depends: say on what.",
};

/** What to ask a model, one prompt for each step. */
export function promptsSection(retryable: boolean | null): Section {
	const prompts = {
		diagnosis:
			"Name the root cause from the evidence in this report alone. Quote what each claim rests on with the title of its section, keep what is shown apart from what you infer, and name the one check that would prove you wrong. If the evidence does not suffice, say what is missing.",
		fix: `Propose the smallest change that removes the cause, at the place that Code or the application's first frame in Stack names. Change nothing the evidence does not reach. ${RETRY[String(retryable)]}`,
		prevention:
			"Name the test, guard or alert that would have caught this before users did, and what to record so that the next occurrence needs no guessing.",
	};
	return {
		key: "prompts",
		form: "map",
		title: "Prompts",
		lead: "",
		items: Object.entries(prompts).map(([key, text]) => ({ text: `${key}: ${text}`, value: { [key]: text } })),
		prefer: "first",
		voice: "errata",
		share: 3,
	};
}

/** The failing system's own reference, where the catalog names it; none of another language's library. */
export function docsSection(entry: KnownEntry | undefined, event: ErrorEvent | undefined): Section {
	const language = event?.resource["telemetry.sdk.language"] ?? "";
	return {
		key: "docs",
		form: "list",
		title: "References",
		lead: "",
		items: linksFor(entry?.docs ?? [], language).map((link) => ({ text: link, value: link })),
		prefer: "first",
		voice: "errata",
		share: 1,
	};
}
