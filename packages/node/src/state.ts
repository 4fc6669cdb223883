/**
 * What every copy of this package in one process shares, on `globalThis` under `Symbol.for("errata.node.1")`: which
 * values were reported, the context of the running task, whether instrumentation runs. Two copies (one preloaded, one
 * imported by the application) agree through it. Its shape is a contract: a changed shape needs a new symbol.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Fail } from "./channels/frameworks.ts";

/** How a reported value is known. */
export interface Reported {
	/** `log.record.uid` of its record. */
	readonly uid: string;
	/** `errata.fingerprint` of its record. */
	readonly fingerprint: string;
}

/** Where a value was first seen: an error that leaves its task's scope is reported outside of it. */
export interface Origin {
	readonly fields?: Readonly<Record<string, unknown>>;
	readonly traceId?: string;
	readonly spanId?: string;
	readonly traceFlags?: number;
	/** Route, operation or peer it failed at, by their OpenTelemetry names. */
	readonly attributes?: Readonly<Record<string, unknown>>;
	/** A framework answers its client with it, a 4xx: the severity that has. */
	readonly client?: "debug" | "info" | "warn" | "error" | "fatal" | "off";
}

export interface SharedState {
	/** Error identity to its record. */
	readonly reported: WeakMap<object, Reported>;
	readonly origins: WeakMap<object, Origin>;
	/** Fields given to `withContext`. */
	readonly task: AsyncLocalStorage<Readonly<Record<string, unknown>>>;
	/** Explicit crumbs reach the copy that describes errors. */
	crumb: ((crumb: ExplicitCrumb) => void) | undefined;
	/** A channel of this name is watched already. */
	readonly channels: Set<string>;
	registered: boolean;
	/** Copies of errors that another thread has reported. */
	elsewhere?: WeakSet<object>;
	/** Keys of task fields that may travel as baggage. */
	baggage?: ReadonlySet<string>;
	/** Takes note of an error that a framework deals with; absent where nothing is instrumented. */
	fail?: Fail;
	/** Sends what is reported so far, to disk what is not taken in time. Never rejects. */
	flush?: (timeoutMs: number) => Promise<void>;
}

export interface ExplicitCrumb {
	readonly message: string;
	readonly category: string;
	readonly data: unknown;
}

const KEY = Symbol.for("errata.node.1");

/** The one state of this process. */
export function sharedState(): SharedState {
	const holder = globalThis as { [KEY]?: SharedState };
	holder[KEY] ??= {
		reported: new WeakMap(),
		origins: new WeakMap(),
		task: new AsyncLocalStorage(),
		crumb: undefined,
		channels: new Set(),
		registered: false,
	};
	return holder[KEY];
}

/** True for what a WeakMap can hold: an object or a function. */
export function isObject(value: unknown): value is object {
	return (typeof value === "object" && value !== null) || typeof value === "function";
}

/** True the first time a channel of this name is asked for, in any copy. */
export function claimChannel(name: string): boolean {
	const { channels } = sharedState();
	if (channels.has(name)) return false;
	channels.add(name);
	return true;
}
