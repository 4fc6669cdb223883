package catalog

// The outline of a message: its text with the digits of counted things blanked ("order 4711, retry" is "order ####,
// retry"), so that what was worked out of one message is known of the next that differs in numbers alone. This file says
// which numbers may be blanked and when the answers cannot depend on them; memory_outline.go keeps the answers. It is
// nobody's twin: it changes no answer, and a fuzz test compares.
//
// Why digits of these numbers decide nothing. Template, fingerprint and redaction read digits in four ways: as a class
// (isDigit), which blanking keeps; by their number, which it keeps; by the first of three, as in a status, of which the
// blank keeps the class; and as words of tables ("sha 256"), which are never blanked. Redaction also adds up check digits,
// of what stands in a cluster of six digits and more: apart says that none of these is near enough to a word or of a form
// to be looked at. The catalog's expressions name digits too: digitRules are those that do.

import (
	"regexp"
	"strings"
)

const (
	// outlineBytes is the longest message that has an outline; a longer one is data.
	outlineBytes = 512
	// blankDigits is the longest number that is blanked: twelve digits may be a card.
	blankDigits = 11
)

// What a character is to an outline.
const (
	outlineNo = iota
	outlineLower
	outlineUpper
	outlineDigit
	outlineMark
	outlineDash
)

// outlineKind leaves out what begins anything that is read by its value: quotes, JSON, "=", "@", "%", "$", "#", "&".
var outlineKind = func() (kind [256]uint8) {
	for c := range kind {
		switch b := byte(c); {
		case isLower(b):
			kind[c] = outlineLower
		case isUpper(b):
			kind[c] = outlineUpper
		case isDigit(b):
			kind[c] = outlineDigit
		case b == '-':
			kind[c] = outlineDash
		case b < 0x80 && strings.IndexByte(" ,.;:/()_!", b) >= 0:
			kind[c] = outlineMark
		}
	}
	return kind
}()

// blanks stand for digits; of three digits the first is one of the last two where a status begins so.
const (
	blank byte = 1 + iota
	blankAnswer
	blankStatus
)

// firstBlank stands for the first of three digits: template_part.go reads 1 to 3 and 4 and 5.
func firstBlank(digit byte) byte {
	switch {
	case digit >= '1' && digit <= '3':
		return blankAnswer
	case digit == '4' || digit == '5':
		return blankStatus
	}
	return blank
}

// wordDigits are the digits that tables of redaction name, alone or within a word: "sha256" is two words to them.
var wordDigits = func() map[string]struct{} {
	named := map[string]struct{}{}
	for _, digits := range regexp.MustCompile(`[0-9]+`).FindAllString(redactTablesText, -1) {
		named[digits] = struct{}{}
	}
	return named
}()

// longestWordDigits is the length of the longest of wordDigits.
var longestWordDigits = func() int {
	longest := 0
	for digits := range wordDigits {
		longest = max(longest, len(digits))
	}
	return longest
}()

// outlineOf appends the outline of the message; false if it has none, or nothing is blanked.
func outlineOf(message string, out []byte) ([]byte, bool) {
	if len(message) > outlineBytes {
		return out, false
	}
	blanked := false
	for i := 0; i < len(message); {
		c := message[i]
		switch outlineKind[c] {
		case outlineNo:
			return out, false
		case outlineDash:
			// Two dashes, or one before a word, are the flag of a command.
			if !isAlnumUnit(byteAt(message, i-1)) || !isAlnumUnit(byteAt(message, i+1)) {
				return out, false
			}
		case outlineDigit:
			end := i + 1
			for end < len(message) && isDigit(message[end]) {
				end++
			}
			if isCounted(message, i, end) {
				blanked = true
				from := len(out)
				for ; i < end; i++ {
					out = append(out, blank)
				}
				if len(out)-from == 3 {
					out[from] = firstBlank(message[end-3])
				}
				continue
			}
			out = append(out, message[i:end]...)
			i = end
			continue
		}
		out = append(out, c)
		i++
	}
	return out, blanked
}

// isCounted is true if the digits from from to end are a word of their own behind a word or a mark, of which nothing goes
// on behind them, and none of wordDigits.
func isCounted(message string, from, end int) bool {
	if end-from > blankDigits || !isOpenOutline(message, from) || !isClosedOutline(message, end) {
		return false
	}
	if end-from > longestWordDigits {
		return true
	}
	_, named := wordDigits[message[from:end]]
	return !named
}

// isOpenOutline: behind ", ", or a word in small letters, or one too long to begin an account's or a state's number.
func isOpenOutline(message string, from int) bool {
	if byteAt(message, from-1) != ' ' {
		return false
	}
	switch last := byteAt(message, from-2); {
	case last == ',' || last == ';' || last == ':':
		return true
	case !isLower(last):
		return false
	}
	begin := from - 2
	for begin > 0 && isAlnumUnit(message[begin-1]) {
		begin--
	}
	return isLower(message[begin]) || from-1-begin > 4
}

// isClosedOutline: at the end, before a comma, or before a mark or blank that a word follows.
func isClosedOutline(message string, end int) bool {
	switch byteAt(message, end) {
	case ' ':
		return isLetter(byteAt(message, end+1))
	case ',', ';', '.', ')':
		return end+1 == len(message) || message[end+1] == ' ' && isLetter(byteAt(message, end+2))
	}
	return end == len(message)
}

// nextDigit goes round among the digits of a class of firstBlank.
const nextDigit = "6231547890"

// otherDigits is the message with another digit for each that is blanked, of the same class.
func otherDigits(message, outline string) string {
	other := []byte(message)
	for i := range len(outline) {
		if outline[i] <= blankStatus {
			other[i] = nextDigit[other[i]-'0']
		}
	}
	return string(other)
}

// outlineSees are the bits of a survey that the finders may have which see no number that is blanked, or see only that
// digits stand there: keys, paths, tokens (a number is none by itself), addresses.
const outlineSees = seenPair | seenSlash | seenRun | seenAddress | seenDigits

// holdsNothingOfOutline is true if a look at the text finds nothing, whatever the digits that are blank in the outline of
// its beginning.
func (r *Redactor) holdsNothingOfOutline(text, outline string) bool {
	t := units{b: text}
	seen := t.survey()
	if seen&^outlineSees != 0 || (seen&seenDigits != 0 && !t.apart(outline)) {
		return false
	}
	var found spanList
	t.findAll(r.judge, redactSkip{}, &found)
	return len(found.spans) == 0 && !found.spoke
}

// apart is true if no blanked number is looked at by its digits: it has no words before it that numbers stand behind, is
// not of the form of a state's number that needs none, and no account's or state's number begins in the text with letters.
func (t units) apart(outline string) bool {
	for i := 0; i < t.len(); {
		if !isAlnumUnit(t.b[i]) {
			i++
			continue
		}
		end, digits := i, 0
		for end < t.len() && isAlnumUnit(t.b[end]) {
			if isDigit(t.b[end]) {
				digits++
			}
			end++
		}
		size := end - i
		if digits < size && t.mayBeNumbered(i, end, digits) {
			return false
		}
		if i < len(outline) && outline[i] <= blankStatus && !t.isApart(i, size) {
			return false
		}
		i = end
	}
	return true
}

// mayBeNumbered is true of a word with a letter at which takeLetters looks closer.
func (t units) mayBeNumbered(from, end, digits int) bool {
	next := end
	if digits == 0 {
		next++
	}
	grouped := end-from <= 4 && isUpper(t.b[from]) && isDigit(t.at(next))
	return digits >= 4 || grouped || digits == 2 && end-from == 4
}

func (t units) isApart(from, size int) bool {
	context := numberContext{t: t, at: from}
	if context.may(contextCard | contextNational | contextDocument | contextPhone) {
		return false
	}
	behind := t.ascii(from+size, from+nationalUnits)
	for i := range nationalIDs[size] {
		if nationalIDs[size][i].next.allow(behind) {
			return false
		}
	}
	return true
}
