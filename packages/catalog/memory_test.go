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
	for round := range 5 {
		for _, vector := range vectors {
			attributes, _ := typed(t, vector.Record.Attributes).(map[string]any)
			record := RecordInput{Body: typed(t, vector.Record.Body), Attributes: attributes, Language: vector.Record.Language}
			want := FactsAsFound(&record)
			got := memory.FactsAsFound(&record)
			if got.unread != nil {
				got.Attributes, got.unread = scalarAttributes(got.unread, map[string]string{}), nil
			}
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

// Stacks whose frames came before under another message are read as if they came alone, also past what is kept.
func TestFramesInMemoryChangeNoAnswer(t *testing.T) {
	var known lineMemory
	for n := range 3 * memoryEntries {
		text := "com.shop.Broken: order " + strconv.Itoa(n) + "\n\tat com.shop.Pay$1.lambda$go$" + strconv.Itoa(n%7) +
			"(Pay.java:" + strconv.Itoa(n/3) + ")\n\tat java.base/java.lang.Thread.run(Thread.java:833)\n\tat nonsense (\n" +
			"Caused by: java.io.IOException: at rest\n\tat com.shop.Pay.go(Pay.java:" + strconv.Itoa(n%5) + ")\n\t... 2 more"
		if diff := cmp.Diff(ParseStack(text, "java"), parseStack(text, "java", &known)); diff != "" {
			t.Fatalf("stack %d: want (-), got (+):\n%s", n, diff)
		}
	}
}

func TestRecentIsBounded(t *testing.T) {
	var recent Recent[string, int]
	remember := func(key string) (known bool) {
		for range 2 {
			_, ok, again := recent.Get(key)
			known = known || ok
			if again {
				recent.Put(key, len(key), 10)
			}
		}
		return known
	}
	for i := range 5 * memoryEntries {
		remember(strconv.Itoa(i))
		// Asked for all the time, so it stays.
		remember("0")
	}
	if kept := len(recent.young) + len(recent.old); kept > 2*memoryEntries {
		t.Errorf("%d values are kept, want at most %d", kept, 2*memoryEntries)
	}
	if !remember("0") {
		t.Error("a value that is asked for all the time is forgotten")
	}
	// Asked once only: a key whose mark among the asked ones was not overwritten may be kept from its next asking on.
	if _, known, _ := recent.Get("1"); known {
		t.Error("a value that nobody asked for is kept")
	}
	if _, ok, again := recent.Get("never asked for"); ok || again {
		t.Error("a key is known before it was asked for")
	}
	recent.Get("huge")
	recent.Put("huge", 1, memoryBytes)
	if _, ok, _ := recent.Get("huge"); ok {
		t.Error("a value larger than its share is kept")
	}
}
