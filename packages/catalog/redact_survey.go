package catalog

// One look at a text that tells which finders could find anything: most messages hold nothing private, and this is all
// they cost. It may say yes too often, never no when a finder would find something. The twin of src/redact/survey.ts
// and survey-words.ts.

import "strings"

// Bits of a survey.
const (
	// seenAt: `@`, or the `%` of `%40`.
	seenAt uint32 = 1 << iota
	seenPair
	// seenSlash: either slash.
	seenSlash
	seenPeople
	seenCodes
	seenSchemes
	seenCommands
	// seenSecrets: a word that may name a secret.
	seenSecrets
	// seenRun: a run of 12 or more characters of tokens.
	seenRun
	// seenDigits: at least 6 digits close together.
	seenDigits
	// seenAddress: three dots with digits between, `::` beside hex, or five colons close together.
	seenAddress
	// seenDollar: `$`, which begins the hash of a password.
	seenDollar
	// seenHooks: a word of an incoming webhook's URL.
	seenHooks
	// seenHomes: a folder that homes stand in.
	seenHomes
	// seenStreets: the end of a German street's name.
	seenStreets
	// seenPem: `BEGIN`.
	seenPem
)

// Kinds of characters: letters are the least, so that one comparison ends a word.
const (
	surveyLower = 1
	surveyUpper = 2
	surveyDigit = 4
	// surveyJoint: neither, but a token may go on over it.
	surveyJoint = 5
	surveyOther = 6
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
		default:
			kind[c] = surveyOther
		}
	}
	return kind
}()

// surveyAdds has the bits that a character adds by itself.
var surveyAdds = [256]uint32{
	'@': seenAt, '%': seenAt, '=': seenPair, ':': seenPair, '>': seenPair, '/': seenSlash, '\\': seenSlash, '$': seenDollar,
}

// surveyJoins has the characters that may stand within a number: of a card, a phone, a state's.
var surveyJoins = [256]bool{' ': true, '-': true, '.': true, '/': true, '(': true, ')': true, '+': true}

// surveyLexicon is words of interest, and by a small hash whether a word may be one.
type surveyLexicon struct {
	bits  map[string]uint32
	maybe [1 << 14]bool
}

func (l *surveyLexicon) learn(list []string, bit uint32) {
	for _, word := range list {
		l.bits[word] |= bit
		t := unitsFrom(word)
		l.maybe[surveySlot(t.b)] = true
	}
}

// surveySlot is the slot of a word of two units and more: its length, its first two units and its last.
func surveySlot(word string) uint32 {
	n := len(word)
	head := uint32(word[0]|0x20)*31 + uint32(word[1]|0x20)
	return ((head*31+uint32(word[n-1]|0x20))*31 + uint32(n)) & 0x3FFF
}

// of is the bits of a word as it stands, or in lower case: words listed with a capital count only so.
func (l *surveyLexicon) of(word units) uint32 {
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
	l := &surveyLexicon{bits: make(map[string]uint32)}
	l.learn(strings.Fields("slack webhooks office zapier ifttt"), seenHooks)
	l.learn(strings.Fields("home users documents"), seenHomes)
	l.learn([]string{"begin"}, seenPem)
	l.learn(redactWords("INTRODUCERS"), seenPeople)
	l.learn(capitalised(redactWords("TITLES")), seenPeople)
	l.learn(capitalised(redactWords("STREETS_AFTER")), seenPeople)
	l.learn(redactWords("STREETS_BEFORE"), seenPeople)
	l.learn(redactWords("BARE_NAMES"), seenPeople)
	l.learn(redactWords("BIRTH_WORDS"), seenPeople)
	l.learn([]string{firstNameWord}, seenPeople)
	l.learn(strings.Fields("cvc cvv cvn csc otp totp passcode pin code password tan"), seenCodes)
	l.learn(strings.Fields("bearer basic token apikey"), seenSchemes)
	l.learn(strings.Fields("token secret key session"), seenSecrets)
	l.learn(strings.Fields("password passwd pwd passphrase identified docker podman mysql mysqldump mysqladmin mysqlimport mariadb sshpass redis curl wget ldapsearch mongo mongosh mongodump mongorestore sqlcmd bcp isql"), seenCommands)
	return l
}()

// survey is the bits of everything seen in the text. All that it keeps between two units is in locals, which stand in
// registers.
func (t units) survey() uint32 {
	b := t.b
	seen := uint32(0)
	word, run, digits := 0, 0, 0
	dot, dots, colon, colons := 0, 0, 0, 0
	for i := 0; i <= len(b); i++ {
		// Past the end stands a space: it ends words and runs.
		c, kind, letters := byte(' '), uint8(surveyOther), uint8(0)
		for ; i < len(b); i++ {
			c = b[i]
			if kind = surveyKind[c]; kind > surveyUpper {
				break
			}
			letters |= kind
		}
		if i == len(b) {
			c, kind = ' ', surveyOther
		}
		// A small letter ends a number; a capital may be part of one.
		if letters&surveyLower != 0 {
			digits, dots = 0, 0
		}
		if i > word+1 && (surveyWords.maybe[surveySlot(b[word:i])] || mayEndStreet(b[i-1], c)) {
			seen |= t.wordBits(word, i, c)
		}
		word = i + 1
		if kind == surveyDigit {
			// Four after a capital: the shortest number with letters, India's PAN.
			if digits++; digits == 6 || (digits == 4 && isUpper(t.at(i-4))) {
				seen |= seenDigits
			}
			continue
		}
		if c < 0x80 {
			seen |= surveyAdds[c]
			if !surveyJoins[c] {
				digits = 0
			}
		}
		if kind == surveyOther {
			if i-run >= opaqueUnits {
				seen |= seenRun
			}
			run = i + 1
			continue
		}
		switch c {
		case '.':
			dots = sequence(i-dot <= 4, dots)
			dot = i
			if dots == 3 && isDigit(t.at(i+1)) {
				seen |= seenAddress
			}
		case ':':
			colons = sequence(i-colon <= 5, colons)
			// `::` with a digit of hex on one side.
			if colons == 5 || (i-colon == 1 && (isHexUnit(t.at(i+1)) || isHexUnit(t.at(i-2)))) {
				seen |= seenAddress
			}
			colon = i
		case '-':
			// `--token`, ` -storepass`.
			if t.at(i+1) == '-' || (isAlphaUnit(t.at(i+1)) && (i == 0 || isSpaceUnit(t.at(i-1)))) {
				seen |= seenPair
			}
		}
	}
	return seen
}

// mayEndStreet is true if a word that ends so may end the name of a German street.
func mayEndStreet(last, c byte) bool { return (last == 'e' && c == ' ') || (last == 'r' && c == '.') }

// wordBits is the bits of the word from from to to, which c follows.
func (t units) wordBits(from, to int, c byte) uint32 {
	streets := uint32(0)
	if (c == ' ' || c == '.') && to > from+2 && endsStreet(t.b[to-2], t.b[to-1], c) {
		streets = seenStreets
	}
	// `customer_id` and `my_password` are names of other things.
	if !surveyWords.maybe[surveySlot(t.b[from:to])] || c == '_' || t.at(from-1) == '_' {
		return streets
	}
	return streets | surveyWords.of(t.cut(from, to))
}

// endsStreet: `strasse `, `straße `, `str.`: its last two letters and what follows.
func endsStreet(before, last, c byte) bool {
	if c == ' ' {
		return last == 'e' && (before == 's' || before == unitSharpS)
	}
	return last == 'r' && before == 't'
}

// sequence is one more of what goes on, or the first.
func sequence(goesOn bool, n int) int {
	if goesOn {
		return n + 1
	}
	return 1
}
