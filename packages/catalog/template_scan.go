package catalog

// One pass over a message that keeps words and puts typed placeholders where values stand: quotes, brackets and blanks.
// Words are template_word.go's business. Every step advances, nested quotes are read at most three deep: linear.

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// valueWords before a quoted literal make it a value; any other quoted name is part of the meaning.
var valueWords = words(`value values entry string input text user username account customer got received actual literal
float int integer uuid date time datetime timestamp boolean numeric json email phone password token id session params
parameters`)

var queryWord, moduleWord = words("query"), words("module")

// cueBytes is more than the longest word that is a cue.
const cueBytes = 32

// isCue is true if the cue, in lower case, is one of the words.
func (s *scan) isCue(words map[string]struct{}) bool {
	if s.cue == "" || len(s.cue) > cueBytes {
		return false
	}
	var lower [cueBytes]byte
	for i := range len(s.cue) {
		lower[i] = lowerByte(s.cue[i])
	}
	_, found := words[string(lower[:len(s.cue)])]
	return found
}

var jsonCode = regexp.MustCompile(
	`["'](code|type|status|reason)["'] ?: ?["']?([A-Za-z_][A-Za-z_.-]{0,63}|[0-9]{3})["',} ]`)

const (
	// maxQuoted bounds what is masked of one quoted literal, in UTF-16 units.
	maxQuoted = 4_096
	// maxQuoteDepth: a literal nested deeper is a value.
	maxQuoteDepth = 3
)

// scan is the state of one pass.
type scan struct {
	text string
	at   int
	out  []byte
	// cue is the last word before the present place; "" after the end of a sentence. See isCue.
	cue string
	// jsonDead: a brace that never closed was met, and no other is tried.
	jsonDead bool
	// keys: the text is JSON that is read on, and a literal before a colon is a key.
	keys bool
	// codes: JSON leaves its codes beside its placeholder.
	codes bool
	// json: a placeholder for JSON was written, here or in a quoted literal.
	json bool
	// openQuotes are quotes that no later one closes.
	openQuotes []rune
	depth      int
	// sql: the text has come to the values of a statement.
	sql bool
	// counted bytes of out are units UTF-16 units.
	counted, units int
}

// mask gives the masked text; it stops once that is longer than limit UTF-16 units. A text that is JSON as a whole has
// its words in there and is read on. With codes, JSON inside a sentence leaves what its code, type, status and reason
// name.
func mask(text string, limit int, codes bool) string {
	s := scanOf(text, codes)
	return s.run(limit)
}

func scanOf(text string, codes bool) scan {
	json := isJSON(text)
	return scan{text: text, codes: codes, jsonDead: json, keys: json}
}

// isPlain is true of a pass that has run if one with codes, or with the limit of a fingerprint, would have done the same:
// no JSON was left out, and that limit was never passed. From step to step out grows, but for the blank between two dates.
func (s *scan) isPlain() bool { return !s.json && len(s.out) < LimitFingerprintMessage }

func (s *scan) run(limit int) string {
	if s.out == nil {
		s.out = make([]byte, 0, min(len(s.text), limit)+32)
	}
	for s.at < len(s.text) && !s.isLonger(limit) {
		s.step()
	}
	return trimEnd(string(s.out))
}

// isLonger is true if out has more than limit UTF-16 units. They are counted only where its bytes are that many.
func (s *scan) isLonger(limit int) bool {
	if len(s.out) <= limit {
		return false
	}
	if s.counted > len(s.out) {
		s.counted, s.units = 0, 0
	}
	for ; s.counted < len(s.out); s.counted++ {
		s.units += unitsOf(s.out[s.counted])
	}
	return s.units > limit
}

// write adds to out.
func (s *scan) write(text string) { s.out = append(s.out, text...) }

// copyOne takes the code point at the present place as it is.
func (s *scan) copyOne() {
	size := runeSize(s.text, s.at)
	s.write(s.text[s.at : s.at+size])
	s.at += size
}

func (s *scan) endsWith(text string) bool {
	return len(s.out) >= len(text) && string(s.out[len(s.out)-len(text):]) == text
}

// isJSON is true if the text is one JSON value with brackets, whole or cut off.
func isJSON(text string) bool {
	from := skipControls(text, 0)
	if first := byteAt(text, from); (first != '{' && first != '[') || !looksLikeJSON(text, from, nil) {
		return false
	}
	end := closing(text, from)
	return end < 0 || trimSpace(text[end:]) == ""
}

func skipControls(text string, from int) int {
	for from < len(text) && text[from] <= ' ' {
		from++
	}
	return from
}

func (s *scan) step() {
	c := s.text[s.at]
	if c >= utf8.RuneSelf {
		s.stepWide()
		return
	}
	switch {
	case isWordByte(c):
		s.word()
	case c <= ' ' || c == 0x7F:
		s.blank()
	default:
		s.punctuation(c)
	}
}

func (s *scan) punctuation(c byte) {
	switch c {
	case '\'', '"', '`':
		s.quote(rune(c))
		return
	case '{', '[':
		s.bracket(c)
		return
	case '<':
		// A placeholder is (part of) a word, so that masking twice changes nothing and a redacted part keeps its URL whole.
		if placeholderEnd(s.text, s.at) > 0 {
			s.word()
			return
		}
	case '(':
		// "Key (email)=(bob)": the second pair of parentheses holds the value.
		if s.endsWith(")=") {
			if end := strings.IndexByte(s.text[s.at:], ')'); end > 0 {
				s.write("(<str>")
				s.at += end
				return
			}
		}
	case ';', ')':
		s.cue = ""
	}
	s.out = append(s.out, c)
	s.at++
}

// stepWide reads what begins beyond ASCII.
func (s *scan) stepWide() {
	switch r, size := utf8.DecodeRuneInString(s.text[s.at:]); {
	case isWordRune(r):
		s.word()
	case isWideBlank(r):
		s.at += size
		s.oneBlank()
	case r == '“' || r == '‘' || r == '«':
		s.quote(r)
	default:
		s.copyOne()
	}
}

// blank turns runs of blanks and control characters into one blank; terminal colours go.
func (s *scan) blank() {
	if s.text[s.at] == 0x1B && byteAt(s.text, s.at+1) == '[' {
		s.at += 2
		for s.at < len(s.text) && s.text[s.at] < 64 {
			s.at++
		}
		if s.at < len(s.text) {
			s.at += runeSize(s.text, s.at)
		}
		return
	}
	s.at++
	s.oneBlank()
}

func (s *scan) oneBlank() {
	if len(s.out) > 0 && s.out[len(s.out)-1] != ' ' {
		s.out = append(s.out, ' ')
	}
}

// bracket turns JSON and lists into one placeholder; "[error]", "[0]" and "Struct { field: x }" are read on.
func (s *scan) bracket(open byte) {
	if open == '[' {
		near := unitPrefix(s.text[s.at+1:], 47)
		if end := strings.IndexByte(near, ']'); end > 0 && isIPv6(near[:end]) {
			s.write("<ip>")
			s.at += end + 2
			return
		}
		// Lucene and Elasticsearch put the query of a user into brackets.
		if s.isCue(queryWord) {
			if end := closing(s.text, s.at); end > 0 {
				s.write("[<str>]")
				s.at, s.cue = end, ""
				return
			}
		}
	}
	if !s.jsonDead && looksLikeJSON(s.text, s.at, s.out) {
		end := closing(s.text, s.at)
		if end > 0 {
			s.write("<json>")
			s.json = true
			if s.codes {
				s.jsonCodes(s.text[s.at:end])
			}
			s.at = end
			return
		}
		s.jsonDead = true
		if s.depth == 0 && open == '{' {
			// Cut off by a limit: the rest is the inside of the value.
			s.write("<json>")
			s.at = len(s.text)
			return
		}
	}
	s.out = append(s.out, open)
	s.at++
}

// looksLikeJSON is true if what begins at from, behind before, is JSON, a literal of a language, or a list of values.
func looksLikeJSON(text string, from int, before []byte) bool {
	i := skipControls(text, from+1)
	first := byteAt(text, i)
	if first == '"' || first == '\'' {
		return true
	}
	near := unitPrefix(text[i:], 64)
	if text[from] == '{' {
		// "ParseError { kind: X }" is a type's own printing and says what it is.
		last := bytes.TrimRightFunc(before, isSpace)
		if len(last) > 0 && (isLetter(last[len(last)-1]) || last[len(last)-1] == '>') {
			return false
		}
		colon := strings.IndexByte(near, ':')
		return colon > 0 && isName(trimSpace(near[:colon]))
	}
	if first == '{' {
		return true
	}
	if first != '-' && !isDigit(first) {
		return false
	}
	comma, end := strings.IndexByte(near, ','), strings.IndexByte(near, ']')
	return comma > 0 && (end < 0 || comma < end)
}

// jsonCodes writes what code, type, status and reason of a JSON text name, at most four: the meaning of an answer
// quoted whole.
func (s *scan) jsonCodes(json string) {
	for _, match := range jsonCode.FindAllStringSubmatch(json, 4) {
		s.write(" " + match[1] + "=" + match[2])
	}
}

// closing is where the bracket at from closes, strings respected; -1 if it does not.
func closing(text string, from int) int {
	depth := 0
	for i := from; i < len(text); i++ {
		switch text[i] {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
			if depth == 0 {
				return i + 1
			}
		case '"':
			i++
			for i < len(text) && text[i] != '"' {
				if text[i] == '\\' {
					i++
				}
				i++
			}
		}
	}
	return -1
}

// quote reads a quoted literal: a value becomes a placeholder, a name stays, a sentence is read on.
func (s *scan) quote(open rune) {
	inWord := false
	if len(s.out) > 0 {
		before := s.out[len(s.out)-1]
		inWord = isDigit(before) || isLetter(before)
	}
	size := utf8.RuneLen(open)
	end := -1
	if (!inWord || open == '"') && !slices.Contains(s.openQuotes, open) {
		end = closingQuote(s.text, s.at+size, open)
	}
	if end < 0 {
		if !inWord {
			s.openQuotes = append(s.openQuotes, open)
		}
		s.copyOne()
		return
	}
	content := s.text[s.at+size : end]
	s.copyOne()
	after := end + runeSize(s.text, end)
	isKey := s.keys && byteAt(s.text, after) == ':' && isName(content)
	if isKey {
		s.write(content)
	} else if s.sql && open == '\'' && content != "" && !isPlaceholder(content) {
		s.write("<str>")
	} else {
		s.quoted(content)
	}
	s.write(s.text[end:after])
	s.at = after
	if s.keys {
		s.cue = ""
		if isKey {
			s.cue = content
		}
	}
}

func (s *scan) quoted(content string) {
	switch {
	case trimSpace(content) == "":
		s.write(content)
	case s.isCue(keptNameWords) && isName(content):
		s.write(content)
	case s.isCue(moduleWord) && content[0] == '.' && !strings.Contains(content, " "):
		s.write(content)
	case s.isCue(valueWords):
		if isPlaceholder(content) {
			s.write(content)
		} else {
			s.write("<str>")
		}
	// A quoted path may hold blanks.
	case isPath(content) && strings.Contains(content, " ") && !strings.Contains(content, "\n"):
		s.write("<path>")
	case s.depth >= maxQuoteDepth:
		s.write("<str>")
	case isName(content) && !strings.ContainsAny(content, "0123456789./"):
		s.write(content)
	default:
		inner := scan{text: content, codes: s.codes, depth: s.depth + 1}
		s.write(inner.run(maxQuoted))
		s.json = s.json || inner.json
	}
}

// closingQuote is where the literal that begins at from closes; -1 if it does not.
func closingQuote(text string, from int, open rune) int {
	closer := open
	switch open {
	case '“':
		closer = '”'
	case '‘':
		closer = '’'
	case '«':
		closer = '»'
	}
	for i := from; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == '\\' && open != '`':
			if i+size < len(text) {
				size += runeSize(text, i+size)
			}
		case r == closer || (open == '`' && r == '\''):
			if open != '\'' || !isLetter(byteAt(text, i+1)) {
				return i
			}
		}
		i += size
	}
	return -1
}

func isPlaceholder(text string) bool {
	return strings.HasPrefix(text, "<") && strings.HasSuffix(text, ">") && !strings.Contains(text[1:], "<")
}
