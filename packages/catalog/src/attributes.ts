/**
 * Names, types and meanings of every attribute errata writes: the one home of the record's schema (design section 3).
 * `ATTRIBUTES.md` is generated from here and a test compares both ways. No attribute's name is a prefix (leaf and
 * namespace at once) of another's.
 */

/** `errata.schema`: version of this table. */
export const SCHEMA_VERSION = 1;

export interface AttributeDoc {
	readonly type: "string" | "int" | "double" | "boolean" | "string[]" | "map" | "map[]" | "any";
	readonly meaning: string;
	/** errata's own voice: recomputed when it arrives from a sender nobody vouches for. */
	readonly voice?: true;
}

export const ATTRIBUTES = {
	"errata.schema": { type: "int", meaning: "Version of this table" },
	"errata.code": { type: "string", meaning: "Permanent code, ours or the application's", voice: true },
	"errata.pattern": {
		type: "string",
		meaning: "Id of the catalog entry that matched; absent when none did",
		voice: true,
	},
	"errata.category": { type: "string", meaning: "One of the 27 categories of SPEC.md", voice: true },
	"errata.severity": { type: "string", meaning: "low, medium, high or critical", voice: true },
	"errata.retryable": {
		type: "boolean",
		meaning: "Whether the same call may succeed later; absent where it depends",
		voice: true,
	},
	"errata.handled": { type: "boolean", meaning: "false for uncaught exceptions and unhandled rejections" },
	"errata.fingerprint": { type: "string", meaning: "Group key: 32 lower-case hex digits" },
	"errata.fingerprint_version": { type: "int", meaning: "Version of the fingerprint algorithm, hashed in" },
	"errata.signal": { type: "string", meaning: "span when the exception was lifted from a span event; absent for logs" },
	"log.record.uid": { type: "string", meaning: "Id of this occurrence, UUIDv7 from Node; what counting is exact by" },
	"errata.count": {
		type: "int",
		meaning:
			"Occurrences this record stands for; absent means 1; 0 on what was sampled out and left since its trace failed",
	},
	"errata.sample_rate": {
		type: "double",
		meaning: "Share of its kind that was kept, 0 to 1; absent means 1; occurrences are errata.count divided by it",
	},
	"errata.catalog": { type: "string", meaning: "Version of the catalog that spoke", voice: true },
	"errata.template": { type: "string", meaning: "Message with its values masked", voice: true },
	"errata.suggestions.immediate": { type: "string[]", meaning: "What to check first, rendered", voice: true },
	"errata.suggestions.preventive": {
		type: "string[]",
		meaning: "What keeps it from coming back, rendered",
		voice: true,
	},
	"errata.docs": { type: "string[]", meaning: "Links to the failing system's own reference", voice: true },
	"errata.causes": {
		type: "map[]",
		meaning: "type, message, code, stacktrace and depth of each cause and AggregateError member",
	},
	"errata.context.*": {
		type: "any",
		meaning: "Task context: task.id, task.name, job.id, retry_count, ... and what the application adds",
	},
	"errata.system.*": {
		type: "double",
		meaning:
			"Process at the time: memory in bytes, cpu in seconds, event-loop delay in milliseconds, uptime in seconds",
	},
	"errata.breadcrumbs": {
		type: "map[]",
		meaning: "Recent operations of this trace: logs, finished spans, explicit crumbs; oldest first",
	},
	"errata.related": { type: "map[]", meaning: "Errors of the same trace or process just before this one" },
	"errata.source": { type: "map[]", meaning: "Source lines around the top in-app frames" },
	"errata.config": { type: "map", meaning: "Allow-listed configuration values" },
	"errata.redactions": { type: "map", meaning: "How much was redacted, by type" },
	"errata.dropped": { type: "map", meaning: "What limits cut off, by limit" },
} as const satisfies Record<string, AttributeDoc>;

export type AttributeName = keyof typeof ATTRIBUTES;
