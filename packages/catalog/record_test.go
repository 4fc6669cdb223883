package catalog

import (
	"encoding/base64"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

type recordVector struct {
	Name   string
	Record struct {
		EventName      string
		SeverityNumber int
		Body           any
		Attributes     map[string]any
		Language       string
	}
	// Expect is nil if the record is no error.
	Expect *ErrorFacts
}

// typed gives what JSON cannot say: {"$int": "1"}, {"$double": "NaN"}, {"$bytes": base64}.
func typed(t testing.TB, value any) AnyValue {
	t.Helper()
	switch v := value.(type) {
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = typed(t, v[i])
		}
		return list
	case map[string]any:
		if text, ok := v["$int"].(string); ok {
			number, err := strconv.ParseInt(text, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return number
		}
		if text, ok := v["$double"].(string); ok {
			number, err := strconv.ParseFloat(text, 64)
			if err != nil {
				t.Fatal(err)
			}
			return number
		}
		if text, ok := v["$bytes"].(string); ok {
			bytes, err := base64.StdEncoding.DecodeString(text)
			if err != nil {
				t.Fatal(err)
			}
			return bytes
		}
		entries := make(map[string]any, len(v))
		for key := range v {
			entries[key] = typed(t, v[key])
		}
		return entries
	}
	return value
}

func TestRecordVectors(t *testing.T) {
	for _, vector := range vectorsOf[recordVector](t, "vectors/record.jsonl") {
		t.Run(vector.Name, func(t *testing.T) {
			attributes, _ := typed(t, vector.Record.Attributes).(map[string]any)
			record := RecordInput{
				EventName:      vector.Record.EventName,
				SeverityNumber: vector.Record.SeverityNumber,
				Body:           typed(t, vector.Record.Body),
				Attributes:     attributes,
				Language:       vector.Record.Language,
			}
			facts, ok := FactsFromRecord(&record)
			if !ok {
				facts = nil
			}
			if diff := cmp.Diff(vector.Expect, facts, cmpopts.IgnoreUnexported(ErrorFacts{})); diff != "" {
				t.Errorf("want (-), got (+):\n%s", diff)
			}
		})
	}
}

func TestFindVectors(t *testing.T) {
	type findVector struct {
		Name   string
		Record struct {
			Body       any
			Attributes map[string]any
			Language   string
		}
		Expect map[string]string
	}
	for _, vector := range vectorsOf[findVector](t, "vectors/find.jsonl") {
		t.Run(vector.Name, func(t *testing.T) {
			attributes, _ := typed(t, vector.Record.Attributes).(map[string]any)
			if attributes == nil {
				attributes = map[string]any{}
			}
			record := RecordInput{SeverityNumber: 17, Body: typed(t, vector.Record.Body), Attributes: attributes, Language: vector.Record.Language}
			before, _ := FactsFromRecord(&record)
			found := map[string]string{}
			for _, one := range FindError(&record) {
				found[one.Name] = one.Value.(string)
			}
			if diff := cmp.Diff(vector.Expect, found); diff != "" {
				t.Errorf("want (-), got (+):\n%s", diff)
			}
			for name, text := range found {
				attributes[name] = text
			}
			if again := FindError(&record); len(again) > 0 {
				t.Errorf("a second look finds %v", again)
			}
			if diff := cmp.Diff(before, FactsAsFound(&record), cmpopts.IgnoreUnexported(ErrorFacts{})); diff != "" {
				t.Errorf("written or not, the facts must be the same:\n%s", diff)
			}
		})
	}
}

func TestEventIDVectors(t *testing.T) {
	type eventIDVector struct {
		Name  string
		Input EventIDInput
		// Repeat: the body is so many times the input's.
		Repeat int
		Expect string
	}
	for _, vector := range vectorsOf[eventIDVector](t, "vectors/event-id.jsonl") {
		vector.Input.Body = strings.Repeat(vector.Input.Body, max(vector.Repeat, 1))
		if got := EventID(&vector.Input); got != vector.Expect {
			t.Errorf("%s: %s, want %s", vector.Name, got, vector.Expect)
		}
	}
}

func TestBrokenUTF8IsReplaced(t *testing.T) {
	facts, _ := FactsFromRecord(&RecordInput{Attributes: map[string]AnyValue{
		"exception.type":    "E\xff",
		"exception.message": map[string]any{"\xc3": "\xe2\x82"},
		"k\xf0":             "v\xf0\x9f",
	}})
	want := &ErrorFacts{
		Type:       "E\ufffd",
		Message:    "{\"\ufffd\":\"\ufffd\"}",
		Attributes: map[string]string{"k\ufffd": "v\ufffd"},
		Causes:     []CauseFacts{},
	}
	if diff := cmp.Diff(want, facts, cmpopts.IgnoreUnexported(ErrorFacts{})); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
}

func TestTaskContext(t *testing.T) {
	got := TaskContext(map[string]AnyValue{
		"task.id": "t", "job.id": int64(3), "errata.context.job.id": "mine", "retry_count": 2.0, "task.name": []any{"x"}, "execution.id": nil,
	})
	want := []Attribute{{"errata.context.task.id", "t"}, {"errata.context.retry_count", 2.0}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
}

func TestDescriptionAttributes(t *testing.T) {
	yes := true
	whole := DescriptionAttributes(&Description{
		Code: "C", Pattern: "c", Category: "unknown", Severity: "low", Retryable: &yes, Fingerprint: "f", FingerprintVersion: 1,
		Template: "t", Suggestions: Suggestions{Immediate: []string{"i"}, Preventive: []string{"p"}}, Docs: []string{"d"}, Catalog: "1",
	})
	bare := DescriptionAttributes(&Description{Code: "UNKNOWN", Category: "unknown", Severity: "medium"})
	if len(whole) != 13 || len(bare) != 8 {
		t.Errorf("%d and %d attributes, want 13 and 8: %v, %v", len(whole), len(bare), whole, bare)
	}
	documented := map[string]bool{}
	for _, doc := range Attributes() {
		documented[doc.Name] = true
	}
	for _, one := range whole {
		if !documented[one.Name] {
			t.Errorf("%s is not in ATTRIBUTES.md", one.Name)
		}
	}
}

func TestAnEmptyTextIsNoStackInAnyFormat(t *testing.T) {
	for _, language := range []string{"", "nodejs", "python", "java", "go", "dotnet", "ruby", "php", "rust"} {
		if diff := cmp.Diff(noStack, ParseStack("", language)); diff != "" {
			t.Errorf("%s: %s", language, diff)
		}
	}
}

func TestNumbersAreECMAScripts(t *testing.T) {
	for value, want := range map[float64]string{
		0: "0", 1: "1", -1.5: "-1.5", 1e21: "1e+21", 1e20: "100000000000000000000", 1e-6: "0.000001", 1e-7: "1e-7",
		1.5e-10: "1.5e-10", 123456789012345680000: "123456789012345680000", 5e-324: "5e-324",
		math.MaxFloat64: "1.7976931348623157e+308", math.Inf(-1): "-Infinity",
	} {
		if got := AnyText(value); got != want {
			t.Errorf("%g is %s, want %s", value, got, want)
		}
	}
}

func TestJSONTextsAreECMAScripts(t *testing.T) {
	for _, text := range []string{
		"", " ", "[1,]", "{\"a\":1,}", "01", "-", "1.", ".5", "1e", "+1", "nul", "\"a", "\"\x01\"", "\"\\x\"", "\"\\u12\"",
		"[1 2]", "{a:1}", "[]x", "\u00a0[]", "'a'", "NaN", "{\"a\" 1}", "[", "{", "\"\\", "\"\\u\"", "-Infinity", "1_0",
	} {
		if value, ok := parseJSON(text); ok {
			t.Errorf("%q is read as %v", text, value)
		}
	}
	for text, want := range map[string]AnyValue{
		" [ ] ": []any{}, "-0.0e0": math.Copysign(0, -1), "1E+2": 100.0, `"\ud83d\ude00\/\b"`: "😀/\b",
		`"\ud83dx\udc00\ud83d\ud83d\ude00"`: "\ufffdx\ufffd\ufffd😀", `{"a":1,"a":null}`: map[string]any{"a": nil},
		"1e999": math.Inf(1), "true": true, "\t\r\nfalse": false, `{"":[{}]}`: map[string]any{"": []any{map[string]any{}}},
	} {
		got, ok := parseJSON(text)
		if diff := cmp.Diff(want, got); !ok || diff != "" {
			t.Errorf("%s: %v\n%s", text, ok, diff)
		}
	}
}
