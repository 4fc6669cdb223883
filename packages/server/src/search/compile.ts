/** What a search asks: LIKE patterns for the store, and what is judged of each issue afterwards. */
import { CATEGORIES, SEVERITIES } from "@errata/catalog";
import type { Issue, SearchList, SearchTerms } from "@errata/store";
import { quoted } from "../failure.ts";
import { STATUSES } from "../lifecycle/state.ts";
import { badQuery, parseQuery, type Term } from "./parse.ts";

export interface Search {
	readonly terms: SearchTerms;
	/** Whether the issue, in that status, is one of those asked for. */
	readonly wants: (issue: Issue, status: string, nowMs: number) => boolean;
}

type Judge = (issue: Issue, status: string, nowMs: number) => boolean;

/** Keys that a row answers, by what they say. */
export const ROW_KEYS = {
	service: "seen in this service",
	code: "code",
	category: "category",
	severity: "severity",
	type: "class of the exception",
	release: "seen in this release",
	env: "seen in this environment",
	task: "task",
} as const;

/** Keys that an issue answers as a whole. */
export const ISSUE_KEYS = {
	is: "state: new, ongoing, escalating, resolved, regressed, ignored, open; or handled, unhandled",
	retryable: "true, false, or unknown where it depends",
	first: "age of the first occurrence: first:>24h is older, first:<1h is younger",
	last: "age of the latest occurrence: last:<15m",
	count: "occurrences in the window: count:>100",
} as const;

export const KEYS: readonly string[] = [...Object.keys(ISSUE_KEYS), ...Object.keys(ROW_KEYS)];
export const IS_VALUES: readonly string[] = [...STATUSES, "open", "handled", "unhandled"];
export const RETRYABLE_VALUES: readonly string[] = ["true", "false", "unknown"];

const CLOSED: Readonly<Record<string, readonly string[]>> = {
	is: IS_VALUES,
	retryable: RETRYABLE_VALUES,
	severity: SEVERITIES,
	category: CATEGORIES,
};

/** Values that a key has by definition; undefined where they come from data. */
export function closedValues(key: string): readonly string[] | undefined {
	return CLOSED[key];
}

/** Throws a BAD_QUERY that names the place. */
export function compileQuery(query: string): Search {
	const lists = new Map<SearchList, string[]>();
	const judges: Judge[] = [];
	const states: Term[] = [];
	for (const term of parseQuery(query)) {
		if (term.key === "" || term.key in ROW_KEYS) addRow(lists, term);
		else if (term.key === "is") isTerm(term, lists, states);
		else judges.push(judgeOf(term));
	}
	if (states.length > 0) judges.push(stateJudge(states));
	return {
		terms: Object.fromEntries(lists),
		wants: (issue, status, nowMs) => judges.every((judge) => judge(issue, status, nowMs)),
	};
}

function addRow(lists: Map<SearchList, string[]>, term: Term): void {
	refuseOperator(term);
	checkClosed(term);
	const name = term.key === "" ? "text" : term.key;
	const list = (term.negated ? `not${name[0]?.toUpperCase()}${name.slice(1)}` : name) as SearchList;
	const pattern = likeOf(term.value, term.exact);
	push(lists, list, name === "text" ? `%${pattern}%` : pattern);
}

function push(lists: Map<SearchList, string[]>, list: SearchList, value: string): void {
	lists.set(list, [...(lists.get(list) ?? []), value]);
}

/** LIKE's own signs mean themselves; `*` is anything, unless it stood in quotes. */
export function likeOf(value: string, exact: boolean): string {
	const escaped = value.replace(/[\\%_]/gu, "\\$&");
	return exact ? escaped : escaped.replaceAll("*", "%");
}

function checkClosed({ key, value, from }: Term): void {
	const values = CLOSED[key];
	if (values === undefined || values.includes(value.toLowerCase()) || value.includes("*")) return;
	throw badQuery(`${quoted(value)} is no value of ${key}`, from, `It is one of ${values.filter(Boolean).join(", ")}.`);
}

function refuseOperator({ key, operator, from }: Term): void {
	if (operator !== "") throw badQuery(`${key} has no more or less`, from, `Write ${key}:value.`);
}

function isTerm(term: Term, lists: Map<SearchList, string[]>, states: Term[]): void {
	refuseOperator(term);
	checkClosed({ ...term, value: term.value.replaceAll("*", "?") });
	const value = term.value.toLowerCase();
	if (value !== "handled" && value !== "unhandled") states.push({ ...term, value });
	else push(lists, "handled", String((value === "handled") !== term.negated));
}

/** One of the states that are asked for, and none of those that are not. */
function stateJudge(states: readonly Term[]): Judge {
	const isIn = (status: string, value: string): boolean =>
		value === "open" ? status !== "resolved" && status !== "ignored" : status === value;
	const wanted = states.filter(({ negated }) => !negated);
	const unwanted = states.filter(({ negated }) => negated);
	return (_, status) =>
		(wanted.length === 0 || wanted.some(({ value }) => isIn(status, value))) &&
		!unwanted.some(({ value }) => isIn(status, value));
}

function judgeOf(term: Term): Judge {
	const judge = positiveJudge(term);
	return term.negated ? (issue, status, nowMs) => !judge(issue, status, nowMs) : judge;
}

function positiveJudge(term: Term): Judge {
	const { key, operator, value } = term;
	switch (key) {
		case "retryable": {
			refuseOperator(term);
			checkClosed(term);
			return (issue) => String(issue.retryable ?? "unknown") === value;
		}
		case "first":
		case "last": {
			const ms = durationOf(term);
			return (issue, _, nowMs) => {
				const age = nowMs - Date.parse(key === "first" ? issue.firstSeen : issue.lastSeen);
				return operator === ">" ? age > ms : age < ms;
			};
		}
		case "count": {
			const number = /^[0-9]{1,12}$/u.test(value) ? Number(value) : undefined;
			if (number === undefined)
				throw badQuery(`${quoted(value)} is no number`, term.from, "Write count:>100, count:<5 or count:1.");
			if (operator === ">") return (issue) => issue.count > number;
			return operator === "<" ? (issue) => issue.count < number : (issue) => issue.count === number;
		}
		default:
			throw badQuery(
				`there is no key ${quoted(key)}`,
				term.from,
				`Keys are ${KEYS.join(", ")}; quote a text that holds a colon.`,
			);
	}
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function durationOf({ key, operator, value, from }: Term): number {
	const [, digits, unit = ""] = /^([0-9]{1,6})([smhd])$/u.exec(value) ?? [];
	if (digits === undefined || operator === "")
		throw badQuery(
			`${key} needs > or < and a duration`,
			from,
			`Write ${key}:>24h for older than a day, ${key}:<1h for younger than an hour.`,
		);
	return Number(digits) * (UNITS[unit] as number);
}
