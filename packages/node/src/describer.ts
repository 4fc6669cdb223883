/**
 * One error record to a described one: the order of the steps is the point. The thrown value is taken apart, enrichment is
 * added within the budget, users' enrichers run, everything is redacted, and only then the catalog reads the record's
 * own exported attributes and speaks; so Node, Collector and backfill say the same. What is too slow for the moment of
 * the error (`errata.source`) waits in `finish`. Emission and once-only are the processor's.
 */
import {
	type AnyValue,
	type Catalog,
	type Description,
	describe,
	descriptionAttributes,
	factsFromRecord,
	findError,
	LIMITS,
	type RecordInput,
	type RedactionCounts,
	type Redactor,
	taskContext,
} from "@errata/catalog";
import type { Context } from "@opentelemetry/api";
import type { ReadableLogRecord, ReadWriteLogRecord } from "@opentelemetry/sdk-logs";
import { baggageFields } from "./baggage.ts";
import { Budget } from "./budget.ts";
import { type Defined, definitionOf, parametersOf, render } from "./error-definitions.ts";
import { health } from "./health.ts";
import { NODE_LIMITS } from "./limits.ts";
import { type NormalError, readError } from "./normalize.ts";
import { originOf } from "./origins.ts";
import type { RawError } from "./raw.ts";
import type { SourceLines } from "./source-lines.ts";
import { spanFields } from "./span-fields.ts";
import { isObject, type Reported, sharedState } from "./state.ts";
import { Surroundings, type SurroundingsParts } from "./surroundings.ts";
import { loggerFields, taskFields } from "./task-fields.ts";
import { uuidv7 } from "./uid.ts";
import { attempt, count, cutText, type Dropped, toAnyValue, type ValueLimits } from "./values.ts";

/**
 * Adds to a record whatever it wants, before redaction and description. `error` is the thrown value, `undefined` for a
 * record that only has text. What it throws is swallowed and counted.
 */
export type Enricher = (error: unknown, record: ReadWriteLogRecord) => void;

export interface DescriberParts extends SurroundingsParts {
	/** Asked for when the first error is described: reading it is the larger part of a start. */
	readonly catalog: () => Catalog;
	readonly source: SourceLines;
	readonly enrichers: readonly Enricher[];
	/** For ids of users: equal ones stay equal where there is a key, and never stay themselves. */
	readonly people: Redactor;
}

type Attributes = Record<string, AnyValue>;

const MESSAGE_LIMIT = [LIMITS.messageBytes, "message_bytes"] as const;
const STACK_LIMIT = [LIMITS.stackBytes, "stack_bytes"] as const;
/** UTF-16 units of an attribute's name: longer ones are data, and no column is looked up by them. */
const KEY_CHARS = 256;

export class Describer {
	readonly #parts: DescriberParts;
	readonly #limits: ValueLimits;
	readonly #surroundings: Surroundings;
	/** Stacks whose source lines are read when the record is sent. */
	readonly #stacks = new WeakMap<ReadableLogRecord, string>();

	constructor(parts: DescriberParts) {
		this.#parts = parts;
		this.#limits = {
			stringBytes: parts.config["limits.stringBytes"],
			depth: parts.config["limits.depth"],
			items: parts.config["limits.items"],
		};
		this.#surroundings = new Surroundings(parts, this.#limits);
	}

	/** Describes `record` in place and says how it is known; `known` if its error was reported before. */
	describe(
		record: ReadWriteLogRecord,
		raw: RawError | undefined,
		known: Reported | undefined,
		context?: Context,
	): Reported {
		const attributes = record.attributes as Attributes;
		if (raw !== undefined) raw.read ??= readError(raw.error);
		const dropped: Dropped = { ...raw?.read?.dropped };
		const traceId = record.spanContext?.traceId ?? "";
		const uid = known?.uid ?? uuidv7();
		const normal = raw?.read?.normal;
		if (raw !== undefined && normal !== undefined) this.#exception(record, normal, raw);
		const { attributes: around, flags } = spanFields(context);
		fill(attributes, originOf(raw?.error)?.attributes ?? {});
		fill(attributes, this.#named(around));
		if (Object.keys(flags).length > 0) attributes["errata.context.feature_flags"] ??= flags;
		const budget = new Budget(this.#parts.config["limits.recordBytes"], dropped);
		this.#clip(record, budget, dropped);
		const stack = attributes["exception.stacktrace"];
		if (typeof stack === "string" && this.#sourceFrames() > 0) this.#stacks.set(record, stack);
		this.#task(attributes, raw, normal, budget, dropped, context);
		if (normal !== undefined) this.#causes(attributes, normal, budget, dropped);
		const counts: RedactionCounts = {};
		const surroundings = this.#surroundings.attributes(traceId, uid, budget, dropped, counts);
		this.#enrich(record, raw?.error, dropped);
		attributes["errata.handled"] = attributes["errata.handled"] ?? raw?.handled ?? true;
		attributes["log.record.uid"] = uid;
		const given = this.#given(attributes, raw);
		this.#redact(record, counts);
		Object.assign(attributes, surroundings);
		if (Object.keys(counts).length > 0) attributes["errata.redactions"] = counts;
		for (const type of Object.keys(counts))
			health.redactions[type] = (health.redactions[type] ?? 0) + (counts[type] ?? 0);
		const description = this.#speak(record, raw, given);
		if (Object.keys(dropped).length > 0) attributes["errata.dropped"] = dropped;
		this.#remember(record, uid, traceId, description);
		return { uid, fingerprint: description.fingerprint };
	}

	/** What waits until the record is sent: source lines. Never throws. */
	finish(record: ReadableLogRecord): void {
		const stack = this.#stacks.get(record);
		if (stack === undefined) return;
		this.#stacks.delete(record);
		const source = attempt(() => this.#parts.source.of(stack, this.#sourceFrames()), []);
		if (source.length > 0) (record.attributes as Attributes)["errata.source"] = source;
	}

	#sourceFrames(): number {
		return this.#parts.config["source.lines"] === 0 ? 0 : this.#parts.config["source.frames"];
	}

	/** The SDK put errno or SQLSTATE in the place of the class and forgot the rest. */
	#exception(record: ReadWriteLogRecord, normal: NormalError, raw: RawError): void {
		const attributes = record.attributes as Attributes;
		if (raw.messageOnly !== true) attributes["exception.type"] = normal.type;
		attributes["exception.message"] = normal.message;
		if (normal.stacktrace !== "") attributes["exception.stacktrace"] = normal.stacktrace;
		else delete attributes["exception.stacktrace"];
		if (normal.code !== "") attributes["error.type"] ??= normal.code;
		const status = normal.status === 0 ? definedBy(raw.error)?.status : normal.status;
		if (status !== undefined) attributes["http.response.status_code"] ??= status;
	}

	/** What came through the SDK has no limit of ours yet: attributes share the record's with what is added to them. */
	#clip(record: ReadWriteLogRecord, budget: Budget, dropped: Dropped): void {
		const attributes = record.attributes as Attributes;
		const { stringBytes } = this.#limits;
		for (const key of Object.keys(attributes)) {
			let value = attributes[key];
			if (key === "exception.stacktrace" || key === "exception.message") {
				const [bytes, name] = key === "exception.message" ? MESSAGE_LIMIT : STACK_LIMIT;
				if (typeof value === "string") attributes[key] = cutText(value, bytes, name, dropped);
				continue;
			}
			if (typeof value === "string" && value.length > stringBytes)
				value = cutText(value, stringBytes, "string_bytes", dropped);
			else if (typeof value === "object" && value !== null) value = toAnyValue(value, this.#limits, dropped);
			const named = key === "exception.type";
			if (key.length > KEY_CHARS || (!named && budget.take(value) === undefined)) delete attributes[key];
			else attributes[key] = value;
		}
		const { body } = record;
		if (typeof body === "string") record.body = cutText(body, LIMITS.messageBytes, "body_bytes", dropped);
		else if (typeof body === "object" && body !== null) record.body = toAnyValue(body, this.#limits, dropped) as never;
	}

	#task(
		attributes: Attributes,
		raw: RawError | undefined,
		normal: NormalError | undefined,
		budget: Budget,
		dropped: Dropped,
		context: Context | undefined,
	): void {
		const layers = [
			baggageFields(context),
			loggerFields(attributes),
			originOf(raw?.error)?.fields,
			sharedState().task.getStore(),
			raw?.context,
		];
		const fields = taskFields(layers, this.#limits, dropped);
		for (const [key, value] of Object.entries(fields)) {
			const kept = budget.take(value);
			if (kept !== undefined) attributes[`errata.context.${key}`] = kept;
		}
		Object.assign(attributes, taskContext(attributes));
		if (normal === undefined || Object.keys(normal.properties).length === 0) return;
		// Shallow: an HTTP client hangs its sockets on its errors.
		const properties = budget.take(toAnyValue(normal.properties, { ...this.#limits, depth: 3, items: 20 }, dropped));
		if (properties !== undefined) attributes["errata.context.error_properties"] = properties;
	}

	#causes(attributes: Attributes, normal: NormalError, budget: Budget, dropped: Dropped): void {
		if (normal.causes.length === 0) return;
		const maps = normal.causes.map((cause): AnyValue => ({ ...cause }));
		const kept = budget.takeFirst(maps);
		if (kept.length < maps.length) count(dropped, "causes", maps.length - kept.length);
		attributes["errata.causes"] = kept;
	}

	#enrich(record: ReadWriteLogRecord, error: unknown, dropped: Dropped): void {
		for (const enricher of this.#parts.enrichers) {
			try {
				enricher(error, record);
			} catch {
				count(dropped, "enrichers");
			}
		}
	}

	/** The user's own group key. */
	#given(attributes: Attributes, raw: RawError | undefined): string {
		const own = isObject(raw?.error)
			? attempt(() => (raw.error as { fingerprint?: unknown }).fingerprint, undefined)
			: undefined;
		for (const given of [raw?.fingerprint, attributes["errata.fingerprint"], attributes["error.fingerprint"], own])
			if (typeof given === "string" && given !== "") return given;
		return "";
	}

	#redact(record: ReadWriteLogRecord, counts: RedactionCounts): void {
		const attributes = record.attributes as Attributes;
		const { redactor } = this.#parts;
		for (const key of Object.keys(attributes)) {
			const value = attributes[key];
			if (typeof value === "number" || typeof value === "boolean" || key === "log.record.uid") continue;
			attributes[key] = redactor.value(value, counts, key) as AnyValue;
		}
		if (record.body !== undefined) record.body = redactor.value(record.body, counts);
	}

	/** A user of a span is a person, whatever the id looks like; the application's own attributes are its own choice. */
	#named(around: Attributes): Attributes {
		const { people, config } = this.#parts;
		if (config["context.userId"] === "keep") return around;
		for (const key of ["user.id", "enduser.id"])
			if (around[key] !== undefined) around[key] = people.value(String(around[key]), {}, key) as AnyValue;
		return around;
	}

	/** The catalog reads what is exported, then the application's own definition has the last word. */
	#speak(record: ReadWriteLogRecord, raw: RawError | undefined, given: string): Description {
		const { catalog } = this.#parts;
		const input: RecordInput = {
			eventName: record.eventName ?? "",
			severityNumber: record.severityNumber ?? 0,
			body: record.body as AnyValue,
			attributes: record.attributes as Attributes,
			language: "nodejs",
		};
		// Written to the record, so that whoever reads it elsewhere finds the same.
		Object.assign(record.attributes, findError(input));
		const facts = factsFromRecord(input);
		const none = { type: "", message: "", stacktrace: "", language: "nodejs", code: "", attributes: {}, causes: [] };
		const spoken = describe(facts ?? none, catalog(), given);
		const defined = definedBy(raw?.error);
		const description = defined === undefined ? spoken : this.#apply(defined, raw?.error as object, spoken);
		Object.assign(record.attributes, descriptionAttributes(description));
		return description;
	}

	#apply(defined: Defined, error: object, spoken: Description): Description {
		const parameters = attempt(() => parametersOf(error, defined), {});
		const fill = (texts: readonly string[] = []): string[] =>
			texts.slice(0, 5).map((text) => this.#parts.redactor.text(cutText(render(text, parameters), 500, "", {})));
		const { retryable: _spoken, ...rest } = spoken;
		return {
			...rest,
			code: defined.code,
			pattern: "",
			category: defined.category ?? spoken.category,
			severity: defined.severity ?? spoken.severity,
			...(defined.retryable === undefined ? {} : { retryable: defined.retryable }),
			...this.#advice(defined, spoken, fill),
		};
	}

	/** The application's advice; where it gives none, what the catalog knows of such an error. */
	#advice(defined: Defined, spoken: Description, fill: (texts?: readonly string[]) => string[]): Partial<Description> {
		const { suggestions, docs } = defined;
		const none = { suggestions: { immediate: [], preventive: [] }, docs: [] };
		const known = spoken.pattern === "" ? none : { suggestions: spoken.suggestions, docs: spoken.docs };
		if (suggestions === undefined) return { ...known, docs: docs ?? known.docs };
		return {
			suggestions: { immediate: fill(suggestions.immediate), preventive: fill(suggestions.preventive) },
			docs: docs ?? [],
		};
	}

	#remember(record: ReadWriteLogRecord, uid: string, traceId: string, description: Description): void {
		const attributes = record.attributes as Attributes;
		const message = String(attributes["exception.message"] ?? "").slice(0, NODE_LIMITS.crumbChars);
		this.#parts.recent.push({
			time: Date.now(),
			traceId,
			uid,
			fingerprint: description.fingerprint,
			code: description.code,
			type: String(attributes["exception.type"] ?? ""),
			message,
		});
	}
}

function definedBy(error: unknown): Defined | undefined {
	return isObject(error) ? attempt(() => definitionOf(error), undefined) : undefined;
}

/** What is there already was said closer to the error. */
function fill(attributes: Attributes, more: Readonly<Record<string, unknown>>): void {
	for (const [key, value] of Object.entries(more)) if (value !== undefined) attributes[key] ??= value as AnyValue;
}
