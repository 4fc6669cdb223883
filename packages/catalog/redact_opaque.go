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

// vendorHeads says by a small hash that no prefix begins with three characters.
var vendorHeads = func() (heads [1 << 15]bool) {
	for _, prefixes := range vendorPrefixes {
		for _, prefix := range prefixes {
			if text := prefix.text; len(text) > 2 {
				heads[headSlot(text[0], text[1], text[2])] = true
				continue
			}
			for c := range 256 {
				heads[headSlot(prefix.text[0], prefix.text[1], byte(c))] = true
			}
		}
	}
	return heads
}()

func headSlot(a, b, c byte) uint16 {
	return (uint16(a)<<10 ^ uint16(b)<<5 ^ uint16(c)) & 0x7FFF
}

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

// opaqueWord is letters and digits.
var opaqueWord = func() (word [256]bool) {
	for c := range word {
		word[c] = isAlnumUnit(byte(c))
	}
	return word
}()

// opaqueWalk is what one walk remembers, so that no character is looked at from many words.
type opaqueWalk struct {
	// head is where the first part of a JWT ends that began before: `eyJ-eyJ-...` is one part from each of its beginnings.
	head int
	// run is where the run of key characters ends that began before.
	run int
	// body, bodyStart and bodyEnd are the last body of a maker's key that was measured: of what characters it is, where it
	// begins and ends.
	body               uint16
	bodyStart, bodyEnd int
}

// findOpaque finds makers' keys, JWTs, AWS secrets, Telegram and Discord tokens: one walk over words of letters and digits.
// How a word begins, how long it is and what follows it spares nearly all of them a closer look.
func (t units) findOpaque(out *spanList) {
	b := t.b
	var seen opaqueWalk
	// What stands at a fixed place of a key: `Q~` of Azure AD's secrets, `==` of Azure's accounts.
	far := strings.IndexByte(b, '~') >= 0 || strings.Contains(b, "==")
	before := byte(' ')
	for i := 0; i < len(b); {
		c := b[i]
		if !opaqueWord[c] {
			before = c
			i++
			continue
		}
		end := i + 1
		for end < len(b) && opaqueWord[b[end]] {
			end++
		}
		stop := 0
		if (far && t.hasFarMark(i)) || t.mayBegin(i, end, before) {
			stop = t.takeOpaque(i, &seen, out)
		}
		if stop == 0 && (before == '\\' || before == '%') {
			if from := afterEscape(i, end, before, c); from < end {
				stop = t.takeOpaque(from, &seen, out)
			}
		}
		switch {
		case stop == 0:
			i = end
		case opaqueWord[t.at(stop-1)]:
			i = t.wordEnd(stop)
		default:
			i = stop
		}
		before = b[i-1]
	}
}

// afterEscape: `%3Dsk_live_...` and `\nsk_live_...`: the letter before the key belongs to an escape.
func afterEscape(i, end int, before, c byte) int {
	if before == '%' && isHexUnit(c) {
		return i + 2
	}
	if before == '\\' && (c == 'n' || c == 't' || c == 'r') {
		return i + 1
	}
	return end
}

func (t units) wordEnd(i int) int {
	for i < len(t.b) && opaqueWord[t.b[i]] {
		i++
	}
	return i
}

// mayBegin is true if the word from i to end could begin one of the keys; before stands before it.
func (t units) mayBegin(i, end int, before byte) bool {
	b := t.b
	if i+opaqueUnits > len(b) {
		return false
	}
	size, next := end-i, byte(' ')
	if end < len(b) {
		next = b[end]
	}
	if size < opaqueUnits && !opaqueRun[next] {
		return false
	}
	if vendorHeads[headSlot(b[i], b[i+1], b[i+2])] || (b[i] == 'e' && b[i+1] == 'y') || size == awsUnits {
		return true
	}
	switch next {
	case ':':
		return size == 34 || (size >= 8 && size <= 13)
	case '.':
		return size == 14 || (size >= 24 && size <= 28)
	case '-':
		return size == 32 || size == 2
	case '/', '+':
		return size < awsUnits && !isPathMark(before)
	}
	return false
}

// hasFarMark is true if `Q~` of Azure AD's client secrets or `==` of Azure's account keys may stand at its place.
func (t units) hasFarMark(i int) bool { return t.at(i+5) == '~' || t.at(i+accountUnits) == '=' }

// isPathMark: what stands within paths, names and base64: no key of AWS begins behind it.
func isPathMark(c byte) bool { return c == '/' || c == '+' || c == '-' || c == '_' || c == '.' }

// takeOpaque is the end of what is known by its look at i, 0 if nothing is.
func (t units) takeOpaque(i int, seen *opaqueWalk, out *spanList) int {
	if seen.run <= i {
		for seen.run = i; seen.run < len(t.b) && opaqueRun[t.b[seen.run]]; {
			seen.run++
		}
	}
	to := seen.run
	if i+opaqueUnits > to {
		return 0
	}
	if end := t.takeVendorKey(i, seen, out); end != 0 {
		return end
	}
	if end := t.takeJWT(i, &seen.head, out); end != 0 {
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

func (t units) takeVendorKey(i int, seen *opaqueWalk, out *spanList) int {
	a, b := t.b[i], t.at(i+1)
	if b >= 0x80 {
		return 0
	}
	for _, prefix := range vendorPrefixes[vendorHead(a, b)] {
		if !t.hasAt(prefix.text, i) {
			continue
		}
		start := i + len(prefix.text)
		if seen.body != prefix.body || start < seen.bodyStart || start >= seen.bodyEnd {
			seen.body, seen.bodyStart = prefix.body, start
			for seen.bodyEnd = start; inBody(t.at(seen.bodyEnd), prefix.body); {
				seen.bodyEnd++
			}
		}
		end := max(start, min(t.len(), start+prefix.most+1, seen.bodyEnd))
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
