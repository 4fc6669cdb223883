package catalog

// Where in a long text an expression can match at all: around its literals, as far as its longest match reaches. A hostile
// message that holds the words of a thousand expressions costs each of them a few hundred bytes, not all of it.

import (
	"math"
	"regexp/syntax"
	"strings"
	"unicode/utf8"
)

// anyLength stands for a match without an upper bound.
const anyLength = math.MaxInt32

// reachOf is the length in bytes of the longest match of an expression; anyLength if it has no bound.
func reachOf(re string) int {
	parsed, err := syntax.Parse(re, syntax.Perl)
	if err != nil {
		return anyLength
	}
	return longestMatch(parsed)
}

func longestMatch(re *syntax.Regexp) int {
	length := 0
	switch re.Op {
	case syntax.OpNoMatch, syntax.OpEmptyMatch, syntax.OpBeginText, syntax.OpEndText:
	case syntax.OpLiteral:
		for _, char := range re.Rune {
			length += utf8.RuneLen(char)
		}
	case syntax.OpCharClass:
		length = utf8.UTFMax
		if len(re.Rune) > 0 && re.Rune[len(re.Rune)-1] < utf8.RuneSelf {
			length = 1
		}
	case syntax.OpCapture, syntax.OpQuest:
		length = longestMatch(re.Sub[0])
	case syntax.OpRepeat:
		if re.Max < 0 {
			return anyLength
		}
		length = longestMatch(re.Sub[0]) * re.Max
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			length = min(length+longestMatch(sub), anyLength)
		}
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			length = max(length, longestMatch(sub))
		}
	default:
		return anyLength
	}
	return min(length, anyLength)
}

// windowed is true if looking around the literals is less work than looking at the whole text.
func (e *expression) windowed(text string) bool {
	const worthwhile = 4
	return e.source.Lits != nil && len(text) > worthwhile*e.reach
}

// matchesAround asks the engine about the text around each literal. What matches in the text lies around a literal; and
// what matches there matches in the text, unless it begins or ends where the part does, for ^ and $ would hold there.
func (e *expression) matchesAround(text string) bool {
	re := e.regexp()
	for _, lit := range e.source.Lits {
		for at := e.next(text, lit, 0); at >= 0; {
			from, to := at-e.reach, at+len(lit)+e.reach
			at = e.next(text, lit, at+1)
			for ; at >= 0 && at-e.reach <= to; at = e.next(text, lit, at+1) {
				to = at + len(lit) + e.reach
			}
			from, to = wholeRunes(text, from, to)
			found := re.FindStringIndex(text[from:to])
			switch {
			case found == nil:
			case (found[0] == 0 && from > 0) || (found[1] == to-from && to < len(text)):
				return re.MatchString(text)
			default:
				return true
			}
		}
	}
	return false
}

// next is where a literal stands in the text from a place on; -1 if nowhere.
func (e *expression) next(text, lit string, from int) int {
	at := -1
	if e.source.Fold {
		at = indexFold(text[from:], lit)
	} else {
		at = strings.Index(text[from:], lit)
	}
	if at < 0 {
		return -1
	}
	return from + at
}

// wholeRunes are the two places, or those of the text, moved out of the characters that they lie in.
func wholeRunes(text string, from, to int) (int, int) {
	from, to = max(from, 0), min(to, len(text))
	for from > 0 && !utf8.RuneStart(text[from]) {
		from--
	}
	for to < len(text) && !utf8.RuneStart(text[to]) {
		to++
	}
	return from, to
}
