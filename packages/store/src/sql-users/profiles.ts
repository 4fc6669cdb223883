/**
 * What a query of each role may cost, and which settings it may not touch: one table for SQL and for the users file. A
 * default is a decision, with unit and reason.
 */

export interface ProfileSetting {
	readonly name: string;
	readonly value: string | number;
	/** `const`: nobody changes it. `max`: a query may ask for less. */
	readonly bound: "const" | "max";
}

const GIB = 1_073_741_824;

const fixed = (name: string, value: string | number): ProfileSetting => ({ name, value, bound: "const" });
const most = (name: string, value: number): ProfileSetting => ({ name, value, bound: "max" });

/** Settings whose values name files or programs' formats: nothing a reader or writer needs. */
const FILES = [
	"format_schema",
	"format_schema_source",
	"format_template_resultset",
	"format_template_row",
	"format_template_resultset_format",
].map((name) => fixed(name, name === "format_schema_source" ? "file" : ""));

export const READER: readonly ProfileSetting[] = [
	// 2, not 1: clients (Grafana, JDBC, errata's own) send settings with every query. What is bounded here stays so.
	fixed("readonly", 2),
	fixed("allow_ddl", 0),
	fixed("allow_introspection_functions", 0),
	// Seconds: three times what errata's own questions may take.
	most("max_execution_time", 60),
	fixed("timeout_overflow_mode", "throw"),
	// Rows and bytes: 20 times the 20 million logs of `bench:store`, at 100 bytes of the columns a question reads.
	most("max_rows_to_read", 400_000_000),
	most("max_bytes_to_read", 40 * GIB),
	fixed("read_overflow_mode", "throw"),
	// Bytes of one query, and of all queries of one user at once.
	most("max_memory_usage", 4 * GIB),
	most("max_memory_usage_for_user", 8 * GIB),
	// Rows and bytes of one answer: what a notebook holds; more is an export, and that is `errata`'s.
	most("max_result_rows", 1_000_000),
	most("max_result_bytes", GIB),
	fixed("result_overflow_mode", "throw"),
	// Queries at once: a dashboard of twelve panels, twice.
	most("max_concurrent_queries_for_user", 24),
	// What a query did stays on record, and no answer of one user is another's.
	fixed("log_queries", 1),
	fixed("query_cache_share_between_users", 0),
	...FILES,
];

export const WRITER: readonly ProfileSetting[] = [
	fixed("allow_ddl", 0),
	// Seconds and bytes of one insert: as errata's own.
	most("max_execution_time", 60),
	most("max_memory_usage", 4 * GIB),
	most("max_concurrent_queries_for_user", 100),
	...FILES,
];
