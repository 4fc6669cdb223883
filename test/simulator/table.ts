/** Decisions counted: rates with Wilson's 95% interval, per kind of fault, beside the aims. */
import { type Decision, QUESTIONS, type Question } from "./judge.ts";

export interface Tallied {
	readonly kind: string;
	readonly decisions: readonly Decision[];
}

/** Least share, or most. */
const AIMS: Partial<Record<Question, { readonly least?: number; readonly most?: number }>> = {
	"origin of an incident": { least: 0.9 },
	"origin of a trace": { least: 0.9 },
	"attribute found": { least: 0.95 },
	"attribute found, beyond chance": { least: 0.95 },
	"false pair": { most: 0.02 },
	"false incident": { most: 0.02 },
	"false attribute": { most: 0.02 },
	"false anomaly": { most: 0.02 },
};

/** E. B. Wilson, "Probable inference, the law of succession, and statistical inference", J. Am. Stat. Assoc. 22 (1927). */
export function wilson(hits: number, of: number): [low: number, high: number] {
	if (of === 0) return [0, 1];
	const z = 1.96;
	const share = hits / of;
	const middle = share + (z * z) / (2 * of);
	const reach = z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
	return [Math.max(0, (middle - reach) / (1 + (z * z) / of)), Math.min(1, (middle + reach) / (1 + (z * z) / of))];
}

function counted(tallied: readonly Tallied[], question: Question): { hits: number; of: number } {
	const mine = tallied.flatMap(({ decisions }) => decisions).filter((one) => one.question === question);
	return { hits: mine.filter((one) => one.yes).length, of: mine.length };
}

function met(question: Question, hits: number, of: number): boolean {
	const aim = AIMS[question];
	if (aim === undefined || of === 0) return true;
	return hits / of >= (aim.least ?? 0) && hits / of <= (aim.most ?? 1);
}

/** Questions below their aim, in words. */
export function missed(tallied: readonly Tallied[]): string[] {
	return QUESTIONS.flatMap((question) => {
		const { hits, of } = counted(tallied, question);
		return met(question, hits, of) ? [] : [`${question} ${hits} of ${of}`];
	});
}

/** The sums alone, for a run that is under way. */
export function totals(tallied: readonly Tallied[]): string {
	const sums = QUESTIONS.map((question) => {
		const { hits, of } = counted(tallied, question);
		return `${question} ${hits}/${of}`;
	});
	return `${tallied.length} worlds: ${sums.join(", ")}`;
}

/** As Markdown, so that ANALYSIS.md can hold it as it was printed. */
export function report(tallied: readonly Tallied[]): string {
	const lines = ["| question | fault | yes | of | share | 95% interval | aim |", "|---|---|--:|--:|--:|---|---|"];
	for (const question of QUESTIONS) {
		const kinds = [...new Set(tallied.map(({ kind }) => kind))];
		const aim = AIMS[question];
		const bound =
			aim === undefined ? "" : aim.least === undefined ? `<= ${100 * (aim.most ?? 0)}%` : `>= ${100 * aim.least}%`;
		const row = (kind: string, some: readonly Tallied[], goal: string): void => {
			const { hits, of } = counted(some, question);
			if (of === 0) return;
			const [low, high] = wilson(hits, of).map((share) => `${(100 * share).toFixed(1)}%`);
			lines.push(
				`| ${question} | ${kind} | ${hits} | ${of} | ${((100 * hits) / of).toFixed(1)}% | ${low} to ${high} | ${goal} |`,
			);
		};
		const { hits, of } = counted(tallied, question);
		row("**all**", tallied, met(question, hits, of) ? bound : `${bound} MISSED`);
		for (const kind of kinds)
			row(
				kind,
				tallied.filter((one) => one.kind === kind),
				"",
			);
	}
	return lines.join("\n");
}
