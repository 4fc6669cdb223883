export { addressed, linksFor } from "./addressed.ts";
export { anyText } from "./any-text.ts";
export { ATTRIBUTES, type AttributeDoc, type AttributeName, SCHEMA_VERSION } from "./attributes.ts";
export { builtinCatalog, type Catalog, loadCatalog } from "./catalog.ts";
export { CATEGORIES, type Category, SEVERITIES, type Severity } from "./categories.ts";
export { readable } from "./code-page.ts";
export { describe } from "./describe.ts";
export { addRedactions, type DescribableRecord, type DescribedRecord, describeRecord } from "./describe-record.ts";
export { ErrataError, type ErrataErrorParts } from "./errata-error.ts";
export { type EventIdInput, eventId } from "./event-id.ts";
export { findError } from "./find.ts";
export { FINGERPRINT_VERSION, type Fingerprint, fingerprint } from "./fingerprint.ts";
export { explainFingerprint, type FingerprintWhy, type WhyFrame } from "./fingerprint-why.ts";
export type { Frame, StackBlock } from "./frame.ts";
export { LIMITS } from "./limits.ts";
export { Memory } from "./memory.ts";
export {
	createPatterns,
	type Occurrence,
	type Pattern,
	type PatternLine,
	type PatternOptions,
	type Patterns,
} from "./patterns.ts";
export {
	type AnyValue,
	descriptionAttributes,
	factsFromRecord,
	isErrorRecord,
	type RecordInput,
	taskContext,
} from "./record.ts";
export { pseudonymsOf } from "./redact/pseudonyms.ts";
export {
	createRedactor,
	type RedactionCounts,
	type RedactionMode,
	type RedactionOptions,
	type Redactor,
} from "./redact.ts";
export { stackTailAt } from "./stack/tail.ts";
export { parseStack } from "./stack.ts";
export { template } from "./template.ts";
export type { CatalogSource, CauseFacts, Description, EntrySource, ErrorFacts, RuleSource } from "./types.ts";
export { compareUtf8, cutUtf8, utf8Length } from "./utf8.ts";
