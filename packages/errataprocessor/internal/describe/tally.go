package describe

// What a batch did, counted without locks and told to the instruments once at its end. Never payload.

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/errata-dev/errata/packages/catalog"
)

// Instruments are a component's own metrics; processor and connector have the same under their own names.
type Instruments struct {
	Records, Errors, Unknown, Redactions, Limited, VoiceDropped, Withheld metric.Int64Counter
	Duration                                                              metric.Float64Histogram
}

// Tally is one batch's. The zero value is empty; a batch without errors allocates nothing.
type Tally struct {
	Records, Unknown, VoiceDropped, Withheld int64

	errors     map[catalog.Category]int64
	redactions catalog.RedactionCounts
	limited    map[string]int64
	durations  []time.Duration
}

func (t *Tally) described(category catalog.Category, code string, took time.Duration) {
	if t.errors == nil {
		t.errors = map[catalog.Category]int64{}
	}
	t.errors[category]++
	if code == catalog.UnknownCode {
		t.Unknown++
	}
	t.durations = append(t.durations, took)
}

func (t *Tally) redacted(counts catalog.RedactionCounts) {
	for kind, count := range counts {
		if t.redactions == nil {
			t.redactions = catalog.RedactionCounts{}
		}
		t.redactions[kind] += count
	}
}

func (t *Tally) limit(name string, count int64) {
	if t.limited == nil {
		t.limited = map[string]int64{}
	}
	t.limited[name] += count
}

// Report adds the batch to the instruments.
func (t *Tally) Report(ctx context.Context, to *Instruments) {
	addSome(ctx, to.Records, t.Records)
	addSome(ctx, to.Unknown, t.Unknown)
	addSome(ctx, to.VoiceDropped, t.VoiceDropped)
	addSome(ctx, to.Withheld, t.Withheld)
	for category, count := range t.errors {
		to.Errors.Add(ctx, count, metric.WithAttributes(attribute.String("category", string(category))))
	}
	for kind, count := range t.redactions {
		to.Redactions.Add(ctx, int64(count), metric.WithAttributes(attribute.String("type", string(kind))))
	}
	for limit, count := range t.limited {
		to.Limited.Add(ctx, count, metric.WithAttributes(attribute.String("limit", limit)))
	}
	for _, took := range t.durations {
		to.Duration.Record(ctx, took.Seconds())
	}
}

func addSome(ctx context.Context, counter metric.Int64Counter, count int64) {
	if count > 0 {
		counter.Add(ctx, count)
	}
}
