package main

import (
	"sync"

	"github.com/errata-dev/errata/packages/catalog"
)

var redactor = sync.OnceValue(func() *catalog.Redactor { return catalog.CreateRedactor(catalog.RedactionOptions{}) })

// redactRecord redacts as a receiver does before it reads a record.
func redactRecord(record *catalog.RecordInput) {
	attributes, _ := redactor().Value(record.Attributes, nil, "")
	record.Attributes, _ = attributes.(map[string]any)
	record.Body, _ = redactor().Value(record.Body, nil, "")
}
