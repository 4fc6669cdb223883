/**
 * What errata says of a record that came without its voice, or with a voice nobody vouches for. The meaning is the
 * catalog's; here is only who is trusted, what is dropped, and where the words go.
 */
import {
	type AnyValue,
	ATTRIBUTES,
	type Catalog,
	type Description,
	describeRecord,
	type ErrorFacts,
	isErrorRecord,
	type RecordInput,
	type Redactor,
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
	const said = describeRecord(
		{ ...input, ...subject, timeUnixNano: String(subject.time), serviceName: origin.serviceName },
		by.catalog,
		by.redactor,
	);
	// An error record is described whatever it holds.
	return said === undefined ? subject : { ...said, attributes: said.attributes as Attributes };
}
