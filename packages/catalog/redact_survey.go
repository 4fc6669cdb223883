package catalog

// One look at a text that tells which finders could find anything: most messages hold nothing private, and this is all
// they cost. It may say yes too often, never no when a finder would find something. The twin of src/redact/survey.ts
// and survey-words.ts.

import "strings"

// Bits of a survey.
const (
	// seenAt: `@`, or the `%` of `%40`.
	seenAt uint16 = 1 << iota
	seenPair
	// seenSlash: either slash.
	seenSlash
	seenPeople
	seenCodes
	seenSchemes
	seenCommands
	// seenRun: a run of 12 or more characters of tokens.
	seenRun
	// seenDigits: at least 6 digits close together.
	seenDigits
	// seenAddress: at least three dots with digits between, or two colons with hex between.
	seenAddress
	// seenDollar: `$`, which begins the hash of a password.
	seenDollar
)

// Kinds of characters; the survey's branches, most frequent first.
const (
	surveyEnd = iota
	surveyLower
	surveyUpper
	surveyDigit
	// surveyJoint: neither, but a token may go on over it.
	surveyJoint
)

var surveyKind = func() (kind [256]uint8) {
	for c := range kind {
		switch b := byte(c); {
		case b < 0x80 && isLower(b):
			kind[c] = surveyLower
		case b < 0x80 && isUpper(b), b == unitLatin, b == unitSharpS, b == unitLatinB:
			kind[c] = surveyUpper
		case isDigit(b):
			kind[c] = surveyDigit
		case b < 0x80 && strings.IndexByte("_-/+.:=~", b) >= 0:
			kind[c] = surveyJoint
		}
	}
	return kind
}()

// surveyAdds has the bits that a character adds by itself.
var surveyAdds = [256]uint16{
	'@': seenAt, '%': seenAt, '=': seenPair, ':': seenPair, '>': seenPair, '/': seenSlash, '\\': seenSlash, '$': seenDollar,
}

// surveyJoins has the characters that may stand within a number: of a card, a phone, a state's.
var surveyJoins = [256]bool{' ': true, '-': true, '.': true, '/': true, '(': true, ')': true, '+': true}

// surveyLexicon is words of interest, and by a small hash whether a word may be one.
type surveyLexicon struct {
	bits  map[string]uint16
	maybe [1 << 10]uint64
}

func (l *surveyLexicon) learn(list []string, bit uint16) {
	for _, word := range list {
		l.bits[word] |= bit
		t := unitsFrom(word)
		hash := uint32(0)
		for i := range t.len() {
			hash = hash*31 + uint32(t.b[i]|0x20)
		}
		hash &= 0xFFFF
		l.maybe[hash>>6%uint32(len(l.maybe))] |= 1 << (hash & 63)
	}
}

// may is true if a word of this hash may be of interest.
func (l *surveyLexicon) may(hash uint32) bool {
	hash &= 0xFFFF
	return l.maybe[hash>>6%uint32(len(l.maybe))]&(1<<(hash&63)) != 0
}

// of is the bits of a word as it stands, or in lower case: words listed with a capital count only so.
func (l *surveyLexicon) of(word units) uint16 {
	text := word.String()
	return l.bits[text] | l.bits[lowerASCII(text)]
}

// capitalised is the words with a capital in front: `Ms`, `Street`; in lower case they are other words.
func capitalised(list []string) []string {
	out := make([]string, len(list))
	for i, word := range list {
		out[i] = strings.ToUpper(word[:1]) + word[1:]
	}
	return out
}

var surveyWords = func() *surveyLexicon {
	l := &surveyLexicon{bits: make(map[string]uint16)}
	l.learn(redactWords("INTRODUCERS"), seenPeople)
	l.learn(capitalised(redactWords("TITLES")), seenPeople)
	l.learn(capitalised(redactWords("STREETS_AFTER")), seenPeople)
	l.learn(redactWords("STREETS_BEFORE"), seenPeople)
	l.learn(redactWords("BARE_NAMES"), seenPeople)
	l.learn(redactWords("BIRTH_WORDS"), seenPeople)
	l.learn([]string{firstNameWord}, seenPeople)
	l.learn(strings.Fields("cvc cvv cvn csc otp totp passcode pin code password tan"), seenCodes)
	l.learn(strings.Fields("bearer basic token apikey key secret"), seenSchemes)
	l.learn(strings.Fields("password passwd pwd passphrase identified docker podman mysql mysqldump mysqladmin mysqlimport mariadb sshpass redis curl wget ldapsearch mongo mongosh mongodump mongorestore sqlcmd bcp isql"), seenCommands)
	return l
}()

// surveyState is what the survey keeps between two characters.
type surveyState struct {
	seen                     uint16
	word, run, digits        int
	dot, dots, colon, colons int
}

// survey is the bits of everything seen in the text.
func (t units) survey() uint16 {
	var s surveyState
	b := t.b
	for i := 0; i <= len(b); i++ {
		hash := uint32(0)
		for i < len(b) {
			c := b[i]
			if kind := surveyKind[c]; kind == surveyLower {
				hash = hash*31 + uint32(c)
				// A small letter ends a number; a capital may be part of one.
				s.digits = 0
			} else if kind == surveyUpper {
				hash = hash*31 + uint32(c|0x20)
			} else {
				break
			}
			i++
		}
		// Past the end stands a space: it ends words and runs.
		c := byte(' ')
		if i < len(b) {
			c = b[i]
		}
		// `customer_id` and `my_password` are names of other things.
		if i > s.word && surveyWords.may(hash) && c != '_' && t.at(s.word-1) != '_' {
			s.seen |= surveyWords.of(t.cut(s.word, i))
		}
		s.word = i + 1
		kind := surveyKind[c]
		if kind != surveyDigit {
			s.mark(t, i, c, kind)
			continue
		}
		// Four after a capital: the shortest number with letters, India's PAN.
		if s.digits++; s.digits == 6 || (s.digits == 4 && isUpper(t.at(i-4))) {
			s.seen |= seenDigits
		}
	}
	return s.seen
}

// mark reads what is neither letter nor digit.
func (s *surveyState) mark(t units, i int, c byte, kind uint8) {
	if c < 0x80 {
		s.seen |= surveyAdds[c]
		if !surveyJoins[c] {
			s.digits = 0
		}
	}
	switch {
	case kind != surveyJoint:
		if i-s.run >= 12 {
			s.seen |= seenRun
		}
		s.run = i + 1
	case c == '.':
		s.dots = sequence(i-s.dot <= 4, s.dots)
		s.dot = i
		if s.dots == 3 {
			s.seen |= seenAddress
		}
	case c == ':':
		s.colons = sequence(i-s.colon <= 5, s.colons)
		s.colon = i
		if s.colons == 2 {
			s.seen |= seenAddress
		}
	// `--token`, ` -storepass`.
	case c == '-' && (t.at(i+1) == '-' || (isAlphaUnit(t.at(i+1)) && (i == 0 || isSpaceUnit(t.at(i-1))))):
		s.seen |= seenPair
	}
}

// sequence is one more of what goes on, or the first.
func sequence(goesOn bool, n int) int {
	if goesOn {
		return n + 1
	}
	return 1
}
