/**
 * From what ClickHouse, the socket or the client says to the one error a user sees. The only place that reads database
 * text; none of it goes into a message, it stays in `cause` (`origin`) for debugging.
 */
import { ClickHouseError } from "@clickhouse/client";
import { ErrataError } from "@errata/catalog";

export type StoreErrorKind =
	/** Nobody answers at the URL. */
	| "unreachable"
	/** It answers but cannot take it now: too many parts or queries, memory, disk full, restarting. */
	| "busy"
	/** It took longer than its limit. */
	| "timeout"
	/** Credentials or grants. */
	| "denied"
	/** Tables or the database are missing. */
	| "not_migrated"
	/** The rows themselves cannot be stored, now or later. */
	| "refused"
	/** Anything else: a bug of ours or of the server. */
	| "failed";

/** What a program does next: `retryable` false means the same request can never succeed (answer 400, not 503). */
export class StoreError extends ErrataError {
	readonly kind: StoreErrorKind;
	readonly retryable: boolean;

	constructor(kind: StoreErrorKind, parts: ConstructorParameters<typeof ErrataError>[0]) {
		super({ ...parts, code: `STORE_${kind.toUpperCase()}` });
		this.name = "StoreError";
		this.kind = kind;
		this.retryable = kind !== "refused";
	}
}

/** What was being done when it failed. */
export interface Attempt {
	/** "query", "insert into otel_logs", "migrate": what stands after "cannot". */
	readonly operation: string;
	/** URL without credentials. */
	readonly url: string;
	readonly database: string;
}

interface Verdict {
	readonly kind: StoreErrorKind;
	readonly cause: string;
	readonly remedy: string;
}

const UNREACHABLE: Readonly<Record<string, string>> = {
	ECONNREFUSED: "connection refused",
	ENOTFOUND: "the host name is not known",
	EAI_AGAIN: "the host name cannot be resolved now",
	ECONNRESET: "the connection was reset",
	EPIPE: "the connection was closed",
	EHOSTUNREACH: "the host cannot be reached",
	ENETUNREACH: "the network cannot be reached",
	ETIMEDOUT: "the connection timed out",
};

const START = "Start it with `errata local` or pass --clickhouse-url";

const DENIED = new Set([
	"ACCESS_DENIED",
	"AUTHENTICATION_FAILED",
	"REQUIRED_PASSWORD",
	"UNKNOWN_USER",
	"WRONG_PASSWORD",
	"READONLY",
]);

const BUSY: Readonly<Record<string, string>> = {
	TOO_MANY_PARTS: "too many parts wait to be merged",
	TOO_MANY_SIMULTANEOUS_QUERIES: "too many queries run at once",
	MEMORY_LIMIT_EXCEEDED: "its memory limit is reached",
	NOT_ENOUGH_SPACE: "its disk is full",
	CANNOT_WRITE_TO_FILE_DESCRIPTOR: "its disk cannot be written",
	TABLE_IS_READ_ONLY: "the table is read-only now",
	QUERY_WAS_CANCELLED: "the query was cancelled",
	ABORTED: "it is shutting down",
	NETWORK_ERROR: "one of its connections failed",
	SOCKET_TIMEOUT: "one of its connections timed out",
};

const REFUSED =
	/^(CANNOT_PARSE|CANNOT_CONVERT|CANNOT_READ|INCORRECT_DATA|ILLEGAL_COLUMN|TYPE_MISMATCH|VALUE_IS_OUT_OF_RANGE|ARGUMENT_OUT_OF_BOUND|DECIMAL_OVERFLOW|SIZES_OF_|TOO_LARGE_STRING|UNEXPECTED_END_OF_FILE|ATTEMPT_TO_READ_AFTER_EOF|UNKNOWN_FORMAT|NO_SUCH_COLUMN)/;

function verdictOfServer(error: ClickHouseError, database: string): Verdict {
	const type = error.type ?? "";
	if (type === "UNKNOWN_TABLE" || type === "UNKNOWN_FUNCTION")
		return {
			kind: "not_migrated",
			cause: `the tables of errata are missing or old in database ${database}`,
			remedy: "Run `errata migrate`",
		};
	if (type === "UNKNOWN_DATABASE")
		return {
			kind: "not_migrated",
			cause: `database ${database} does not exist`,
			remedy: `Create it (CREATE DATABASE ${database}) and run \`errata migrate\`, or pass another with --database`,
		};
	if (type === "UNKNOWN_IDENTIFIER" || type === "NOT_FOUND_COLUMN_IN_BLOCK")
		return {
			kind: "not_migrated",
			cause: `a column is missing in database ${database}`,
			remedy: "Run `errata migrate`",
		};
	if (DENIED.has(type))
		return {
			kind: "denied",
			cause: `the user may not do this (${type})`,
			remedy: "Check user and password, and the grants in packages/store/GRANTS.md",
		};
	if (type === "TIMEOUT_EXCEEDED" || type === "TOO_SLOW")
		return { kind: "timeout", cause: "it took too long", remedy: "Ask for a shorter time range, or try again" };
	if (type === "TOO_MANY_PARTS" && error.message.includes("single INSERT block"))
		return {
			kind: "refused",
			cause: "the rows touch more than 100 partitions",
			remedy: "Clamp their times to the last 30 days, or send them in smaller batches",
		};
	const busy = BUSY[type];
	if (busy !== undefined) return { kind: "busy", cause: busy, remedy: "Try again later; free space if it stays" };
	if (REFUSED.test(type))
		return {
			kind: "refused",
			cause: `a value is not of the form ClickHouse expects (${type})`,
			remedy: "Report it with the record or question that caused it",
		};
	return {
		kind: "failed",
		cause: `ClickHouse answered ${type === "" ? `error ${error.code}` : type}`,
		remedy: "Run `errata doctor`; the server's log has the details",
	};
}

function verdict(error: unknown, database: string): Verdict {
	if (error instanceof ClickHouseError) return verdictOfServer(error, database);
	if (error instanceof AggregateError && error.errors.length > 0) return verdict(error.errors[0], database);
	const code = error instanceof Error && "code" in error ? String(error.code) : "";
	const unreachable = UNREACHABLE[code];
	if (unreachable !== undefined) return { kind: "unreachable", cause: unreachable, remedy: START };
	const message = error instanceof Error ? error.message : "";
	if (/timeout/i.test(message) && message.length < 100)
		return { kind: "timeout", cause: "no answer within the time limit", remedy: "Try again, or ask for less" };
	if (/socket hang up|aborted/i.test(message))
		return { kind: "unreachable", cause: "the connection was closed", remedy: START };
	// The client makes a plain Error of an answer it cannot read; anything else (a TypeError, ...) is a bug of ours.
	if (!(error instanceof Error) || error.constructor !== Error)
		return {
			kind: "failed",
			cause: `an unexpected ${error instanceof Error ? error.name : typeof error} came up`,
			remedy: "Report it: this is a fault of errata",
		};
	if (/\btry again\b/i.test(message) && message.length < 200)
		return { kind: "busy", cause: "it is restarting or has too much to do", remedy: "Try again in a moment" };
	if (/\bover \d+ bytes\b/.test(message))
		return { kind: "refused", cause: "the request is larger than it takes", remedy: "Send fewer rows at once" };
	return {
		kind: "busy",
		cause: "the answer was not ClickHouse's",
		remedy: "Check that --clickhouse-url names ClickHouse's HTTP interface, and try again",
	};
}

/** The error to throw for anything that went wrong while talking to ClickHouse; a StoreError passes unchanged. */
export function storeError(error: unknown, attempt: Attempt): StoreError {
	if (error instanceof StoreError) return error;
	const { kind, cause, remedy } = verdict(error, attempt.database);
	return new StoreError(kind, {
		operation: attempt.operation,
		subject: `ClickHouse ${attempt.url}`,
		cause,
		remedy,
		origin: error,
	});
}
