package main

import (
	"fmt"
	"time"

	"github.com/errata-dev/errata/packages/catalog"
)

// speedOf has one function a kind of work; npm run score asks for its records per second.
var speedOf = map[string]func(*catalog.ErrorFacts){
	"match":       func(f *catalog.ErrorFacts) { catalog.MatchFacts(f, catalog.BuiltinCatalog()) },
	"fingerprint": func(f *catalog.ErrorFacts) { catalog.FingerprintOf(f, "", "") },
	"template":    func(f *catalog.ErrorFacts) { catalog.Template(f.Message) },
	"redact": func(f *catalog.ErrorFacts) {
		redactor().Text(f.Message, catalog.RedactionCounts{})
		redactor().Text(f.Stacktrace, catalog.RedactionCounts{})
	},
	"describe": func(f *catalog.ErrorFacts) { catalog.Describe(f, catalog.BuiltinCatalog(), "") },
}

// speed does the work called q.Text over q.Records for about q.Limit milliseconds, after a round to warm up.
func speed(q *question) any {
	work, known := speedOf[q.Text]
	if !known || len(q.Records) == 0 {
		return fmt.Sprintf("no work %q or no records", q.Text)
	}
	round := func() {
		for i := range q.Records {
			work(&q.Records[i])
		}
	}
	round()
	started, done := time.Now(), 0
	for time.Since(started) < time.Duration(q.Limit)*time.Millisecond {
		round()
		done += len(q.Records)
	}
	return float64(done) / time.Since(started).Seconds()
}
