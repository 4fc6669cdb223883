package catalog

// Which rules a text can satisfy at all: one pass over the text finds every literal of every rule, so that a thousand
// rules cost as much as the few whose words are there. It only narrows; what holds is decided in match.go.

import "math/bits"

// gramBytes is the length of the part by which a literal is looked up; shorter literals are not.
const gramBytes = 3

// literalIndex holds rules in order of precedence, and which of them a text with a literal may satisfy.
type literalIndex struct {
	rules []*rule
	// always are the rules without literals that could be looked up.
	always ruleSet
	// seen has a bit for each hash of a part that a posting has: nearly every place of a text ends here.
	seen     [1 << 10]uint64
	postings map[uint32][]posting
}

// literal is a text to find, in ASCII lower case if it folds.
type literal struct {
	text string
	fold bool
}

// posting is a literal, where in it the indexed part begins, the rules that want it and those whose message it settles.
type posting struct {
	literal
	offset         int
	wanting, plain []uint32
}

// ruleSet has a bit for each rule, by its place in the index.
type ruleSet []uint64

func (s ruleSet) add(at uint32) { s[at/64] |= 1 << (at % 64) }

func (s ruleSet) has(at int) bool { return s[at/64]&(1<<(at%64)) != 0 }

// found are the rules that a message may satisfy: by a literal of theirs, or for certain, or for all that is known.
type found struct{ literal, plain ruleSet }

func newLiteralIndex(rules []*rule) literalIndex {
	index := literalIndex{rules: rules, always: make(ruleSet, (len(rules)+63)/64), postings: map[uint32][]posting{}}
	known := map[literal]*posting{}
	var order []*posting
	for at, one := range rules {
		lits := indexable(one.message)
		if lits == nil {
			index.always.add(uint32(at))
		}
		for _, text := range lits {
			key := literal{text, one.message.source.Fold}
			if known[key] == nil {
				known[key] = &posting{literal: key}
				order = append(order, known[key])
			}
			if one.message.plain != nil {
				known[key].plain = append(known[key].plain, uint32(at))
			} else {
				known[key].wanting = append(known[key].wanting, uint32(at))
			}
		}
	}
	frequency := map[uint32]int{}
	for _, one := range order {
		for i := 0; i+gramBytes <= len(one.text); i++ {
			frequency[gramAt(one.text, i)]++
		}
	}
	for _, one := range order {
		// The rarest part: common words are compared seldom.
		for i := 1; i+gramBytes <= len(one.text); i++ {
			if frequency[gramAt(one.text, i)] < frequency[gramAt(one.text, one.offset)] {
				one.offset = i
			}
		}
		gram := gramAt(one.text, one.offset)
		index.seen[gramHash(gram)/64] |= 1 << (gramHash(gram) % 64)
		index.postings[gram] = append(index.postings[gram], *one)
	}
	return index
}

// indexable are the texts by which an expression can be looked up; nil if it cannot.
func indexable(message *expression) []string {
	if message == nil {
		return nil
	}
	texts := message.plain
	if texts == nil {
		texts = message.source.Lits
	}
	for _, text := range texts {
		if len(text) < gramBytes {
			return nil
		}
	}
	return texts
}

// find adds to the sets, which are empty and as long as the index's own, the rules that a message may satisfy.
func (x *literalIndex) find(message string, into found) {
	if len(message) < gramBytes {
		return
	}
	gram := uint32(lowerByte(message[0]))<<8 | uint32(lowerByte(message[1]))
	for i := 2; i < len(message); i++ {
		gram = (gram<<8 | uint32(lowerByte(message[i]))) & 0xFF_FFFF
		hash := gramHash(gram)
		if x.seen[hash/64]&(1<<(hash%64)) != 0 {
			x.post(message, i-2, gram, into)
		}
	}
}

// post adds the rules of the literals that stand at the place of a part of the message.
func (x *literalIndex) post(message string, at int, gram uint32, into found) {
	postings := x.postings[gram]
	for i := range postings {
		one := &postings[i]
		from := at - one.offset
		if from < 0 || from+len(one.text) > len(message) || !one.is(message[from:from+len(one.text)]) {
			continue
		}
		for _, wanting := range one.wanting {
			into.literal.add(wanting)
		}
		for _, settled := range one.plain {
			into.plain.add(settled)
		}
	}
}

// is compares with a text of the same length.
func (l *literal) is(text string) bool {
	if l.fold {
		return equalFold(text, l.text)
	}
	return text == l.text
}

// each calls visit with the rules found, and those of which nothing is known, in order of precedence until it answers
// false.
func (x *literalIndex) each(of found, visit func(r *rule, message messageKnown) bool) {
	for word := range x.always {
		for left := x.always[word] | of.literal[word] | of.plain[word]; left != 0; left &= left - 1 {
			at := word*64 + bits.TrailingZeros64(left)
			known := messageUnknown
			switch {
			case of.plain.has(at):
				known = messageHolds
			case of.literal.has(at):
				known = messageHasLiteral
			}
			if !visit(x.rules[at], known) {
				return
			}
		}
	}
}

// gramAt is a part of a literal as it is looked up: in ASCII lower case.
func gramAt(text string, i int) uint32 {
	return uint32(lowerByte(text[i]))<<16 | uint32(lowerByte(text[i+1]))<<8 | uint32(lowerByte(text[i+2]))
}

// gramHash is 16 bits.
func gramHash(gram uint32) uint32 { return gram * 0x9E37_79B1 >> 16 }
