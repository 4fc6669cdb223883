/**
 * The side channel: how the thrown value itself reaches the processor. The SDK turns `exception` into three strings
 * before processors run; cause, members and own properties are gone by then.
 */
import { type Context, createContextKey } from "@opentelemetry/api";
import type { ReadError } from "./normalize.ts";
import type { Reported } from "./state.ts";

export interface RawError {
	readonly error: unknown;
	readonly handled: boolean;
	/** Context of the application for this error, over what `withContext` gave. */
	readonly context?: Readonly<Record<string, unknown>>;
	/** The application's own group key. */
	readonly fingerprint?: string;
	/** The value is the message of an error that was not seen itself: it has no class. */
	readonly messageOnly?: boolean;
	/** The value's parts, once somebody read them. */
	read?: ReadError;
	/** Told once the record is described. */
	readonly onReported?: (reported: Reported) => void;
}

/** `Symbol.for` underneath: every copy of the package reads it. */
const KEY = createContextKey("errata.raw.1");

export function withRaw(context: Context, raw: RawError): Context {
	return context.setValue(KEY, raw);
}

export function rawOf(context: Context | undefined): RawError | undefined {
	return context?.getValue(KEY) as RawError | undefined;
}

/**
 * What a logging library is about to write: set by its channel just before the bridge emits the record in the same
 * turn, taken by the processor. One slot is enough: nothing runs in between.
 */
export const pending: { scope: string; raw: RawError | undefined } = { scope: "", raw: undefined };

/** The pending error if the record comes from its library; the slot is empty afterwards. */
export function takePending(scope: string): RawError | undefined {
	if (pending.raw === undefined || pending.scope !== scope) return undefined;
	const { raw } = pending;
	pending.raw = undefined;
	return raw;
}
