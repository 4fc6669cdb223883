package catalog

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// redactTestKey is the key of every vector in mode pseudonym; SPEC.md names it.
const redactTestKey = "errata-test-key-of-32-bytes-long"

var redactModes = []RedactionMode{RedactReplace, RedactPseudonym, RedactRemove, RedactKeep}

type redactVector struct {
	Name   string
	Mode   RedactionMode
	Deny   []string
	Allow  []string
	Text   any
	Value  any
	Key    string
	Expect any
	Counts RedactionCounts
}

func (v *redactVector) redactor(mode RedactionMode) *Redactor {
	return CreateRedactor(RedactionOptions{Mode: mode, PseudonymKey: []byte(redactTestKey), Deny: v.Deny, Allow: v.Allow})
}

// run redacts the value, or the text if the vector has one; nothing left is nil.
func (v *redactVector) run(r *Redactor, value any, counts RedactionCounts) any {
	if v.Text != nil {
		return r.Text(value.(string), counts)
	}
	out, _ := r.Value(value, counts, v.Key)
	return out
}

// joinedParts makes the strings of `{"parts": [...]}`, and of JSON's numbers what OTLP carries.
func joinedParts(value any) any {
	switch v := value.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		f, _ := v.Float64()
		return f
	case []any:
		for i := range v {
			v[i] = joinedParts(v[i])
		}
	case map[string]any:
		if parts, found := v["parts"].([]any); found && len(v) == 1 {
			var text strings.Builder
			for _, part := range parts {
				text.WriteString(part.(string))
			}
			return text.String()
		}
		for key := range v {
			v[key] = joinedParts(v[key])
		}
	}
	return value
}

func redactVectors(t testing.TB) []redactVector {
	t.Helper()
	data, err := os.ReadFile("vectors/redact.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []redactVector
	for line := range bytes.Lines(data) {
		var v redactVector
		decoder := json.NewDecoder(bytes.NewReader(line))
		decoder.UseNumber()
		if err := decoder.Decode(&v); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		v.Text, v.Value, v.Expect = joinedParts(v.Text), joinedParts(v.Value), joinedParts(v.Expect)
		vectors = append(vectors, v)
	}
	return vectors
}

func TestRedactVectors(t *testing.T) {
	vectors := redactVectors(t)
	if len(vectors) < 600 {
		t.Fatalf("only %d vectors", len(vectors))
	}
	for _, v := range vectors {
		t.Run(v.Name, func(t *testing.T) {
			input := v.Text
			if input == nil {
				input = v.Value
			}
			want := v.Expect
			if want == nil {
				want = input
			}
			r, counts := v.redactor(v.Mode), RedactionCounts{}
			if got := v.run(r, input, counts); !reflect.DeepEqual(got, want) {
				t.Fatalf("\n got %q\nwant %q", got, want)
			}
			if !reflect.DeepEqual(counts, v.Counts) {
				t.Errorf("counts %v, want %v", counts, v.Counts)
			}
			if v.Mode == RedactKeep {
				return
			}
			again := RedactionCounts{}
			if got := v.run(r, want, again); !reflect.DeepEqual(got, want) || len(again) > 0 {
				t.Errorf("again: %q, counts %v", got, again)
			}
		})
	}
}

var anyToken = regexp.MustCompile(`\[REDACTED(:[a-z_]+)?\]|\[PSEUDONYM:[a-z_]+:[0-9a-f]{8}:[0-9a-f]{16}\]`)

func TestEveryModeFindsTheSame(t *testing.T) {
	for _, v := range redactVectors(t) {
		text, isText := v.Text.(string)
		if !isText {
			continue
		}
		alike := ""
		for i, mode := range redactModes[:3] {
			once := v.redactor(mode).Text(text, nil)
			if tokens := anyToken.ReplaceAllString(once, "[X]"); i == 0 {
				alike = tokens
			} else if tokens != alike {
				t.Errorf("%s, %s: %q, want %q", v.Name, mode, tokens, alike)
			}
			for _, other := range redactModes {
				if again := v.redactor(other).Text(once, nil); again != once {
					t.Errorf("%s, %s after %s: %q, was %q", v.Name, other, mode, again, once)
				}
			}
		}
	}
}

func TestRedactorKnowsSecretKeysHoweverTheyAreWritten(t *testing.T) {
	r := CreateRedactor(RedactionOptions{Deny: []string{"tenant-ref"}, Allow: []string{"session.id"}})
	for _, key := range []string{"Authorization", "set-cookie", "DB_PASSWORD", "dbPassword", "X-Api-Key", "openaiApiKey", "client secret", "TENANT_REF", "http.request.header.cookie"} {
		if !r.IsSecretKey(key) {
			t.Errorf("%s is no secret key", key)
		}
	}
	for _, key := range []string{"author", "session.id", "max_tokens", "nextPageToken", "passwordPolicy", "public_key", "cookie_name", "trace_id", "user.id", "secretKeyRef.name"} {
		if r.IsSecretKey(key) {
			t.Errorf("%s is a secret key", key)
		}
	}
}

func TestRedactorSurvivesCyclesDepthAndStrangeValues(t *testing.T) {
	r := CreateRedactor(RedactionOptions{})
	cyclic := map[string]any{"name": "x"}
	cyclic["self"] = cyclic
	shared := map[string]any{"mail": "ana@example.org"}
	redacted := map[string]any{"mail": "[REDACTED:email]"}
	loop := []any{nil}
	loop[0] = loop
	deep := any("end")
	for range 100 {
		deep = map[string]any{"deep": deep}
	}
	for _, c := range []struct{ in, want any }{
		{cyclic, map[string]any{"name": "x", "self": "[CYCLE]"}},
		{[]any{shared, shared}, []any{redacted, redacted}},
		{loop, []any{"[CYCLE]"}},
		{struct{}{}, nil},
		{[]byte("ana@example.org"), []byte("ana@example.org")},
		{"bytes \xff of ana@example.org", "bytes \uFFFD of [REDACTED:email]"},
		{map[string]any{"password": 123456.5}, map[string]any{"password": "[REDACTED:password]"}},
	} {
		if got, _ := r.Value(c.in, nil, ""); !reflect.DeepEqual(got, c.want) {
			t.Errorf("got %v, want %v", got, c.want)
		}
	}
	got, _ := r.Value(deep, nil, "")
	if text := AnyText(got); !strings.Contains(text, "[DEPTH]") {
		t.Errorf("no depth in %s", text)
	}
	huge := strings.Repeat("a@example.org ", 100_000)
	if got, want := r.Text(huge, nil), strings.Repeat("[REDACTED:email] ", 100_000); got != want {
		t.Error("a long text of addresses is not redacted")
	}
}

// checkRedaction holds what is true of every text.
func checkRedaction(t *testing.T, redactors []*Redactor, text string) {
	t.Helper()
	var first RedactionCounts
	formed := WellFormed(text)
	for i, r := range redactors {
		counts := RedactionCounts{}
		once := r.Text(text, counts)
		if i == 0 {
			first = counts
		} else if !reflect.DeepEqual(first, counts) {
			t.Fatalf("%s found %v, %s %v in %q", redactModes[0], first, r.mode, counts, text)
		}
		if r.mode == RedactKeep {
			if once != formed {
				t.Fatalf("keep changed %q to %q", text, once)
			}
			continue
		}
		if most := len(formed) + counts.sum()*60; len(once) > most {
			t.Fatalf("%d bytes of %d with %d values", len(once), len(formed), counts.sum())
		}
		for _, other := range redactors {
			again := RedactionCounts{}
			if twice := other.Text(once, again); twice != once || len(again) > 0 {
				t.Fatalf("%s after %s of %q\n was %q\n got %q %v", other.mode, r.mode, text, once, twice, again)
			}
		}
	}
}

func redactorsOfAllModes() []*Redactor {
	redactors := make([]*Redactor, len(redactModes))
	for i, mode := range redactModes {
		redactors[i] = CreateRedactor(RedactionOptions{Mode: mode, PseudonymKey: []byte(redactTestKey)})
	}
	return redactors
}

func TestSurveyLetsNoFinderOutThatWouldFindSomething(t *testing.T) {
	judge := newKeyJudge(nil, nil)
	for _, v := range redactVectors(t) {
		text, isText := v.Text.(string)
		if !isText {
			continue
		}
		u := unitsFrom(text)
		seen := u.survey()
		for i, row := range redactFinders {
			var out spanList
			row.find(u, judge, &out)
			if len(out.spans) > 0 && seen&row.needs != row.needs {
				t.Errorf("%s: finder %d finds %v, survey says %b", v.Name, i, out.spans, seen)
			}
		}
	}
}

func FuzzRedact(f *testing.F) {
	for _, v := range redactVectors(f) {
		if text, isText := v.Text.(string); isText {
			f.Add(text, "")
		}
	}
	redactors := redactorsOfAllModes()
	f.Fuzz(func(t *testing.T, a, b string) {
		checkRedaction(t, redactors, a+b)
		for _, r := range redactors {
			value := map[string]any{"password": a, "note": []any{b, a}, b: a}
			once, _ := r.Value(value, nil, "")
			if again, _ := r.Value(once, nil, ""); !reflect.DeepEqual(once, again) {
				t.Fatalf("%s: %q, again %q", r.mode, once, again)
			}
		}
	})
}

// longStack is a stack of Node's of about so many bytes: what redaction reads most.
func longStack(size int) string {
	var text strings.Builder
	text.WriteString("TypeError: Cannot read properties of undefined (reading 'total')\n")
	for line := 1; text.Len() < size; line++ {
		fmt.Fprintf(&text, "    at handle%d (/srv/shop/node_modules/router/lib/layer.js:%d:17)\n", line, 90+line)
	}
	return text.String()
}

func BenchmarkRedact(b *testing.B) {
	r := CreateRedactor(RedactionOptions{})
	for _, c := range []struct{ name, text string }{
		{"plain", "listing of the basket took longer than it should, next attempt follows"},
		{"connection", "connect ECONNREFUSED 127.0.0.1:5432 while opening pool: retry 3 of 5"},
		{"email", "duplicate key value violates unique constraint \"users_email\": Key (email)=(ana@example.org) already exists."},
		{"json", `{"level":"error","code":"E_PAY","password":"h7Tq9zLw","card":"4242 4242 4242 4242","at":"2026-11-24T08:00:00Z"}`},
		{"stack of 1.8 kB", longStack(1_800)},
		{"stack of 10 kB", longStack(10_000)},
		{"number joined", strings.Repeat("-1", 8_192)},
		{"message of 10 kB", strings.Repeat("upstream 10.0.0.7:8080 said: order 12345678 not found; ", 190)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(c.text)))
			for b.Loop() {
				r.Text(c.text, nil)
			}
		})
	}
}
