/**
 * Limits, each with unit and reason: those that every implementation of SPEC.md shares, and this one's own. Limits of the Node serializer, of the
 * receiver and of the engine live with their packages.
 */
export const LIMITS = {
	/** Bytes of UTF-8 of a type: class names are short; a longer one is an attack or a bug. */
	typeBytes: 256,
	/** Bytes of UTF-8 of a message that match, template and fingerprint read: real messages with SQL stay below it. */
	messageBytes: 16_384,
	/** Bytes of UTF-8 of a stack text: 1,024 Java frames (a StackOverflowError) are 35 kB. */
	stackBytes: 65_536,
	/** Frames parsed of one stack: recursion is folded before this. */
	frames: 256,
	/** In-app frames that go into a fingerprint. */
	fingerprintFrames: 5,
	/** Bytes of a masked message that go into a fingerprint: sentences differ at their beginning, dumps do not. */
	fingerprintMessage: 512,
	/** Links (the error, its causes, AggregateError members) that are matched. */
	causes: 16,
	/** Bytes of one captured value in a suggestion. */
	captureBytes: 120,
	/** Bytes of one rendered suggestion. */
	suggestionBytes: 500,
	/** Suggestions kept of each kind. */
	suggestions: 5,
	/** Bytes of a template as exported. */
	templateBytes: 2_048,
	/** Bytes of a value read for a rule on an attribute. */
	attributeBytes: 1_024,
} as const;

/** Limits of `Memory`, which changes no answer: this implementation's own. */
export const MEMORY_LIMITS = {
	/** Texts in each of two generations: a service has tens of places that fail, not thousands. */
	texts: 512,
	/** UTF-16 units of these texts together: ten frames are about 1,000. */
	units: 524_288,
} as const;
