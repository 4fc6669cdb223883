/** Failures that have nothing to do with requests: jobs, polls, consumers without traces; and the days before. */
import { poisson } from "../../packages/server/src/testing/hourly-series.ts";
import type { Dice } from "./dice.ts";
import type { Host, Service } from "./graph.ts";
import { bugOf, stackOf } from "./libraries.ts";
import type { Logged, Why } from "./traffic.ts";

const HOUR = 3_600_000;
const MINUTE = 60_000;
/** Hours of history, counted by the hour, before the last day, which is told record by record. */
const HISTORY = 9 * 24;

export interface Background {
	readonly logs: readonly Logged[];
	/** One record for all of an hour, as a logger that suppresses repeats writes it. */
	readonly counted: readonly { readonly log: Logged; readonly count: number }[];
	readonly why: ReadonlyMap<string, Why>;
	/** `cause hour` with an outbreak; hours since the epoch. */
	readonly outbreaks: ReadonlySet<string>;
}

/** Independent groups: jobs that fail by the clock, failures that follow the day, bursts. */
export function backgroundOf(dice: Dice, untilMs: number): Background {
	const logs: Logged[] = [];
	const counted: { log: Logged; count: number }[] = [];
	const why = new Map<string, Why>();
	const outbreaks = new Set<string>();
	const groups = dice.whole(4, 10);
	for (let g = 0; g < groups; g++) {
		const cause = `background ${g}`;
		const make = maker(dice, g);
		const told = (at: number): Logged => {
			const log = make(at);
			why.set(log.uid, { cause, first: true, request: -1 });
			return log;
		};
		const { times, perHour, countOf } = rhythm(dice, untilMs);
		for (const at of times) logs.push(told(at));
		const first = Math.floor((untilMs - 24 * HOUR) / HOUR) - HISTORY;
		for (let hour = first; hour < first + HISTORY; hour++) {
			const count = countOf(hour * HOUR);
			if (count > 0) counted.push({ log: told(hour * HOUR + dice() * HOUR), count });
		}
		if (!dice.chance(0.25)) continue;
		const hour = Math.floor(untilMs / HOUR) - dice.whole(2, 20);
		outbreaks.add(`${cause} ${hour}`);
		const extra = Math.ceil(40 + perHour(hour * HOUR) * (5 + dice() * 10));
		for (let k = 0; k < extra; k++) logs.push(told(hour * HOUR + dice() * HOUR));
	}
	return { logs, counted, why, outbreaks };
}

function maker(dice: Dice, g: number): (at: number) => Logged {
	const name = `job-${["reports", "sync", "cleanup", "import", "index", "notify", "archive", "rates", "quota", "mirror"][g]}`;
	const host: Host = {
		name: `${name}-${dice.hex(5)}`,
		region: "eu-west-1",
		version: "3.1.0",
		next: "3.1.0",
		clockMs: 0,
	};
	const language = dice.pick(["nodejs", "java", "python"] as const);
	const said = bugOf(language, dice);
	const stack = stackOf(language, said, name, "Job");
	const service: Service = {
		name,
		language,
		hosts: [host],
		operations: [],
		tells: "log",
		dark: false,
		untraced: true,
		port: 0,
		ip: "",
		rolloutMs: Number.POSITIVE_INFINITY,
	};
	return (at) => ({ uid: dice.hex(32), trace: "", span: "", service, host, at, said, stack });
}

/** When it fails in the last day, and how often it did on other days. */
function rhythm(
	dice: Dice,
	untilMs: number,
): { times: number[]; perHour: (at: number) => number; countOf: (at: number) => number } {
	const kind = dice.pick(["clock", "day", "even", "burst"] as const);
	const since = untilMs - 24 * HOUR;
	if (kind === "clock") {
		const period = dice.pick([5, 10, 15, 30, 60]) * MINUTE;
		const share = 0.7 + dice() * 0.3;
		const times: number[] = [];
		for (let at = Math.ceil(since / period) * period; at < untilMs; at += period)
			if (dice.chance(share)) times.push(at + dice() * 20_000);
		const most = Math.round(HOUR / period);
		const countOf = (): number =>
			Array.from({ length: most }, () => Number(dice.chance(share))).reduce((a, b) => a + b, 0);
		return { times, perHour: () => share * most, countOf };
	}
	const level = 0.5 + dice() * 4;
	const peak = 9 + dice() * 6;
	const rate = (at: number): number =>
		kind === "day" ? level * 2.2 * Math.max(0.02, Math.cos(((at / HOUR - peak) / 24) * 2 * Math.PI)) : level;
	const inMinute = (at: number): number => {
		const expected = rate(at) / 60;
		return kind === "burst" ? (dice.chance(expected / 5) ? dice.whole(2, 8) : 0) : poisson(expected, dice);
	};
	const times: number[] = [];
	for (let at = since; at < untilMs; at += MINUTE)
		for (let k = inMinute(at); k > 0; k--) times.push(at + dice() * MINUTE);
	const countOf = (at: number): number => {
		let count = 0;
		for (let minute = 0; minute < 60; minute++) count += inMinute(at + minute * MINUTE);
		return count;
	};
	return { times, perHour: rate, countOf };
}
