/**
 * A whole record to what errata says of it and to what may be kept of it: redact, find, describe, name the occurrence. What
 * the local receiver and the store's backfill share; who is trusted and where the words go is theirs.
 */
import { anyText } from "./any-text.ts";
import type { Catalog } from "./catalog.ts";
import { describe } from "./describe.ts";
import { eventId } from "./event-id.ts";
import { findError } from "./find.ts";
import { type AnyValue, descriptionAttributes, factsFromRecord, type RecordInput, taskContext } from "./record.ts";
import type { RedactionCounts, Redactor } from "./redact.ts";
import type { Description, ErrorFacts } from "./types.ts";

/** The record with what an event id needs beside it. */
export interface DescribableRecord extends RecordInput {
	/** Nanoseconds since the epoch, decimal, as it came. */
	readonly timeUnixNano: string;
	readonly serviceName: string;
	/** Lower-case hex, "" if none. */
	readonly traceId: string;
	readonly spanId: string;
}

export interface DescribedRecord {
	/** Redacted, with what was found and with errata's own attributes, `log.record.uid` among them. */
	readonly attributes: Record<string, AnyValue>;
	/** Redacted. */
	readonly body: AnyValue;
	readonly description: Description;
	readonly facts: ErrorFacts;
}

const FINGERPRINT = /^[0-9a-f]{32}$/;

/** `undefined` if the record is no error. Never throws; `record` stays as it is. */
export function describeRecord(
	record: DescribableRecord,
	catalog: Catalog,
	redactor: Redactor,
): DescribedRecord | undefined {
	const counts: RedactionCounts = {};
	const redacted = redactor.value(record.attributes, counts) as Record<string, AnyValue>;
	const attributes = Object.assign(Object.create(null) as Record<string, AnyValue>, redacted);
	const body = redactor.value(record.body, counts) as AnyValue;
	const uid =
		anyText(attributes["log.record.uid"]) ||
		eventId({
			...record,
			body: anyText(body),
			exceptionType: anyText(attributes["exception.type"]),
			exceptionMessage: anyText(attributes["exception.message"]),
			exceptionStacktrace: anyText(attributes["exception.stacktrace"]),
		});
	Object.assign(attributes, findError({ ...record, attributes, body }));
	const facts = factsFromRecord({ ...record, attributes, body });
	if (facts === undefined) return undefined;
	const description = described(facts, attributes, catalog);
	Object.assign(attributes, taskContext(attributes), descriptionAttributes(description), { "log.record.uid": uid });
	addRedactions(attributes, counts);
	return { attributes, body, description, facts };
}

function described(facts: ErrorFacts, attributes: Readonly<Record<string, AnyValue>>, catalog: Catalog): Description {
	const key = attributes["errata.fingerprint"] ?? attributes["error.fingerprint"];
	const given = typeof key === "string" ? key : "";
	// A fingerprint that an errata elsewhere computed, or that the user set, is data and stays.
	const ready = FINGERPRINT.test(given) && attributes["errata.fingerprint"] === given;
	const said = describe(facts, catalog, ready ? "" : given);
	const version = Number(attributes["errata.fingerprint_version"] ?? said.fingerprintVersion);
	return ready ? { ...said, fingerprint: given, fingerprintVersion: version } : said;
}

/** Adds to what the attributes say was redacted, under `errata.redactions`. */
export function addRedactions(attributes: Record<string, AnyValue>, counts: RedactionCounts): void {
	if (Object.keys(counts).length === 0) return;
	const found = attributes["errata.redactions"];
	const map = Object.create(null) as Record<string, AnyValue>;
	if (typeof found === "object" && found !== null && !Array.isArray(found)) Object.assign(map, found);
	for (const [type, count] of Object.entries(counts)) map[type] = BigInt(Number(map[type] ?? 0) + count);
	attributes["errata.redactions"] = map;
}
