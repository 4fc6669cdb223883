package catalog

// Secrets known by their own look, whatever stands around them: makers' keys, JWTs, PEM blocks, bot tokens, webhooks. The
// twin of src/redact/opaque.ts.

import (
	"regexp"
	"slices"
	"strings"
)

// vendorPrefix is one prefix of a maker's keys.
type vendorPrefix struct {
	text string
	row  *vendorRow
	body uint16
	most int
}

// vendorPrefixes by their first two characters, longest first.
var vendorPrefixes = func() map[uint16][]vendorPrefix {
	byHead := make(map[uint16][]vendorPrefix)
	rows := redactTables().vendors
	for i := range rows {
		row := &rows[i]
		most := row.Max
		if most == 0 {
			most = redactVendorKeyUnits
		}
		for _, text := range row.Prefixes {
			head := vendorHead(text[0], text[1])
			byHead[head] = append(byHead[head], vendorPrefix{text, row, vendorBody(row.Body), most})
			slices.SortStableFunc(byHead[head], func(a, b vendorPrefix) int { return len(b.text) - len(a.text) })
		}
	}
	return byHead
}()

// vendorHeads says quickly that no prefix begins with two characters.
var vendorHeads = func() (heads [128 * 128 / 64]uint64) {
	for head := range vendorPrefixes {
		heads[head/64] |= 1 << (head % 64)
	}
	return heads
}()

func vendorHead(a, b byte) uint16 { return uint16(a)*128 + uint16(b) }

const (
	bodyWord   = bitsAlnum | bitUnderscore | 1<<14
	bodyDotted = bodyWord | 1<<15
)

// vendorBody is the characters of a body; 1<<14 stands for `-`, 1<<15 for `.`, bitCredential for `+/=`.
func vendorBody(name string) uint16 {
	switch name {
	case "alnum":
		return bitsAlnum
	case "lower":
		return bitDigit | bitLower
	case "upper":
		return bitDigit | bitUpper
	case "word":
		return bodyWord
	case "dotted":
		return bodyDotted
	}
	return bodyWord | bitCredential
}

func inBody(c byte, body uint16) bool {
	switch c {
	case '-':
		return body&(1<<14) != 0
	case '.':
		return body&(1<<15) != 0
	case '~':
		return false
	}
	return unitBits[c]&body != 0
}

// opaqueUnits is the shortest run of characters that can hold a key.
const opaqueUnits = 12

// opaqueRun is characters of keys and of what joins keys to other text: `key=...`, `bot123:...`, `%3D...`, `$` of PayPal's.
var opaqueRun = func() (run [256]bool) {
	for c := range run {
		run[c] = isAlnumUnit(byte(c)) || (c < 0x80 && strings.IndexByte(`+-./_:=~%$\`, byte(c)) >= 0)
	}
	return run
}()

// findOpaque finds makers' keys, JWTs, AWS secrets, Telegram and Discord tokens: one walk over the starts of words in
// long runs.
func (t units) findOpaque(out *spanList) {
	for i := 0; i < t.len(); {
		end := i
		for end < t.len() && opaqueRun[t.b[end]] {
			end++
		}
		if end-i >= opaqueUnits {
			t.inRun(i, end, out)
		}
		i = end + 1
	}
}

func (t units) inRun(from, to int, out *spanList) {
	before := t.at(from - 1)
	// Where the first part of a JWT ends that begins before it: `eyJ-eyJ-...` is one part from each of its beginnings.
	head := 0
	for i := from; i+opaqueUnits <= to; i++ {
		c := t.b[i]
		joined := isAlnumUnit(before)
		before = c
		if !isAlnumUnit(c) || (joined && !t.isAfterEscape(i)) {
			continue
		}
		if end := t.takeOpaque(i, to, &head, out); end > i {
			i = end - 1
			before = t.b[i]
		}
	}
}

// takeOpaque is the end of what is known by its look at i, 0 if nothing is.
func (t units) takeOpaque(i, to int, head *int, out *spanList) int {
	if end := t.takeVendorKey(i, out); end != 0 {
		return end
	}
	if end := t.takeJWT(i, head, out); end != 0 {
		return end
	}
	if end := t.takeBotToken(i, out); end != 0 {
		return end
	}
	if end := t.takeSuffixedKey(i, to, out); end != 0 {
		return end
	}
	if end := t.takeSecretKey(i, to, out); end != 0 {
		return end
	}
	return t.takeDashedMAC(i, out)
}

// isAfterEscape: `%3Dsk_live_...` and `\nsk_live_...`: the letter before the key belongs to an escape.
func (t units) isAfterEscape(i int) bool {
	if c := t.at(i - 1); t.at(i-2) == '\\' && (c == 'n' || c == 't' || c == 'r') {
		return true
	}
	return t.at(i-3) == '%' && isHexUnit(t.at(i-2)) && isHexUnit(t.at(i-1))
}

func (t units) takeVendorKey(i int, out *spanList) int {
	a, b := t.b[i], t.at(i+1)
	if b >= 0x80 {
		return 0
	}
	head := vendorHead(a, b)
	if vendorHeads[head/64]&(1<<(head%64)) == 0 {
		return 0
	}
	for _, prefix := range vendorPrefixes[head] {
		if !t.hasAt(prefix.text, i) {
			continue
		}
		start := i + len(prefix.text)
		end := start
		for limit := min(t.len(), start+prefix.most+1); end < limit && inBody(t.b[end], prefix.body); {
			end++
		}
		for end > start && !isAlnumUnit(t.b[end-1]) && t.b[end-1] != '=' {
			end--
		}
		if size := end - start; size < prefix.row.Min || size > prefix.most || isAlnumUnit(t.at(end)) {
			continue
		}
		body := t.cut(start, end)
		if (!prefix.row.Sure && !body.looksDrawn()) || body.isPlaceholder() {
			continue
		}
		kind := prefix.row.Type
		if kind == "" {
			kind = "api_key"
		}
		out.add(i, end, kind)
		return end
	}
	return 0
}

// looksDrawn: random characters are not words in one case with dashes between: `sk-learn-compatible-estimators`.
func (t units) looksDrawn() bool {
	mix := t.mixOf()
	return mix.digit > 0 || (mix.upper > 0 && (mix.lower > 0 || mix.other == 0))
}

const (
	jwtParts = 5
	// jwtPartUnits is the shortest first part, and second of two.
	jwtPartUnits = 10
)

// takeJWT: RFC 7519 and RFC 7516: three or five base64url parts, the first a JSON object (`eyJ`).
func (t units) takeJWT(i int, head *int, out *spanList) int {
	if t.b[i] != 'e' || !t.hasAt("eyJ", i) {
		return 0
	}
	if i >= *head {
		for *head = i; inBody(t.at(*head), bodyWord); {
			*head++
		}
	}
	end, parts, size := i, 0, 0
	for {
		from := end
		if parts == 0 {
			end = *head
		}
		for inBody(t.at(end), bodyWord) {
			end++
		}
		parts++
		size = end - from
		if parts == 1 && size < jwtPartUnits {
			return 0
		}
		if t.at(end) != '.' || parts == jwtParts {
			break
		}
		if !inBody(t.at(end+1), bodyWord) && parts != 2 {
			break
		}
		end++
	}
	if parts < 2 || (parts == 2 && size < jwtPartUnits) {
		return 0
	}
	if t.at(end-1) == '.' && parts < 3 {
		end--
	}
	out.add(i, end, "jwt")
	return end
}

var discordToken = regexp.MustCompile(`^[MNO][A-Za-z0-9]{23,27}[.][A-Za-z0-9_-]{6}[.][A-Za-z0-9_-]{27,40}`)

// takeBotToken: Telegram `123456789:35 characters` (also behind `bot` in a URL), Discord `24.6.27 characters`.
func (t units) takeBotToken(i int, out *spanList) int {
	c := t.b[i]
	discord := c == 'M' || c == 'N' || c == 'O'
	if c > '9' && c != 'b' && !discord {
		return 0
	}
	j := i
	if t.hasAt("bot", i) {
		j += 3
	}
	start := j
	for isDigit(t.at(j)) {
		j++
	}
	if j-start >= 8 && j-start <= 10 && t.at(j) == ':' {
		end := j + 1
		for inBody(t.at(end), bodyWord) {
			end++
		}
		if size := end - j - 1; size >= 32 && size <= 36 && t.cut(j+1, end).looksDrawn() {
			out.add(start, end, "token")
			return end
		}
	}
	if !discord {
		return 0
	}
	m := discordToken.FindStringIndex(t.ascii(i, i+80))
	if m == nil {
		return 0
	}
	out.add(i, i+m[1], "token")
	return i + m[1]
}

const (
	awsUnits    = 40
	azureLeast  = 37
	azureMost   = 44
	secretLeast = 36
	// accountUnits is 64 bytes in base64 without the two `=`.
	accountUnits = 86
)

// takeSecretKey: AWS secret access keys have no prefix: exactly 40 characters of base64 in all three kinds, changing kind
// as often as drawn characters do. Azure AD client secrets have `Q~` at a fixed place.
func (t units) takeSecretKey(i, to int, out *spanList) int {
	if to-i < secretLeast {
		return 0
	}
	if t.at(i+4) == 'Q' && t.at(i+5) == '~' {
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
	switch t.at(i - 1) {
	case '/', '+', '-', '_', '.':
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
	switch {
	case t.at(i+32) == '-':
		m = hexKey.FindStringIndex(t.ascii(i, i+52))
	case t.at(i+14) == '.' && t.hasAt(".atlasv1.", i+14):
		m = terraformKey.FindStringIndex(t.ascii(i, i+104))
		kind = "token"
	case t.at(i+39) == 'L':
		m = relicKey.FindStringIndex(t.ascii(i, i+40))
	case t.at(i+34) == ':':
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
