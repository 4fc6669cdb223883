package catalog

// Keys and their values inside a text: `key=value`, `"key": "value"`, `Key: value`, `key => value`, `--key value`,
// `<key>value</key>`, `Key (column)=(value)`. What a key means is redact_keys.go, where a value ends redact_extent.go.
// The twin of src/redact/pairs.ts.

import (
	"regexp"
	"strings"
)

type foundKey struct {
	verdict keyVerdict
	// prose: `Invalid token: ...` may go on with a sentence.
	prose bool
}

// findPairs finds values that keys give away.
func (t units) findPairs(judge *keyJudge, out *spanList) {
	var memo extentMemo
	t.eachPair(judge, func(found foundKey, at int, xml bool) int {
		out.spoke = true
		if found.verdict.certainty == keyAllowed {
			return at
		}
		return t.takePair(at, found, xml, &memo, out)
	})
}

// findAllowed finds values of keys that the application allows: nothing may touch them.
func (t units) findAllowed(judge *keyJudge) []redactSpan {
	var out spanList
	var memo extentMemo
	t.eachPair(judge, func(found foundKey, at int, _ bool) int {
		if found.verdict.certainty != keyAllowed {
			return at
		}
		value := t.valueAt(at, &memo)
		if value.end > value.start {
			out.add(value.start, value.end, "secret")
		}
		return value.end
	})
	return out.spans
}

// eachPair calls visit for each key that says something, with the place after its separator; it answers where to go on.
func (t units) eachPair(judge *keyJudge, visit func(found foundKey, at int, xml bool) int) {
	for i := 0; i < t.len(); i++ {
		c := t.b[i]
		if c > '>' || c < '-' {
			continue
		}
		at := i + 1
		var found foundKey
		switch c {
		case '=':
			if t.at(at) == '=' {
				for t.at(at) == '=' {
					at++
				}
				i = at - 1
				continue
			}
			if t.at(at) == '>' {
				at++
			}
			sep := i
			if t.at(i-1) == ':' {
				sep--
			}
			found = t.keyBefore(sep, false, judge)
		case ':':
			if t.at(at) == ':' || t.at(at) == '=' || (t.at(at) == '/' && t.at(at+1) == '/') {
				if t.at(at) == ':' {
					i++
				}
				continue
			}
			found = t.keyBefore(i, true, judge)
		case '>':
			found = t.elementBefore(i, judge)
		case '-':
			start := t.flagStart(i)
			if start == 0 {
				continue
			}
			end := start
			for isKeyUnit(t.at(end)) && end-i < redactKeyUnits {
				end++
			}
			if t.at(end) != ' ' {
				continue
			}
			at = end + 1
			found = foundKey{verdict: judge.of(t.cut(start, end)), prose: true}
			// One dash: only what is sure, and longer than letters put together.
			if start == i+1 && (end-start < 4 || !found.verdict.isSure()) {
				continue
			}
		default:
			continue
		}
		if found.verdict.speaks() {
			i = max(i, visit(found, at, c == '>')-1)
		}
	}
}

// flagStart is where the name of `--token` or `-storepass` begins whose dash is at i; 0 if there is none.
func (t units) flagStart(i int) int {
	if t.at(i+1) == '-' {
		if isAlphaUnit(t.at(i+2)) && !isKeyUnit(t.at(i-1)) {
			return i + 2
		}
		return 0
	}
	if isAlphaUnit(t.at(i+1)) && (i == 0 || isSpaceUnit(t.at(i-1))) {
		return i + 1
	}
	return 0
}

// keyBefore is the key that ends before the separator at sep.
func (t units) keyBefore(sep int, colon bool, judge *keyJudge) foundKey {
	j := sep - 1
	for n := 0; n < 3 && (t.at(j) == ' ' || t.at(j) == '\t'); n++ {
		j--
	}
	if j < 0 {
		return foundKey{}
	}
	c := t.b[j]
	switch {
	case c == ']':
		return t.bracketed(j, judge)
	case c == ')':
		return t.column(j, judge)
	case isQuoteUnit(c):
		return t.quotedKey(j, judge)
	case !isKeyUnit(c) || !judge.mayEnd(c, t.at(j-1)):
		return foundKey{}
	}
	start := t.keyStart(j, max(0, j-redactKeyUnits))
	if isDigit(c) && isDigit(t.b[start]) && j-start < 5 {
		return foundKey{}
	}
	key := t.cut(start, j+1)
	before := t.at(start - 1)
	query := !colon && (before == '?' || before == '&' || start == 0)
	verdict := judge.of(key)
	spaced := colon || t.at(sep-1) == ' '
	if before == ' ' && spaced && (verdict.speaks() || in(keyMoreWords, key.lower())) {
		verdict = judge.of(units{b: t.wordsBack(start-1) + " " + key.b})
	}
	if query && key.b == "code" && !verdict.speaks() {
		verdict = keyVerdict{"oauth_code", keyOpaque}
	}
	switch key.len() {
	case len("key"):
		if !colon && !verdict.speaks() && equalFold(key.b, "key") {
			verdict = keyVerdict{"api_key", keyRandom}
			if query && start > 0 {
				verdict.certainty = keyDrawn
			}
		}
	case len("value"):
		if equalFold(key.b, "value") {
			verdict = t.namedBefore(start, judge, verdict)
		}
	}
	if before == ':' && verdict.speaks() && t.isARN(start) {
		return foundKey{}
	}
	return foundKey{verdict: verdict, prose: colon}
}

// keyStart is where the run of key characters that goes on to end begins.
func (t units) keyStart(end, floor int) int {
	for end > floor && isKeyUnit(t.b[end-1]) {
		end--
	}
	return end
}

// wordsBack is up to two words before end, which is the space after them.
func (t units) wordsBack(end int) string {
	i := end
	for n := range 2 {
		j := i
		for j > 0 && end-j < redactKeyUnits && isKeyUnit(t.b[j-1]) {
			j--
		}
		if j == i {
			break
		}
		i = j
		if t.at(j-1) != ' ' {
			break
		}
		if n == 0 {
			i--
		}
	}
	return t.ascii(i, end)
}

func (t units) quotedKey(closing int, judge *keyJudge) foundKey {
	quote := t.b[closing]
	end := closing
	for t.at(end-1) == '\\' && closing-end < escapes {
		end--
	}
	start := end
	floor := max(0, end-redactKeyUnits)
	for start > floor && (isKeyUnit(t.b[start-1]) || t.b[start-1] == ' ') {
		start--
	}
	if start == end || t.at(start-1) != quote {
		return foundKey{}
	}
	key := t.cut(start, end)
	verdict := judge.of(key)
	if key.len() == len("value") && equalFold(key.b, "value") {
		verdict = t.namedBefore(start-1, judge, verdict)
	}
	return foundKey{verdict: verdict}
}

const (
	// namedReachUnits is the characters before a `value` in which its name stands.
	namedReachUnits = 112
	arnReach        = 128
)

var valueName = regexp.MustCompile(`(?:^|[^A-Za-z0-9_.-])(?:[Nn]ame|[Kk]ey)\\*["']? ?[:=]>? ?\\*["']?([A-Za-z][A-Za-z0-9_.-]{2,63})\\*["']?[ ,;\n\r\t{}]{1,16}\\*["']?$`)

// namedBefore is what `"name": "DB_PASSWORD", ` or `key="ApiKey" ` before the `value` at at says of it, or else.
func (t units) namedBefore(at int, judge *keyJudge, otherwise keyVerdict) keyVerdict {
	from := max(0, at-namedReachUnits)
	m := valueName.FindStringSubmatchIndex(t.ascii(from, at))
	if m == nil {
		return otherwise
	}
	if verdict := judge.of(t.cut(from+m[2], from+m[3])); verdict.isSure() {
		return verdict
	}
	return otherwise
}

// isARN: `arn:aws:secretsmanager:us-east-1:1234:secret:name`: the key at start is a part of a name.
func (t units) isARN(start int) bool {
	before := t.ascii(start-arnReach, start)
	arn := strings.LastIndex(before, "arn:")
	return arn >= 0 && strings.IndexAny(before[arn:], " \n\"") < 0
}

// bracketed: `headers["x-api-key"]`, `[:token]`, `env[TOKEN]`.
func (t units) bracketed(closing int, judge *keyJudge) foundKey {
	end := closing
	if isQuoteUnit(t.at(end - 1)) {
		end--
	}
	start := t.keyStart(end, max(0, end-redactKeyUnits))
	if start == end {
		return foundKey{}
	}
	return foundKey{verdict: judge.of(t.cut(start, end))}
}

// column: `Key (phone)=(...)`: PostgreSQL's detail of a violated constraint; one column only.
func (t units) column(closing int, judge *keyJudge) foundKey {
	floor := max(0, closing-redactKeyUnits)
	open := strings.LastIndexByte(t.b[floor:closing], '(')
	if open < 0 {
		return foundKey{}
	}
	name := t.cut(floor+open+1, closing)
	if strings.IndexByte(name.b, ',') >= 0 {
		return foundKey{}
	}
	return foundKey{verdict: judge.of(name)}
}

// elementBefore is the XML element whose start tag ends with the `>` at closing.
func (t units) elementBefore(closing int, judge *keyJudge) foundKey {
	if isSpaceUnit(t.at(closing + 1)) {
		return foundKey{}
	}
	if isQuoteUnit(t.at(closing - 1)) {
		return t.attributed(closing, judge)
	}
	if !isKeyUnit(t.at(closing - 1)) {
		return foundKey{}
	}
	floor := max(0, closing-redactKeyUnits)
	start := t.keyStart(closing, floor)
	open := start - 1
	if t.at(open) == ':' {
		for open > floor && t.b[open] != '<' {
			open--
		}
	}
	if t.at(open) != '<' {
		return foundKey{}
	}
	return foundKey{verdict: judge.of(t.cut(start, closing))}
}

var elementTag = regexp.MustCompile(`^([A-Za-z0-9_.-]{1,64}:)?([A-Za-z0-9_.-]{1,64}) [^>]*$`)

// attributed: `<wsse:Password Type="x">`: an element with attributes.
func (t units) attributed(closing int, judge *keyJudge) foundKey {
	floor := max(0, closing-redactTagUnits)
	open := strings.LastIndexByte(t.b[floor:closing], '<')
	if open < 0 {
		return foundKey{}
	}
	from := floor + open + 1
	m := elementTag.FindStringSubmatchIndex(t.b[from:closing])
	if m == nil {
		return foundKey{}
	}
	return foundKey{verdict: judge.of(t.cut(from+m[4], from+m[5]))}
}

// ownNames: `password = password`: code that hands a variable on.
var ownNames = words("password passwd pwd passphrase token secret api_key apikey")

// takePair adds the value or values after at; answers where to go on.
func (t units) takePair(at int, found foundKey, xml bool, memo *extentMemo, out *spanList) int {
	kind := found.verdict.kind
	if !xml && kind == "authorization" {
		return t.findAuthorization(at, memo, out)
	}
	if !xml && kind == "cookie" {
		return t.findCookies(at, memo, out)
	}
	var value valueExtent
	if xml {
		value = t.elementText(at, memo)
	} else {
		value = t.valueAt(at, memo)
	}
	for {
		if !value.quoted && !xml {
			value = t.widened(value, found.verdict)
		}
		// What is longer than that is judged by its beginning and goes whole.
		raw := t.cut(value.start, min(value.end, value.start+redactJudgedUnits))
		how := valueStanding{quoted: value.quoted || xml, prose: found.prose && t.at(at) == ' ', after: t.after(value.end)}
		own := !value.quoted && t.at(at) == ' ' && in(ownNames, lowerASCII(raw.b))
		if !own && found.verdict.decides(raw, how) {
			out.add(value.start, value.end, kind)
		} else if !value.quoted {
			return at
		}
		if value.more < 0 {
			return value.end
		}
		value = t.valueAt(t.skipSpaces(value.more, spacesSkipped), memo)
	}
}

// after is the two characters behind a value.
func (t units) after(end int) [2]byte { return [2]byte{t.at(end), t.at(end + 1)} }

func (t units) elementText(at int, memo *extentMemo) valueExtent {
	end := t.index("<", at)
	if end < 0 || end-at > redactQuotedUnits {
		return t.bareAt(at, memo)
	}
	if atom := strings.IndexByte(t.b[at:end], unitAtom); atom >= 0 {
		end = at + atom
	}
	return valueExtent{at, end, true, -1}
}

// widened: names, addresses, phones, cards and dates without quotes hold spaces.
func (t units) widened(value valueExtent, verdict keyVerdict) valueExtent {
	switch verdict.kind {
	case "name":
		return t.phraseAt(value.start, 4, false)
	case "address":
		phrase := t.phraseAt(value.start, 8, true)
		// `Addr: 2001:db8::1` is no street.
		if t.at(phrase.end) == ':' {
			return value
		}
		return phrase
	case "signature":
		return t.untilBlank(value)
	}
	return value
}

// untilBlank: `t=1492774577,v1=5257...`: a signature's own fields are joined by commas.
func (t units) untilBlank(value valueExtent) valueExtent {
	limit := value.end + redactSignatureUnits
	for value.end < limit && t.at(value.end) == ',' && isKeyUnit(t.at(value.end+1)) {
		value.end++
		for c := t.at(value.end); isKeyUnit(c) || c == '=' || c == '+' || c == '/'; c = t.at(value.end) {
			value.end++
		}
	}
	return value
}
