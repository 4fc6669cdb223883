/** What models answered to reports: rows are only ever added. */
import type { Connection } from "./connection.ts";
import { dateTime64, insert } from "./insert.ts";
import { clampRows } from "./limits.ts";

interface Provenance {
	readonly answerId: string;
	readonly actor: string;
	readonly api: string;
	readonly host: string;
	readonly model: string;
	readonly promptVersion: number;
	/** Hex. */
	readonly reportSha256: string;
	readonly inputTokens: number;
	readonly outputTokens: number;
	/** US dollars. */
	readonly cost: number | null;
	/** JSON text. */
	readonly answer: string;
}

export interface AnswerInput extends Provenance {
	/** Milliseconds since the epoch. */
	readonly atMs: number;
	readonly kind: string;
	/** Fingerprint, event id or trace id. */
	readonly subjectId: string;
	/** Quotations given as evidence, and how many of them stand in the report. */
	readonly quotes: number;
	readonly quotesFound: number;
}

export interface StoredAnswer extends Provenance {
	readonly timestamp: string;
}

export async function addAnswer(connection: Connection, input: AnswerInput): Promise<void> {
	await insert(connection, "errata_answers", [
		{
			Timestamp: dateTime64(String(BigInt(Math.trunc(input.atMs)) * 1_000_000n)),
			Tenant: connection.tenant,
			Kind: input.kind,
			SubjectId: input.subjectId,
			AnswerId: input.answerId,
			Actor: input.actor,
			Api: input.api,
			Host: input.host,
			Model: input.model,
			PromptVersion: input.promptVersion,
			ReportSha256: input.reportSha256,
			InputTokens: input.inputTokens,
			OutputTokens: input.outputTokens,
			Cost: input.cost,
			Quotes: input.quotes,
			QuotesFound: input.quotesFound,
			Answer: input.answer,
		},
	]);
}

/** The latest first; default 1. */
export function answers(
	connection: Connection,
	kind: string,
	subject: string,
	options: { readonly limit?: number | undefined } = {},
): Promise<StoredAnswer[]> {
	return connection.select<StoredAnswer>("answers", { kind, subject, limit: clampRows(options.limit, 1) });
}
