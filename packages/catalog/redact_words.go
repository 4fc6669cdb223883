package catalog

// Words of keys and of prose, and the words before a place. The second half of src/redact/chars.ts.

import (
	"strings"
	"unicode/utf8"
)

// eachWord calls visit for the place of each word: split at everything that is no letter or digit, between a lower-case
// letter and an upper-case one, before the last capital of a run that a lower-case letter follows (APIKey), and
// between letters and digits.
func (t units) eachWord(visit func(start, end int)) {
	start := -1
	for i := 0; i <= len(t.b); i++ {
		switch {
		case !t.has(i, bitsAlnum|bitWide):
			if start >= 0 {
				visit(start, i)
			}
			start = -1
		case start < 0:
			start = i
		case t.wordBreak(i):
			visit(start, i)
			start = i
		}
	}
}

func (t units) wordBreak(i int) bool {
	p, c := t.at(i-1), t.at(i)
	if isDigit(p) != isDigit(c) {
		return true
	}
	if !isUpper(c) {
		return false
	}
	return isLower(p) || (isUpper(p) && isLower(t.at(i+1)))
}

// wordList is words in lower case, joined without anything between them.
type wordList struct {
	joined []byte
	// starts has the place of each word, and behind them the end of the last.
	starts []int
}

func (l *wordList) add(word units) {
	if len(l.starts) == 0 {
		l.starts = append(l.starts, 0)
	}
	l.joined = word.appendLower(l.joined)
	l.starts = append(l.starts, len(l.joined))
}

func (l *wordList) len() int { return max(0, len(l.starts)-1) }

// from is the words from the nth on up to and without the endth, joined.
func (l *wordList) from(n, end int) []byte { return l.joined[l.starts[n]:l.starts[end]] }

func (t units) wordsOf() wordList {
	var list wordList
	t.eachWord(func(start, end int) { list.add(t.cut(start, end)) })
	return list
}

// contextReach is how far back contextBefore looks unless told.
const contextReach = 48

// contextBefore is the last words before at, oldest first, each between blanks (` ssn number `): what context rules look
// into. At most reach units back, on the same line.
func (t units) contextBefore(at, reach int) string {
	from := max(0, at-reach)
	if line := strings.LastIndexByte(t.ascii(from, at), '\n'); line >= 0 {
		from += line + 1
	}
	// A word cut by the window would look like another word.
	if from > 0 {
		for from < at && t.has(from-1, bitsWord) && t.has(from, bitsWord) {
			from++
		}
	}
	part := t.cut(from, at)
	var small [2*contextReach + 2]byte
	out := append(small[:0], ' ')
	start := -1
	for i := 0; i <= len(part.b); i++ {
		goesOn := i < len(part.b) && unitBits[part.b[i]]&(bitsAlnum|bitWide) != 0
		if start < 0 {
			if goesOn {
				start = i
			}
			continue
		}
		if goesOn && !part.wordBreak(i) {
			continue
		}
		out = part.cut(start, i).appendLower(out)
		out = append(out, ' ')
		start = -1
		if goesOn {
			start = i
		}
	}
	if len(out) == 1 {
		return noContext
	}
	return string(out)
}

// noContext is the context of a place before which no word stands.
const noContext = "  "

// appendLower writes the text in UTF-8 with A-Z as a-z.
func (t units) appendLower(out []byte) []byte {
	if t.wide == nil {
		for i := range len(t.b) {
			c := t.b[i]
			if isUpper(c) {
				c |= 0x20
			}
			out = append(out, c)
		}
		return out
	}
	begin := len(out)
	out = t.appendTo(out)
	for i := begin; i < len(out); i++ {
		if isUpper(out[i]) {
			out[i] |= 0x20
		}
	}
	return out
}

// contextTerms are words or phrases, each between blanks; of scripts of East Asia without.
type contextTerms []string

func termsOf(list []string) contextTerms {
	terms := make(contextTerms, len(list))
	for i, term := range list {
		terms[i] = " " + term + " "
		// Scripts of East Asia have no blanks between words.
		if r, _ := utf8.DecodeRuneInString(term); r >= 0x2E80 {
			terms[i] = term
		}
	}
	return terms
}

// hasTerm is true if one of the terms stands in the context as whole words.
func hasTerm(context string, terms contextTerms) bool {
	for _, term := range terms {
		if strings.Contains(context, term) {
			return true
		}
	}
	return false
}
