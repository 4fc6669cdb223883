package catalog

// Which entry speaks for an error: every link of the chain is tried, the order of precedence of SPEC.md decides, and the
// winning rule's captures are collected. Nothing is rendered here.

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Match is the entry that speaks for an error.
type Match struct {
	entry *entry
	// Link is what matched: 0 is the error itself, n the n-th of its causes.
	Link     int
	captures []captured
	// words are a memory's; nil if there are none.
	words *outlinedWords
}

type captured struct{ name, value string }

// Entry is the entry that speaks; read only.
func (m *Match) Entry() *CompiledEntry { return m.entry.source }

// Capture is the value of a capture; "" if there is none.
func (m *Match) Capture(name string) string {
	for i := range m.captures {
		if m.captures[i].name == name {
			return m.captures[i].value
		}
	}
	return ""
}

// link is the error itself or one of its causes, as rules see it.
type link struct {
	class, message, stacktrace string
	// codes are those of the error itself, or the one of a cause; empty ones are none.
	codes [5]string
	depth int
	// position is the place in the list of causes, from 1: an earlier member of an aggregate beats a later one.
	position int
}

type candidate struct {
	rule *rule
	link link
}

// codeNames are attributes that hold a code.
var codeNames = [...]string{"error.code", "err.code", "exception.code", "code"}

// MatchFacts gives the entry that speaks for the facts; false when none matches. The same facts give the same answer.
func MatchFacts(facts *ErrorFacts, catalog *Catalog) (Match, bool) {
	best := bestOf(facts, catalog)
	return best.speaks(facts)
}

// speaks is the answer of a rule that won; false without one.
func (c *candidate) speaks(facts *ErrorFacts) (Match, bool) {
	if c.rule == nil {
		return Match{}, false
	}
	return Match{entry: c.rule.entry, Link: c.link.position, captures: c.collect(facts)}, true
}

// bestOf is the rule that wins, and the link on which it holds; without a rule if none does.
func bestOf(facts *ErrorFacts, catalog *Catalog) candidate {
	search := search{facts: facts, catalog: catalog}
	own := link{class: facts.Type, message: facts.Message, stacktrace: facts.Stacktrace}
	own.codes[0] = facts.Code
	for i, name := range codeNames {
		own.codes[i+1], _ = facts.attribute(name)
	}
	search.try(&own)
	for position := 1; position <= chainLength(facts); position++ {
		cause := chainLink(facts, position)
		search.try(&link{
			class:      cause.Type,
			message:    cause.Message,
			stacktrace: cause.Stacktrace,
			codes:      [5]string{cause.Code},
			depth:      cause.Depth,
			position:   position,
		})
	}
	return search.best
}

// chainLength is the number of causes that are matched: as recorded, else as the stack text itself tells them.
func chainLength(facts *ErrorFacts) int {
	if len(facts.Causes) > 0 {
		return min(len(facts.Causes), LimitCauses)
	}
	if facts.Stacktrace == "" {
		return 0
	}
	return min(len(stackOf(facts))-1, LimitCauses)
}

// chainLink is the cause at a place of the chain, counted from 1.
func chainLink(facts *ErrorFacts, position int) CauseFacts {
	if len(facts.Causes) > 0 {
		return facts.Causes[position-1]
	}
	block := &stackOf(facts)[position]
	return CauseFacts{Type: block.Type, Message: block.Message, Code: block.Code, Depth: max(1, block.Depth)}
}

// search tries link after link and keeps the best rule that holds.
type search struct {
	facts   *ErrorFacts
	catalog *Catalog
	best    candidate
}

// smallSet is as long as the set of a catalog with 4,096 rules: no record of one needs memory of its own.
const smallSet = 64

// messageKnown is what the literals have told of a rule's message already.
type messageKnown int

const (
	messageUnknown messageKnown = iota
	messageHasLiteral
	messageHolds
)

func (s *search) try(one *link) {
	for i, code := range one.codes {
		if code != "" && !slices.Contains(one.codes[:i], code) {
			s.tryAll(one, s.catalog.byCode[code])
		}
	}
	if one.class != "" {
		s.tryAll(one, s.catalog.byType[lastSegment(one.class)])
	}
	var small [2 * smallSet]uint64
	rest := &s.catalog.rest
	length := len(rest.always)
	sets := ruleSet(small[:])
	if length > smallSet {
		sets = make(ruleSet, 2*length)
	}
	named := found{literal: sets[:length], plain: sets[length : 2*length]}
	rest.find(one.message, named)
	rest.each(named, func(r *rule, message messageKnown) bool { return s.tryRule(one, r, message) })
}

func (s *search) tryAll(one *link, rules []*rule) {
	for _, r := range rules {
		if !s.tryRule(one, r, messageUnknown) {
			return
		}
	}
}

// tryRule is false when no later rule of a list in order of precedence can beat the best one.
func (s *search) tryRule(one *link, r *rule, message messageKnown) bool {
	if s.best.rule != nil && !precedes(r, one, &s.best) {
		return false
	}
	if !s.holds(r, one, message) {
		return true
	}
	s.best = candidate{r, *one}
	return false
}

// precedes is true if the rule on the link beats the other candidate: SPEC.md, "Matching", order of precedence.
func precedes(r *rule, on *link, other *candidate) bool {
	x, y := r.entry, other.rule.entry
	switch {
	case x.layer != y.layer:
		return x.layer < y.layer
	case x.source.Priority != y.source.Priority:
		return x.source.Priority > y.source.Priority
	case on.depth != other.link.depth:
		return on.depth > other.link.depth
	case r.specificity != other.rule.specificity:
		return r.specificity > other.rule.specificity
	case on.position != other.link.position:
		return on.position < other.link.position
	}
	return compareRules(r, other.rule) < 0
}

func (s *search) holds(r *rule, one *link, message messageKnown) bool {
	if r.languages != nil && !slices.Contains(r.languages, s.facts.Language) {
		return false
	}
	if r.codes != nil && !codesFit(r.codes, one) {
		return false
	}
	if r.types != nil && !typeFits(r.types, one.class) {
		return false
	}
	if r.attributes != nil && (one.position != 0 || !attributesFit(r.attributes, s.facts)) {
		return false
	}
	if r.message != nil && !messageFits(r.message, one.message, message) {
		return false
	}
	return r.stack == nil || r.stack.found(one.stacktrace)
}

// typeFits is true if an item is the class or its last segment, or if that ends with what follows an item's '*'.
func typeFits(items []string, class string) bool {
	last := lastSegment(class)
	for _, item := range items {
		if item == class || item == last || isSuffix(item) && strings.HasSuffix(last, item[1:]) {
			return true
		}
	}
	return false
}

func messageFits(wanted *expression, message string, known messageKnown) bool {
	switch known {
	case messageHolds:
		return true
	case messageHasLiteral:
		return wanted.matches(message)
	}
	return wanted.found(message)
}

func codesFit(items []string, one *link) bool {
	for _, code := range one.codes {
		if code != "" && listHas(items, code) {
			return true
		}
	}
	return false
}

func attributesFit(wanted []attributeRule, facts *ErrorFacts) bool {
	for i := range wanted {
		value, found := facts.attribute(wanted[i].name)
		if !found || !listHas(wanted[i].values, value) {
			return false
		}
	}
	return true
}

// listHas is true if the value equals an item, begins with one that ends in '*', or is a status of the class 4xx, 5xx.
func listHas(items []string, value string) bool {
	for _, item := range items {
		if item == value {
			return true
		}
		if isPrefix(item) && strings.HasPrefix(value, item[:len(item)-1]) {
			return true
		}
		if len(item) == 3 && item[1:] == "xx" && len(value) == 3 && value[0] == item[0] && allDigits(value) {
			return true
		}
	}
	return false
}

// collect gives the captures of the winning rule, then of its entry; the first that yields a text wins.
func (c *candidate) collect(facts *ErrorFacts) []captured {
	var list []captured
	put := func(name, value string) {
		if value == "" || slices.ContainsFunc(list, func(known captured) bool { return known.name == name }) {
			return
		}
		list = append(list, captured{name, CleanCapture(value)})
	}
	c.rule.message.captures(c.link.message, put)
	c.rule.stack.captures(c.link.stacktrace, put)
	for i := range c.rule.entry.captures {
		one := &c.rule.entry.captures[i]
		one.message.captures(c.link.message, put)
		one.stack.captures(c.link.stacktrace, put)
		if one.attribute != "" {
			value, _ := facts.attribute(one.attribute)
			put(one.as, value)
		}
	}
	return list
}

// CleanCapture is a captured value as a suggestion may show it: control, bidi and zero-width characters become a space
// each, then it is cut. It stays untrusted text; a surface that renders markup escapes it once more.
func CleanCapture(value string) string {
	if strings.ContainsFunc(value, isUnseen) {
		value = strings.Map(func(r rune) rune {
			if isUnseen(r) {
				return ' '
			}
			return r
		}, value)
	}
	cut := CutUTF8(value, LimitCaptureBytes)
	if len(cut) < len(value) {
		return cut + "…"
	}
	return cut
}

// isUnseen is true for characters that change how the text around them is shown, or that show as nothing.
func isUnseen(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return r < 0x20 || r == 0x7F
	case r <= 0x9F, r == 0xAD, r == 0x61C, r == 0x180E, r == 0xFEFF:
		return true
	}
	return (r >= 0x200B && r <= 0x200F) || (r >= 0x2028 && r <= 0x202E) ||
		(r >= 0x2060 && r <= 0x2069) || (r >= 0xFFF9 && r <= 0xFFFB)
}
