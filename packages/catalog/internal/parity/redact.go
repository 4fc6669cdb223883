package main

import (
	"bytes"
	"encoding/json"
	"fmt"
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

// redaction asks for a text, or for a value with the key it stands under.
type redaction struct {
	Mode  catalog.RedactionMode `json:"mode"`
	Deny  []string              `json:"deny"`
	Allow []string              `json:"allow"`
	Key   string                `json:"key"`
	// Value is absent where a text is asked for.
	Value json.RawMessage `json:"value"`
}

type redacted struct {
	Out    any                     `json:"out"`
	Gone   bool                    `json:"gone"`
	Counts catalog.RedactionCounts `json:"counts"`
}

// pseudonymKey is the one of the vectors.
const pseudonymKey = "errata-test-key-of-32-bytes-long"

// configured has a redactor for each configuration that was asked for: making one is dear.
var configured = make(map[string]*catalog.Redactor)

func redact(q *question) any {
	name := fmt.Sprintf("%s %q %q", q.Mode, q.Deny, q.Allow)
	r := configured[name]
	if r == nil {
		r = catalog.CreateRedactor(catalog.RedactionOptions{
			Mode: q.Mode, PseudonymKey: []byte(pseudonymKey), Deny: q.Deny, Allow: q.Allow,
		})
		configured[name] = r
	}
	counts := catalog.RedactionCounts{}
	if q.Value == nil {
		return redacted{Out: r.Text(q.Text, counts), Counts: counts}
	}
	decoder := json.NewDecoder(bytes.NewReader(q.Value))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return err.Error()
	}
	out, stays := r.Value(numbers(value), counts, q.Key)
	return redacted{Out: out, Gone: !stays, Counts: counts}
}

// numbers makes of JSON's numbers what OTLP carries.
func numbers(value any) any {
	switch v := value.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		f, _ := v.Float64()
		return f
	case []any:
		for i := range v {
			v[i] = numbers(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = numbers(v[key])
		}
	}
	return value
}
