// Command parity answers questions of the parity test as the TypeScript twin does: one JSON question a line on standard
// input, one JSON answer a line on standard output. test/parity asks both and compares.
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

// question is one line of input; which fields it has depends on op.
type question struct {
	Op       string             `json:"op"`
	Text     string             `json:"text"`
	Language string             `json:"language"`
	Facts    catalog.ErrorFacts `json:"facts"`
	Given    string             `json:"given"`
	Entry    string             `json:"entry"`
	// Bytes are a text that need not be well-formed, in base64; Limit is where it is cut.
	Bytes []byte `json:"bytes"`
	Limit int    `json:"limit"`
	// Records are what speed is measured on; Limit is then how long, in milliseconds.
	Records []catalog.ErrorFacts `json:"records"`
	// Record is a record as vectors/record.jsonl has it; Redact says whether it is redacted first.
	Record recordJSON `json:"record"`
	Redact bool       `json:"redact"`
	redaction
}

// answers has one function an op.
var answers = map[string]func(*question) any{
	"stack":       func(q *question) any { return catalog.ParseStack(q.Text, q.Language) },
	"template":    func(q *question) any { return catalog.Template(q.Text) },
	"fingerprint": func(q *question) any { return catalog.FingerprintOf(&q.Facts, q.Given, q.Entry) },
	"describe":    describe,
	"redact":      redact,
	"regex":       regex,
	"speed":       speed,
	"utf8":        func(q *question) any { return catalog.CutUTF8(string(q.Bytes), q.Limit) },
}

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "parity:", err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer) error {
	lines := bufio.NewReaderSize(in, 1<<20)
	written := bufio.NewWriterSize(out, 1<<20)
	encoder := json.NewEncoder(written)
	encoder.SetEscapeHTML(false)
	for number := 1; ; number++ {
		line, err := lines.ReadBytes('\n')
		if len(line) == 0 && errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading question %d: %w", number, err)
		}
		var q question
		if err := json.Unmarshal(line, &q); err != nil {
			return fmt.Errorf("question %d is not JSON: %w", number, err)
		}
		answer, known := answers[q.Op]
		if !known {
			return fmt.Errorf("question %d has the unknown op %q", number, q.Op)
		}
		if err := encoder.Encode(answer(&q)); err != nil {
			return fmt.Errorf("writing answer %d: %w", number, err)
		}
		// Whoever asks one at a time waits for the answer; whoever pipes many pays one flush for them.
		if lines.Buffered() == 0 {
			if err := written.Flush(); err != nil {
				return fmt.Errorf("writing answer %d: %w", number, err)
			}
		}
	}
}
