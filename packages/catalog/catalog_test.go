package catalog

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEveryEntryIsEmbedded counts the entries three ways: as authored, as compiled and committed, as read here.
func TestEveryEntryIsEmbedded(t *testing.T) {
	files, err := filepath.Glob("entries/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no entries: %v", err)
	}
	authored := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		authored += len(regexp.MustCompile(`(?m)^ {2}- code: `).FindAll(text, -1))
	}
	text, err := os.ReadFile("catalog.json")
	if err != nil {
		t.Fatal(err)
	}
	var committed struct {
		Version string
		Entries []json.RawMessage
	}
	if err := json.Unmarshal(text, &committed); err != nil {
		t.Fatal(err)
	}
	layers := BuiltinCatalog().Layers()
	if len(layers) != 1 || len(layers[0].Entries) != authored || len(committed.Entries) != authored {
		t.Errorf("%d entries authored, %d in catalog.json, %d embedded", authored, len(committed.Entries), len(layers[0].Entries))
	}
	if got := BuiltinCatalog().Version(); got != committed.Version {
		t.Errorf("version %q, want %q", got, committed.Version)
	}
}

// TestCatalogIsReadWhole writes the embedded catalog back: a field that this package does not know would be lost.
func TestCatalogIsReadWhole(t *testing.T) {
	written, err := json.Marshal(BuiltinCatalog().Layers()[0])
	if err != nil {
		t.Fatal(err)
	}
	var got, want any
	if err := json.Unmarshal(written, &got); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(builtinJSON, &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("catalog.json (-) and what is read of it (+) differ:\n%s", diff)
	}
}

// TestEveryExpressionBuilds asserts that RE2 takes every expression and that no entry says what the lists do not have.
func TestEveryExpressionBuilds(t *testing.T) {
	for _, entry := range BuiltinCatalog().Layers()[0].Entries {
		if !slices.Contains(Categories(), entry.Category) || !slices.Contains(Severities(), entry.Severity) {
			t.Errorf("%s: category %q, severity %q", entry.Code, entry.Category, entry.Severity)
		}
		var sources []*PortableRegex
		for _, rule := range entry.Match {
			sources = append(sources, rule.Message, rule.Stack)
		}
		for _, capture := range entry.Captures {
			sources = append(sources, capture.Message, capture.Stack)
		}
		for _, source := range sources {
			if one := newExpression(source); one != nil && one.regexp() == nil {
				t.Errorf("%s: %s does not build", entry.Code, source.RE)
			}
		}
	}
}

// TestPlainExpressionsAreTheirLiterals compares what is answered without an engine with what the engine answers.
func TestPlainExpressionsAreTheirLiterals(t *testing.T) {
	plain := 0
	for _, entry := range BuiltinCatalog().Layers()[0].Entries {
		for _, rule := range entry.Match {
			one := newExpression(rule.Message)
			if one == nil || one.plain == nil {
				continue
			}
			plain++
			for _, literal := range append(one.source.Lits, one.plain...) {
				for _, text := range []string{literal, "x" + literal + "\n", strings.ToUpper(literal), strings.ToLower(literal), literal[1:], "no" + literal[:len(literal)-1]} {
					if got, want := one.found(text), one.regexp().MatchString(text); got != want {
						t.Errorf("%s in %q: %v, want %v", one.source.RE, text, got, want)
					}
				}
			}
		}
	}
	if plain < 600 {
		t.Errorf("only %d expressions are plain", plain)
	}
}

// TestWindowsAnswerForTheWhole asks every expression about long texts around its literals and about the whole.
func TestWindowsAnswerForTheWhole(t *testing.T) {
	filler := strings.Repeat("der Kunde hat 12 Stück bestellt, 数量 \n", 120)
	windowed := 0
	for _, vector := range matchVectors(t) {
		text := filler + vector.Facts.Message + filler + strings.ToUpper(vector.Facts.Message) + vector.Facts.Message[len(vector.Facts.Message)/3:]
		for _, one := range BuiltinCatalog().rest.rules {
			e := one.message
			if e == nil || e.plain != nil || !e.hasLiteral(text) || e.regexp() == nil || !e.windowed(text) {
				continue
			}
			windowed++
			if got, want := e.matchesAround(text), e.regexp().MatchString(text); got != want {
				t.Errorf("%s in %q: %v around its literals, %v in the whole", e.source.RE, vector.Facts.Message, got, want)
			}
		}
	}
	if windowed < 500 {
		t.Errorf("only %d questions", windowed)
	}
}

func TestLastSegment(t *testing.T) {
	for class, want := range map[string]string{
		"": "", "Bad": "Bad", "a.b.Bad": "Bad", "crate::Bad": "Bad", `App\Bad`: "Bad", "github.com/x/Bad": "Bad", "a.": "",
	} {
		if got := lastSegment(class); got != want {
			t.Errorf("lastSegment(%q) = %q, want %q", class, got, want)
		}
	}
}
