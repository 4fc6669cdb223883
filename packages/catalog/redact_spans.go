package catalog

// What a finder answers, and how answers that overlap are settled. The twin of src/redact/spans.ts.

import (
	"slices"
	"sync"
)

// RedactionType names a kind of private value in tokens and counts. Closed: a name once published stays. See SPEC.md.
type RedactionType string

// redactSpan is a private value: places in the units a finder was given, and the type that names it.
type redactSpan struct {
	start, end int
	kind       RedactionType
	// rank is the order in which spans were found.
	rank int
}

// spanList collects what finders find.
type spanList struct {
	spans []redactSpan
	// spoke: a key that says something of its value was met, whatever the value.
	spoke bool
}

// spanLists keeps lists for the next text.
var spanLists = sync.Pool{New: func() any { return new(spanList) }}

func (l *spanList) add(start, end int, kind RedactionType) {
	l.spans = append(l.spans, redactSpan{start: start, end: end, kind: kind, rank: len(l.spans)})
}

// settle sorts the spans by start, without overlaps: of two that overlap the one found first stays (finders run in
// order).
func settle(spans []redactSpan) []redactSpan {
	if len(spans) < 2 {
		return spans
	}
	slices.SortFunc(spans, func(a, b redactSpan) int {
		if a.start != b.start {
			return a.start - b.start
		}
		return a.rank - b.rank
	})
	kept := spans[:0]
	for _, next := range spans {
		switch {
		case len(kept) == 0 || next.start >= kept[len(kept)-1].end:
			kept = append(kept, next)
		case next.rank < kept[len(kept)-1].rank:
			kept[len(kept)-1] = next
		}
	}
	return kept
}
