package catalog

// Secrets and passwords that prose names. The part of src/redact/spoken.ts for values that nothing but a word before
// them gives away.

import (
	"regexp"
	"strings"
)

var (
	secretNames = []string{
		"api key", "api-key", "access key", "access-key", "secret key", "secret-key", "license key", "license-key", "auth key",
		"auth-key", "encryption key", "encryption-key", "signing key", "signing-key", "master key", "master-key", "shared key",
		"shared-key", "session id", "token", "secret",
	}
	secretTypes = map[string]RedactionType{"token": "token", "secret": "secret", "session id": "session"}
	secretLink  = regexp.MustCompile("^( is| was| value)?:? [\"'`]?")
	// openKinds of tokens are no secrets.
	openKinds = termsOf(strings.Fields(
		"unexpected page next continuation pagination sync cursor resume start cancellation cancel concurrency idempotency trace lock fencing prompt"))
)

const (
	secretLinkUnits = 12
	toldLeast       = 16
	openKindReach   = 16
)

// findSpokenSecrets: `api key 4fQ... is invalid`, `invalid token "4fQ..."`: at least 16 characters that nobody wrote.
func (t units) findSpokenSecrets(out *spanList) {
	for i := 0; i < t.len(); i++ {
		switch t.b[i] | 0x20 {
		case 'a', 's', 'l', 'e', 'm', 't':
		default:
			continue
		}
		before := t.at(i - 1)
		if isWordUnit(before) {
			continue
		}
		name := t.nameAt(i, secretNames)
		if name == "" {
			continue
		}
		at := i
		i += len(name) - 1
		if before == '-' || before == '.' {
			continue
		}
		link := secretLink.FindStringIndex(t.ascii(i+1, i+1+secretLinkUnits))
		if link == nil {
			continue
		}
		start := i + 1 + link[1]
		stop := t.toldEnd(start)
		if stop < 0 || !t.cut(start, stop).isTold() || hasTerm(t.contextBefore(at, openKindReach), openKinds) {
			continue
		}
		kind, found := secretTypes[name]
		if !found {
			kind = "api_key"
		}
		out.add(start, stop, kind)
	}
}

// toldEnd is where a secret that begins at start ends, -1 if what stands there is none.
func (t units) toldEnd(start int) int {
	stop := start
	for stop-start <= redactJudgedUnits && isToldUnit(t.at(stop)) {
		stop++
	}
	if stop-start < toldLeast || stop-start > redactJudgedUnits {
		return -1
	}
	next := t.at(stop)
	if isWordUnit(next) || next == '/' || ((next == '.' || next == ':') && isWordUnit(t.at(stop+1))) {
		return -1
	}
	return stop
}

func isToldUnit(c byte) bool { return isAlnumUnit(c) || c == '-' || c == '_' || c == '+' || c == '=' }

// isTold: letters and digits in one piece, or all three kinds around dashes: `default-token-x7k2p` is a name.
func (t units) isTold() bool {
	mix := t.mixOf()
	if t.isPlaceholder() || mix.digit < 2 || mix.letters() < 4 {
		return false
	}
	// A UUID behind such a word is one drawn for it.
	return mix.other == 0 || (mix.other == 4 && t.len() == uuidUnits && t.isUUID(0)) || (mix.upper > 1 && mix.lower > 1)
}

var (
	passwordNames = []string{"password", "passwd", "passphrase"}
	passwordLink  = regexp.MustCompile(`^( is | was | for [A-Za-z0-9_.@-]{1,32}: )`)
	passwordVerb  = regexp.MustCompile(`(^|[^A-Za-z0-9_])(with|using) $`)
	// algorithmName: algorithms and encodings, which prose about passwords names too.
	algorithmName = regexp.MustCompile(`(?i)^(sha|md|argon|bcrypt|scrypt|pbkdf|base|oauth|utf|scram|aes|rsa|hs|rs|v)-?[0-9]`)
)

const (
	passwordLinkUnits = 40
	passwordVerbReach = 7
	passwordLeast     = 6
	passwordMost      = 64
)

// findToldPasswords: `with password x`, `password is x`, `password for bob: x`, where x has a letter and a digit.
func (t units) findToldPasswords(out *spanList) {
	for i := 0; i < t.len(); i++ {
		if t.b[i]|0x20 != 'p' {
			continue
		}
		name := t.nameAt(i, passwordNames)
		if name == "" {
			continue
		}
		at := i
		i += len(name) - 1
		start := t.toldStart(at, i+1)
		if start == 0 {
			continue
		}
		end := start
		for end < t.len() && end-start <= passwordMost && isPasswordUnit(t.b[end]) {
			end++
		}
		for end > start && strings.IndexByte(".,;:!?)", t.b[end-1]) >= 0 {
			end--
		}
		value := t.cut(start, end)
		if value.len() < passwordLeast || value.len() > passwordMost || strings.IndexByte(value.b, '(') >= 0 || algorithmName.MatchString(value.b) {
			continue
		}
		if mix := value.mixOf(); mix.digit == 0 || mix.letters() == 0 || value.isPlaceholder() || value.isProse() {
			continue
		}
		out.add(start, end, "password")
	}
}

// toldStart is where the password begins that the word from at to end announces; 0 if it announces none.
func (t units) toldStart(at, end int) int {
	if isWordUnit(t.at(at - 1)) {
		return 0
	}
	if link := passwordLink.FindString(t.ascii(end, end+passwordLinkUnits)); link != "" {
		return end + len(link)
	}
	if t.at(end) == ' ' && passwordVerb.MatchString(lowerASCII(t.ascii(at-passwordVerbReach, at))) {
		return end + 1
	}
	return 0
}

func isPasswordUnit(c byte) bool {
	return !isSpaceUnit(c) && !isQuoteUnit(c) && c != '<' && c != '>' && c != unitAtom
}
