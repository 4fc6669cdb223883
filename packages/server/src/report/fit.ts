/**
 * Chooses what of a draft goes in so that the written report never exceeds its budget of tokens, and says what was left
 * out. Same draft, same budget, same bytes. Knows nothing of what a section means.
 */
import { type Cut, type Draft, type Item, SECTION_KEYS, type Section, type Tokenizer } from "./model.ts";

/** Writes a draft whose sections hold what was chosen. */
export type Writer = (draft: Draft, cut: readonly Cut[], budget: number) => string;

export interface Fitted {
	readonly text: string;
	readonly tokens: number;
	readonly cut: readonly Cut[];
}

/** Tokens that an item costs beside its text: line break, indent, quotes, braces. Only a guess; the end is measured. */
const ITEM_OVERHEAD = 6;
/** Tokens of a section's heading and fence, paid by its first item. */
const SECTION_OVERHEAD = 20;
const PASSES = 4;

interface Candidate {
	readonly section: number;
	readonly item: number;
}

/**
 * Every section gets its share first, in the order of `SECTION_KEYS` (what matters most comes first there), then what
 * room is left goes to the rest in the same order. Then the whole is counted, and the last ones in go out again until
 * it fits.
 */
export function fit(draft: Draft, budget: number, write: Writer, tokenizer: Tokenizer): Fitted {
	let fitted = fitInto(draft, budget, write, tokenizer);
	for (const terser of TERSER) {
		if (fitted.tokens <= budget) break;
		fitted = fitInto(terser(draft), budget, write, tokenizer);
	}
	return fitted;
}

/** What goes when not even errata's own words fit: a catalog's long description, then the facts that matter least. */
const TERSER: readonly ((draft: Draft) => Draft)[] = [
	(draft) => ({ ...draft, description: "" }),
	(draft) => ({ ...draft, description: "", facts: draft.facts.slice(0, 5), title: draft.title.slice(0, 80) }),
];

function fitInto(draft: Draft, budget: number, write: Writer, tokenizer: Tokenizer): Fitted {
	const chosen = draft.sections.map(() => new Set<number>());
	const render = (): { text: string; cut: Cut[]; tokens: number } => {
		const cut = cuts(draft, chosen);
		const sections = draft.sections.map((section, i) => ({
			...section,
			items: section.items.filter((_, j) => (chosen[i] as Set<number>).has(j)),
		}));
		const text = write({ ...draft, sections }, cut, budget);
		return { text, cut, tokens: tokenizer.count(text) };
	};
	const taken: Candidate[] = [];
	const order = candidates(draft.sections);
	let result = render();
	// Costs are guessed with some margin: what they leave over is offered again.
	for (let pass = 0; pass < PASSES; pass++) {
		let room = budget - result.tokens;
		const before = taken.length;
		for (const candidate of order) {
			const picked = chosen[candidate.section] as Set<number>;
			if (picked.has(candidate.item)) continue;
			const cost = costOf(draft.sections[candidate.section] as Section, candidate.item, picked.size === 0, tokenizer);
			if (cost > room) continue;
			room -= cost;
			taken.push(candidate);
			picked.add(candidate.item);
		}
		if (taken.length === before) break;
		result = render();
	}
	while (result.tokens > budget && taken.length > 0) {
		const last = taken.pop() as Candidate;
		chosen[last.section]?.delete(last.item);
		result = render();
	}
	return result;
}

function costOf(section: Section, index: number, opens: boolean, tokenizer: Tokenizer): number {
	const item = section.items[index] as Item;
	const value = JSON.stringify(item.value) ?? "";
	const opening = opens ? SECTION_OVERHEAD + tokenizer.count(section.lead) : 0;
	return Math.max(tokenizer.count(item.text), tokenizer.count(value)) + ITEM_OVERHEAD + opening;
}

function candidates(sections: readonly Section[]): Candidate[] {
	const order = sections
		.map((section, i) => ({ section, i }))
		.sort((a, b) => SECTION_KEYS.indexOf(a.section.key) - SECTION_KEYS.indexOf(b.section.key));
	const first: Candidate[] = [];
	const rest: Candidate[] = [];
	for (const { section, i } of order) {
		const indexes = section.items.map((_, j) => j);
		if (section.prefer === "last") indexes.reverse();
		indexes.forEach((item, rank) => {
			(rank < section.share ? first : rest).push({ section: i, item });
		});
	}
	return [...first, ...rest];
}

function cuts(draft: Draft, chosen: readonly ReadonlySet<number>[]): Cut[] {
	return draft.sections
		.map((section, i) => ({
			section: section.key,
			left: section.items.length - (chosen[i]?.size ?? 0),
			of: section.items.length,
		}))
		.filter(({ left }) => left > 0);
}
