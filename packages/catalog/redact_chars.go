package catalog

// A text as the finders of redaction read it, and its classes of characters. One byte stands for each UTF-16 unit, so
// that every place and length is the one SPEC.md means: an ASCII character is itself, anything else the class that the
// finders tell apart. What a unit beyond ASCII really is, the wide form says. No rule lives here.

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// units is a text or a part of one.
type units struct {
	// b holds one byte a unit: ASCII, or one of the classes below.
	b string
	// wide holds the units themselves; nil if nothing beyond ASCII but atoms is in the text.
	wide []uint16
}

// Classes of units beyond ASCII.
const (
	// unitLow is U+0080 to U+00BF but for U+00A0, U+00B0 and U+00BA.
	unitLow byte = 0x80 + iota
	unitNoBreak
	// unitDegree is U+00B0 and U+00BA, which stand in Italian numbers of houses.
	unitDegree
	// unitLatin is U+00C0 to U+017F but for the sharp s.
	unitLatin
	unitSharpS
	// unitLatinB is U+0180 to U+024F.
	unitLatinB
	unitOther
	// unitDense is a script of East Asia, and half of a surrogate pair.
	unitDense
	unitSpace
	// unitLine is U+2028 and U+2029: spaces among the punctuation.
	unitLine
	unitDenseSpace
	unitPunctuation
	// unitHyphen is U+2011, which joins digits of a phone.
	unitHyphen
	// unitApostrophe is U+2019.
	unitApostrophe
	unitDensePunctuation
	// unitSpecial is what comes behind the atom: U+FFFD to U+FFFF.
	unitSpecial
	// unitAtom is U+FFFC, which stands for one redacted value while a text is worked on: see redact_atoms.go.
	unitAtom
)

const atomUnit = 0xFFFC

// atomText is an atom in the byte form.
var atomText = string([]byte{unitAtom})

// Bits of unitBits.
const (
	bitDigit uint16 = 1 << iota
	bitUpper
	bitLower
	bitHexLetter
	bitUnderscore
	bitSpace
	bitQuote
	// bitKey: `-` and `.`, which with letters, digits and `_` make a bare key.
	bitKey
	// bitWide is a letter beyond ASCII: neither a space nor an atom.
	bitWide
	bitDense
	bitPunctuation
	// bitCredential: what RFC 6750's b68token has besides letters, digits and bitKey's.
	bitCredential

	bitsLetter = bitUpper | bitLower
	bitsAlnum  = bitsLetter | bitDigit
	bitsHex    = bitDigit | bitHexLetter
	// bitsWord is what a name may continue with.
	bitsWord = bitsAlnum | bitUnderscore | bitWide
	bitsKey  = bitsAlnum | bitUnderscore | bitKey
)

var unitBits = func() (bits [256]uint16) {
	for c := range bits {
		bits[c] = bitsOfUnit(byte(c))
	}
	return bits
}()

func bitsOfUnit(c byte) uint16 {
	switch {
	case isDigit(c):
		return bitDigit
	case isLetter(c) && c < 0x80:
		bits := bitLower
		if isUpper(c) {
			bits = bitUpper
		}
		if isHexLetter(c) {
			bits |= bitHexLetter
		}
		return bits
	case c == '_':
		return bitUnderscore
	case c == ' ' || (c >= 9 && c <= 13):
		return bitSpace
	case c == '"' || c == '\'' || c == '`':
		return bitQuote
	case c == '-' || c == '.':
		return bitKey
	case c == '~' || c == '+' || c == '/' || c == '=':
		return bitCredential
	}
	switch c {
	case unitNoBreak, unitSpace:
		return bitSpace
	case unitLine:
		return bitSpace | bitPunctuation
	case unitDenseSpace:
		return bitSpace | bitDense
	case unitDense:
		return bitWide | bitDense
	case unitDensePunctuation:
		return bitWide | bitDense | bitPunctuation
	case unitPunctuation, unitHyphen, unitApostrophe:
		return bitWide | bitPunctuation
	case unitLow, unitDegree, unitLatin, unitSharpS, unitLatinB, unitOther, unitSpecial:
		return bitWide
	}
	return 0
}

func isSpaceUnit(c byte) bool { return unitBits[c]&bitSpace != 0 }

func isWordUnit(c byte) bool { return unitBits[c]&bitsWord != 0 }

func isAlnumUnit(c byte) bool { return unitBits[c]&bitsAlnum != 0 }

func isAlphaUnit(c byte) bool { return unitBits[c]&bitsLetter != 0 }

func isHexUnit(c byte) bool { return unitBits[c]&bitsHex != 0 }

func isKeyUnit(c byte) bool { return unitBits[c]&bitsKey != 0 }

func isQuoteUnit(c byte) bool { return unitBits[c]&bitQuote != 0 }

// classOf is the byte that stands for a unit.
func classOf(u uint16) byte {
	switch {
	case u < 0x80:
		return byte(u)
	case u < 0xC0:
		switch u {
		case 0xA0:
			return unitNoBreak
		case 0xB0, 0xBA:
			return unitDegree
		}
		return unitLow
	case u == 0xDF:
		return unitSharpS
	case u <= 0x17F:
		return unitLatin
	case u <= 0x24F:
		return unitLatinB
	case u < 0x2000:
		return unitOther
	}
	return classOfHigh(u)
}

func classOfHigh(u uint16) byte {
	switch {
	case u <= 0x200A:
		return unitSpace
	case u == 0x2011:
		return unitHyphen
	case u == 0x2019:
		return unitApostrophe
	case u == 0x2028 || u == 0x2029:
		return unitLine
	case u >= 0x2010 && u <= 0x205E:
		return unitPunctuation
	case u < 0x2E80:
		return unitOther
	case u == 0x3000:
		return unitDenseSpace
	case u > 0x3000 && u <= 0x301F:
		return unitDensePunctuation
	case u <= 0xFAFF:
		return unitDense
	case u == 0xFEFF:
		return unitSpace
	case (u >= 0xFF00 && u <= 0xFF0F) || (u >= 0xFF1A && u <= 0xFF20):
		return unitPunctuation
	case u == atomUnit:
		return unitAtom
	case u > atomUnit:
		return unitSpecial
	}
	return unitOther
}

// unitsFrom is a well-formed text as units. An ASCII text is shared, not copied.
func unitsFrom(text string) units {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return wideUnits(text)
		}
	}
	return units{b: text}
}

func wideUnits(text string) units {
	wide := make([]uint16, 0, len(text))
	for _, r := range text {
		wide = utf16.AppendRune(wide, r)
	}
	var b strings.Builder
	b.Grow(len(wide))
	for _, u := range wide {
		b.WriteByte(classOf(u))
	}
	return units{b: b.String(), wide: wide}
}

func (t units) len() int { return len(t.b) }

// at is the unit at i, 0 outside of the text.
func (t units) at(i int) byte {
	if uint(i) >= uint(len(t.b)) {
		return 0
	}
	return t.b[i]
}

// has is true if the unit at i has one of the bits.
func (t units) has(i int, bits uint16) bool {
	return uint(i) < uint(len(t.b)) && unitBits[t.b[i]]&bits != 0
}

// cut is the part from i to j, both moved into the text.
func (t units) cut(i, j int) units {
	j = min(max(j, 0), len(t.b))
	i = min(max(i, 0), j)
	if t.wide == nil {
		return units{b: t.b[i:j]}
	}
	return units{b: t.b[i:j], wide: t.wide[i:j]}
}

// ascii is the bytes from i to j: for expressions and comparisons in which no unit beyond ASCII can match but as such.
func (t units) ascii(i, j int) string { return t.cut(i, j).b }

// index is where part, in ASCII or atoms, first stands at or behind from; -1 if nowhere.
func (t units) index(part string, from int) int {
	if from > len(t.b) {
		return -1
	}
	at := strings.Index(t.b[from:], part)
	if at < 0 {
		return -1
	}
	return from + at
}

func (t units) hasAt(part string, i int) bool {
	return i >= 0 && i <= len(t.b) && strings.HasPrefix(t.b[i:], part)
}

// isPlain is true if all of the text is ASCII.
func (t units) isPlain() bool {
	for i := range len(t.b) {
		if t.b[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// String is the text again; half a surrogate pair is U+FFFD.
func (t units) String() string {
	if t.isPlain() {
		return t.b
	}
	return string(t.appendTo(make([]byte, 0, 2*len(t.b))))
}

// appendTo writes the text in UTF-8.
func (t units) appendTo(out []byte) []byte {
	if t.wide == nil {
		for i := range len(t.b) {
			if t.b[i] == unitAtom {
				out = utf8.AppendRune(out, atomUnit)
			} else {
				out = append(out, t.b[i])
			}
		}
		return out
	}
	for i := 0; i < len(t.wide); i++ {
		r := rune(t.wide[i])
		if utf16.IsSurrogate(r) {
			pair := rune(utf8.RuneError)
			if i+1 < len(t.wide) {
				pair = utf16.DecodeRune(r, rune(t.wide[i+1]))
			}
			if pair != utf8.RuneError {
				i++
			}
			r = pair
		}
		out = utf8.AppendRune(out, r)
	}
	return out
}

// lower is the text with A-Z as a-z and nothing else changed.
func (t units) lower() string { return lowerASCII(t.String()) }

// skipSpaces is the first place at or behind i that is no space, at most most further.
func (t units) skipSpaces(i, most int) int {
	end := min(len(t.b), i+most)
	for i < end && isSpaceUnit(t.b[i]) {
		i++
	}
	return i
}

// spacesSkipped is the usual reach of skipSpaces.
const spacesSkipped = 8

// digitsIn counts the digits.
func (t units) digitsIn() int {
	n := 0
	for i := range len(t.b) {
		if isDigit(t.b[i]) {
			n++
		}
	}
	return n
}

// digitsOf is the digits, separators dropped.
func (t units) digitsOf() string {
	out := make([]byte, 0, len(t.b))
	for i := range len(t.b) {
		if isDigit(t.b[i]) {
			out = append(out, t.b[i])
		}
	}
	return string(out)
}
