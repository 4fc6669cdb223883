// Command parityredact redacts what the parity test of redaction asks for: one JSON question a line on standard input,
// one JSON answer a line on standard output. test/parity/redact.ts asks both languages and compares.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/errata-dev/errata/packages/catalog"
)

// question is a text, or a value with the key it stands under.
type question struct {
	Mode  catalog.RedactionMode `json:"mode"`
	Deny  []string              `json:"deny"`
	Allow []string              `json:"allow"`
	Key   string                `json:"key"`
	Text  *string               `json:"text"`
	Value any                   `json:"value"`
}

type answer struct {
	Out    any                     `json:"out"`
	Gone   bool                    `json:"gone"`
	Counts catalog.RedactionCounts `json:"counts"`
}

// pseudonymKey is the one of the vectors.
const pseudonymKey = "errata-test-key-of-32-bytes-long"

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "parityredact:", err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer) error {
	lines := bufio.NewReaderSize(in, 1<<20)
	written := bufio.NewWriterSize(out, 1<<20)
	encoder := json.NewEncoder(written)
	encoder.SetEscapeHTML(false)
	decoder := json.NewDecoder(lines)
	decoder.UseNumber()
	redactors := make(map[string]*catalog.Redactor)
	for number := 1; ; number++ {
		var q question
		if err := decoder.Decode(&q); errors.Is(err, io.EOF) {
			return written.Flush()
		} else if err != nil {
			return fmt.Errorf("question %d is not JSON: %w", number, err)
		}
		if err := encoder.Encode(ask(redactors, &q)); err != nil {
			return fmt.Errorf("writing answer %d: %w", number, err)
		}
		if err := written.Flush(); err != nil {
			return fmt.Errorf("writing answer %d: %w", number, err)
		}
	}
}

func ask(redactors map[string]*catalog.Redactor, q *question) answer {
	name := fmt.Sprintf("%s %q %q", q.Mode, q.Deny, q.Allow)
	r := redactors[name]
	if r == nil {
		r = catalog.CreateRedactor(catalog.RedactionOptions{
			Mode: q.Mode, PseudonymKey: []byte(pseudonymKey), Deny: q.Deny, Allow: q.Allow,
		})
		redactors[name] = r
	}
	counts := catalog.RedactionCounts{}
	if q.Text != nil {
		return answer{Out: r.Text(*q.Text, counts), Counts: counts}
	}
	out, stays := r.Value(numbers(q.Value), counts, q.Key)
	return answer{Out: out, Gone: !stays, Counts: counts}
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
