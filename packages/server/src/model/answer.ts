/**
 * What a model may answer, and how far it is to be believed: the answer's shape is checked, its texts are cleaned like any
 * text from outside, and every quotation it gives as evidence is looked up in the report. Pure.
 */
import { Type } from "typebox";
import { typeboxValue } from "../on-demand.ts";
import { createCleaner, inert } from "../report/clean.ts";

const closed = { additionalProperties: false };
const Text = (maxLength: number) => Type.String({ minLength: 1, maxLength });

/** What is asked for. */
export const ModelAnswer = Type.Object(
	{
		cause: Text(4_000),
		confidence: Type.Unsafe<"low" | "medium" | "high">(Type.String({ enum: ["low", "medium", "high"] })),
		evidence: Type.Array(Type.Object({ quote: Text(1_000), shows: Text(1_000) }, closed), { maxItems: 20 }),
		fix: Text(4_000),
		prevention: Text(4_000),
		missing: Type.Array(Text(1_000), { maxItems: 20 }),
	},
	closed,
);

export interface Evidence {
	readonly quote: string;
	readonly shows: string;
	/** The quotation stands in the report. */
	readonly found: boolean;
}

export interface CheckedAnswer {
	readonly cause: string;
	readonly confidence: "low" | "medium" | "high";
	readonly evidence: readonly Evidence[];
	readonly fix: string;
	readonly prevention: string;
	readonly missing: readonly string[];
}

/** The answer in `text`, checked against `report`; `undefined` if it is not of the shape that was asked for. */
export function checkAnswer(text: string, report: string): CheckedAnswer | undefined {
	const value = jsonIn(text);
	if (!typeboxValue().Value.Check(ModelAnswer, value)) return undefined;
	const cleaner = createCleaner();
	const clean = (part: string): string => inert(cleaner.block(part, 4_000));
	const told = folded(report);
	const evidence = value.evidence.map(({ quote, shows }) => ({
		quote: clean(quote),
		shows: clean(shows),
		found: stands(quote, told),
	}));
	return {
		cause: clean(value.cause),
		confidence: value.confidence,
		evidence,
		fix: clean(value.fix),
		prevention: clean(value.prevention),
		missing: value.missing.map(clean),
	};
}

/** A quotation of a word or two stands everywhere: it proves nothing. */
const LEAST_QUOTE = 8;

function stands(quote: string, told: string): boolean {
	const sought = folded(quote);
	return sought.length >= LEAST_QUOTE && told.includes(sought);
}

function folded(text: string): string {
	return text.replace(/\s+/gu, " ").trim();
}

/** The JSON object that is the whole text, or all of its one fence. */
function jsonIn(text: string): unknown {
	const fenced = /^\s*```(?:json)?\n([\s\S]*)\n```\s*$/u.exec(text);
	try {
		return JSON.parse(fenced?.[1] ?? text);
	} catch {
		return undefined;
	}
}
