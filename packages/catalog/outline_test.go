package catalog

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// Messages that differ in numbers alone are answered as if each came alone: those of all vectors and sentences made of
// words that numbers mean something behind, with numbers of every length in the place of theirs.
func TestOutlinesChangeNoAnswer(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 11))
	messages := append(vectorTexts(t), sentences(random, 3_000)...)
	redactor := CreateRedactor(RedactionOptions{})
	classes := []string{"java.net.ConnectException", "Error", "HttpError", "com.shop.Broken"}
	var memory Memory
	var cleared [2]int
	var frames [3]string
	for i := range frames {
		for j := range 12 {
			frames[i] += fmt.Sprintf("\tat com.shop%d.pay.Gateway.charge%d(Gateway.java:%d)\n", i, j, 40+j)
		}
	}
	for n, message := range messages {
		language := []string{"java", "nodejs", "kotlin", "", "java", "python"}[n%6]
		message = withOtherNumbers(message, random, true)
		for range 9 {
			text := withOtherNumbers(message, random, false)
			class := classes[n%len(classes)]
			attributes := map[string]any{"exception.type": class, "http.response.status_code": int64(200 + n%2*304)}
			given := map[string]string{"exception.message": text}
			if n%2 == 0 {
				given["exception.stacktrace"] = class + ": " + text + "\n" + frames[n%3]
			}
			for name, value := range given {
				want, got := RedactionCounts{}, RedactionCounts{}
				left, stays := redactor.TextUnder(name, value, want)
				known, stay := memory.TextUnder(redactor, name, value, got)
				if left != known || stays != stay || !maps.Equal(want, got) {
					t.Fatalf("%q is redacted to %q with a memory, to %q without", value, known, left)
				}
				attributes[name] = left
			}
			record := RecordInput{Language: language, Attributes: attributes}
			said := Describe(FactsAsFound(&record), BuiltinCatalog(), "")
			facts := memory.FactsAsFound(&record)
			if again := memory.Describe(facts, BuiltinCatalog(), ""); !reflect.DeepEqual(said, again) {
				t.Fatalf("%q is described otherwise with a memory:\n%+v\n%+v", given, again, said)
			}
			if memory.cleanOutline(facts) != nil {
				cleared[n%2]++
			}
		}
	}
	for kind, count := range cleared {
		if count < 1_000 {
			t.Errorf("of kind %d (0: with a stack) only %d messages were known by their outlines, the test shows little", kind, count)
		}
	}
}

// vectorTexts are the texts with a digit in the vectors, as long as outlines are.
func vectorTexts(t *testing.T) []string {
	files, err := filepath.Glob("vectors/*.jsonl")
	more, _ := filepath.Glob("vectors/*/*.jsonl")
	files = append(files, more...)
	if err != nil || len(files) == 0 {
		t.Fatalf("no vectors: %v", err)
	}
	found := map[string]struct{}{}
	var walk func(value any)
	walk = func(value any) {
		switch v := value.(type) {
		case string:
			if len(v) <= outlineBytes/4 && strings.ContainsAny(v, "0123456789") && strings.Contains(v, " ") {
				found[v] = struct{}{}
			}
		case []any:
			for _, item := range v {
				walk(item)
			}
		case map[string]any:
			for _, item := range v {
				walk(item)
			}
		}
	}
	for _, name := range files {
		file, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(file)
		lines.Buffer(nil, 64<<20)
		for lines.Scan() {
			var value any
			if err := json.Unmarshal(lines.Bytes(), &value); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			walk(value)
		}
		_ = file.Close()
	}
	var texts []string
	for text := range found {
		texts = append(texts, text)
	}
	return texts
}

// sentences are words, marks and numbers in any order.
func sentences(random *rand.Rand, count int) []string {
	words := strings.Fields(`order user id item failed refused timeout after retry attempt of with code status exit error errno http
 returned answered HTTP port host connect to at version sha md5 utf base p x v PO Box Dr Mr AB GB DE IBAN ssn card pan cvv pin phone
 call account konto number no passport policy nino dni rows lines bytes seconds ms s min Connection Expected got expected line column
 Code: Response server Bad Gateway Not Found ORA- P1001 SQLSTATE 10.1.2.3:8443 8.8.4.4 client from v1.2.3 2024-03-11 order-12 (HTTP)
 Jan Mon street str. Strasse Main St house zip born age year x509 E11000 GB29 customer: key: name: total: item: a/b /var/log ::1
 exited process killed by signal offset partition broker node worker thread batch size limit quota used free left right`)
	marks := []string{" ", ", ", ". ", ": ", "; ", " (", ") ", "-", " - "}
	mark := func(often string) string {
		if random.IntN(4) > 0 {
			return often
		}
		return marks[random.IntN(len(marks))]
	}
	texts := make([]string, count)
	for i := range texts {
		var text strings.Builder
		for range 1 + random.IntN(3) {
			text.WriteString(words[random.IntN(len(words))] + mark(" "))
			if random.IntN(3) > 0 {
				fmt.Fprintf(&text, "%d%s", random.IntN(10), mark(", "))
			}
		}
		texts[i] = strings.Trim(text.String(), " ,")
	}
	return texts
}

var numbers = regexp.MustCompile(`[0-9]+`)

// withOtherNumbers has other digits; longer, where the message has single ones, numbers of one to twelve in their place.
func withOtherNumbers(message string, random *rand.Rand, longer bool) string {
	return numbers.ReplaceAllStringFunc(message, func(digits string) string {
		length := len(digits)
		if length == 1 && longer {
			length = 1 + random.IntN(12)
		}
		out := make([]byte, length)
		for i := range out {
			out[i] = byte('0' + random.IntN(10))
		}
		return string(out)
	})
}
