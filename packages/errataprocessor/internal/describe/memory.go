package describe

// What one goroutine remembers of texts it saw before, so that an outage does not redact the same text ten thousand times.
// No lock: a batch takes a memory, and gives it back; as many are kept as can work at once.

import (
	"runtime"
	"sync/atomic"

	"github.com/errata-dev/errata/packages/catalog"
)

type memory struct {
	catalog catalog.Memory
	// attributes is the map that one record after the other is read into.
	attributes map[string]any
	// counts are of the record that is being redacted.
	counts catalog.RedactionCounts
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
	return &memory{attributes: map[string]any{}, counts: catalog.RedactionCounts{}}
}

// noCounts are the counts of the next record; those of the record before go.
func (m *memory) noCounts() catalog.RedactionCounts {
	clear(m.counts)
	return m.counts
}

// shared is the empty map to read the next attributes into; what a record with thousands of them left is not worth
// clearing.
func (m *memory) shared() map[string]any {
	if len(m.attributes) > 256 {
		m.attributes = map[string]any{}
	}
	clear(m.attributes)
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
