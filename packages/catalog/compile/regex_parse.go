package compile

// The grammar of ECMAScript's regular expressions under flag u (edition 2024), as a tree with places: what an author
// writes is judged as V8 would read it. Judging is regex.go. Messages are those of the TypeScript twin's parser.

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"
)

type nodeKind int

const (
	nodeCharacter nodeKind = iota
	nodeClass
	// nodeSet is `.`, \d, \s, \w, \p{} or their opposites.
	nodeSet
	nodeEdge
	nodeWordBoundary
	nodeLookaround
	nodeGroup
	nodeCapture
	nodeQuantifier
	nodeBackreference
)

// infinite is the upper end of an open repeat.
const infinite = math.MaxInt

type node struct {
	kind nodeKind
	// raw is the source of the node, from start on.
	raw   string
	start int
	// value is that of a character.
	value rune
	// min and max are those of a quantifier, min and max value those of a class's range.
	min, max int
	// name of a capture, "" if none; for sets what they are.
	name         string
	element      *node
	alternatives [][]*node
	members      []classMember
}

// classMember is a character, a set or (with high) a range of characters.
type classMember struct {
	low, high *node
	raw       string
	start     int
}

type syntaxError string

type regexParser struct {
	text string
	at   int
	// captures is how many there are in the whole expression: a backreference may stand before its group.
	captures int
	names    map[string]bool
	// references are the names that backreferences use.
	references []string
}

// parseRegex gives the alternatives of an expression, or what is wrong with it.
func parseRegex(text string) (alternatives [][]*node, problem string) {
	defer func() {
		if thrown := recover(); thrown != nil {
			message, ok := thrown.(syntaxError)
			if !ok {
				panic(thrown)
			}
			problem = "Invalid regular expression: /" + text + "/u: " + string(message)
		}
	}()
	p := &regexParser{text: text, names: map[string]bool{}}
	p.captures = countCaptures(text)
	alternatives = p.disjunction()
	if p.at < len(p.text) {
		switch r := p.peek(); r {
		case ')':
			p.fail("Unmatched ')'")
		case '\\':
			p.fail(`\ at end of pattern`)
		case ']', '}':
			p.fail("Lone quantifier brackets")
		default:
			p.fail("Unexpected character '" + string(r) + "'")
		}
	}
	for _, name := range p.references {
		if !p.names[name] {
			p.fail("Invalid named capture referenced")
		}
	}
	return alternatives, ""
}

func (p *regexParser) fail(message string) { panic(syntaxError(message)) }

// peek is the next character, -1 at the end.
func (p *regexParser) peek() rune {
	if p.at >= len(p.text) {
		return -1
	}
	r, _ := utf8.DecodeRuneInString(p.text[p.at:])
	return r
}

func (p *regexParser) advance() {
	_, size := utf8.DecodeRuneInString(p.text[p.at:])
	p.at += size
}

func (p *regexParser) eat(word string) bool {
	if !strings.HasPrefix(p.text[p.at:], word) {
		return false
	}
	p.at += len(word)
	return true
}

func (p *regexParser) finish(n *node) *node {
	n.raw = p.text[n.start:p.at]
	return n
}

func countCaptures(text string) int {
	count, inClass := 0, false
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '[':
			inClass = true
		case ']':
			inClass = false
		case '(':
			rest := text[i+1:]
			named := strings.HasPrefix(rest, "?<") && !strings.HasPrefix(rest, "?<=") && !strings.HasPrefix(rest, "?<!")
			if !inClass && (named || !strings.HasPrefix(rest, "?")) {
				count++
			}
		}
	}
	return count
}

func (p *regexParser) disjunction() [][]*node {
	alternatives := [][]*node{}
	for {
		alternatives = append(alternatives, p.alternative())
		if !p.eat("|") {
			break
		}
	}
	if _, _, ok := p.quantifier(false); ok {
		p.fail("Nothing to repeat")
	}
	if p.eat("{") {
		p.fail("Lone quantifier brackets")
	}
	return alternatives
}

func (p *regexParser) alternative() []*node {
	terms := []*node{}
	for p.at < len(p.text) {
		if edge := p.assertion(); edge != nil {
			terms = append(terms, edge)
			continue
		}
		atom := p.atom()
		if atom == nil {
			break
		}
		if low, high, ok := p.quantifier(true); ok {
			atom = p.finish(&node{kind: nodeQuantifier, start: atom.start, min: low, max: high, element: atom})
		}
		terms = append(terms, atom)
	}
	return terms
}

func (p *regexParser) assertion() *node {
	start := p.at
	switch {
	case p.eat("^"), p.eat("$"):
		return p.finish(&node{kind: nodeEdge, start: start})
	case p.eat(`\B`), p.eat(`\b`):
		return p.finish(&node{kind: nodeWordBoundary, start: start})
	case p.eat("(?="), p.eat("(?!"), p.eat("(?<="), p.eat("(?<!"):
		around := &node{kind: nodeLookaround, start: start, alternatives: p.disjunction()}
		p.close()
		return p.finish(around)
	}
	return nil
}

func (p *regexParser) close() {
	if !p.eat(")") {
		p.fail("Unterminated group")
	}
}

// quantifier reads one; strict says whether a brace that is none is a mistake.
func (p *regexParser) quantifier(strict bool) (low, high int, ok bool) {
	switch {
	case p.eat("*"):
		low, high = 0, infinite
	case p.eat("+"):
		low, high = 1, infinite
	case p.eat("?"):
		low, high = 0, 1
	default:
		if low, high, ok = p.braces(strict); !ok {
			return 0, 0, false
		}
	}
	p.eat("?")
	return low, high, true
}

func (p *regexParser) braces(strict bool) (low, high int, ok bool) {
	start := p.at
	if !p.eat("{") {
		return 0, 0, false
	}
	if low, ok = p.decimal(); ok {
		high = low
		if p.eat(",") {
			if high, ok = p.decimal(); !ok {
				high = infinite
			}
		}
		if p.eat("}") {
			if strict && high < low {
				p.fail("numbers out of order in {} quantifier")
			}
			return low, high, true
		}
	}
	if strict {
		p.fail("Incomplete quantifier")
	}
	p.at = start
	return 0, 0, false
}

// decimal stops counting where no repeat could be allowed any more.
func (p *regexParser) decimal() (int, bool) {
	start, value := p.at, 0
	for p.at < len(p.text) && p.text[p.at] >= '0' && p.text[p.at] <= '9' {
		value = min(value*10+int(p.text[p.at]-'0'), math.MaxInt32)
		p.at++
	}
	return value, p.at > start
}

func (p *regexParser) atom() *node {
	start := p.at
	r := p.peek()
	switch {
	case r == '.':
		p.advance()
		return p.finish(&node{kind: nodeSet, start: start, name: "any"})
	case r == '\\':
		p.advance()
		return p.finish(p.escape(start, false))
	case r == '[':
		return p.class()
	case r == '(':
		return p.group()
	case strings.ContainsRune("^$*+?){}]|", r):
		return nil
	}
	p.advance()
	return p.finish(&node{kind: nodeCharacter, start: start, value: r})
}

func (p *regexParser) group() *node {
	n := &node{kind: nodeCapture, start: p.at}
	p.at++
	switch {
	case p.eat("?:"):
		n.kind = nodeGroup
	case p.eat("?<"):
		n.name = p.groupName()
		if p.names[n.name] {
			p.fail("Duplicate capture group name")
		}
		p.names[n.name] = true
	case p.eat("?"):
		p.fail("Invalid group")
	}
	n.alternatives = p.disjunction()
	p.close()
	return p.finish(n)
}

// groupName reads what stands between < and >.
func (p *regexParser) groupName() string {
	name := ""
	for p.at < len(p.text) {
		before := p.at
		r := p.peek()
		if p.eat(`\u`) {
			r = p.unicodeEscape()
		} else {
			p.advance()
		}
		part := r == '$' || r == '_' || unicode.IsLetter(r) || (name != "" && (unicode.IsDigit(r) || unicode.IsMark(r)))
		if !part {
			p.at = before
			break
		}
		name += string(r)
	}
	if name == "" || !p.eat(">") {
		p.fail("Invalid capture group name")
	}
	return name
}

func (p *regexParser) class() *node {
	n := &node{kind: nodeClass, start: p.at}
	p.at++
	p.eat("^")
	for {
		low := p.classAtom()
		if low == nil {
			break
		}
		member := classMember{low: low, start: low.start}
		dash := p.at
		if !p.eat("-") {
			member.raw = low.raw
			n.members = append(n.members, member)
			continue
		}
		hyphen := p.finish(&node{kind: nodeCharacter, start: dash, value: '-'})
		high := p.classAtom()
		if high == nil {
			n.members = append(n.members, classMember{low: low, start: low.start, raw: low.raw},
				classMember{low: hyphen, start: dash, raw: "-"})
			break
		}
		if low.kind == nodeSet || high.kind == nodeSet {
			p.fail("Invalid character class")
		}
		if low.value > high.value {
			p.fail("Range out of order in character class")
		}
		member.high, member.raw = high, p.text[low.start:p.at]
		n.members = append(n.members, member)
	}
	if !p.eat("]") {
		p.fail("Unterminated character class")
	}
	return p.finish(n)
}

func (p *regexParser) classAtom() *node {
	start := p.at
	switch r := p.peek(); r {
	case -1, ']':
		return nil
	case '\\':
		p.advance()
		return p.finish(p.escape(start, true))
	default:
		p.advance()
		return p.finish(&node{kind: nodeCharacter, start: start, value: r})
	}
}
