/** The life of one alert as a pure step: pending, firing, resolved, flapping. Knows no clock, store or channel. */
import { LIMITS } from "../limits.ts";

/** Something a rule sees now. */
export interface Condition {
	/** Unique within the rule: `issue:<fingerprint>`, `service:<name>`, `all`. */
	readonly subject: string;
	readonly issue: string;
	readonly service: string;
	readonly code: string;
	readonly severity: string;
	/** A sentence. Untrusted text of a program is in it. */
	readonly summary: string;
	/** False: enough to keep an alert that fires already, not to begin one. */
	readonly begins: boolean;
}

export interface AlertState {
	readonly rule: string;
	readonly subject: string;
	/** Of this firing; "" while pending. */
	readonly id: string;
	readonly phase: "pending" | "firing" | "resolved";
	/** When the phase began, milliseconds since the epoch. */
	readonly since: number;
	/** Since when the condition says other than the phase; 0 if it does not. */
	readonly turningSince: number;
	/** When it fired and resolved of late. */
	readonly changes: readonly number[];
	readonly flapping: boolean;
	/** What the channels believe: 0 if they think all is well, else when they were told last that it fires. */
	readonly toldAt: number;
	readonly condition: Condition;
}

export interface Timing {
	readonly forMs: number;
	readonly clearMs: number;
}

export type AlertChange = "fired" | "resolved" | "flapping" | "calm";

export interface Step {
	/** `undefined`: there is nothing to remember. */
	readonly state: AlertState | undefined;
	readonly changes: readonly AlertChange[];
}

interface Seen {
	readonly rule: string;
	readonly condition: Condition | undefined;
	readonly timing: Timing;
	readonly now: number;
	readonly newId: () => string;
}

/** What an alert is after one more look. */
export function stepAlert(before: AlertState | undefined, seen: Seen): Step {
	const next = before === undefined ? begin(seen) : moved(before, seen);
	if (next === undefined) return { state: undefined, changes: [] };
	const changes: AlertChange[] = [];
	const was = before?.phase ?? "pending";
	if (next.phase !== was && next.phase === "firing") changes.push("fired");
	if (next.phase !== was && next.phase === "resolved") changes.push("resolved");
	const recent = next.changes.filter((at) => at > seen.now - LIMITS.flapMs);
	if (changes.length > 0) recent.push(seen.now);
	const flapping = recent.length >= LIMITS.flapChanges;
	if (flapping !== next.flapping) changes.push(flapping ? "flapping" : "calm");
	return { state: { ...next, changes: recent.slice(-LIMITS.flapChanges), flapping }, changes };
}

function begin({ rule, condition, timing, now, newId }: Seen): AlertState | undefined {
	if (condition?.begins !== true) return undefined;
	const fires = timing.forMs === 0;
	return {
		rule,
		subject: condition.subject,
		id: fires ? newId() : "",
		phase: fires ? "firing" : "pending",
		since: now,
		turningSince: 0,
		changes: [],
		flapping: false,
		toldAt: 0,
		condition,
	};
}

function moved(state: AlertState, seen: Seen): AlertState | undefined {
	const { condition, timing, now, newId } = seen;
	switch (state.phase) {
		case "pending":
			if (condition === undefined) return undefined;
			if (now - state.since < timing.forMs) return { ...state, condition };
			return { ...state, condition, phase: "firing", since: now, id: newId() };
		case "firing":
			if (condition !== undefined) return { ...state, condition, turningSince: 0 };
			if (now - (state.turningSince || now) < timing.clearMs)
				return { ...state, turningSince: state.turningSince || now };
			return { ...state, phase: "resolved", since: now, turningSince: 0 };
		case "resolved":
			if (condition?.begins === true) return again(state, seen, condition);
			// What nobody needs to hear any more is forgotten, once it can flap no more.
			return state.toldAt === 0 && now - state.since > LIMITS.flapMs ? undefined : { ...state, turningSince: 0 };
	}
}

/** It comes back: what is remembered of its changes and of who was told stays. */
function again(state: AlertState, { timing, now, newId }: Seen, condition: Condition): AlertState {
	if (timing.forMs > 0 && state.turningSince === 0) return { ...state, condition, turningSince: now };
	if (now - state.turningSince < timing.forMs) return { ...state, condition };
	return { ...state, condition, phase: "firing", since: now, turningSince: 0, id: newId() };
}

/** What the channels should believe: a flapping alert is told once, and that it is over only when it stays so. */
export function shouldBeTold(state: AlertState): boolean {
	return state.phase === "firing" || (state.flapping && state.phase === "resolved");
}
