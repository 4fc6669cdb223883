package catalog

// The only letters, digits, blanks and lengths that SPEC.md knows. Letters, digits and lower case are ASCII's; trimming
// takes off what ECMAScript calls white space; windows that the specification counts in UTF-16 units are counted so.

import (
	"strings"
	"unicode/utf8"
)

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isLower(c byte) bool { return c >= 'a' && c <= 'z' }

func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }

// isHexLetter is true for A to F in either case.
func isHexLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'f' }

func allDigits(text string) bool {
	for i := range len(text) {
		if !isDigit(text[i]) {
			return false
		}
	}
	return text != ""
}

// byteAt is text[i], and 0 outside of the text.
func byteAt(text string, i int) byte {
	if i < 0 || i >= len(text) {
		return 0
	}
	return text[i]
}

// lowerASCII turns A-Z into a-z and nothing else.
func lowerASCII(text string) string {
	for i := range len(text) {
		if isUpper(text[i]) {
			lower := []byte(text)
			for ; i < len(lower); i++ {
				if isUpper(lower[i]) {
					lower[i] |= 0x20
				}
			}
			return string(lower)
		}
	}
	return text
}

// isSpace is ECMAScript's white space and line terminators: not Go's, which has U+0085 and lacks U+FEFF.
func isSpace(r rune) bool {
	switch {
	case r <= 0x20:
		return r == 0x20 || (r >= 0x09 && r <= 0x0D)
	case r < 0x80:
		return false
	}
	switch r {
	case 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000, 0xFEFF:
		return true
	}
	return r >= 0x2000 && r <= 0x200A
}

func trimSpace(text string) string { return trimStart(trimEnd(text)) }

func trimStart(text string) string {
	if text == "" || (text[0] > 0x20 && text[0] < 0x80) {
		return text
	}
	return strings.TrimLeftFunc(text, isSpace)
}

func trimEnd(text string) string {
	if text == "" {
		return text
	}
	if last := text[len(text)-1]; last > 0x20 && last < 0x80 {
		return text
	}
	return strings.TrimRightFunc(text, isSpace)
}

// utf16Length is the number of UTF-16 units of a well-formed text.
func utf16Length(text string) int {
	units := 0
	for i := range len(text) {
		units += unitsOf(text[i])
	}
	return units
}

// unitsOf is the number of UTF-16 units of the code point that begins with c; 0 inside of one.
func unitsOf(c byte) int {
	switch {
	case c < 0x80:
		return 1
	case c < 0xC0:
		return 0
	case c < 0xF0:
		return 1
	}
	return 2
}

// longerThan is true if the text has more than limit UTF-16 units.
func longerThan(text string, limit int) bool {
	return len(text) > limit && utf16Length(text) > limit
}

// unitPrefix is the longest prefix of at most limit UTF-16 units.
func unitPrefix(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	units := 0
	for i := range len(text) {
		units += unitsOf(text[i])
		if units > limit {
			return text[:i]
		}
	}
	return text
}

// runeSize is the length in bytes of the code point at i, which is inside of the text.
func runeSize(text string, i int) int {
	if text[i] < utf8.RuneSelf {
		return 1
	}
	_, size := utf8.DecodeRuneInString(text[i:])
	return size
}

// words makes a set of the words of a list.
func words(list string) map[string]struct{} {
	set := make(map[string]struct{})
	for word := range strings.FieldsSeq(list) {
		set[word] = struct{}{}
	}
	return set
}

func in(set map[string]struct{}, word string) bool {
	_, found := set[word]
	return found
}

// hasAnyPrefix is true if the text begins with one of the prefixes.
func hasAnyPrefix(text string, prefixes []string) bool {
	for _, prefix := range prefixes {
		if strings.HasPrefix(text, prefix) {
			return true
		}
	}
	return false
}
