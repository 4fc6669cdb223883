package catalog

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

type fingerprintVector struct {
	Name        string          `json:"name"`
	Given       string          `json:"given"`
	Entry       string          `json:"entry"`
	Facts       ErrorFacts      `json:"facts"`
	SameAs      string          `json:"same_as"`
	DiffersFrom string          `json:"differs_from"`
	Rule        FingerprintRule `json:"rule"`
	Components  []string        `json:"components"`
	Value       string          `json:"value"`
}

func (v *fingerprintVector) make() Fingerprint { return FingerprintOf(&v.Facts, v.Given, v.Entry) }

var isHexValue = regexp.MustCompile(`^[0-9a-f]{32}$`)

func TestFingerprintVectors(t *testing.T) {
	vectors := readVectors[fingerprintVector](t, "fingerprint.jsonl")
	byName := make(map[string]*fingerprintVector)
	for i := range vectors {
		byName[vectors[i].Name] = &vectors[i]
	}
	same, different := 0, 0
	for i := range vectors {
		vector := &vectors[i]
		t.Run(vector.Name, func(t *testing.T) {
			made := vector.make()
			if made.Value != vector.Value || made.Rule != vector.Rule || made.Version != FingerprintVersion {
				t.Errorf("%+v\nwant value %s, rule %s", made, vector.Value, vector.Rule)
			}
			if vector.Components != nil {
				if diff := cmp.Diff(vector.Components, made.Components); diff != "" {
					t.Errorf("components differ (-want +got):\n%s", diff)
				}
			}
			if vector.SameAs != "" && byName[vector.SameAs].make().Value != made.Value {
				t.Errorf("expected the group of %q", vector.SameAs)
			}
			if vector.DiffersFrom != "" && byName[vector.DiffersFrom].make().Value == made.Value {
				t.Errorf("expected another group than %q has", vector.DiffersFrom)
			}
		})
		if vector.SameAs != "" {
			same++
		}
		if vector.DiffersFrom != "" {
			different++
		}
	}
	if len(vectors) < 50 || len(byName) != len(vectors) || same < 10 || different < 10 {
		t.Errorf("%d vectors with %d names, %d same, %d different", len(vectors), len(byName), same, different)
	}
}

func TestRememberedStackIsTheTextsOwn(t *testing.T) {
	facts := ErrorFacts{Type: "Error", Stacktrace: "Error: x\n    at f (/app/src/jobs/run.ts:1:1)", Language: "nodejs"}
	want := FingerprintOf(&facts, "", "")
	facts.rememberStack(ParseStack(facts.Stacktrace, facts.Language))
	if got := FingerprintOf(&facts, "", ""); got.Value != want.Value {
		t.Errorf("%v with a remembered stack, %v without", got, want)
	}
	facts.Stacktrace = strings.Replace(facts.Stacktrace, "jobs/run", "jobs/walk", 1)
	if got := FingerprintOf(&facts, "", ""); got.Value == want.Value {
		t.Error("another stack text is answered with the remembered one")
	}
}

func FuzzFingerprint(f *testing.F) {
	for _, vector := range readVectors[fingerprintVector](f, "fingerprint.jsonl") {
		cause := CauseFacts{Depth: 1}
		if len(vector.Facts.Causes) > 0 {
			cause = vector.Facts.Causes[0]
		}
		f.Add(vector.Facts.Type, vector.Facts.Message, vector.Facts.Stacktrace, vector.Facts.Language, vector.Facts.Code,
			cause.Type, cause.Message, cause.Stacktrace, cause.Code, cause.Depth)
	}
	f.Fuzz(func(t *testing.T, class, message, stack, language, code, causeClass, causeMessage, causeStack,
		causeCode string, depth int) {
		facts := ErrorFacts{Type: class, Message: message, Stacktrace: stack, Language: language, Code: code,
			Causes: []CauseFacts{{causeClass, causeMessage, causeCode, causeStack, depth}}}
		made := FingerprintOf(&facts, "", "")
		if !isHexValue.MatchString(made.Value) || len(made.Components) > 2*LimitCauses+LimitFingerprintFrames+2 {
			t.Errorf("%+v", made)
		}
		for _, component := range made.Components {
			if !utf8.ValidString(component) {
				t.Errorf("ill-formed component %q", component)
			}
		}
		formed := ErrorFacts{Type: WellFormed(class), Message: WellFormed(message), Stacktrace: WellFormed(stack),
			Language: language, Code: WellFormed(code), Causes: []CauseFacts{{WellFormed(causeClass),
				WellFormed(causeMessage), WellFormed(causeCode), WellFormed(causeStack), depth}}}
		if diff := cmp.Diff(FingerprintOf(&formed, "", ""), made); diff != "" {
			t.Errorf("a broken sequence is not read as U+FFFD:\n%s", diff)
		}
		if user := FingerprintOf(&facts, message, ""); message != "" && user.Rule != RuleUser {
			t.Errorf("%+v for a user's key", user)
		}
	})
}

func BenchmarkFingerprint(b *testing.B) {
	vectors := readVectors[fingerprintVector](b, "fingerprint.jsonl")
	for _, kind := range []struct{ name, vector string }{
		{"stack", "node: property of undefined in an app function"},
		{"message", "fingerprint without a stack"},
	} {
		facts := ErrorFacts{Type: "GatewayError", Message: "Could not charge order 8f14e45f-ceea-467f-a0f7-9b1c2d3e4f50: " +
			"gateway answered 503 from https://pay.example.com/v1/charges?id=17 after 30.27 seconds", Language: "nodejs"}
		for i := range vectors {
			if vectors[i].Name == kind.vector {
				facts = vectors[i].Facts
			}
		}
		b.Run(kind.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				FingerprintOf(&facts, "", "")
			}
		})
	}
	long := ErrorFacts{Type: "java.lang.IllegalStateException", Message: "x", Language: "java",
		Stacktrace: "java.lang.IllegalStateException: x\n" +
			strings.Repeat("\tat org.springframework.web.servlet.FrameworkServlet.doGet(FrameworkServlet.java:898)\n", 120)}
	b.Run("10kB_stack", func(b *testing.B) {
		b.SetBytes(int64(len(long.Stacktrace)))
		b.ReportAllocs()
		for b.Loop() {
			FingerprintOf(&long, "", "")
		}
	})
}
