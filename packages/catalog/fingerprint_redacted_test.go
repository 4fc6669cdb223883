package catalog

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// everyMode has one redactor a mode; whatever mode an application redacts in, its errors stay in their groups.
func everyMode() map[RedactionMode]*Redactor {
	redactors := make(map[RedactionMode]*Redactor)
	for _, mode := range []RedactionMode{RedactReplace, RedactPseudonym, RedactRemove, RedactKeep} {
		redactors[mode] = CreateRedactor(RedactionOptions{Mode: mode, PseudonymKey: []byte("errata-test-key-of-32-bytes-long")})
	}
	return redactors
}

func redactedFacts(redactor *Redactor, facts ErrorFacts) ErrorFacts {
	facts.Message = redactor.Text(facts.Message, nil)
	facts.Stacktrace = redactor.Text(facts.Stacktrace, nil)
	causes := make([]CauseFacts, 0, len(facts.Causes))
	for _, cause := range facts.Causes {
		cause.Message = redactor.Text(cause.Message, nil)
		cause.Stacktrace = redactor.Text(cause.Stacktrace, nil)
		causes = append(causes, cause)
	}
	facts.Causes = causes
	return facts
}

func TestRedactionKeepsTheGroupOfEveryVector(t *testing.T) {
	vectors := readVectors[fingerprintVector](t, "fingerprint.jsonl")
	for mode, redactor := range everyMode() {
		for _, vector := range vectors {
			facts := redactedFacts(redactor, vector.Facts)
			if made := FingerprintOf(&facts, vector.Given, vector.Entry); made.Value != vector.Value {
				t.Errorf("%s, redacted in mode %s: %v", vector.Name, mode, made)
			}
		}
	}
}

// vectorText is a string of vectors/redact.jsonl, which may be written in parts.
type vectorText string

func (v *vectorText) UnmarshalJSON(data []byte) error {
	var whole struct{ Parts []string }
	if data[0] == '{' {
		if err := json.Unmarshal(data, &whole); err != nil {
			return err
		}
		*v = vectorText(strings.Join(whole.Parts, ""))
		return nil
	}
	return json.Unmarshal(data, (*string)(v))
}

func TestRedactionKeepsTheGroupOfEveryPrivateText(t *testing.T) {
	vectors := readVectors[struct {
		Name        string
		Text        vectorText
		Deny, Allow []string
	}](t, "redact.jsonl")
	tried := 0
	for mode, redactor := range everyMode() {
		for _, vector := range vectors {
			if vector.Text == "" || vector.Deny != nil || vector.Allow != nil {
				continue
			}
			tried++
			facts := ErrorFacts{Type: "Error", Message: string(vector.Text), Language: "nodejs"}
			plain := FingerprintOf(&facts, "", "")
			facts.Message = redactor.Text(facts.Message, nil)
			if diff := cmp.Diff(plain, FingerprintOf(&facts, "", "")); diff != "" {
				t.Errorf("%s, redacted in mode %s:\n%s", vector.Name, mode, diff)
			}
		}
	}
	if tried < 4*200 {
		t.Errorf("%d texts tried", tried)
	}
}
