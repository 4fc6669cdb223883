package catalog

// Is this text a secret, a placeholder for one, or prose about one? Shapes of values that a key or context points at.
// The twin of src/redact/values.ts.

import (
	"regexp"
	"strings"
)

// proseWords are words a message goes on with after `token:` or `password `, and literals that say there is no value.
var proseWords = words(
	"a an the is are was were be been has have had do does did not no none null nil undefined true false yes nan must cannot can could should " +
		"would will may might too for of in on at to from by with without and or as if it its this that your you we please " +
		"already unable failed fails failure error errors invalid required missing expired incorrect wrong empty blank mismatch " +
		"mismatched rejected denied unknown malformed unsupported short long weak revoked disabled enabled unauthorized " +
		"forbidden found unexpected changed updated deleted created accepted valid verified unset absent present provided " +
		"given needs need string str number int integer bool boolean object any bytes char varchar text optional only hidden " +
		"masked redacted filtered removed omitted obfuscated scrubbed secured encrypted signature length type field value parameter header format " +
		"na unspecified anonymous unavailable exceeded reset issued used reused insufficient " +
		"typeerror error exception token tokens expected got received fetch check cookie session flag option argument setting variable",
)

// codeRoots are first segments of a dotted expression in source code: `process.env.TOKEN` is no secret.
var codeRoots = words(
	"process req request res response ctx context this self config cfg env os options opts args params settings user body event state props data headers secrets vars var local module input output credentials creds auth session import new await",
)

// isTrimmed is true if ECMAScript's trim takes the unit off.
func (t units) isTrimmed(i int) bool {
	if isSpaceUnit(t.b[i]) {
		return true
	}
	return t.wide != nil && isSpace(rune(t.wide[i]))
}

func (t units) trim() units {
	from, to := 0, t.len()
	for from < to && t.isTrimmed(from) {
		from++
	}
	for to > from && t.isTrimmed(to-1) {
		to--
	}
	return t.cut(from, to)
}

// hasWide is true if the units stand somewhere, n times one behind the other.
func (t units) hasWide(u uint16, n int) bool {
	run := 0
	for _, one := range t.wide {
		if one != u {
			run = 0
		} else if run++; run == n {
			return true
		}
	}
	return false
}

var placeholderVerbs = []string{"your", "insert", "enter", "replace"}

// isPlaceholder is true if the value stands for one without being one: `<token>`, `****`, `${X}`, `%s`, `{token}`, `?`,
// `$1`.
func (t units) isPlaceholder() bool {
	v := t.trim()
	n := v.len()
	if n == 0 {
		return true
	}
	if strings.Contains(v.b, "***") || strings.Contains(v.b, "...") || strings.Contains(v.b, "###") ||
		v.hasWide(0x2022, 3) || v.hasWide(0x2026, 1) {
		return true
	}
	first, last := v.b[0], v.b[n-1]
	switch first {
	case '<':
		if last == '>' {
			return true
		}
	case '{', '[':
		if last == first+2 || strings.HasPrefix(v.b, "{{") {
			return true
		}
	case '$':
		if v.hasAt("${", 0) || v.hasAt("$(", 0) || v.cut(1, n).isUpperOrDigit() {
			return true
		}
	case ':':
		if v.isBindName() {
			return true
		}
	case '#':
		if v.hasAt("#{", 0) {
			return true
		}
	case '%':
		if v.hasAt("%{", 0) || n <= 2 || (n > 4 && last == '%') {
			return true
		}
	case 'y', 'Y', 'i', 'I', 'e', 'E', 'r', 'R':
		for _, verb := range placeholderVerbs {
			if at := len(verb); n > at && equalFold(v.b[:at], verb) && strings.IndexByte("-_ ", v.b[at]) >= 0 {
				return true
			}
		}
	}
	return v.isOneOverAndOver()
}

// isBindName: `:password`: a parameter of SQL.
func (t units) isBindName() bool {
	for i := 1; i < t.len(); i++ {
		if c := t.b[i]; !isLower(c) && c != '_' {
			return false
		}
	}
	return t.len() > 3
}

func (t units) isUpperOrDigit() bool {
	for i := range t.len() {
		if c := t.b[i]; !isUpper(c) && !isDigit(c) && c != '_' {
			return false
		}
	}
	return t.len() > 0
}

// isOneOverAndOver is true of `xxxx`, `----`, `????`: one character over and over, no letter but x.
func (t units) isOneOverAndOver() bool {
	c := t.b[0]
	if (isAlphaUnit(c) && c|0x20 != 'x') || isDigit(c) {
		return false
	}
	for i := 1; i < t.len(); i++ {
		d := t.b[i]
		same := d == c || (isAlphaUnit(d) && d|0x20 == c|0x20)
		if same && t.wide != nil && t.wide[i]|0x20 != t.wide[0]|0x20 {
			same = false
		}
		if same && d >= 0x80 && t.wide != nil && t.wide[i] != t.wide[0] {
			same = false
		}
		if !same && d != '-' && d != ' ' {
			return false
		}
	}
	return true
}

// firstWord is the first run of letters, lower-case; "" if the text does not begin with one.
func (t units) firstWord() string {
	end := 0
	for end < t.len() && (isAlphaUnit(t.b[end]) || (t.b[end] == '\'' && end > 0)) {
		end++
	}
	return lowerASCII(t.b[:end])
}

// isProse is true if the value begins as a sentence about a value does and goes on with a space or an end.
func (t units) isProse() bool {
	word := t.firstWord()
	head, _, _ := strings.Cut(word, "'")
	if word == "" || !in(proseWords, head) {
		return false
	}
	at := len(word)
	if t.len() == at {
		return true
	}
	switch c := t.b[at]; {
	case isSpaceUnit(c) || c == ',' || c == ':' || c == ')':
		return true
	case c == '.':
		// A full stop ends a sentence; `a.b.c` goes on.
		return t.len() == at+1 || isSpaceUnit(t.b[at+1])
	}
	return false
}

// isCode is true if the value reads as source code: `process.env.X`, `getToken(`, `req.body.token`. next follows it in
// the text.
func (t units) isCode(next byte) bool {
	if next == '(' && isIdentifierPath(t.b) {
		return true
	}
	if open := strings.IndexByte(t.b, '('); open > 0 && isIdentifierPath(t.b[:open]) {
		return true
	}
	dot := strings.IndexAny(t.b, ".[?")
	if dot <= 0 || !in(codeRoots, t.b[:dot]) {
		return false
	}
	next = t.at(dot + 1)
	return next == 0 || isAlphaUnit(next)
}

func isIdentifierPath(v string) bool {
	begins := true
	for i := range len(v) {
		c := v[i]
		switch {
		case isAlphaUnit(c) || c == '_' || c == '$':
			begins = false
		case isDigit(c) && !begins:
		case c == '.' && !begins:
			begins = true
		default:
			return false
		}
	}
	return !begins
}

// unitMix is counts of the kinds of characters, and how often the kind changes.
type unitMix struct {
	upper, lower, digit, other, turns int
}

func (m unitMix) letters() int { return m.upper + m.lower }

func (t units) mixOf() unitMix {
	var mix unitMix
	before := uint16(1)
	for i := range t.len() {
		kind := unitBits[t.b[i]] & (bitUpper | bitLower | bitDigit)
		switch kind {
		case bitUpper:
			mix.upper++
		case bitLower:
			mix.lower++
		case bitDigit:
			mix.digit++
		default:
			mix.other++
		}
		if i > 0 && kind != before {
			mix.turns++
		}
		before = kind
	}
	return mix
}

// isOpaque is true if the text looks drawn at random rather than written: at least least characters, two kinds of them,
// no spaces.
func (t units) isOpaque(least int) bool {
	if t.len() < least {
		return false
	}
	for i := range t.len() {
		if isSpaceUnit(t.b[i]) {
			return false
		}
	}
	mix := t.mixOf()
	if mix.digit > 0 && mix.letters() > 0 {
		return true
	}
	return mix.upper > 1 && mix.lower > 1 && mix.turns > 3
}

var (
	phoneShape    = regexp.MustCompile(`^[+(]?[0-9][0-9 ()./-]*((x|ext[.]?) ?[0-9]+)?$`)
	passportShape = regexp.MustCompile(`^[A-Za-z0-9 -]{6,14}$`)
)

// hasShape is true if the value has the shape its key promises. Used where a key alone is not proof.
func (t units) hasShape(kind RedactionType) bool {
	digits, size := t.digitsIn(), t.len()
	switch kind {
	case "email":
		return strings.IndexByte(t.b, '@') >= 0
	case "phone":
		return digits >= 6 && digits <= 17 && phoneShape.MatchString(t.trim().b)
	case "card":
		return digits >= 12 && digits <= 19 && size <= 30 && !t.hasLetter()
	case "bank_account":
		return digits >= 5 && size <= 40 && strings.IndexByte(t.b, '/') < 0
	case "iban":
		return digits >= 8 && size >= 14 && size <= 42 &&
			(!isAlphaUnit(t.at(0)) || !isAlphaUnit(t.at(1)) || t.at(2) != '0' || t.at(3) != '0')
	case "dob":
		return digits >= 4 && size <= 32
	case "passport":
		return digits >= 1 && passportShape.MatchString(t.b)
	case "national_id", "device":
		return digits >= 4 && size >= 6 && size <= 40 && !strings.Contains(t.b, "://")
	case "address":
		return t.isPostal()
	case "name":
		return t.isName()
	}
	return true
}

func (t units) hasLetter() bool {
	for i := range t.len() {
		if isAlphaUnit(t.b[i]) {
			return true
		}
	}
	return false
}

var (
	machineShape = regexp.MustCompile(`^[0-9A-Fa-f:.]+(/[0-9]+)?$`)
	codeShape    = regexp.MustCompile(`^[0-9]{4,6}$`)
	britishShape = regexp.MustCompile(`^[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}$`)
	postalShape  = regexp.MustCompile(`^[A-Z0-9]{2,4}-?[0-9][A-Z0-9]{2,3}$`)
	lettersShape = regexp.MustCompile(`[A-Za-z]{3}`)
)

// isPostal: a postal address or code has a digit beside letters or spaces; what a machine is reached by has `:`, `/` or
// is dotted.
func (t units) isPostal() bool {
	if t.len() < 4 || t.len() > 200 {
		return false
	}
	if strings.IndexByte(t.b, ':') >= 0 || t.b[0] == '/' || t.hasAt("0x", 0) {
		return false
	}
	if machineShape.MatchString(t.b) {
		return codeShape.MatchString(t.b)
	}
	if britishShape.MatchString(t.b) {
		return true
	}
	if strings.IndexByte(t.trim().b, ' ') < 0 {
		return postalShape.MatchString(t.b)
	}
	return t.digitsIn() > 0 && lettersShape.MatchString(t.b)
}

// nameWords is how many words a name has at most.
const nameWords = 5

// isName: one to five words of letters, the first not a word of prose.
func (t units) isName() bool {
	if t.len() < 2 || t.len() > 80 || t.isProse() {
		return false
	}
	count := 1
	for i := range t.len() {
		c := t.b[i]
		switch {
		case isAlphaUnit(c) || (c >= 0x80 && c != unitAtom && c != unitSpecial):
		case c == ' ' && i > 0 && t.b[i-1] != ' ' && i+1 < t.len():
			if count++; count > nameWords {
				return false
			}
		case (c == '\'' || c == '.' || c == ',' || c == '-') && i > 0:
		default:
			return false
		}
	}
	return true
}
