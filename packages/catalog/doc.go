// Package catalog is the Go interpreter of errata's catalog: what an error means, its group and its template, its
// private values and what to do about it. The TypeScript twin lives in src; SPEC.md binds both and vectors/*.jsonl
// prove it. Pure Go, no global state that a caller can change, safe for concurrent use.
package catalog
