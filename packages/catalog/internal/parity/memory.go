package main

import (
	"maps"
	"reflect"

	"github.com/errata-dev/errata/packages/catalog"
)

// memory is asked the same as the functions without one: it must change no answer.
var memory catalog.Memory

// otherwise is what a memory answers of a record where that is something else; nil if it answers the same, as it must. It
// keeps what it is asked for twice: the third answer is the one that it remembers.
func otherwise(record *catalog.RecordInput, said catalog.Description, given string) any {
	for range 3 {
		for key, value := range record.Attributes {
			text, isText := value.(string)
			if !isText {
				continue
			}
			want, got := catalog.RedactionCounts{}, catalog.RedactionCounts{}
			left, stays := redactor().TextUnder(key, text, want)
			known, stay := memory.TextUnder(redactor(), key, text, got)
			if left != known || stays != stay || !maps.Equal(want, got) {
				return map[string]any{"memory redacts": known, "under": key}
			}
		}
		facts, ok := memory.FactsFromRecord(record)
		if !ok {
			return "memory: no error"
		}
		if known := memory.Describe(facts, catalog.BuiltinCatalog(), given); !reflect.DeepEqual(known, said) {
			return map[string]any{"memory describes": known}
		}
	}
	return nil
}
