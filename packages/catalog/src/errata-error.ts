/** The one shape of an error that a user of errata may see. Translate to it once, at the boundary where the cause is known. */

export interface ErrataErrorParts {
	/** What was being done: "start errata local", "read catalog". */
	readonly operation: string;
	/** What it was done to: a path, port, URL or key; "" if nothing more can be named. */
	readonly subject: string;
	/** Why it failed, in one clause. */
	readonly cause: string;
	/** What to do next, as a sentence. */
	readonly remedy: string;
	/** Stable name for programs, `UPPER_SNAKE`. */
	readonly code?: string;
	/** Exit code when it ends a command; 1 if absent. */
	readonly exitCode?: number;
	/** The error behind it; never shown to a user of a remote surface. */
	readonly origin?: unknown;
}

/** An error that says operation, subject, cause and what to do. */
export class ErrataError extends Error {
	readonly operation: string;
	readonly subject: string;
	readonly reason: string;
	readonly remedy: string;
	readonly code: string;
	readonly exitCode: number;

	constructor(parts: ErrataErrorParts) {
		const subject = parts.subject === "" ? "" : ` ${parts.subject}`;
		super(`cannot ${parts.operation}${subject}: ${parts.cause}. ${parts.remedy}`, { cause: parts.origin });
		this.name = "ErrataError";
		this.operation = parts.operation;
		this.subject = parts.subject;
		this.reason = parts.cause;
		this.remedy = parts.remedy;
		this.code = parts.code ?? "ERRATA";
		this.exitCode = parts.exitCode ?? 1;
	}
}
