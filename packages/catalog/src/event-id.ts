/** The id that counting is exact by, for records that came without `log.record.uid`. See SPEC.md, "Event id". */
import { createHash } from "node:crypto";
import { LIMITS } from "./limits.ts";
import { cutUtf8 } from "./utf8.ts";

export interface EventIdInput {
	/** Nanoseconds since the epoch, decimal. */
	readonly timeUnixNano: string;
	readonly serviceName: string;
	/** Lower-case hex, "" if none. */
	readonly traceId: string;
	readonly spanId: string;
	/** Body as the exporter would store it. */
	readonly body: string;
	readonly exceptionType: string;
	readonly exceptionMessage: string;
	readonly exceptionStacktrace: string;
}

/**
 * 128 bits of SHA-256 over the eight fields, each up to `stackBytes` (receivers cut longer texts at limits of their own) and
 * followed by a zero byte; 32 lower-case hex digits.
 */
export function eventId(input: EventIdInput): string {
	const hash = createHash("sha256");
	for (const field of [
		input.timeUnixNano,
		input.serviceName,
		input.traceId,
		input.spanId,
		input.body,
		input.exceptionType,
		input.exceptionMessage,
		input.exceptionStacktrace,
	])
		hash.update(cutUtf8(field, LIMITS.stackBytes)).update("\0");
	return hash.digest("hex").slice(0, 32);
}
