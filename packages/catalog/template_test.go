package catalog

import (
	"strings"
	"testing"
	"unicode/utf8"
)

type templateVector struct {
	Name     string `json:"name"`
	Message  string `json:"message"`
	Template string `json:"template"`
}

func TestTemplateVectors(t *testing.T) {
	vectors := readVectors[templateVector](t, "template.jsonl")
	if len(vectors) < 50 {
		t.Fatalf("%d vectors, expected at least 50", len(vectors))
	}
	for _, vector := range vectors {
		t.Run(vector.Name, func(t *testing.T) {
			if got := Template(vector.Message); got != vector.Template {
				t.Errorf("Template(%q)\n got %q\nwant %q", vector.Message, got, vector.Template)
			}
			if got := Template(vector.Template); got != vector.Template {
				t.Errorf("the template of a template\n got %q\nwant %q", got, vector.Template)
			}
		})
	}
}

// hostilePieces are what the passes over messages decide by.
var hostilePieces = []string{"a", "0", "a1", " ", "'", `"`, "`", "“", "{", "[", "[1,", `{"a":`, "(", ")=(", "=", ":", "::",
	"/", "1/", "1:", "@", "<", "<num>", "-", ".", `\`, "\x1b[", "[REDACTED", "💥", "a=", "\xf0\x9f", "µs", "\u3000"}

func TestOnePieceRepeatedInAMessage(t *testing.T) {
	for _, piece := range hostilePieces {
		checkTemplate(t, strings.Repeat(piece, 1+1_000_000/len(piece)))
	}
}

func checkTemplate(t *testing.T, message string) {
	t.Helper()
	masked := Template(message)
	if len(masked) > LimitTemplateBytes {
		t.Fatalf("a template of %d bytes", len(masked))
	}
	if !utf8.ValidString(masked) {
		t.Fatalf("ill-formed template %q", masked)
	}
}

func FuzzTemplate(f *testing.F) {
	for _, vector := range readVectors[templateVector](f, "template.jsonl") {
		f.Add(vector.Message)
	}
	for _, piece := range hostilePieces {
		f.Add(strings.Repeat(piece, 3))
	}
	f.Fuzz(func(t *testing.T, message string) {
		checkTemplate(t, message)
		if got, want := Template(message), Template(WellFormed(message)); got != want {
			t.Errorf("a broken sequence is not read as U+FFFD: %q, %q", got, want)
		}
	})
}

func BenchmarkTemplate(b *testing.B) {
	for _, message := range []struct{ name, text string }{
		{"short", "connect ECONNREFUSED 127.0.0.1:5432"},
		{"sentence", "Could not charge order 8f14e45f-ceea-467f-a0f7-9b1c2d3e4f50 of user 4411 after 30.27 seconds: " +
			"gateway answered 503 from https://pay.example.com/v1/charges?id=17"},
		{"2kB", strings.Repeat("worker-3 lost blk_-1305 on 10.0.0.7:42532 at 2024-06-25T19:22:58Z ", 32)},
	} {
		b.Run(message.name, func(b *testing.B) {
			b.SetBytes(int64(len(message.text)))
			b.ReportAllocs()
			for b.Loop() {
				Template(message.text)
			}
		})
	}
}
