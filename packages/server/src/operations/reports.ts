/** Reports and the analysis of one error. What a report says is `report/`. */
import { errorsAnalysis, type InputOf, reportsGet } from "@errata/api";
import type { RedactionOptions } from "@errata/catalog";
import type { ErrorEvent } from "@errata/store";
import { type Call, implement } from "../call.ts";
import { notFound } from "../failure.ts";
import { LIMITS } from "../limits.ts";
import {
	causesOf,
	type Fitted,
	gatherError,
	gatherIssue,
	gatherTrace,
	groupReport,
	loadTokenizer,
	originOf,
	type ReportOptions,
	traceReport,
} from "../report/index.ts";
import { oneIssue } from "./issues.ts";

type Source = Pick<Call, "store" | "catalog" | "now">;
type Kind = InputOf<typeof reportsGet>["kind"];

export const report = implement(reportsGet, async (input, call) => {
	const format = input.format ?? "md";
	const budget = input.budget ?? LIMITS.reportTokens;
	return { ...(await reportOn(input.kind, input.id, call, { budget, write: format })), format, budget };
});

export interface Reported extends Pick<Fitted, "text" | "tokens" | "cut"> {
	readonly kind: Kind;
	/** Whole. */
	readonly id: string;
}

/** The report of an id, or of the first digits of a fingerprint. Throws a Failure for none. */
export async function reportOn(
	kind: Kind,
	id: string,
	source: Source,
	options: Pick<ReportOptions, "budget" | "write"> & { readonly redaction?: RedactionOptions },
): Promise<Reported> {
	const all: ReportOptions = { ...options, tokenizer: await loadTokenizer() };
	if (kind === "trace") {
		const traceId = id.toLowerCase();
		const input = await gatherTrace(traceId, source);
		if (input === undefined) throw notFound("trace");
		return reported(kind, traceId, traceReport(input, all));
	}
	if (kind === "error") {
		const event = await oneEvent(id, source);
		const issue = await oneIssue(source.store, event.fingerprint);
		return reported(kind, event.eventId, groupReport(await gatherError(event, issue, source), all));
	}
	const issue = await oneIssue(source.store, id.toLowerCase());
	return reported(kind, issue.fingerprint, groupReport(await gatherIssue(issue, source), all));
}

function reported(kind: Kind, id: string, { text, tokens, cut }: Fitted): Reported {
	return { kind, id, tokens, cut, text };
}

async function oneEvent(id: string, { store }: Source): Promise<ErrorEvent> {
	const event = (await store.getEvent(id)) ?? (await store.getEvent(id.toLowerCase()));
	if (event === undefined) throw notFound("error");
	return event;
}

export const analysis = implement(errorsAnalysis, async ({ eventId }, call) => {
	const error = await oneEvent(eventId, call);
	const issue = await oneIssue(call.store, error.fingerprint);
	const { entry, similar, related, traceErrors, traceSpans } = await gatherError(error, issue, call);
	const origin = originOf(traceErrors, traceSpans);
	return {
		error,
		issue,
		title: entry?.title ?? "",
		description: entry?.description ?? "",
		similar24h: similar,
		causes: causesOf(error),
		origin: origin === undefined || origin.eventId === error.eventId ? null : originShape(origin),
		related: related.map(({ fingerprint, code, message, traces, earlier, of }) => ({
			fingerprint,
			code,
			message,
			traces,
			earlier,
			of,
		})),
	};
});

function originShape({ eventId, timestamp, fingerprint, code, service, spanId, message }: ErrorEvent) {
	return { eventId, timestamp, fingerprint, code, service, spanId, message };
}
