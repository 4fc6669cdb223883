package catalog

// Names, types and meanings of every attribute errata writes: the twin of src/attributes.ts. A test compares it both ways
// with ATTRIBUTES.md, which is generated from there. No logic lives here.

// SchemaVersion is errata.schema: the version of this table.
const SchemaVersion = 1

// AttributeDoc is one attribute that errata writes.
type AttributeDoc struct {
	Name string
	// Type is string, int, double, boolean, string[], map, map[] or any.
	Type    string
	Meaning string
	// Voice marks errata's own voice: recomputed when it arrives from a sender nobody vouches for.
	Voice bool
}

// Attributes is the table, in the order of ATTRIBUTES.md.
func Attributes() []AttributeDoc {
	return []AttributeDoc{
		{"errata.schema", "int", "Version of this table", false},
		{"errata.code", "string", "Permanent code, ours or the application's", true},
		{"errata.pattern", "string", "Id of the catalog entry that matched; absent when none did", true},
		{"errata.category", "string", "One of the 27 categories of SPEC.md", true},
		{"errata.severity", "string", "low, medium, high or critical", true},
		{"errata.retryable", "boolean", "Whether the same call may succeed later; absent where it depends", true},
		{"errata.handled", "boolean", "false for uncaught exceptions and unhandled rejections", false},
		{"errata.fingerprint", "string", "Group key: 32 lower-case hex digits", false},
		{"errata.fingerprint_version", "int", "Version of the fingerprint algorithm, hashed in", false},
		{"errata.signal", "string", "span when the exception was lifted from a span event; absent for logs", false},
		{"log.record.uid", "string", "Id of this occurrence, UUIDv7 from Node; what counting is exact by", false},
		{"errata.count", "int", "Occurrences this record stands for; absent means 1; 0 on what was sampled out and left since its trace failed", false},
		{"errata.sample_rate", "double", "Share of its kind that was kept, 0 to 1; absent means 1; occurrences are errata.count divided by it", false},
		{"errata.catalog", "string", "Version of the catalog that spoke", true},
		{"errata.template", "string", "Message with its values masked", true},
		{"errata.suggestions.immediate", "string[]", "What to check first, rendered", true},
		{"errata.suggestions.preventive", "string[]", "What keeps it from coming back, rendered", true},
		{"errata.docs", "string[]", "Links to the failing system's own reference", true},
		{"errata.causes", "map[]", "type, message, code, stacktrace and depth of each cause and AggregateError member", false},
		{"errata.context.*", "any", "Task context: task.id, task.name, job.id, retry_count, ... and what the application adds", false},
		{"errata.system.*", "double", "Process at the time: memory in bytes, cpu in seconds, event-loop delay in milliseconds, uptime in seconds", false},
		{"errata.breadcrumbs", "map[]", "Recent operations of this trace: logs, finished spans, explicit crumbs; oldest first", false},
		{"errata.related", "map[]", "Errors of the same trace or process just before this one", false},
		{"errata.source", "map[]", "Source lines around the top in-app frames", false},
		{"errata.config", "map", "Allow-listed configuration values", false},
		{"errata.redactions", "map", "How much was redacted, by type", false},
		{"errata.dropped", "map", "What limits cut off, by limit", false},
	}
}
