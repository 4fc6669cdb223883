package catalog

// How a match of an expression begins: most texts that hold one of its literals hold none of its beginnings, and a text that
// it must begin at begins otherwise. It only narrows: what matches says the engine.

import (
	"regexp/syntax"
	"slices"
	"unicode/utf8"
)

const (
	// mostHeads is how many beginnings are looked for; beyond that the engine is no dearer. A search that folds is dearer.
	mostHeads, mostFoldedHeads = 12, 4
	// leastHead is the length of the shortest beginning that is worth a search.
	leastHead = 4
)

// expressionHead is what a text must have for the expression to match; the zero value asks for nothing.
type expressionHead struct {
	// texts are such that every match begins with one of them; nil if that is not known. In ASCII lower case if it folds.
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
	if begins := (&headReader{plainReader{fold: source.Fold}, most}).read(parsed); begins.longEnough() {
		head.texts = begins.texts
	}
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

func (b begins) longEnough() bool {
	for _, text := range b.texts {
		if len(text) < leastHead {
			return false
		}
	}
	return len(b.texts) > 0
}

// nothing is known of how it begins.
var unknownBegin = begins{[]string{""}, false}

// headReader walks an expression; most is how many texts it follows.
type headReader struct {
	plainReader
	most int
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
