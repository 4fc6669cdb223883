package catalog

import (
	"strings"
	"testing"
)

// What the beginning of an expression refuses, the engine refuses: every expression of the catalog, with the messages of
// all its vectors, and parts of them.
func TestHeadsRefuseNothingThatMatches(t *testing.T) {
	texts := []string{"", "é", "Connection closed: 320", "ÇÇ connection refused"}
	for _, vector := range matchVectors(t) {
		message := vector.Facts.Message
		texts = append(texts, message, message[strings.IndexByte(message, ' ')+1:], lowerASCII(message))
	}
	refused := 0
	for _, r := range BuiltinCatalog().rest.rules {
		if r.message == nil || r.message.plain != nil {
			continue
		}
		re := r.message.regexp()
		for _, text := range texts {
			if !r.message.hasLiteral(text) || !r.message.head.refuses(r.message, text) {
				continue
			}
			refused++
			if re.MatchString(text) {
				t.Errorf("%s: %s matches %q, which its beginning refuses", r.entry.source.Code, r.message.source.RE, text)
			}
		}
	}
	if refused < 1_000 {
		t.Errorf("%d texts were refused: the test compares nothing", refused)
	}
}
