// Package errataconnector is the Collector connector `errata`, traces to logs: each exception event of a span becomes a
// log record of the shape the processor gives errors. Its metadata.yaml is generated from the parent's `go generate`.
package errataconnector
