/**
 * The closed lists: `errata.category` and `errata.severity`. A category is never removed or renamed; adding one is a
 * change of `SPEC.md` and of every reader. Nothing else belongs here.
 */

export const CATEGORIES = [
	"network",
	"timeout",
	"dns",
	"tls",
	"auth",
	"permission",
	"rate_limit",
	"validation",
	"parse",
	"not_found",
	"conflict",
	"database",
	"query_syntax",
	"connection_pool",
	"resource_memory",
	"resource_disk",
	"resource_fd",
	"resource_cpu",
	"dependency_upstream_5xx",
	"dependency_upstream_4xx",
	"messaging",
	"configuration",
	"module_load",
	"programming_bug",
	"concurrency",
	"cancelled",
	"unknown",
] as const;

export type Category = (typeof CATEGORIES)[number];

export const SEVERITIES = ["low", "medium", "high", "critical"] as const;

export type Severity = (typeof SEVERITIES)[number];
