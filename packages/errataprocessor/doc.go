// Package errataprocessor is the Collector processor `errata`: it gives errors of every language what the Node package
// gives its own. Plumbing only: what an error means comes from the catalog, what happens to a record is in
// internal/describe, exceptions of spans become log records in errataconnector.
package errataprocessor

// mdatagen 0.161.0 needs a module that the proxy serves at 0.159.0 alone: scripts/mdatagen.sh builds it so.
//go:generate ../../scripts/mdatagen.sh metadata.yaml
//go:generate ../../scripts/mdatagen.sh errataconnector/metadata.yaml
