package catalog

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestUnknownSpeaks(t *testing.T) {
	said := Describe(&ErrorFacts{Message: "zzz"}, BuiltinCatalog(), "")
	if said.Code != UnknownCode || said.Pattern != "" || said.Category != "unknown" || len(said.Suggestions.Immediate) == 0 {
		t.Errorf("%+v", said)
	}
	bare := Describe(&ErrorFacts{Message: "zzz"}, NewCatalog(), "")
	if bare.Code != UnknownCode || bare.Severity != "medium" || bare.Catalog != "0" || bare.Docs == nil {
		t.Errorf("%+v", bare)
	}
}

// TestOwnFingerprint asserts that an entry's fingerprint replaces stack and message, and that the user's beats it.
func TestOwnFingerprint(t *testing.T) {
	catalog := NewCatalog(layerOf(t, "errata",
		`{"code":"E","fingerprint":"{{table}}","match":[{"message":{"re":"table (?<table>[a-z]{1,9})","lits":["table "],"names":["table"]}}]}`))
	group := func(message, given string) string {
		return Describe(&ErrorFacts{Message: message}, catalog, given).Fingerprint
	}
	if group("table a is full", "") != group("cannot write table a", "") || group("table a", "") == group("table b", "") {
		t.Error("the entry's fingerprint does not decide")
	}
	if group("table a", "mine") != group("table b", "mine") {
		t.Error("the user's fingerprint does not decide")
	}
}

// TestSharedFactsAreOnlyRead describes the same facts at the same time; the race detector judges.
func TestSharedFactsAreOnlyRead(t *testing.T) {
	facts, _ := FactsFromRecord(&stackRecord)
	want := Describe(facts, BuiltinCatalog(), "")
	answers := make(chan string)
	for range 4 {
		go func() { answers <- Describe(facts, BuiltinCatalog(), "").Fingerprint }()
	}
	for range 4 {
		if got := <-answers; got != want.Fingerprint {
			t.Errorf("%s, want %s", got, want.Fingerprint)
		}
	}
}

// TestHostileMessagesAreBounded describes messages that hold every literal of the catalog, at the length that is read.
func TestHostileMessagesAreBounded(t *testing.T) {
	var literals []string
	for _, one := range BuiltinCatalog().rest.rules {
		literals = append(literals, indexable(one.message)...)
	}
	slices.Sort(literals)
	literals = slices.Compact(literals)
	for from := 0; from < len(literals); from += len(literals) / 4 {
		message := strings.Repeat(strings.Join(literals[from:], " "), 8)
		started := time.Now()
		Describe(&ErrorFacts{Message: CutUTF8(message, LimitMessageBytes), Language: "nodejs"}, BuiltinCatalog(), "")
		// Milliseconds on any machine; a minute would be an engine that runs wild.
		if took := time.Since(started); took > 10*time.Second {
			t.Errorf("%v for a message with every literal", took)
		}
	}
}

// FuzzDescribe reads anything as a record and asserts what must hold whatever it says.
func FuzzDescribe(f *testing.F) {
	for _, vector := range matchVectors(f) {
		facts := vector.Facts
		causes := ""
		if len(facts.Causes) > 0 {
			causes = fmt.Sprintf(`[{"type":%q,"message":%q,"depth":1}]`, facts.Causes[0].Type, facts.Causes[0].Message)
		}
		f.Add(facts.Type, facts.Message, facts.Stacktrace, facts.Language, facts.Code, causes)
	}
	f.Fuzz(func(t *testing.T, class, message, stack, language, code, causes string) {
		record := RecordInput{
			SeverityNumber: errorSeverity,
			Body:           message,
			Language:       language,
			Attributes: map[string]AnyValue{
				"exception.type": class, "exception.stacktrace": stack, "error.type": code, "errata.causes": causes,
				"errata.context.error_properties": causes, code: class,
			},
		}
		if len(class) > 0 {
			record.Attributes["exception.message"] = message
		}
		facts, ok := FactsFromRecord(&record)
		if !ok {
			t.Fatal("an error record is none")
		}
		said := Describe(facts, BuiltinCatalog(), "")
		if again := Describe(facts, BuiltinCatalog(), ""); again.Fingerprint != said.Fingerprint || again.Code != said.Code {
			t.Errorf("the same facts are %s %s and %s %s", said.Code, said.Fingerprint, again.Code, again.Fingerprint)
		}
		if len(said.Fingerprint) != 32 || !slices.Contains(Categories(), said.Category) {
			t.Errorf("fingerprint %q, category %q", said.Fingerprint, said.Category)
		}
		texts := slices.Concat(said.Suggestions.Immediate, said.Suggestions.Preventive, []string{said.Template, facts.Message, facts.Stacktrace})
		for _, text := range texts {
			if !utf8.ValidString(text) {
				t.Errorf("%q is not well-formed", text)
			}
		}
		for _, text := range append(said.Suggestions.Immediate, said.Suggestions.Preventive...) {
			if len(text) > LimitSuggestionBytes {
				t.Errorf("a suggestion of %d bytes", len(text))
			}
		}
		if len(said.Template) > LimitTemplateBytes {
			t.Errorf("a template of %d bytes", len(said.Template))
		}
	})
}

var infoRecord = RecordInput{
	SeverityNumber: 9, Body: "request served", Language: "nodejs",
	Attributes: map[string]AnyValue{"http.request.method": "GET", "http.response.status_code": int64(200)},
}

var unknownRecord = RecordInput{
	SeverityNumber: 17, Language: "java",
	Attributes: map[string]AnyValue{
		"exception.type": "com.shop.StockException", "exception.message": "Article A17 is reserved by order 4711 since yesterday",
		"http.request.method": "GET",
	},
}

var knownRecord = RecordInput{
	SeverityNumber: 17, Language: "go",
	Attributes: map[string]AnyValue{
		"exception.type": "*net.OpError", "exception.message": "dial tcp 10.0.0.7:8080: connect: connection refused",
		"server.address": "10.0.0.7", "server.port": int64(8080),
	},
}

var stackRecord = RecordInput{
	SeverityNumber: 17, Language: "java",
	Attributes: map[string]AnyValue{
		"exception.type": "java.net.ConnectException", "exception.message": "Connection refused",
		"exception.stacktrace": "java.net.ConnectException: Connection refused\n" +
			strings.Repeat("\tat org.springframework.web.servlet.FrameworkServlet.service(FrameworkServlet.java:885)\n"+
				"\tat com.shop.checkout.Checkout$Total.sum(Checkout.java:118)\n", 70),
	},
}

func BenchmarkRecord(b *testing.B) {
	catalog := BuiltinCatalog()
	for _, c := range []struct {
		name   string
		record *RecordInput
	}{
		{"non-error", &infoRecord},
		{"no-match", &unknownRecord},
		{"match", &knownRecord},
		{"10kB-stack", &stackRecord},
	} {
		b.Run("facts/"+c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				FactsFromRecord(c.record)
			}
		})
		facts, ok := FactsFromRecord(c.record)
		if !ok {
			continue
		}
		b.Run("match/"+c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				MatchFacts(facts, catalog)
			}
		})
		b.Run("describe/"+c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Describe(facts, catalog, "")
			}
		})
	}
}
