package catalog

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// vectorsOf reads a file of vectors, one JSON text a line.
func vectorsOf[T any](t testing.TB, file string) []T {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var vectors []T
	for line := range strings.Lines(string(text)) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		var one T
		if err := json.Unmarshal([]byte(line), &one); err != nil {
			t.Fatalf("%s: %v in %s", file, err, line)
		}
		vectors = append(vectors, one)
	}
	if len(vectors) == 0 {
		t.Fatalf("%s is empty", file)
	}
	return vectors
}

type matchVector struct {
	Name   string
	Facts  ErrorFacts
	Expect *struct {
		Code       string
		Category   Category
		Retryable  json.RawMessage
		Immediate0 *string
	}
	Not string
}

// matchVectors reads every file of vectors/match: one for each file of entries.
func matchVectors(t testing.TB) []matchVector {
	t.Helper()
	files, err := filepath.Glob("vectors/match/*.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []matchVector
	for _, file := range files {
		vectors = append(vectors, vectorsOf[matchVector](t, file)...)
	}
	if len(vectors) == 0 {
		t.Fatal("vectors/match is empty")
	}
	return vectors
}

func TestMatchVectors(t *testing.T) {
	for _, vector := range matchVectors(t) {
		t.Run(vector.Name, func(t *testing.T) {
			said := Describe(&vector.Facts, BuiltinCatalog(), "")
			if vector.Not != "" && said.Code == vector.Not {
				t.Errorf("code %s, which it must not be", said.Code)
			}
			want := vector.Expect
			if want == nil {
				if vector.Not == "" {
					t.Error("the vector expects nothing")
				}
				return
			}
			if said.Code != want.Code {
				t.Fatalf("code %s, want %s", said.Code, want.Code)
			}
			if want.Category != "" && said.Category != want.Category {
				t.Errorf("category %s, want %s", said.Category, want.Category)
			}
			if retryable, _ := json.Marshal(said.Retryable); want.Retryable != nil && string(retryable) != string(want.Retryable) {
				t.Errorf("retryable %s, want %s", retryable, want.Retryable)
			}
			if want.Immediate0 != nil && (len(said.Suggestions.Immediate) == 0 || said.Suggestions.Immediate[0] != *want.Immediate0) {
				t.Errorf("first suggestion %q, want %q", said.Suggestions.Immediate, *want.Immediate0)
			}
		})
	}
}

// layerOf is a catalog of entries in JSON, each without what matching does not read.
func layerOf(t *testing.T, name string, entries ...string) CompiledCatalog {
	t.Helper()
	layer := CompiledCatalog{Format: 1, Name: name, Version: "1"}
	for _, text := range entries {
		var one CompiledEntry
		if err := json.Unmarshal([]byte(text), &one); err != nil {
			t.Fatal(err)
		}
		layer.Entries = append(layer.Entries, one)
	}
	return layer
}

func TestPrecedence(t *testing.T) {
	entry := func(code, rules string, priority int) string {
		return fmt.Sprintf(`{"code":%q,"priority":%d,"match":[%s]}`, code, priority, rules)
	}
	inner := []CauseFacts{{Type: "B", Message: "inner", Depth: 1}}
	outer := `{"type":["A"],"message":{"re":"outer","lits":["outer"],"names":[]}}`
	for _, c := range []struct {
		name   string
		layers []CompiledCatalog
		facts  ErrorFacts
		want   string
	}{
		{"an application's catalog beats priority", []CompiledCatalog{
			layerOf(t, "app", entry("APP", `{"type":["A"]}`, -100)),
			layerOf(t, "errata", entry("OURS", `{"type":["A"]}`, 100)),
		}, ErrorFacts{Type: "A"}, "APP"},
		{"priority beats depth", []CompiledCatalog{
			layerOf(t, "errata", entry("OUTER", `{"type":["A"]}`, 1), entry("INNER", `{"type":["B"]}`, 0)),
		}, ErrorFacts{Type: "A", Causes: inner}, "OUTER"},
		{"a whole class beats the end of one", []CompiledCatalog{
			layerOf(t, "errata", entry("A_END", `{"type":["*Timeout"]}`, 0), entry("B_WHOLE", `{"type":["JobTimeout"]}`, 0)),
		}, ErrorFacts{Type: "app.JobTimeout"}, "B_WHOLE"},
		{"the end of a class holds on its last segment", []CompiledCatalog{
			layerOf(t, "errata", entry("END", `{"type":["*Timeout"]}`, 0)),
		}, ErrorFacts{Type: "app.CallTimeout"}, "END"},
		{"depth beats specificity", []CompiledCatalog{
			layerOf(t, "errata", entry("OUTER", outer, 0), entry("INNER", `{"type":["B"]}`, 0)),
		}, ErrorFacts{Type: "A", Message: "outer", Causes: inner}, "INNER"},
		{"an exact code beats a prefix", []CompiledCatalog{
			layerOf(t, "errata", entry("A_PREFIX", `{"code":["08*"]}`, 0), entry("B_EXACT", `{"code":["08006"]}`, 0)),
		}, ErrorFacts{Code: "08006"}, "B_EXACT"},
		{"a prefix beats a class", []CompiledCatalog{
			layerOf(t, "errata", entry("A_CLASS", `{"type":["A"]}`, 0), entry("B_PREFIX", `{"code":["08*"]}`, 0)),
		}, ErrorFacts{Type: "A", Code: "08001"}, "B_PREFIX"},
		{"equal rules fall to the code's bytes", []CompiledCatalog{
			layerOf(t, "errata", entry("B", `{"type":["A"]}`, 0), entry("A", `{"type":["A"]}`, 0)),
		}, ErrorFacts{Type: "A"}, "A"},
		{"a retired entry is silent", []CompiledCatalog{
			layerOf(t, "errata", `{"code":"OLD","match":[{"type":["A"]}],"retired":{"in":"2.0.0","successor":"NEW"}}`),
		}, ErrorFacts{Type: "A"}, ""},
		{"a status by its class", []CompiledCatalog{
			layerOf(t, "errata", entry("S", `{"attributes":{"http.response.status_code":["5xx"]}}`, 0)),
		}, ErrorFacts{Attributes: map[string]string{"http.response.status_code": "503"}}, "S"},
		{"a status of another class", []CompiledCatalog{
			layerOf(t, "errata", entry("S", `{"attributes":{"http.response.status_code":["5xx"]}}`, 0)),
		}, ErrorFacts{Attributes: map[string]string{"http.response.status_code": "404"}}, ""},
		{"attributes speak of the error itself alone", []CompiledCatalog{
			layerOf(t, "errata", entry("S", `{"type":["B"],"attributes":{"a":["1"]}}`, 0)),
		}, ErrorFacts{Attributes: map[string]string{"a": "1"}, Causes: inner}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ""
			if found, ok := MatchFacts(&c.facts, NewCatalog(c.layers...)); ok {
				got = found.Entry().Code
			}
			if got != c.want {
				t.Errorf("%q speaks, want %q", got, c.want)
			}
		})
	}
}

// TestEqualRulesOfOneEntry asserts that the first of them speaks, whatever the text finds first.
func TestEqualRulesOfOneEntry(t *testing.T) {
	capturing := func(name, word string) string {
		return fmt.Sprintf(`{"message":{"re":"%s (?<%s>[a-z]{1,9})","lits":["%s "],"names":[%q]}}`, word, name, word, name)
	}
	catalog := NewCatalog(layerOf(t, "errata", `{"code":"E","match":[`+capturing("a", "first")+","+capturing("b", "second")+`]}`))
	found, ok := MatchFacts(&ErrorFacts{Message: "second x, first y"}, catalog)
	if !ok || found.Capture("a") != "y" || found.Capture("b") != "" {
		t.Errorf("captures %v, want the first rule's alone", found.captures)
	}
}

// TestLiteralsNarrowNothing compares the index with trying every rule.
func TestLiteralsNarrowNothing(t *testing.T) {
	index := &BuiltinCatalog().rest
	for _, vector := range matchVectors(t) {
		for _, message := range []string{vector.Facts.Message, strings.ToUpper(vector.Facts.Message)} {
			length := len(index.always)
			named := found{make(ruleSet, length), make(ruleSet, length)}
			index.find(message, named)
			for at, one := range index.rules {
				if one.message == nil || index.always.has(at) {
					continue
				}
				holds := one.message.matches(message)
				if holds && !named.literal.has(at) && !named.plain.has(at) {
					t.Errorf("%s: %s is found in %q and was no candidate", one.entry.source.Code, one.message.source.RE, message)
				}
				if !holds && named.plain.has(at) {
					t.Errorf("%s: %s is not found in %q", one.entry.source.Code, one.message.source.RE, message)
				}
			}
		}
	}
}

func TestCleanCapture(t *testing.T) {
	if got := CleanCapture("a\u202eb\u0000c\ufeff"); got != "a b c " {
		t.Errorf("%q", got)
	}
	if got := CleanCapture(strings.Repeat("ä", 500)); got != strings.Repeat("ä", 60)+"…" {
		t.Errorf("%q", got)
	}
}

func TestSuggestionsAreFilled(t *testing.T) {
	values := map[string]string{"host": "db", "port": "5432"}
	for text, want := range map[string]string{
		"plain":                    "plain",
		"{{host}}:{{port}}":        "db:5432",
		"a {{none|b}} c":           "a b c",
		"a {{none|}}c":             "a c",
		"a {{none}} c":             "",
		"{{host":                   "{{host",
		"{{{{host}}":               "",
		"{{x|{{host}}":             "{{host",
		"}} {{host}} {{ {{port}}}": "",
	} {
		got, _ := newSuggestion(text).fill(func(name string) string { return values[name] })
		if got != want {
			t.Errorf("%q gives %q, want %q", text, got, want)
		}
	}
}
