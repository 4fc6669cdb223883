/**
 * What many lines teach about one another: words that differ while all others agree stand where a value stands. Nothing
 * is trained beforehand; the same lines in any order give the same groups.
 */
import { LIKELIHOOD, type Likelihood, VALUE, type Word } from "./patterns-words.ts";

/** Lines of one pattern. `M` is whatever the caller counts. */
export interface Group<M> {
	readonly words: readonly Word[];
	readonly members: readonly M[];
}

/** Two that look like values are enough; of names three; with two words at least that stay. */
const NAME_VARIANTS = 3;
/** `started`, `stopping`: what happened, however many there are. */
const PARTICIPLE = /[a-z](?:ed|ing)$/u;
const ROUNDS = 4;
/** Lines longer than this, in words, are not tried at two places at once. */
const PAIR_WORDS = 24;

/** Groups of what says the same. */
export function learn<M>(groups: readonly Group<M>[]): Group<M>[] {
	let now = byLikelihood(groups, LIKELIHOOD.value, 2, 1);
	now = byLikelihood(now, LIKELIHOOD.name, NAME_VARIANTS, 2);
	for (let round = 0; round < ROUNDS; round++) {
		const next = byPlaces(now, 1);
		if (next.length === now.length) break;
		now = next;
	}
	return byPlaces(now, 2);
}

/** Joins groups that differ only in words of at least this likelihood; where they do not differ, the word stays. */
function byLikelihood<M>(
	groups: readonly Group<M>[],
	least: Likelihood,
	variants: number,
	constants: number,
): Group<M>[] {
	const families = new Map<string, Group<M>[]>();
	const open = (word: Word): boolean => word.text === VALUE || word.likelihood >= least;
	for (const group of groups) {
		const key = group.words.map((word) => (open(word) ? VALUE : word.text)).join(" ");
		const family = families.get(key);
		if (family === undefined) families.set(key, [group]);
		else family.push(group);
	}
	return [...families.values()].flatMap((family) => {
		const { words } = family[0] as Group<M>;
		if (family.length < 2 || constantsOf(masked(words, open)) < constants) return family;
		const differs = words.map((word, at) => family.some((group) => group.words[at]?.text !== word.text));
		const joined = masked(words, (_word, at) => differs[at] === true);
		const known = family.some((group) => keyOf(group.words) === keyOf(joined));
		if (family.length < (known ? 2 : variants)) return family;
		return [{ words: joined, members: family.flatMap((group) => group.members) }];
	});
}

interface Family<M> {
	readonly key: string;
	readonly places: readonly number[];
	readonly words: readonly Word[];
	readonly groups: Group<M>[];
	readonly variants: Set<string>[];
}

/** Joins groups that differ in the words at one place, or at two, and in enough of them. */
function byPlaces<M>(groups: readonly Group<M>[], places: 1 | 2): Group<M>[] {
	const families = new Map<string, Family<M>>();
	for (const group of groups) {
		if (places === 2 && group.words.length > PAIR_WORDS) continue;
		for (const at of placesOf(group.words, places)) put(families, group, at);
	}
	const large = [...families.values()]
		.filter((family) => family.groups.length >= needed(family))
		.sort((a, b) => b.groups.length - a.groups.length || (a.key < b.key ? -1 : 1));
	const gone = new Set<Group<M>>();
	const joined = new Map<string, Group<M>>();
	for (const family of large) {
		const live = family.groups.filter((group) => !gone.has(group));
		if (live.length < needed(family)) continue;
		for (const group of live) gone.add(group);
		add(joined, { words: family.words, members: live.flatMap((group) => group.members) });
	}
	for (const group of groups) if (!gone.has(group)) add(joined, group);
	return [...joined.values()];
}

function* placesOf(words: readonly Word[], places: 1 | 2): Generator<readonly number[]> {
	for (let first = 0; first < words.length; first++) {
		if (words[first]?.text === VALUE) continue;
		if (places === 1) yield [first];
		else
			for (let second = first + 1; second < words.length; second++)
				if (words[second]?.text !== VALUE) yield [first, second];
	}
}

function put<M>(families: Map<string, Family<M>>, group: Group<M>, places: readonly number[]): void {
	const key = `${places.join()} ${group.words.map((word, i) => (places.includes(i) ? VALUE : word.text)).join(" ")}`;
	let family = families.get(key);
	if (family === undefined) {
		const words = masked(group.words, (_word, i) => places.includes(i));
		family = { key, places, words, groups: [], variants: places.map(() => new Set<string>()) };
		families.set(key, family);
	}
	family.groups.push(group);
	for (const [i, place] of places.entries()) family.variants[i]?.add(group.words[place]?.text as string);
}

/**
 * How many variants make a place a parameter: the fewer words stay, the more. A sentence's first word is its subject or
 * its verb; two places at once must each differ by themselves.
 */
function needed<M>(family: Family<M>): number {
	const constants = constantsOf(family.words);
	if (constants === 0) return Number.POSITIVE_INFINITY;
	if (family.variants.some((variants) => [...variants].every((word) => PARTICIPLE.test(word))))
		return Number.POSITIVE_INFINITY;
	const base = constants >= 4 ? 4 : constants === 3 ? 5 : constants === 2 ? 6 : 8;
	const first = family.places[0] === 0 ? 3 : 0;
	if (family.places.length === 1) return base + first;
	const varied = family.variants.every((variants) => variants.size >= base);
	return varied && constants >= 3 ? 2 * base + first : Number.POSITIVE_INFINITY;
}

function add<M>(joined: Map<string, Group<M>>, group: Group<M>): void {
	const key = keyOf(group.words);
	const same = joined.get(key);
	joined.set(key, same === undefined ? group : { ...same, members: [...same.members, ...group.members] });
}

export function keyOf(words: readonly Word[]): string {
	return words.map((word) => word.text).join(" ");
}

/** `words` with those that `isValue` as values, neighbouring values as one. */
function masked(words: readonly Word[], isValue: (word: Word, at: number) => boolean): Word[] {
	const out: Word[] = [];
	for (const [at, word] of words.entries()) {
		const value = word.text === VALUE || isValue(word, at);
		const last = out[out.length - 1];
		if (!value) out.push(word);
		else if (last?.text === VALUE) out[out.length - 1] = { ...last, to: word.to };
		else out.push({ ...word, text: VALUE, likelihood: LIKELIHOOD.value });
	}
	return out;
}

/** Words that stay and say something. */
function constantsOf(words: readonly Word[]): number {
	return words.filter((word) => word.text !== VALUE && /[A-Za-z\u0080-\uffff]{2}/u.test(word.text)).length;
}
