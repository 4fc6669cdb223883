/** What an operation may fail with, and how a failure of anything below becomes a problem. Nothing of the database gets out. */
import { PROBLEMS, type Problem, type ProblemCode, problem } from "@errata/api";
import { ErrataError } from "@errata/catalog";
import { StoreError } from "@errata/store";
import { LIMITS } from "./limits.ts";

/** A failure that the caller may see as it is. */
export class Failure extends Error {
	readonly code: ProblemCode;
	readonly remedy: string;

	constructor(code: ProblemCode, detail: string, remedy: string) {
		super(detail);
		this.name = "Failure";
		this.code = code;
		this.remedy = remedy;
	}

	get status(): number {
		return PROBLEMS[this.code].status;
	}
}

export function notFound(what: string): Failure {
	return new Failure("NOT_FOUND", `No ${what} of that id.`, "List what there is, and pass an id from the list.");
}

/** What came in, short enough to be quoted, without control characters. */
export function quoted(text: string): string {
	const clean = text.replace(/[\p{Cc}\p{Cf}]/gu, " ");
	return JSON.stringify(clean.length > LIMITS.quoteChars ? `${clean.slice(0, LIMITS.quoteChars)}…` : clean);
}

/** The problem for any error; `instance` is the request's id. */
export function problemOf(error: unknown, instance: string): Problem {
	if (error instanceof Failure) return problem(error.code, error.message, error.remedy, instance);
	if (error instanceof StoreError) return storeProblem(error, instance);
	if (error instanceof ErrataError && error.code === "STORE_CURSOR")
		return problem("BAD_CURSOR", "The cursor is not one that this list gave.", "Leave it out to begin anew.", instance);
	return problem(
		"INTERNAL",
		"Something in errata itself failed.",
		"Try again; the server's log says more under this instance.",
		instance,
	);
}

function storeProblem(error: StoreError, instance: string): Problem {
	switch (error.kind) {
		case "unreachable":
		case "busy":
			return problem("STORE_UNAVAILABLE", "ClickHouse does not answer.", "Try again in a moment.", instance);
		case "timeout":
			return problem("STORE_TIMEOUT", "The question took too long.", "Ask for a shorter window.", instance);
		case "refused":
			return problem("BAD_REQUEST", "A parameter is too long or no text.", "Pass a shorter one.", instance);
		case "not_migrated":
			return problem(
				"STORE_UNAVAILABLE",
				"The database has no tables of this version.",
				"Run `errata migrate`.",
				instance,
			);
		default:
			return problem("STORE_UNAVAILABLE", "ClickHouse refused the question.", "The server's log says why.", instance);
	}
}
