package catalog

// What a match of an expression holds for certain: most texts that hold one of its literals hold none of its longer parts, and
// a text that it must begin at begins otherwise. It only narrows: what matches says the engine.

import (
	"regexp/syntax"
	"slices"
	"unicode/utf8"
)

const (
	// mostHeads is how many beginnings are looked for; beyond that the engine is no dearer. A search that folds is dearer.
	mostHeads, mostFoldedHeads = 12, 4
	// leastHead is the length of the shortest text that is worth a search.
	leastHead = 3
)

// expressionHead is what a text must have for the expression to match; the zero value asks for nothing.
type expressionHead struct {
	// texts are such that every match holds one of them; nil if none are known. In ASCII lower case if it folds.
	texts []string
	// anchored: a match begins where the text does, with one of first, or beyond ASCII.
	anchored bool
	first    [utf8.RuneSelf]bool
	// empty: it matches the empty text and no other.
	empty bool
}

func headOf(source *PortableRegex) expressionHead {
	var head expressionHead
	parsed, err := syntax.Parse(source.RE, syntax.Perl)
	if err != nil {
		return head
	}
	head.empty = source.RE == "^$"
	most := mostHeads
	if source.Fold {
		most = mostFoldedHeads
	}
	head.texts = (&headReader{plainReader{fold: source.Fold}, most}).held(parsed)
	head.readFirst(parsed)
	return head
}

// readFirst looks at an expression that begins with ^.
func (h *expressionHead) readFirst(parsed *syntax.Regexp) {
	if parsed.Op != syntax.OpConcat || parsed.Sub[0].Op != syntax.OpBeginText {
		return
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return
	}
	places := map[uint32]bool{}
	reach(program, uint32(program.Start), places)
	for place := range places {
		if program.Inst[place].Op == syntax.InstMatch {
			return
		}
	}
	h.anchored = true
	pass(program, places, 0, utf8.RuneSelf-1, &h.first)
}

// refuses is true if the expression does not match the text.
func (h *expressionHead) refuses(e *expression, text string) bool {
	switch {
	case h.empty:
		return text != ""
	case h.anchored && (text == "" || text[0] < utf8.RuneSelf && !h.first[text[0]]):
		return true
	}
	return h.texts != nil && !e.hasAny(h.texts, text)
}

// begins are the texts that what was read may begin with; whole if they are all of it.
type begins struct {
	texts []string
	whole bool
}

// shortest is the length of the shortest text.
func shortest(texts []string) int {
	if len(texts) == 0 {
		return 0
	}
	least := len(texts[0])
	for _, text := range texts {
		least = min(least, len(text))
	}
	return least
}

// nothing is known of how it begins.
var unknownBegin = begins{[]string{""}, false}

// headReader walks an expression; most is how many texts it follows.
type headReader struct {
	plainReader
	most int
}

// held are texts of which every match holds one; nil if none are known that are worth a search. Where one thing follows
// another, those of any part will do.
func (r *headReader) held(re *syntax.Regexp) []string {
	var best []string
	switch re.Op {
	case syntax.OpCapture:
		return r.held(re.Sub[0])
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			one := r.held(sub)
			if one == nil || len(best)+len(one) > r.most {
				return nil
			}
			best = append(best, one...)
		}
		return best
	case syntax.OpConcat:
		for i := range re.Sub {
			if one := r.concat(re.Sub[i:]).texts; shortest(one) > shortest(best) {
				best = one
			}
		}
	default:
		best = r.read(re).texts
	}
	if shortest(best) < leastHead {
		return nil
	}
	return best
}

func (r *headReader) read(re *syntax.Regexp) begins {
	switch re.Op {
	case syntax.OpBeginText, syntax.OpEndText, syntax.OpEmptyMatch:
		return begins{[]string{""}, true}
	case syntax.OpLiteral, syntax.OpCharClass:
		if texts, ok := r.plainReader.read(re); ok && len(texts) <= r.most {
			return begins{texts, true}
		}
	case syntax.OpCapture:
		return r.read(re.Sub[0])
	case syntax.OpPlus:
		return begins{r.read(re.Sub[0]).texts, false}
	case syntax.OpQuest:
		if sub := r.read(re.Sub[0]); len(sub.texts) < r.most {
			return begins{append(slices.Clone(sub.texts), ""), sub.whole}
		}
	case syntax.OpAlternate:
		return r.alternate(re.Sub)
	case syntax.OpConcat:
		return r.concat(re.Sub)
	}
	return unknownBegin
}

func (r *headReader) alternate(subs []*syntax.Regexp) begins {
	all := begins{whole: true}
	for _, sub := range subs {
		one := r.read(sub)
		if len(all.texts)+len(one.texts) > r.most {
			return unknownBegin
		}
		all.texts = append(all.texts, one.texts...)
		all.whole = all.whole && one.whole
	}
	return all
}

func (r *headReader) concat(subs []*syntax.Regexp) begins {
	all := begins{[]string{""}, true}
	for _, sub := range subs {
		one := r.read(sub)
		if len(all.texts)*len(one.texts) > r.most {
			return begins{all.texts, false}
		}
		joined := make([]string, 0, len(all.texts)*len(one.texts))
		for _, before := range all.texts {
			for _, behind := range one.texts {
				joined = append(joined, before+behind)
			}
		}
		all.texts = joined
		if !one.whole {
			return begins{all.texts, false}
		}
	}
	return all
}
