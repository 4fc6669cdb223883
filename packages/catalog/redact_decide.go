package catalog

// Whether the value a key points at goes: placeholders, prose and code about a secret stay. The twin of
// src/redact/decide.ts.

import (
	"regexp"
	"strings"
)

// valueStanding is how the value stood in the text.
type valueStanding struct {
	quoted bool
	// prose: after `key: `, where a sentence may follow as well as a value.
	prose bool
	// whole: all of a map's value: nothing around it could make it prose.
	whole bool
	// after has the two characters after the value, 0 past the end.
	after [2]byte
}

// wholeValue is a whole value of a map: no sentence around it.
var wholeValue = valueStanding{quoted: true, whole: true}

// decides is true if the verdict of the value's key sends it away.
func (v keyVerdict) decides(value units, how valueStanding) bool {
	if value.len() == 0 || value.isPlaceholder() || value.isFenced(how) {
		return false
	}
	switch v.certainty {
	case keyAllowed, keySilent:
		return false
	case keyDenied:
		return true
	case keyOpaque:
		return value.isOpaque(10)
	case keyDrawn:
		return value.isOf("_+%~-") && value.isOpaque(20)
	case keyRandom:
		return value.isRandom()
	case keyShaped:
		return value.hasShape(v.kind)
	}
	return value.isSecret(v.kind, how)
}

// isFenced: `[FILTERED]`, `{token}` without quotes: what closes the bracket ended the value.
func (t units) isFenced(how valueStanding) bool {
	if how.quoted || (how.after[0] != ']' && how.after[0] != '}') || (t.b[0] != '[' && t.b[0] != '{') {
		return false
	}
	for i := 1; i < t.len(); i++ {
		if c := t.b[i]; !isAlphaUnit(c) && c != '_' && c != ' ' && c != '-' {
			return false
		}
	}
	return true
}

// isOf is true if the text is letters, digits, and what marks has, with at most two `=` behind them.
func (t units) isOf(marks string) bool {
	text := strings.TrimSuffix(strings.TrimSuffix(t.b, "="), "=")
	for i := range len(text) {
		if c := text[i]; !isAlnumUnit(c) && strings.IndexByte(marks, c) < 0 {
			return false
		}
	}
	return true
}

// isRandom: nothing anybody wrote: 32 characters and more of all three kinds that change kind often.
func (t units) isRandom() bool {
	if t.len() < 32 {
		return false
	}
	if !t.isOf("_+/%-") {
		return false
	}
	mix := t.mixOf()
	return mix.upper >= 3 && mix.lower >= 3 && mix.digit >= 1 && mix.turns >= 8
}

func (t units) isSecret(kind RedactionType, how valueStanding) bool {
	if kind == "otp" || kind == "cvc" {
		return t.isCodeNumber(kind)
	}
	// `Token 4fq...` is a scheme and its credential, `token missing` is prose.
	scheme := 0
	if kind == "authorization" && how.whole && lowerASCII(t.ascii(0, len(tokenScheme))) == tokenScheme {
		scheme = len(tokenScheme)
	}
	if t.cut(scheme, t.len()).isProse() || t.isReference() {
		return false
	}
	if !how.quoted && t.isCode(how.after[0]) {
		return false
	}
	password := kind == "password"
	// `pass=12 fail=3`, `tokens: 4096`: counts, unless long enough to be guessed only.
	if digits := t.digitsIn(); digits == t.len() && digits < pick(password, 4, 7) {
		return false
	}
	if !password && t.isSentence() {
		return false
	}
	if !how.prose || how.quoted {
		return t.len() >= pick(password || how.whole, 1, 3)
	}
	if !t.isAllLower() {
		return password || t.len() >= 6
	}
	goesOn := how.after[0] == ' ' && isAlphaUnit(how.after[1])
	return t.len() >= 20 || (!goesOn && (password || t.len() >= 16))
}

const tokenScheme = "token "

func pick(first bool, a, b int) int {
	if first {
		return a
	}
	return b
}

// isCodeNumber is a one-time code or card code: 3 to 10 characters with a digit, 3 or 4 digits for the card's.
func (t units) isCodeNumber(kind RedactionType) bool {
	digits := t.digitsIn()
	if kind == "cvc" {
		return digits == t.len() && (digits == 3 || digits == 4)
	}
	return digits >= 3 && t.len() <= 10
}

var (
	referencePrefixes = []string{
		"arn:", "projects/", "file:", "vault:", "ssm:", "op://", "env:", "secretref", "kms:", "./", "../", "~/",
	}
	referencePath = regexp.MustCompile(`^/([a-z][a-z0-9._-]*/)+[A-Za-z0-9._-]*$`)
)

// referenceUnits is more than the longest prefix of a reference.
const referenceUnits = 12

// isReference: where a secret is kept, not the secret: paths, ARNs, resource names, URIs of stores.
func (t units) isReference() bool {
	if hasAnyPrefix(lowerASCII(t.ascii(0, referenceUnits)), referencePrefixes) {
		return true
	}
	if t.at(0) == '/' {
		return referencePath.MatchString(t.b)
	}
	return isUpper(t.at(0)) && t.at(1) == ':' && t.at(2) == '\\'
}

// isSentence: three to eleven words, all of letters, is a sentence or a label; twelve is a wallet's phrase.
func (t units) isSentence() bool {
	count := strings.Count(t.b, " ") + 1
	return count >= 3 && count < 12 && t.digitsIn() == 0 && strings.IndexByte(t.b, '=') < 0
}

func (t units) isAllLower() bool {
	for i := range t.len() {
		if c := t.b[i]; !isLower(c) && c != '-' && c != '_' {
			return false
		}
	}
	return true
}
