/** A report from the store's answers: cleaned, drafted, fitted to its budget, written. The one door to `report/`. */
import type { RedactionOptions } from "@errata/catalog";
import { createCleaner } from "./clean.ts";
import { type GroupInput, groupDraft, type TraceInput, traceDraft } from "./draft.ts";
import { type Fitted, fit, type Writer } from "./fit.ts";
import { type IncidentInput, incidentDraft } from "./incident.ts";
import { writeJson } from "./json.ts";
import { writeMarkdown } from "./markdown.ts";
import type { Tokenizer } from "./model.ts";

export type { GroupInput, TraceInput } from "./draft.ts";
export type { Fitted } from "./fit.ts";
export type { IncidentInput } from "./incident.ts";
export type { Cut, Tokenizer } from "./model.ts";
export { loadTokenizer } from "./tokens.ts";

export interface ReportOptions {
	/** Tokens (o200k_base) that the text may have; never exceeded. */
	readonly budget: number;
	readonly tokenizer: Tokenizer;
	readonly redaction?: RedactionOptions;
	/** `md`, `json`, or how a terminal shows it. */
	readonly write: "md" | "json" | Writer;
}

/** One group's report. */
export function groupReport(input: GroupInput, options: ReportOptions): Fitted {
	return fit(groupDraft(input, tools(options)), options.budget, writer(options), options.tokenizer);
}

/** One trace's report. */
export function traceReport(input: TraceInput, options: ReportOptions): Fitted {
	return fit(traceDraft(input, tools(options)), options.budget, writer(options), options.tokenizer);
}

/** One incident's report. */
export function incidentReport(input: IncidentInput, options: ReportOptions): Fitted {
	return fit(incidentDraft(input, tools(options)), options.budget, writer(options), options.tokenizer);
}

function tools({ budget, tokenizer, redaction }: ReportOptions) {
	// An eighth of the budget for one text: eight full texts, or one and everything else.
	return { cleaner: createCleaner(redaction), tokenizer, textTokens: Math.max(24, Math.floor(budget / 8)) };
}

function writer({ write }: ReportOptions): Writer {
	if (write === "md") return writeMarkdown;
	return write === "json" ? writeJson : write;
}
