package catalog

// Values of the Authorization and Cookie headers in a text, and credentials that stand after a scheme's name anywhere.
// The twin of src/redact/headers.ts.

import (
	"encoding/base64"
	"strings"
)

var (
	// authSchemes (IANA HTTP Authentication Scheme Registry, and what vendors use) are followed by one credential.
	authSchemes = words(
		"bearer basic token apikey api-key key negotiate ntlm dpop jwt bot splunk sharedkey sharedkeylite privatetoken genie-key vapid",
	)
	// parameterSchemes are followed by parameters, authParameters are those that are credentials.
	parameterSchemes = words("digest aws4-hmac-sha256 oauth hawk signature hmac")
	authParameters   = map[string]RedactionType{
		"response": "signature", "signature": "signature", "mac": "signature", "oauth_signature": "signature",
		"oauth_token": "token", "oauth_consumer_key": "api_key",
	}
)

// schemeUnits is the longest name of a scheme.
const schemeUnits = 24

// findAuthorization reads what follows `Authorization:` at at; answers where to go on.
func (t units) findAuthorization(at int, memo *extentMemo, out *spanList) int {
	value := t.valueAt(at, memo)
	for {
		quotedEnd := -1
		if value.quoted {
			quotedEnd = value.end
		}
		end := t.takeCredential(value.start, quotedEnd, memo, out)
		if value.more < 0 {
			return end
		}
		value = t.valueAt(value.more, memo)
	}
}

// takeCredential reads one header's value; quotedEnd is -1 if it is not quoted.
func (t units) takeCredential(start, quotedEnd int, memo *extentMemo, out *spanList) int {
	// `map[Authorization:[Bearer x]]`, `{authorization=[Basic x]}`: lists of Go and Java.
	if quotedEnd < 0 && t.at(start) == '[' {
		start++
	}
	i := start
	for isKeyUnit(t.at(i)) && i-start < schemeUnits {
		i++
	}
	scheme := lowerASCII(t.ascii(start, i))
	spaced := isSpaceUnit(t.at(i))
	if spaced && in(parameterSchemes, scheme) {
		return t.takeParameters(i, memo, out)
	}
	known := spaced && in(authSchemes, scheme)
	from := start
	if known {
		from = t.skipSpaces(i, spacesSkipped)
	}
	end := t.bareAt(from, memo).end
	if quotedEnd >= 0 {
		if known {
			end = min(end, quotedEnd)
		} else {
			end = quotedEnd
		}
	}
	value := t.cut(from, min(end, from+redactJudgedUnits))
	var goes bool
	if known {
		goes = value.len() >= 3 && !value.isPlaceholder() && !value.isProse() && !value.isChallenge(t.at(end))
	} else {
		how := valueStanding{quoted: quotedEnd >= 0, prose: quotedEnd < 0, after: t.after(end)}
		goes = keyVerdict{"authorization", keyAlways}.decides(value, how)
	}
	if !goes {
		return from
	}
	out.add(from, end, "authorization")
	return end
}

// isChallenge: `realm="x"`: a parameter, whose quote ended the value.
func (t units) isChallenge(next byte) bool {
	if strings.Contains(t.b, `="`) {
		return true
	}
	if next != '"' || !strings.HasSuffix(t.b, "=") {
		return false
	}
	for i := range t.len() {
		if c := t.b[i]; isDigit(c) || isUpper(c) {
			return false
		}
	}
	return true
}

// takeParameters: `username="alice", response="6629..."`: each known parameter up to the end of the line.
func (t units) takeParameters(at int, memo *extentMemo, out *spanList) int {
	i := at
	for i < t.len() {
		i = t.skipSpaces(i, spacesSkipped)
		start := i
		for isKeyUnit(t.at(i)) && i-start < redactKeyUnits {
			i++
		}
		if i == start || t.at(i) != '=' {
			return start
		}
		value := t.valueAt(i+1, memo)
		if kind, found := authParameters[lowerASCII(t.ascii(start, i))]; found && value.end-value.start >= 8 {
			out.add(value.start, value.end, kind)
		}
		i = value.end
		if value.quoted {
			i++
		}
		if t.at(i) == ',' {
			i++
		}
	}
	return i
}

// findCookies reads what follows `Cookie:` or `Set-Cookie:` at at: `a=b; c=d` goes whole, attributes after the first pair
// stay.
func (t units) findCookies(at int, memo *extentMemo, out *spanList) int {
	value := t.valueAt(at, memo)
	for {
		end := t.cookieEnd(value.start, memo)
		if end > value.start {
			out.add(value.start, end, "cookie")
		} else {
			raw := t.cut(value.start, min(value.end, value.start+redactJudgedUnits))
			if raw.isOpaque(12) && !raw.isPlaceholder() {
				out.add(value.start, value.end, "cookie")
			}
		}
		if value.more < 0 {
			return max(end, value.start)
		}
		value = t.valueAt(value.more, memo)
	}
}

var cookieAttributes = words("path domain expires max-age samesite priority version")

// cookieNameUnits bounds the name of a cookie.
const cookieNameUnits = 128

// cookieEnd is the end of `name=value(; name=value)*` at start; start if there is none.
func (t units) cookieEnd(start int, memo *extentMemo) int {
	end, i := start, start
	for {
		name := i
		for isCookieUnit(t.at(i)) && t.at(i) != '=' && i-name < cookieNameUnits {
			i++
		}
		if i == name || t.at(i) != '=' {
			return end
		}
		if end > start && in(cookieAttributes, lowerASCII(t.ascii(name, i))) {
			return end
		}
		i++
		value := i
		if t.at(i) == '"' {
			i++
		}
		i = t.cookieValueEnd(i, memo)
		if t.at(value) == '"' && t.at(i) == '"' {
			i++
		}
		if t.cut(value, min(i, value+redactJudgedUnits)).isPlaceholder() {
			return end
		}
		end = i
		if t.at(i) != ';' {
			return end
		}
		i = t.skipSpaces(i+1, spacesSkipped)
	}
}

// cookieValueEnd is the end of the characters of a cookie that go on from start.
func (t units) cookieValueEnd(start int, memo *extentMemo) int {
	i := start
	if start >= memo.cookieStart && start < memo.cookieEnd {
		i = memo.cookieEnd
	}
	for isCookieUnit(t.at(i)) {
		i++
	}
	memo.cookieStart, memo.cookieEnd = start, i
	return i
}

func isCookieUnit(c byte) bool {
	if c <= ' ' || c >= 0x7F || isQuoteUnit(c) {
		return false
	}
	return c != ',' && c != ';' && c != '<' && c != '>' && c != '\\' && c != '}'
}

var schemeNames = []string{"bearer", "basic", "token", "apikey"}

// findSchemes finds `Bearer <credential>` and `Basic <credential>` wherever they stand.
func (t units) findSchemes(out *spanList) {
	for i := 0; i < t.len(); i++ {
		if before := t.at(i - 1); isWordUnit(before) || before == '-' {
			continue
		}
		if name := t.nameAt(i, schemeNames); name != "" {
			t.takeScheme(name, i+len(name), out)
		}
	}
}

// nameAt is the first of names that stands at i in any case, "" if none does.
func (t units) nameAt(i int, names []string) string {
	for _, name := range names {
		if t.b[i]|0x20 == name[0] && len(t.b)-i >= len(name) && equalFold(t.b[i:i+len(name)], name) {
			return name
		}
	}
	return ""
}

func (t units) takeScheme(name string, at int, out *spanList) {
	bearer := name == "bearer"
	i := at
	if bearer && (t.at(i) == ',' || t.at(i) == ':') {
		i++
	}
	if bearer && t.hasAt("%20", i) {
		i += 3
	} else {
		from := i
		i = t.skipSpaces(i, 4)
		if i == from && i == at {
			return
		}
	}
	start := i
	for isCredentialUnit(t.at(i)) {
		i++
	}
	for i > start && (t.b[i-1] == '.' || t.b[i-1] == ':') {
		i--
	}
	value := t.cut(start, i)
	if name == "basic" && isBasicCredential(value.b) || name != "basic" && value.isCredential(bearer) {
		out.add(start, i, "authorization")
	}
}

// isCredentialUnit: characters of RFC 6750's b68token.
func isCredentialUnit(c byte) bool {
	return unitBits[c]&(bitsAlnum|bitUnderscore|bitKey|bitCredential) != 0
}

func (t units) isCredential(bearer bool) bool {
	padding := strings.IndexByte(t.b, '=')
	// `Bearer realm="x"` is a challenge, not a credential.
	if t.isPlaceholder() || (padding >= 0 && t.len()-padding > 3) {
		return false
	}
	mix := t.mixOf()
	if !bearer {
		return t.len() >= 24 && mix.digit >= 4 && mix.letters() >= 4 && strings.IndexAny(t.b, "/-") < 0
	}
	if t.len() >= 8 && mix.digit > 0 && mix.letters() > 0 {
		return true
	}
	return t.len() >= 20 && mix.upper > 0 && mix.lower > 0
}

// isBasicCredential: base64 of something with a colon in it (RFC 7617).
func isBasicCredential(value string) bool {
	body := strings.TrimRight(value, "=")
	if len(value) < 4 || body == "" || len(value)-len(body) > 2 {
		return false
	}
	standard := make([]byte, len(body))
	for i := range len(body) {
		switch c := body[i]; {
		case c == '-':
			standard[i] = '+'
		case c == '_':
			standard[i] = '/'
		case isAlnumUnit(c) || c == '+' || c == '/':
			standard[i] = c
		default:
			return false
		}
	}
	// One character alone in its group of four says nothing.
	if len(standard)%4 == 1 {
		standard = standard[:len(standard)-1]
	}
	decoded := make([]byte, base64.RawStdEncoding.DecodedLen(len(standard)))
	n, err := base64.RawStdEncoding.Decode(decoded, standard)
	if err != nil {
		return false
	}
	colon := false
	for _, c := range decoded[:n] {
		if c < ' ' {
			return false
		}
		colon = colon || c == ':'
	}
	return colon
}
