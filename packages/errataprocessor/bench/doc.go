// Package bench measures the processor beside the peer a user would build from the Collector's own parts: contrib's
// transform and redaction processors. It is a module of its own, so that theirs are no requirement of the processor.
package bench
