/**
 * What errata says of a record that came without its voice, or with a voice nobody vouches for. The meaning is the
 * catalog's; here is only who is trusted, what is dropped, and where the words go.
 */
import {
	type AnyValue,
	ATTRIBUTES,
	anyText,
	type Catalog,
	type Description,
	describe,
	descriptionAttributes,
	type ErrorFacts,
	eventId,
	factsFromRecord,
	findError,
	isErrorRecord,
	type RecordInput,
	type RedactionCounts,
	type Redactor,
	taskContext,
} from "@errata/catalog";
import type { Attributes } from "./model.ts";

export interface Classifier {
	readonly catalog: Catalog;
	readonly redactor: Redactor;
}

/** Who sent it and where: what is the same for all records of one resource. */
export interface Origin {
	readonly trusted: boolean;
	readonly serviceName: string;
	/** `telemetry.sdk.language`, "" if absent. */
	readonly language: string;
}

/** The parts of a log record or span event that decide and that may be replaced. */
export interface Subject {
	readonly eventName: string;
	readonly severityNumber: number;
	readonly body: AnyValue;
	readonly attributes: Attributes;
	readonly traceId: string;
	readonly spanId: string;
	/** As it came, before clamping. */
	readonly time: bigint;
}

export interface Classified {
	readonly body: AnyValue;
	readonly attributes: Attributes;
	/** Absent if the record is no error, or had errata's voice already. */
	readonly description?: Description;
	readonly facts?: ErrorFacts;
}

const VOICE = Object.entries(ATTRIBUTES)
	.filter(([, doc]) => "voice" in doc)
	.map(([name]) => name);

const FINGERPRINT = /^[0-9a-f]{32}$/;

/** Changes `subject.attributes` in place only by dropping; everything else is in the result. */
export function classify(subject: Subject, origin: Origin, by: Classifier): Classified {
	const { attributes } = subject;
	const described = attributes["errata.fingerprint"] !== undefined;
	if (origin.trusted && described) return subject;
	if (!origin.trusted) for (const name of VOICE) delete attributes[name];
	const input: RecordInput = { ...subject, language: origin.language };
	if (!isErrorRecord(input)) {
		// The view would lift it as an error that says nothing.
		if (!origin.trusted && described) delete attributes["errata.fingerprint"];
		return subject;
	}
	return describeAnew(input, subject, origin, by);
}

function describeAnew(input: RecordInput, subject: Subject, origin: Origin, by: Classifier): Classified {
	const counts: RedactionCounts = {};
	const redacted = by.redactor.value(input.attributes, counts) as Attributes;
	const attributes = Object.assign(Object.create(null) as Attributes, redacted);
	const body = by.redactor.value(input.body, counts) as AnyValue;
	// Written to the record, so that whoever reads the row finds the same.
	Object.assign(attributes, findError({ ...input, attributes, body }));
	const facts = factsFromRecord({ ...input, attributes, body });
	if (facts === undefined) return { body, attributes };
	const key = attributes["errata.fingerprint"] ?? attributes["error.fingerprint"];
	const given = typeof key === "string" ? key : "";
	const ready = FINGERPRINT.test(given) && attributes["errata.fingerprint"] === given;
	const said = describe(facts, by.catalog, ready ? "" : given);
	// A fingerprint that an errata elsewhere computed, or that the user set, is data and stays.
	const version = Number(attributes["errata.fingerprint_version"] ?? said.fingerprintVersion);
	const description = ready ? { ...said, fingerprint: given, fingerprintVersion: version } : said;
	Object.assign(attributes, taskContext(attributes), descriptionAttributes(description));
	addRedactions(attributes, counts);
	if (anyText(attributes["log.record.uid"]) === "")
		attributes["log.record.uid"] = eventId({
			timeUnixNano: String(subject.time),
			serviceName: origin.serviceName,
			traceId: subject.traceId,
			spanId: subject.spanId,
			body: anyText(body),
			exceptionType: anyText(attributes["exception.type"]),
			exceptionMessage: anyText(attributes["exception.message"]),
			exceptionStacktrace: anyText(attributes["exception.stacktrace"]),
		});
	return { body, attributes, description, facts };
}

/** Adds to what the attributes say was redacted. */
export function addRedactions(attributes: Attributes, counts: RedactionCounts): void {
	if (Object.keys(counts).length === 0) return;
	const found = attributes["errata.redactions"];
	const map = Object.create(null) as Attributes;
	if (typeof found === "object" && found !== null && !Array.isArray(found)) Object.assign(map, found);
	for (const [type, count] of Object.entries(counts)) map[type] = BigInt(Number(map[type] ?? 0) + count);
	attributes["errata.redactions"] = map;
}
