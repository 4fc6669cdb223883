package compile

// What a backslash begins in an expression: the part of the grammar of regex_parse.go that knows characters.

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// escape reads what a backslash at start begins.
func (p *regexParser) escape(start int, inClass bool) *node {
	r := p.peek()
	if r < 0 {
		p.fail("Invalid escape")
	}
	if inClass && (r == 'b' || r == '-') {
		p.advance()
		value := r
		if r == 'b' {
			value = '\b'
		}
		return &node{kind: nodeCharacter, start: start, value: value}
	}
	if !inClass && r >= '1' && r <= '9' {
		if number, _ := p.decimal(); number > p.captures {
			p.fail("Invalid escape")
		}
		return &node{kind: nodeBackreference, start: start}
	}
	if !inClass && r == 'k' {
		p.advance()
		if !p.eat("<") {
			p.fail("Invalid named reference")
		}
		p.references = append(p.references, p.groupName())
		return &node{kind: nodeBackreference, start: start}
	}
	if name, ok := setNames[r]; ok {
		p.advance()
		if name == "property" {
			p.property()
		}
		return &node{kind: nodeSet, start: start, name: name}
	}
	return &node{kind: nodeCharacter, start: start, value: p.characterEscape()}
}

var setNames = map[rune]string{
	'd': "digit", 'D': "digit", 's': "space", 'S': "space", 'w': "word", 'W': "word", 'p': "property", 'P': "property",
}

// property reads {Name} or {Name=Value}; which names there are is not judged, for all are refused.
func (p *regexParser) property() {
	end := strings.IndexByte(p.text[p.at:], '}')
	if !p.eat("{") || end < 2 {
		p.fail("Invalid property name")
	}
	p.at += end
}

func (p *regexParser) characterEscape() rune {
	r := p.peek()
	p.advance()
	switch r {
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	case 'v':
		return '\v'
	case 'c':
		if next := p.peek(); next < utf8.RuneSelf && unicode.IsLetter(next) {
			p.advance()
			return next % 0x20
		}
	case '0':
		if next := p.peek(); next < '0' || next > '9' {
			return 0
		}
	case 'x':
		if value, ok := p.hex(2); ok {
			return value
		}
	case 'u':
		return p.unicodeEscape()
	default:
		if r < utf8.RuneSelf && strings.ContainsRune(`^$\.*+?()[]{}|/`, r) {
			return r
		}
	}
	p.fail("Invalid escape")
	return 0
}

func (p *regexParser) unicodeEscape() rune {
	if value, ok := p.hex(4); ok {
		return value
	}
	if p.eat("{") {
		end := strings.IndexByte(p.text[p.at:], '}')
		if end > 0 && end <= 6 {
			if value, ok := p.hex(end); ok && p.eat("}") && value <= unicode.MaxRune {
				return value
			}
		}
	}
	p.fail("Invalid unicode escape")
	return 0
}

// hex reads so many hex digits, or none.
func (p *regexParser) hex(length int) (rune, bool) {
	if p.at+length > len(p.text) {
		return 0, false
	}
	value := rune(0)
	for _, c := range []byte(p.text[p.at : p.at+length]) {
		at := strings.IndexByte("0123456789abcdef", c|0x20)
		if at < 0 || (c < '0') {
			return 0, false
		}
		value = value<<4 | rune(at)
	}
	p.at += length
	return value, true
}
