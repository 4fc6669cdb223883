package catalog

// Secrets without a maker's prefix, known by length, alphabet and one fixed place: AWS and Azure secrets, account keys, keys
// with a suffix, dashed MACs. The walk that comes here is redact_opaque.go, the twin of both src/redact/opaque.ts.

import (
	"regexp"
	"strings"
)

// takeSecretKey: AWS secret access keys have no prefix: exactly 40 characters of base64 in all three kinds, changing kind
// as often as drawn characters do. Azure AD client secrets have `Q~` at a fixed place.
func (t units) takeSecretKey(i, to int, out *spanList) int {
	if to-i < secretLeast {
		return 0
	}
	before := t.at(i - 1)
	if t.at(i+4) == 'Q' && t.at(i+5) == '~' && before != '~' && before != '.' && before != '-' && before != '_' {
		end := i
		for end-i <= azureMost && (inBody(t.at(end), bodyDotted) || t.at(end) == '~') {
			end++
		}
		if end-i >= azureLeast && end-i <= azureMost {
			out.add(i, end, "secret")
			return end
		}
	}
	if end := t.takeAccountKey(i, out); end > 0 {
		return end
	}
	if isPathMark(before) {
		return 0
	}
	end := i
	for end-i <= awsUnits && (isAlnumUnit(t.at(end)) || t.at(end) == '/' || t.at(end) == '+') {
		end++
	}
	if end-i != awsUnits {
		return 0
	}
	if c := t.at(end); c == '=' || c == '-' || c == '_' || (c == '.' && isAlphaUnit(t.at(end+1))) {
		return 0
	}
	if mix := t.cut(i, end).mixOf(); mix.upper < 4 || mix.lower < 4 || mix.digit == 0 || mix.turns < 13 {
		return 0
	}
	out.add(i, end, "secret")
	return end
}

var (
	hexKey       = regexp.MustCompile(`^[0-9a-f]{32}-(us[0-9]{1,2}|[0-9a-f]{8}-[0-9a-f]{8})`)
	terraformKey = regexp.MustCompile(`^[A-Za-z0-9]{14}[.]atlasv1[.][A-Za-z0-9_-]{32,80}`)
	relicKey     = regexp.MustCompile(`^[A-Za-z0-9]{36}NRAL`)
	twilioKey    = regexp.MustCompile(`^AC[0-9a-f]{32}:[0-9a-f]{32}`)
)

// takeSuffixedKey takes keys known by their end or middle: Mailgun's `32 hex-8 hex-8 hex`, Mailchimp's `32 hex-us12`, New
// Relic's licence of 40 that ends `NRAL`, Terraform Cloud's `14.atlasv1.60`, Twilio's account and its token as a user
// and a password are written.
func (t units) takeSuffixedKey(i, to int, out *spanList) int {
	if to-i < secretLeast {
		return 0
	}
	kind := RedactionType("api_key")
	var m []int
	word := t.wordEnd(i)
	next, size := t.at(word), word-i
	switch {
	case next == '-' && size == 32:
		m = hexKey.FindStringIndex(t.ascii(i, i+52))
	case size == 14 && t.hasAt(".atlasv1.", word):
		m = terraformKey.FindStringIndex(t.ascii(i, i+104))
		kind = "token"
	case size == 40:
		m = relicKey.FindStringIndex(t.ascii(i, i+40))
	case next == ':' && size == 34:
		m = twilioKey.FindStringIndex(t.ascii(i, i+67))
	}
	if m == nil {
		return 0
	}
	end := i + m[1]
	if isAlnumUnit(t.at(end)) || t.at(end) == '-' {
		return 0
	}
	out.add(i, end, kind)
	return end
}

// takeAccountKey: Azure's account keys: 64 bytes in base64, which is 86 characters and `==`. Digests of that size say so
// before them.
func (t units) takeAccountKey(i int, out *spanList) int {
	if t.at(i+accountUnits) != '=' || t.at(i+accountUnits+1) != '=' || strings.HasPrefix(t.ascii(i-7, i), "sha") {
		return 0
	}
	for j := i; j < i+accountUnits; j++ {
		if c := t.b[j]; !isAlnumUnit(c) && c != '+' && c != '/' {
			return 0
		}
	}
	end := i + accountUnits + 2
	out.add(i, end, "secret")
	return end
}

// takeDashedMAC: `3C-22-FB-10-20-30`: a hardware address as Windows writes it; six decimal numbers are none.
func (t units) takeDashedMAC(i int, out *spanList) int {
	if t.at(i+2) != '-' || t.at(i+5) != '-' || t.at(i+8) != '-' || t.at(i-1) == '-' {
		return 0
	}
	end := i + macUnits
	if t.at(end) == '-' || isAlnumUnit(t.at(end)) {
		return 0
	}
	letters := 0
	for n := range macUnits {
		c := t.at(i + n)
		if n%3 == 2 {
			if c != '-' {
				return 0
			}
		} else if !isHexUnit(c) {
			return 0
		} else if isAlphaUnit(c) {
			letters++
		}
	}
	if letters == 0 {
		return 0
	}
	out.add(i, end, "mac")
	return end
}
