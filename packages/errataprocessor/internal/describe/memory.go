package describe

// What one goroutine remembers of texts it saw before, so that an outage does not redact the same text ten thousand times.
// No lock: a batch takes a memory, and gives it back; as many are kept as can work at once.

import (
	"maps"
	"runtime"
	"strings"
	"sync/atomic"

	"github.com/errata-dev/errata/packages/catalog"
)

type memory struct {
	catalog catalog.Memory
	// redacted is by key and text: a key decides too.
	redacted catalog.Recent[keyed, redacted]
	// attributes is the map that one record after the other is read into.
	attributes map[string]any
	// counts and found are of the record and of the text that is being redacted.
	counts, found catalog.RedactionCounts
}

type keyed struct{ key, text string }

type redacted struct {
	text string
	// counts is nil if nothing was found.
	counts catalog.RedactionCounts
	// gone: the value goes with its key.
	gone bool
}

// memories are those that nobody works with.
type memories []atomic.Pointer[memory]

func newMemories() memories { return make(memories, runtime.GOMAXPROCS(0)) }

func (m memories) take() *memory {
	for i := range m {
		if one := m[i].Swap(nil); one != nil {
			return one
		}
	}
	return &memory{attributes: map[string]any{}, counts: catalog.RedactionCounts{}, found: catalog.RedactionCounts{}}
}

// noCounts are the counts of the next record; those of the record before go.
func (m *memory) noCounts() catalog.RedactionCounts {
	clear(m.counts)
	return m.counts
}

// shared is the map to read the next attributes into; what a record with thousands of them left is not worth clearing.
func (m *memory) shared() map[string]any {
	if len(m.attributes) > 256 {
		m.attributes = map[string]any{}
	}
	return m.attributes
}

// give keeps the memory unless all places are taken.
func (m memories) give(one *memory) {
	for i := range m {
		if m[i].CompareAndSwap(nil, one) {
			return
		}
	}
}

// text redacts one text under its key; what is gone is false.
func (m *memory) text(by *catalog.Redactor, key, text string, counts catalog.RedactionCounts) (string, bool) {
	known, ok, again := m.redacted.Get(keyed{key, text})
	if !ok {
		known = m.redact(by, key, text)
	}
	if again {
		own := keyed{strings.Clone(key), strings.Clone(text)}
		if known.text == text {
			known.text = own.text
		}
		m.redacted.Put(own, known, len(own.key)+len(own.text)+len(known.text)+64)
	}
	for kind, count := range known.counts {
		counts[kind] += count
	}
	return known.text, !known.gone
}

func (m *memory) redact(by *catalog.Redactor, key, text string) redacted {
	clear(m.found)
	left, stays := by.TextUnder(key, text, m.found)
	if len(m.found) == 0 {
		return redacted{left, nil, !stays}
	}
	return redacted{left, maps.Clone(m.found), !stays}
}
