package catalog

// The closed lists: errata.category and errata.severity. A category is never removed or renamed; adding one is a change
// of SPEC.md and of every reader. Nothing else belongs here.

// Categories are all values of errata.category, in SPEC.md's order.
func Categories() []Category {
	return []Category{
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
	}
}

// Severities are all values of errata.severity, lowest first.
func Severities() []Severity {
	return []Severity{"low", "medium", "high", "critical"}
}
