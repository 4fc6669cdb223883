package catalog

// Where a value that follows a key in a text begins and ends: quoted, listed, in XML, or bare. The twin of
// src/redact/extent.ts.

import "strings"

type valueExtent struct {
	start, end int
	quoted     bool
	// more is where the next member of a list begins, -1 if this was no list or its last member.
	more int
}

// escapes is how many backslashes may stand before a quote.
const escapes = 8

// valueAt is the value at or after at, spaces before it skipped. A list `["a", "b"]` answers its first member, and more
// where the next may stand.
func (t units) valueAt(at int, memo *extentMemo) valueExtent {
	i := t.skipSpaces(at, spacesSkipped)
	listed := false
	if c := t.at(i); c == '[' || c == '(' {
		inner := t.skipSpaces(i+1, spacesSkipped)
		if t.quoteAt(inner) >= 0 || c == '(' {
			i, listed = inner, true
		}
	}
	q := t.quoteAt(i)
	if q < 0 {
		return t.bareAt(i, memo)
	}
	end := t.closingQuoteFrom(i, q)
	if end < 0 {
		return t.bareAt(q+1, memo)
	}
	more := -1
	if listed {
		comma := t.skipSpaces(end+(q-i)+1, spacesSkipped)
		if t.at(comma) == ',' && t.quoteAt(t.skipSpaces(comma+1, spacesSkipped)) >= 0 {
			more = comma + 1
		}
	}
	return valueExtent{q + 1, end, true, more}
}

// quoteAt is the quote that opens at i, after the backslashes of an escaped one; -1 if none does.
func (t units) quoteAt(i int) int {
	q := i
	for t.at(q) == '\\' && q-i < escapes {
		q++
	}
	if isQuoteUnit(t.at(q)) {
		return q
	}
	return -1
}

// closingQuoteFrom is the end of the value whose quote, at q, has q-from backslashes before it; -1 if it does not close
// in time.
func (t units) closingQuoteFrom(from, q int) int {
	quote := t.b[q : q+1]
	slashes := q - from
	limit := q + 1 + redactQuotedUnits
	for i := t.index(quote, q+1); i >= 0 && i <= limit; i = t.index(quote, i+1) {
		n := 0
		for t.at(i-1-n) == '\\' && i-1-n > q {
			n++
		}
		if (slashes == 0 && n%2 == 0) || (slashes > 0 && n <= slashes) {
			if atom := strings.IndexByte(t.b[q+1:i], unitAtom); atom >= 0 {
				return q + 1 + atom
			}
			if slashes == 0 {
				return i
			}
			return i - n
		}
	}
	return -1
}

// extentMemo is the last bare value measured in a text. `a=b=c=...` is one value from every key in it: without this its
// end would be looked for from each of them.
type extentMemo struct {
	start, end int
	// cookieStart and cookieEnd are the same of the last value of a cookie.
	cookieStart, cookieEnd int
}

// bareAt is a value without quotes: up to a space, an atom, an angle bracket, a quote, or punctuation that ends it.
func (t units) bareAt(start int, memo *extentMemo) valueExtent {
	i := start
	if start >= memo.start && start < memo.end {
		i = memo.end
	} else {
		for i < t.len() && !t.endsBare(i) {
			i++
		}
	}
	memo.start, memo.end = start, i
	// A sentence's own punctuation is not the value's.
	for i > start && (t.at(i-1) == '.' || t.at(i-1) == ',' || t.at(i-1) == ':') {
		i--
	}
	return valueExtent{start, i, false, -1}
}

// endsBare is true if a bare value ends before i.
func (t units) endsBare(i int) bool {
	switch c := t.b[i]; c {
	case unitAtom, '"', '<', '>', '`', ';', '|':
		return true
	case '\'', ')', ']', '}':
		return !isWordUnit(t.at(i + 1))
	case '&', ',':
		return t.separates(i + 1)
	case '\\':
		next := t.at(i + 1)
		return next == '"' || next == 'n' || next == 'r'
	default:
		return isSpaceUnit(c)
	}
}

// separates is true if after a comma or ampersand at i-1 another field begins: a space, an end, a quote, or `key=`.
func (t units) separates(i int) bool {
	if i >= t.len() {
		return true
	}
	c := t.b[i]
	if isSpaceUnit(c) || isQuoteUnit(c) || c == '{' || c == '}' || c == ']' || c == '\\' {
		return true
	}
	if !isAlphaUnit(c) {
		return c == '&'
	}
	j := i
	for j-i < redactKeyUnits && isKeyUnit(t.at(j)) {
		j++
	}
	return t.at(j) == '=' || t.at(j) == ':'
}

// phraseAt: a bare name or postal address runs on over words, at most most of them: each begins with a capital (or a
// digit, if digits), the first with anything.
func (t units) phraseAt(start, most int, digits bool) valueExtent {
	end, i := start, start
	for n := range most {
		c := t.at(i)
		if n > 0 && !isUpper(c) && c < 0x80 && (!digits || !isDigit(c)) {
			break
		}
		from := i
		for i < t.len() && (isWordUnit(t.b[i]) || t.isInner(i)) {
			i++
		}
		// `Vorname: Hans Nachname: Meyer`: the next key.
		if i == from || (n > 0 && !digits && (t.at(i) == ':' || t.at(i) == '=')) {
			break
		}
		end = i
		if digits && t.at(i) == ',' && t.at(i+1) == ' ' {
			i++
		}
		if t.at(i) != ' ' {
			break
		}
		i++
	}
	return valueExtent{start, end, false, -1}
}

// isInner: `'`, `’`, `-` and `.` inside a word, and a `.` after an initial.
func (t units) isInner(i int) bool {
	c := t.at(i)
	if c != '\'' && c != unitApostrophe && c != '-' && c != '.' {
		return false
	}
	if isWordUnit(t.at(i-1)) && isWordUnit(t.at(i+1)) {
		return true
	}
	return c == '.' && isUpper(t.at(i-1)) && !isWordUnit(t.at(i-2))
}
