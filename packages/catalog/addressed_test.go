package catalog

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestAdviceVectors(t *testing.T) {
	raw, err := os.ReadFile("vectors/advice.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(raw)) {
		var vector struct {
			Name   string
			Facts  ErrorFacts
			Expect struct {
				Code                       string
				Has, HasNot, Docs, DocsNot []string
			}
		}
		if err := json.Unmarshal([]byte(line), &vector); err != nil {
			t.Fatal(err)
		}
		t.Run(vector.Name, func(t *testing.T) {
			said := Describe(&vector.Facts, BuiltinCatalog(), "")
			want := vector.Expect
			if said.Code != want.Code {
				t.Fatalf("code %s, want %s", said.Code, want.Code)
			}
			all := strings.Join(slices.Concat(said.Suggestions.Immediate, said.Suggestions.Preventive), "\n")
			for _, part := range want.Has {
				if !strings.Contains(all, part) {
					t.Errorf("no suggestion has %q:\n%s", part, all)
				}
			}
			for _, part := range want.HasNot {
				if strings.Contains(all, part) {
					t.Errorf("a suggestion has %q:\n%s", part, all)
				}
			}
			for _, link := range want.Docs {
				if !slices.Contains(said.Docs, link) {
					t.Errorf("%s is missing in %v", link, said.Docs)
				}
			}
			for _, beginning := range want.DocsNot {
				if slices.ContainsFunc(said.Docs, func(link string) bool { return strings.HasPrefix(link, beginning) }) {
					t.Errorf("%v has a link of %s", said.Docs, beginning)
				}
			}
		})
	}
}
