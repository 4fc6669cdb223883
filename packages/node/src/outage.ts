/**
 * A time in which the receiver takes nothing: when to ask again, and the one line that tells of it. Where the errors go
 * meanwhile is `error-batch.ts`.
 */
import { droppedInAll, health } from "./health.ts";
import { NODE_LIMITS } from "./limits.ts";
import { REFUSED } from "./post.ts";
import { ExportFailure } from "./transport.ts";

export class Outage {
	readonly #since = Date.now();
	readonly #spooled = health.spooled;
	readonly #dropped = droppedInAll();
	#cause = "";
	#wait: number = NODE_LIMITS.probeMs;

	constructor(cause: unknown) {
		health.outages++;
		this.because(cause);
	}

	/** The latest reason is the one that is told. */
	because(cause: unknown): void {
		this.#cause = cause instanceof Error ? cause.message || (cause as NodeJS.ErrnoException).code || cause.name : "";
	}

	/** Milliseconds until the next question: longer each time, and as long as the receiver asked for. */
	next(retryAfterMs = 0): number {
		const jittered = this.#wait * (0.8 + Math.random() * 0.4);
		this.#wait = Math.min(this.#wait * 1.5, NODE_LIMITS.longestProbeMs);
		return Math.max(jittered, Math.min(retryAfterMs, NODE_LIMITS.retryAfterMs));
	}

	/** What there is to say when it is over. */
	line(): string {
		const seconds = Math.max(1, Math.round((Date.now() - this.#since) / 1_000));
		const waited = health.spooled - this.#spooled;
		const lost = droppedInAll() - this.#dropped;
		return `errata could not send errors for ${seconds} s (${this.#cause}): ${waited} waited on disk, ${lost} were lost`;
	}
}

/** How long the receiver asked to be left alone, in milliseconds. */
export function retryAfterOf(error: unknown): number | undefined {
	return error instanceof ExportFailure ? error.retryAfterMs : undefined;
}

/** True if the same request would be refused again, and another one might not. */
export function isRefusal(error: unknown): boolean {
	return error instanceof ExportFailure && REFUSED.has(error.status);
}

/** Says at most one line in `warnMs`; of what came meanwhile the latest is said when the time is over. */
export class Warnings {
	readonly #say: (line: string) => void;
	#until = 0;
	#held: string | undefined;

	constructor(say: (line: string) => void) {
		this.#say = say;
	}

	warn(line: string): void {
		const now = Date.now();
		if (now >= this.#until) {
			this.#until = now + NODE_LIMITS.warnMs;
			this.#say(line);
			return;
		}
		if (this.#held === undefined) setTimeout(() => this.#release(), this.#until - now).unref();
		this.#held = line;
	}

	#release(): void {
		const line = this.#held;
		this.#held = undefined;
		this.#until = 0;
		if (line !== undefined) this.warn(line);
	}
}
