package catalog

// JSON texts as ECMAScript's JSON.parse reads them, to the values of OTLP: lists of causes and maps of properties come
// back from ClickHouse so. encoding/json differs in surrogates, in numbers beyond the doubles and in depth.

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// jsonDepth is how many lists and maps one in the other are read: as many as receivers take of a value.
const jsonDepth = 100

// parseJSON gives the value of a text; false if it is no JSON or nested too deep. Numbers are float64, of equal keys the
// last one counts.
func parseJSON(text string) (AnyValue, bool) {
	reader := jsonReader{text: text}
	value, ok := reader.value(0)
	reader.blanks()
	if !ok || reader.at < len(text) {
		return nil, false
	}
	return value, true
}

type jsonReader struct {
	text string
	at   int
}

func (r *jsonReader) blanks() {
	for r.at < len(r.text) {
		switch r.text[r.at] {
		case ' ', '\t', '\n', '\r':
			r.at++
		default:
			return
		}
	}
}

// take is true, and reads on, if the next byte that is no blank is c.
func (r *jsonReader) take(c byte) bool {
	r.blanks()
	if byteAt(r.text, r.at) != c || r.at >= len(r.text) {
		return false
	}
	r.at++
	return true
}

func (r *jsonReader) word(word string, value AnyValue) (AnyValue, bool) {
	if !strings.HasPrefix(r.text[r.at:], word) {
		return nil, false
	}
	r.at += len(word)
	return value, true
}

func (r *jsonReader) value(depth int) (AnyValue, bool) {
	r.blanks()
	switch c := byteAt(r.text, r.at); c {
	case '{':
		return r.object(depth)
	case '[':
		return r.list(depth)
	case '"':
		return r.quoted()
	case 't':
		return r.word("true", true)
	case 'f':
		return r.word("false", false)
	case 'n':
		return r.word("null", nil)
	}
	return r.number()
}

func (r *jsonReader) list(depth int) (AnyValue, bool) {
	if depth == jsonDepth {
		return nil, false
	}
	r.at++
	list := []any{}
	if r.take(']') {
		return list, true
	}
	for {
		item, ok := r.value(depth + 1)
		if !ok {
			return nil, false
		}
		list = append(list, item)
		if r.take(']') {
			return list, true
		}
		if !r.take(',') {
			return nil, false
		}
	}
}

func (r *jsonReader) object(depth int) (AnyValue, bool) {
	if depth == jsonDepth {
		return nil, false
	}
	r.at++
	entries := map[string]any{}
	if r.take('}') {
		return entries, true
	}
	for {
		r.blanks()
		if byteAt(r.text, r.at) != '"' {
			return nil, false
		}
		key, ok := r.quoted()
		if !ok || !r.take(':') {
			return nil, false
		}
		item, ok := r.value(depth + 1)
		if !ok {
			return nil, false
		}
		entries[key.(string)] = item
		if r.take('}') {
			return entries, true
		}
		if !r.take(',') {
			return nil, false
		}
	}
}

// number reads -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?; what is too large is an infinity.
func (r *jsonReader) number() (AnyValue, bool) {
	start := r.at
	if byteAt(r.text, r.at) == '-' {
		r.at++
	}
	whole := r.at
	if r.digits() == 0 || (r.text[whole] == '0' && r.at-whole > 1) {
		return nil, false
	}
	if byteAt(r.text, r.at) == '.' {
		r.at++
		if r.digits() == 0 {
			return nil, false
		}
	}
	if byteAt(r.text, r.at)|0x20 == 'e' {
		r.at++
		if sign := byteAt(r.text, r.at); sign == '+' || sign == '-' {
			r.at++
		}
		if r.digits() == 0 {
			return nil, false
		}
	}
	// Out of range is no mistake here: ParseFloat gives the infinity with its error.
	value, _ := strconv.ParseFloat(r.text[start:r.at], 64)
	return value, true
}

func (r *jsonReader) digits() int {
	start := r.at
	for isDigit(byteAt(r.text, r.at)) {
		r.at++
	}
	return r.at - start
}

func (r *jsonReader) quoted() (AnyValue, bool) {
	r.at++
	start := r.at
	for r.at < len(r.text) && r.text[r.at] != '"' && r.text[r.at] != '\\' && r.text[r.at] >= 0x20 {
		r.at++
	}
	if byteAt(r.text, r.at) == '"' {
		r.at++
		return r.text[start : r.at-1], true
	}
	out := []byte(r.text[start:r.at])
	for r.at < len(r.text) {
		c := r.text[r.at]
		switch {
		case c == '"':
			r.at++
			return string(out), true
		case c < 0x20:
			return nil, false
		case c == '\\':
			var ok bool
			if out, ok = r.escape(out); !ok {
				return nil, false
			}
		default:
			out = append(out, c)
			r.at++
		}
	}
	return nil, false
}

// escape reads what a backslash begins. Surrogates that make no pair are U+FFFD.
func (r *jsonReader) escape(out []byte) ([]byte, bool) {
	c := byteAt(r.text, r.at+1)
	if c == 'u' {
		unit, ok := r.unit()
		if !ok {
			return out, false
		}
		if utf16.IsSurrogate(unit) {
			before := r.at
			if low, ok := r.unit(); ok && utf16.DecodeRune(unit, low) != utf8.RuneError {
				return utf8.AppendRune(out, utf16.DecodeRune(unit, low)), true
			}
			r.at = before
		}
		return utf8.AppendRune(out, unit), true
	}
	at := strings.IndexByte(`"\/bfnrt`, c)
	if c == 0 || at < 0 {
		return out, false
	}
	r.at += 2
	return append(out, "\"\\/\b\f\n\r\t"[at]), true
}

// unit reads \uXXXX.
func (r *jsonReader) unit() (rune, bool) {
	if r.at+6 > len(r.text) || r.text[r.at] != '\\' || r.text[r.at+1] != 'u' {
		return 0, false
	}
	digits := r.text[r.at+2 : r.at+6]
	for i := range len(digits) {
		if !isDigit(digits[i]) && !isHexLetter(digits[i]) {
			return 0, false
		}
	}
	unit, err := strconv.ParseUint(digits, 16, 32)
	r.at += 6
	return rune(unit), err == nil
}
