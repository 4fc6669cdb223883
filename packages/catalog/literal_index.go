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

// posting is a lower-cased literal, where in it the indexed part begins, and the rules that want it.
type posting struct {
	literal string
	offset  int
	rules   []uint32
}

// ruleSet has a bit for each rule, by its place in the index.
type ruleSet []uint64

func (s ruleSet) add(at uint32) { s[at/64] |= 1 << (at % 64) }

func newLiteralIndex(rules []*rule) literalIndex {
	index := literalIndex{rules: rules, always: make(ruleSet, (len(rules)+63)/64), postings: map[uint32][]posting{}}
	wanting := map[string][]uint32{}
	var literals []string
	for at, one := range rules {
		lits := indexable(one.message)
		if lits == nil {
			index.always.add(uint32(at))
		}
		for _, literal := range lits {
			lower := lowerASCII(literal)
			if wanting[lower] == nil {
				literals = append(literals, lower)
			}
			wanting[lower] = append(wanting[lower], uint32(at))
		}
	}
	frequency := map[uint32]int{}
	for _, literal := range literals {
		for i := 0; i+gramBytes <= len(literal); i++ {
			frequency[gramAt(literal, i)]++
		}
	}
	for _, literal := range literals {
		offset := 0
		// The rarest part: common words are compared seldom.
		for i := 1; i+gramBytes <= len(literal); i++ {
			if frequency[gramAt(literal, i)] < frequency[gramAt(literal, offset)] {
				offset = i
			}
		}
		gram := gramAt(literal, offset)
		index.seen[gramHash(gram)/64] |= 1 << (gramHash(gram) % 64)
		index.postings[gram] = append(index.postings[gram], posting{literal, offset, wanting[literal]})
	}
	return index
}

// indexable are the literals by which an expression can be looked up; nil if it cannot.
func indexable(message *expression) []string {
	if message == nil {
		return nil
	}
	for _, literal := range message.source.Lits {
		if len(literal) < gramBytes {
			return nil
		}
	}
	return message.source.Lits
}

// candidates adds to set, which is as long as the index's own, every rule that a message may satisfy.
func (x *literalIndex) candidates(message string, set ruleSet) {
	copy(set, x.always)
	if len(message) < gramBytes {
		return
	}
	gram := uint32(lowerByte(message[0]))<<8 | uint32(lowerByte(message[1]))
	for i := 2; i < len(message); i++ {
		gram = (gram<<8 | uint32(lowerByte(message[i]))) & 0xFF_FFFF
		hash := gramHash(gram)
		if x.seen[hash/64]&(1<<(hash%64)) != 0 {
			x.post(message, i-2, gram, set)
		}
	}
}

// post adds the rules of the literals that stand at the place of a part of the message.
func (x *literalIndex) post(message string, at int, gram uint32, set ruleSet) {
	postings := x.postings[gram]
	for i := range postings {
		one := &postings[i]
		from := at - one.offset
		if from < 0 || from+len(one.literal) > len(message) ||
			!equalFold(message[from:from+len(one.literal)], one.literal) {
			continue
		}
		for _, wanting := range one.rules {
			set.add(wanting)
		}
	}
}

// each calls visit with the rules of the set in order of precedence until it answers false.
func (x *literalIndex) each(set ruleSet, visit func(*rule) bool) {
	for word, left := range set {
		for ; left != 0; left &= left - 1 {
			if !visit(x.rules[word*64+bits.TrailingZeros64(left)]) {
				return
			}
		}
	}
}

func gramAt(text string, i int) uint32 {
	return uint32(text[i])<<16 | uint32(text[i+1])<<8 | uint32(text[i+2])
}

// gramHash is 16 bits.
func gramHash(gram uint32) uint32 { return gram * 0x9E37_79B1 >> 16 }
