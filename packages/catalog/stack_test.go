package catalog

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// readVectors reads vectors/<name>, one JSON value a line.
func readVectors[V any](t testing.TB, name string) []V {
	t.Helper()
	file, err := os.Open("vectors/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var vectors []V
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		if len(lines.Bytes()) == 0 {
			continue
		}
		var vector V
		if err := json.Unmarshal(lines.Bytes(), &vector); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		vectors = append(vectors, vector)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return vectors
}

type stackVector struct {
	Name     string       `json:"name"`
	Language string       `json:"language"`
	Text     string       `json:"text"`
	Expect   []StackBlock `json:"expect"`
}

func TestStackVectors(t *testing.T) {
	vectors := readVectors[stackVector](t, "stack.jsonl")
	if len(vectors) < 25 {
		t.Fatalf("%d vectors, expected at least 25", len(vectors))
	}
	for _, vector := range vectors {
		t.Run(vector.Name, func(t *testing.T) {
			if diff := cmp.Diff(vector.Expect, ParseStack(vector.Text, vector.Language)); diff != "" {
				t.Errorf("blocks differ (-want +got):\n%s", diff)
			}
		})
	}
}

func TestStackHead(t *testing.T) {
	text := strings.Join([]string{
		"Traceback (most recent call last):",
		`  File "/app/a.py", line 9, in read`,
		"    open(path)",
		"ConnectionRefusedError: [Errno 111] Connection refused",
		"",
		"During handling of the above exception, another exception occurred:",
		"",
		"Traceback (most recent call last):",
		`  File "/app/b.py", line 3, in render`,
		"    read()",
		"shop.errors.PageError: cannot render",
		"  because the cache is away",
		"",
	}, "\n")
	class, message, ok := StackHead(text, "python")
	if !ok || class != "shop.errors.PageError" || message != "cannot render\n  because the cache is away" {
		t.Errorf("StackHead = %q, %q, %v", class, message, ok)
	}
	for _, headless := range []string{"", "add@http://localhost/js/cart.js:18:13", "it went wrong\n    at f (/app/a.js:1:1)"} {
		if class, message, ok := StackHead(headless, "nodejs"); ok {
			t.Errorf("StackHead(%q) = %q, %q; a text without a class has no head", headless, class, message)
		}
	}
}

func TestDeepJavaRecursionKeepsTheFramesNearestTheThrow(t *testing.T) {
	text := "java.lang.StackOverflowError\n" + strings.Repeat("\tat com.shop.Tree.walk(Tree.java:3)\n", 1_024)
	if frames := ParseStack(text, "java")[0].Frames; len(frames) != LimitFrames {
		t.Errorf("%d frames, expected %d", len(frames), LimitFrames)
	}
}

var stackLanguages = []string{"nodejs", "webjs", "python", "java", "go", "dotnet", "ruby", "php", "rust", ""}

func TestOnePieceRepeatedOverAMegabyte(t *testing.T) {
	pieces := []string{"a", "0", " ", "\t", "\n", ".", ":", "/", `\`, "(", ")", "<", ">", "$", "@", "#", "-", "'", `"`,
		"    at ", `File "`, "Caused by: ", "é", "\xff", "💥", "\u00a0"}
	for _, piece := range pieces {
		text := strings.Repeat(piece, 1+1_000_000/len(piece))
		for _, language := range stackLanguages {
			checkBlocks(t, ParseStack(text, language))
		}
	}
}

func checkBlocks(t *testing.T, blocks []StackBlock) {
	t.Helper()
	if len(blocks) == 0 || len(blocks) > LimitCauses+1 {
		t.Fatalf("%d blocks", len(blocks))
	}
	for _, block := range blocks {
		if len(block.Frames) > LimitFrames+1 {
			t.Fatalf("%d frames in a block", len(block.Frames))
		}
		texts := []string{block.Type, block.Message, block.Code}
		for _, one := range block.Frames {
			texts = append(texts, one.Module, one.Function, one.File)
		}
		for _, text := range texts {
			if !utf8.ValidString(text) {
				t.Fatalf("ill-formed text %q in %+v", text, block)
			}
		}
	}
}

func FuzzParseStack(f *testing.F) {
	for _, vector := range readVectors[stackVector](f, "stack.jsonl") {
		f.Add(vector.Text, vector.Language)
	}
	f.Fuzz(func(t *testing.T, text, language string) {
		blocks := ParseStack(text, language)
		checkBlocks(t, blocks)
		if diff := cmp.Diff(blocks, ParseStack(WellFormed(text), language)); diff != "" {
			t.Errorf("a broken sequence is not read as U+FFFD:\n%s", diff)
		}
		for _, language := range stackLanguages {
			checkBlocks(t, ParseStack(text, language))
		}
	})
}

func BenchmarkParseStack(b *testing.B) {
	for _, vector := range readVectors[stackVector](b, "stack.jsonl") {
		b.Run(strings.ReplaceAll(vector.Name, " ", "_"), func(b *testing.B) {
			b.SetBytes(int64(len(vector.Text)))
			b.ReportAllocs()
			for b.Loop() {
				ParseStack(vector.Text, vector.Language)
			}
		})
	}
}
