package catalog

// What the stack parsers share: reading "Class: message" and splitting off ":line:column".

import "strings"

// frameLine is the longest line, in UTF-16 units, that can be a frame: paths and symbols are shorter, hostile text is
// not.
const frameLine = 2_048

// classHead is a head with a class in it. code is what the head itself tells: Error [ERR_X]: ..., Win32Exception
// (258): ...
type classHead struct{ class, message, code string }

// readClassHead reads "Class: message" or a bare "Class"; false if the text does not begin with a class name. That is a
// dotted or "::"-separated identifier whose last part begins with a capital letter or ends in "error" or "exception".
func readClassHead(text string) (classHead, bool) {
	at := nameEnd(text)
	// A trailing colon belongs to the separator.
	for at > 0 && text[at-1] == ':' {
		at--
	}
	class := text[:at]
	if !isClassName(class) {
		return classHead{}, false
	}
	code, rest, ok := headCode(text, at)
	switch {
	case !ok:
		return classHead{}, false
	case rest == len(text):
		return classHead{class, "", code}, true
	case text[rest] == '\n':
		return classHead{class, trimSpace(text[rest:]), code}, true
	case text[rest] != ':':
		return classHead{}, false
	case rest+1 == len(text) || text[rest+1] == ' ' || text[rest+1] == '\n':
		return classHead{class, trimSpace(text[rest+1:]), code}, true
	}
	return classHead{}, false
}

// headCode reads " [CODE]" or " (CODE)" behind a class; rest is where reading goes on. False if what stands there are
// words.
func headCode(text string, at int) (code string, rest int, ok bool) {
	if byteAt(text, at) != ' ' {
		return "", at, true
	}
	closer := "]"
	switch byteAt(text, at+1) {
	case '[':
	case '(':
		closer = ")"
	default:
		return "", at, true
	}
	end := strings.Index(text[at:], closer)
	if end < 0 || longerThan(text[at:min(len(text), at+end)], 63) {
		return "", at, true
	}
	code = text[at+2 : at+end]
	return code, at + end + 1, !strings.Contains(code, " ")
}

// nameEnd is where the name at the beginning of the text ends: letters, digits, "_ $ . \ + `", "::", a single ":" only
// inside, and everything from U+00C0 on. 0 if there is none or it is longer than 256 UTF-16 units.
func nameEnd(text string) int {
	units := 0
	at := 0
	for at < len(text) {
		c := text[at]
		if c < 0x80 && !isNameByte(c) && !(c == ':' && at+1 < len(text) && text[at+1] != ' ' && text[at+1] != '\n') {
			break
		}
		// 0xC2 leads U+0080 to U+00BF.
		if c == 0xC2 {
			break
		}
		units += unitsOf(c)
		if units > 256 {
			return 0
		}
		at += runeSize(text, at)
	}
	return at
}

func isNameByte(c byte) bool {
	if isLetter(c) || isDigit(c) {
		return true
	}
	switch c {
	case '_', '$', '.', '\\', '+', '`':
		return true
	}
	return false
}

func isClassName(class string) bool {
	start := 0
	for i := range len(class) {
		switch class[i] {
		case '.', ':', '\\', '$', '+':
			start = i + 1
		}
	}
	last := class[start:]
	if last == "" || isDigit(class[0]) || class[0] == '.' {
		return false
	}
	if first := last[0]; isUpper(first) || first == '_' || first >= 0x80 {
		return true
	}
	lower := lowerASCII(last)
	return strings.HasSuffix(lower, "error") || strings.HasSuffix(lower, "exception") || strings.Contains(class, ".")
}

// splitPosition takes ":line" or ":line:column" off a location; line 0 if it has none.
func splitPosition(location string) (file string, line int) {
	last, value := trailingNumber(location)
	if last < 0 {
		return location, 0
	}
	if before, first := trailingNumber(location[:last]); before >= 0 {
		return location[:before], first
	}
	return location[:last], value
}

// trailingNumber is the number of at most nine digits behind a last colon, and where that colon stands; -1 if there is
// none.
func trailingNumber(text string) (at, value int) {
	i := len(text)
	scale := 1
	for i > 0 && isDigit(text[i-1]) && len(text)-i < 9 {
		i--
		value += int(text[i]-'0') * scale
		scale *= 10
	}
	if i == len(text) || i < 2 || text[i-1] != ':' {
		return -1, 0
	}
	return i - 1, value
}

// numberAt is the value of the decimal digits at from, nine at most; 0 if there are none.
func numberAt(text string, from int) int {
	value := 0
	for i := from; i < len(text) && i-from < 9 && isDigit(text[i]); i++ {
		value = value*10 + int(text[i]-'0')
	}
	return value
}
