/**
 * Exceptions that were only seen in passing (recorded on a span, thrown in a framework's handler) wait here a moment: the
 * application mostly logs the same error a little later, with more to say. A report that holds the value itself, has it
 * among its causes, or is plainly the same failure in the same trace, claims it; what nobody claims is reported when the
 * trace's local root ends, or after a bounded wait. Span events learn the id of the record that speaks for them.
 */
import { type Context, context } from "@opentelemetry/api";
import { NODE_LIMITS } from "./limits.ts";
import { failureOf } from "./normalize.ts";
import { report, type SeverityName } from "./report.ts";
import { isObject, type Reported, sharedState } from "./state.ts";
import { attempt } from "./values.ts";

/** An event of a span that still may be written: it is exported seconds after the span ends. */
export interface Annotatable {
	attributes?: Record<string, unknown>;
}

export interface Sighting {
	/** The thrown value; a string is a message without its error. */
	readonly error: unknown;
	readonly traceId: string;
	readonly severity: SeverityName;
	/** Well-known attributes of the place it was seen at. */
	readonly attributes: Readonly<Record<string, unknown>>;
	readonly event?: Annotatable;
	/** Milliseconds to wait when no end of a trace comes. */
	readonly waitMs: number;
}

interface Held extends Sighting {
	readonly events: Annotatable[];
	readonly time: number;
	readonly deadline: number;
	readonly context: Context;
	readonly task: Readonly<Record<string, unknown>> | undefined;
	readonly signature: Signature;
}

/** What two reports of one failure share when they do not share the value. */
interface Signature {
	readonly traceId: string;
	readonly type: string;
	readonly code: string;
	readonly message: string;
}

interface Past extends Signature {
	readonly time: number;
	readonly reported: Reported;
}

/** Milliseconds in which a report without a trace may speak for what was seen: a catch, a callback, one retry. */
const UNTRACED_MS = 2_000;

export class HeldExceptions {
	readonly #held: Held[] = [];
	readonly #past: Past[] = [];
	/** Causes of reported errors: part of a report without being reported. */
	readonly #parts = new WeakMap<object, Reported>();
	#timer: NodeJS.Timeout | undefined;

	/** Takes note of an exception seen in passing. */
	see(sighting: Sighting): void {
		const known = this.#known(sighting);
		if (known !== undefined) {
			annotate(sighting.event, known);
			return;
		}
		const same = this.#held.find((held) => isObject(held.error) && held.error === sighting.error);
		if (same !== undefined) {
			if (sighting.event !== undefined) same.events.push(sighting.event);
			return;
		}
		if (this.#held.length >= NODE_LIMITS.heldExceptions) this.#release(this.#held.splice(0, 1));
		this.#held.push({
			...sighting,
			events: sighting.event === undefined ? [] : [sighting.event],
			time: Date.now(),
			deadline: Date.now() + sighting.waitMs,
			context: context.active(),
			task: sharedState().task.getStore(),
			signature: signatureOf(sighting.error, sighting.traceId),
		});
		this.#schedule();
	}

	/** An error was reported: everything held that is the same failure is spoken for. */
	claim(error: unknown, traceId: string, reported: Reported): void {
		const chain = chainOf(error);
		for (const part of chain) if (!sharedState().reported.has(part)) this.#parts.set(part, reported);
		const signature = signatureOf(error, traceId);
		this.#past.push({ ...signature, time: Date.now(), reported });
		if (this.#past.length > NODE_LIMITS.recentErrors) this.#past.shift();
		for (let i = this.#held.length - 1; i >= 0; i--) {
			const held = this.#held[i] as Held;
			if (!(isObject(held.error) && chain.has(held.error)) && !sameFailure(held, signature)) continue;
			this.#held.splice(i, 1);
			for (const event of held.events) annotate(event, reported);
		}
	}

	/** The local root of a trace ended: nobody else will speak for what is held of it. */
	settle(traceId: string): void {
		this.#release(take(this.#held, (held) => held.traceId === traceId));
	}

	/** The process ends. */
	settleAll(): void {
		this.#release(this.#held.splice(0));
	}

	get size(): number {
		return this.#held.length;
	}

	#known(sighting: Sighting): Reported | undefined {
		if (isObject(sighting.error)) {
			const known = sharedState().reported.get(sighting.error) ?? this.#parts.get(sighting.error);
			if (known !== undefined) return known;
		}
		const signature = signatureOf(sighting.error, sighting.traceId);
		const recent = Date.now() - UNTRACED_MS;
		return this.#past.findLast(
			(past) =>
				(past.time >= recent || (past.traceId === sighting.traceId && past.traceId !== "")) &&
				sameFailure({ error: sighting.error, signature }, past),
		)?.reported;
	}

	#schedule(): void {
		if (this.#timer !== undefined || this.#held.length === 0) return;
		const next = Math.min(...this.#held.map((held) => held.deadline));
		this.#timer = setTimeout(
			() => {
				this.#timer = undefined;
				const now = Date.now();
				this.#release(take(this.#held, (held) => held.deadline <= now));
				this.#schedule();
			},
			Math.max(1, next - Date.now()),
		).unref();
	}

	/** The latest first, bare messages last: the error that left the handler speaks for its cause and for a driver's text. */
	#release(released: readonly Held[]): void {
		const values = released.filter((held) => typeof held.error !== "string").reverse();
		for (const held of [...values, ...released.filter((other) => typeof other.error === "string")]) {
			const known = this.#known(held);
			if (known !== undefined) {
				for (const event of held.events) annotate(event, known);
				continue;
			}
			const emit = (): void => {
				report({
					error: held.error,
					handled: true,
					severity: held.severity,
					attributes: held.attributes,
					timestamp: held.time,
					...(typeof held.error === "string" ? { messageOnly: true } : {}),
					onReported: (reported) => {
						for (const event of held.events) annotate(event, reported);
					},
				});
			};
			context.with(held.context, () => (held.task === undefined ? emit() : sharedState().task.run(held.task, emit)));
		}
	}
}

function take(list: Held[], match: (held: Held) => boolean): Held[] {
	const taken: Held[] = [];
	for (let i = list.length - 1; i >= 0; i--) if (match(list[i] as Held)) taken.unshift(...list.splice(i, 1));
	return taken;
}

function annotate(event: Annotatable | undefined, reported: Reported): void {
	if (event === undefined) return;
	event.attributes ??= {};
	event.attributes["log.record.uid"] = reported.uid;
	event.attributes["errata.fingerprint"] = reported.fingerprint;
}

/** The value and everything below it by `cause` and `errors`. */
function chainOf(error: unknown): Set<object> {
	const chain = new Set<object>();
	const queue: unknown[] = [error];
	while (queue.length > 0 && chain.size < NODE_LIMITS.causes) {
		const value = queue.shift();
		if (!isObject(value) || chain.has(value)) continue;
		chain.add(value);
		const link = (key: string): unknown => attempt(() => (value as Record<string, unknown>)[key], undefined);
		queue.push(link("cause"), link("originalError"));
		const errors = link("errors");
		if (attempt(() => Array.isArray(errors), false))
			queue.push(...attempt(() => (errors as unknown[]).slice(0, NODE_LIMITS.causes), []));
	}
	return chain;
}

function signatureOf(error: unknown, traceId: string): Signature {
	if (typeof error === "string") return { traceId, type: "", code: "", message: error.slice(0, 2_000) };
	const { type, code, message } = failureOf(error);
	return { traceId, type, code, message: message.slice(0, 2_000) };
}

/** Same trace, and the same class, code and message; of a bare message: it names the code or the class. */
function sameFailure(held: { error: unknown; signature: Signature }, other: Signature): boolean {
	const { signature } = held;
	// A report outside of any trace is of the caller that caught it: the span was the trace's only one.
	if (signature.traceId !== other.traceId && other.traceId !== "") return false;
	if (typeof held.error !== "string")
		return signature.type === other.type && signature.code === other.code && signature.message === other.message;
	if (other.code.length >= 3 && signature.message.includes(other.code)) return true;
	if (other.message.length >= 8 && signature.message.includes(other.message)) return true;
	return other.type.length >= 6 && other.type !== "Error" && signature.message.includes(other.type);
}
