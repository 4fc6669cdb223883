package catalog

import (
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// The vectors' errors, each asked for several times in turns with a memory, get the answers they get without one.
func TestMemoryChangesNoAnswer(t *testing.T) {
	vectors := vectorsOf[recordVector](t, "vectors/record.jsonl")
	var memory Memory
	for round := range 3 {
		for _, vector := range vectors {
			attributes, _ := typed(t, vector.Record.Attributes).(map[string]any)
			record := RecordInput{Body: typed(t, vector.Record.Body), Attributes: attributes, Language: vector.Record.Language}
			want := FactsAsFound(&record)
			got := memory.FactsAsFound(&record)
			if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(ErrorFacts{})); diff != "" {
				t.Fatalf("round %d, %s: want (-), got (+):\n%s", round, vector.Name, diff)
			}
			for _, given := range []string{"", "orders"} {
				if diff := cmp.Diff(Describe(want, BuiltinCatalog(), given), memory.Describe(got, BuiltinCatalog(), given)); diff != "" {
					t.Errorf("round %d, %s: want (-), got (+):\n%s", round, vector.Name, diff)
				}
			}
		}
	}
}

func TestRecentIsBounded(t *testing.T) {
	var recent Recent[string, int]
	for i := range 5 * memoryEntries {
		recent.Put(strconv.Itoa(i), i, 10)
		// Asked for all the time, so it stays.
		recent.Get("0")
	}
	if kept := len(recent.young) + len(recent.old); kept > 2*memoryEntries {
		t.Errorf("%d values are kept, want at most %d", kept, 2*memoryEntries)
	}
	if _, ok := recent.Get("0"); !ok {
		t.Error("a value that is asked for all the time is forgotten")
	}
	if _, ok := recent.Get("1"); ok {
		t.Error("a value that nobody asked for is kept")
	}
	recent.Put("huge", 1, memoryBytes)
	if _, ok := recent.Get("huge"); ok {
		t.Error("a value larger than its share is kept")
	}
}
