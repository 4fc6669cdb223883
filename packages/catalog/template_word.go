package catalog

// A word of a message in its place: what stands before and after it decides whether a number is a code, a name is kept, a
// compound has values in it. What kind a value is says template_value.go.

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

var (
	// codeWords before a number (or short code) make it a code: part of the meaning, kept.
	codeWords = words(`status statuscode status_code code codes errno winerror sqlstate sqlcode http https exit exitcode
exit_code signal error errorcode error_code err errcode rc reply-code close returncode exitstatus`)
	// answerWords: a three-digit number behind them at the end of a clause is an HTTP status.
	answerWords = words("answered returned responded replied got received response with by server upstream")
	// afterStatus may follow a status; anything else is what was counted: "returned 404 rows".
	afterStatus = words("from for on in at to when while and but after instead with by")
	// keptNameWords stand before a name that is kept letter by letter, generated or not.
	keptNameWords = words("constraint index")
	methods       = words("get head post put patch delete options")
	// calendarNames are what a date that begins with a word begins with.
	calendarNames = words("Mon Tue Wed Thu Fri Sat Sun Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec")
)

var (
	weekdayDate = regexp.MustCompile(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? +(?:[0-9]{1,2}[ -][A-Z][a-z]{2}[ -]` +
		`[0-9]{2,4}|[A-Z][a-z]{2} +[0-9]{1,2})(?: +[0-9:.]{5,15})?(?: +[0-9]{4})?(?: +(?:[A-Z]{1,5}|[+-][0-9]{4}))?`)
	monthDate = regexp.MustCompile(`^(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6} +[0-9]{1,2}` +
		`(?:, +[0-9]{4})?(?: +[0-9:.]{5,15})`)
)

// longWord, in UTF-16 units, is longer than any single value but a token.
const longWord = 256

// word reads a run of word characters: split at "=" and ":", each part a value, a name, or made of both.
func (s *scan) word() {
	// A colon in front is punctuation: "status":429, "key :value".
	if s.text[s.at] == ':' && byteAt(s.text, s.at+1) != ':' {
		s.out = append(s.out, ':')
		s.at++
		return
	}
	if s.calendar() {
		return
	}
	start := s.at
	end, interesting := wordEnd(s.text, start)
	s.at = end
	if !interesting {
		s.write(s.text[start:end])
		s.cue = lowerASCII(s.text[start:end])
		return
	}
	// Punctuation at the end belongs to the sentence.
	stop := end
	for stop > start && isTrailing(s.text[stop-1]) {
		stop--
	}
	if stop > start {
		s.maskWord(s.text[start:stop])
	}
	s.write(s.text[stop:end])
	if stop < end && s.text[end-1] == '.' {
		s.cue = ""
	}
	if s.endsWith("<date> <date>") {
		s.out = s.out[:len(s.out)-len(" <date>")]
	}
}

// wordEnd is where the word that begins at from ends, and whether it holds anything but letters.
func wordEnd(text string, from int) (end int, interesting bool) {
	for end = from; end < len(text); {
		c := text[end]
		switch {
		case isLetter(c):
			end++
		case c == '<':
			shut := placeholderEnd(text, end)
			if shut < 0 {
				return end, interesting
			}
			interesting = true
			end = shut + 1
		case c < utf8.RuneSelf:
			if !isWordByte(c) {
				return end, interesting
			}
			interesting = true
			end++
		default:
			r, size := utf8.DecodeRuneInString(text[end:])
			if !isWordRune(r) {
				return end, interesting
			}
			interesting = true
			end += size
		}
	}
	return end, interesting
}

// calendar reads dates that begin with a name: "Mon, 02 Jan 2006 15:04:05 MST", "Jun 25 19:22:58".
func (s *scan) calendar() bool {
	if len(s.text)-s.at < 3 || !isUpper(s.text[s.at]) || !in(calendarNames, s.text[s.at:s.at+3]) {
		return false
	}
	near := unitPrefix(s.text[s.at:], 48)
	match := weekdayDate.FindStringIndex(near)
	if match == nil {
		match = monthDate.FindStringIndex(near)
	}
	if match == nil {
		return false
	}
	s.write("<date>")
	s.at += match[1]
	return true
}

func (s *scan) maskWord(text string) {
	equals := strings.IndexByte(text, '=')
	if equals > 0 && isName(text[:equals]) {
		s.cue = lowerASCII(text[:equals])
		s.write(text[:equals+1])
		if equals+1 < len(text) {
			s.maskWord(text[equals+1:])
		}
		return
	}
	at := strings.IndexByte(text, '@')
	lambda := strings.Index(text, "$$Lambda")
	switch {
	case strings.Index(text, "://") > 0:
		s.write("<url>")
	case strings.HasPrefix(text, "HTTP/"):
		s.cue = "http"
		s.write(text)
	case text == "/" && in(methods, s.cue):
		s.write("<path>")
	case lambda > 0:
		s.write(text[:lambda])
		s.write("$$Lambda<id>")
	case isPath(text):
		s.write(pathOrAddress(text))
	case at > 0:
		s.around(text[:at], text[at+1:])
	case text == "localhost":
		s.write("<host>")
	case strings.HasPrefix(text, "localhost:"):
		s.write("<host>:<num>")
	default:
		s.maskPart(text)
	}
}

// around: user@host.tld is an address, Class@1b2c3d an object's hash, pkg@1.2.3 a version.
func (s *scan) around(left, right string) {
	if right == "" {
		s.maskPart(left)
		s.out = append(s.out, '@')
		return
	}
	if strings.Contains(right, ".") && isLetter(right[len(right)-1]) && !strings.Contains(right, "@") {
		s.write("<email>")
		return
	}
	s.maskPart(left)
	if len(right) <= 16 && lowerHexOnly(right) {
		s.write("@<hex>")
		return
	}
	s.out = append(s.out, '@')
	s.maskPart(right)
}

func lowerHexOnly(text string) bool {
	for i := range len(text) {
		if c := text[i]; !isDigit(c) && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// isPath: absolute and home-relative paths, drives, UNC, "./" and "../".
func isPath(text string) bool {
	if len(text) < 2 {
		return false
	}
	switch first := text[0]; first {
	case '/':
		return text[1] != '/' || len(text) > 2
	case '~':
		return text[1] == '/'
	case '.':
		return text[1] == '/' || text[1] == '\\' || strings.HasPrefix(text, "../")
	case '\\':
		return strings.Contains(text[1:], `\`)
	default:
		third := byteAt(text, 2)
		return isLetter(first) && text[1] == ':' && (third == '\\' || third == '/')
	}
}

// pathOrAddress: Java prints an address as "/10.0.0.1:80".
func pathOrAddress(text string) string {
	if text[0] != '/' || !isDigit(text[1]) {
		return "<path>"
	}
	host, _, port := strings.Cut(text[1:], ":")
	switch {
	case kindOf(host) != "ip":
		return "<path>"
	case port:
		return "/<ip>:<num>"
	}
	return "/<ip>"
}

func (s *scan) maskPart(text string) {
	// Longer than any single value but a token: its parts decide, in one pass.
	if longerThan(text, longWord) {
		if strings.HasPrefix(text, "eyJ") && strings.Contains(text, ".") {
			s.write("<token>")
		} else {
			s.compound(text)
		}
		return
	}
	if s.keptCode(text) {
		s.write(text)
		return
	}
	if in(keptNameWords, s.cue) && isLetter(byteAt(text, 0)) && isName(text) {
		s.cue = ""
		s.write(text)
		return
	}
	switch kind := kindOf(text); kind {
	case "":
		s.divided(text)
	case "num":
		s.write(s.measured())
	default:
		s.write("<" + kind + ">")
	}
}

// divided reads a word that is no value: at a slash or a colon it may be two.
func (s *scan) divided(text string) {
	if slash := strings.IndexByte(text, '/'); slash > 0 {
		if kindOf(text[:slash]) == "ip" {
			s.write("<ip>")
			return
		}
		// Java's "name/10.0.0.1:80", and "3/10".
		if isDigit(byteAt(text, slash+1)) {
			s.maskPart(text[:slash])
			s.out = append(s.out, '/')
			s.maskPart(text[slash+1:])
			return
		}
	}
	colon := strings.IndexByte(text, ':')
	if colon <= 0 || byteAt(text, colon+1) == ':' {
		s.compound(text)
		return
	}
	s.maskPart(text[:colon])
	s.out = append(s.out, ':')
	if rest := text[colon+1:]; rest != "" {
		s.maskWord(rest)
	}
}

// keptCode is true if the number, or the short upper-case code, is part of the meaning: a status, errno, SQLSTATE, exit
// code.
func (s *scan) keptCode(text string) bool {
	if len(text) > 8 || !isDigit(byteAt(text, len(text)-1)) {
		return false
	}
	digits := 0
	for i, c := range []byte(text) {
		if isDigit(c) {
			digits++
		} else if !isUpper(c) && (i > 0 || c != '-') {
			return false
		}
	}
	if in(codeWords, s.cue) {
		return digits <= 6
	}
	if digits != 3 || len(text) != 3 || text[0] > '5' || text[0] < '1' {
		return false
	}
	next := s.at
	for byteAt(s.text, next) == ' ' {
		next++
	}
	c := byteAt(s.text, next)
	if in(answerWords, s.cue) {
		clauseEnds := next >= len(s.text) || c == '(' || c == ',' || c == ';' || c == ')'
		return clauseEnds || isTrailing(s.text[s.at-1]) || in(afterStatus, nextWord(s.text, next))
	}
	// "404 Not Found", "503 - NOT OK", "Http 502 Bad Gateway".
	if text[0] < '4' {
		return false
	}
	return (isUpper(c) && next > s.at) || (c == '-' && byteAt(s.text, next+1) == ' ')
}

// nextWord is the word at from, at most nine letters of it.
func nextWord(text string, from int) string {
	end := from
	for end-from <= 8 && isLetter(byteAt(text, end)) {
		end++
	}
	return text[from:end]
}

// measured reads a number with its unit as the next word: "30.27 seconds", "536870912 bytes".
func (s *scan) measured() string {
	if byteAt(s.text, s.at) != ' ' {
		return "<num>"
	}
	end := s.at + 1
	for end-s.at <= 13 && (isLetter(byteAt(s.text, end)) || byteAt(s.text, end) >= utf8.RuneSelf) {
		end++
	}
	unit := lowerASCII(s.text[s.at+1 : end])
	switch {
	case in(durationWords, unit):
		s.at = end
		return "<duration>"
	case in(sizeWords, unit):
		s.at = end
		return "<size>"
	}
	return "<num>"
}

// compound reads a word made of parts: worker-3, blk_-1305, api-78687dd59f-8w42g, users_2024_01, ORA-00942.
func (s *scan) compound(text string) {
	base, start, masked := len(s.out), 0, false
	for i := 0; i <= len(text); i++ {
		c := byteAt(text, i)
		if i < len(text) && (isDigit(c) || isLetter(c) || c >= utf8.RuneSelf) {
			continue
		}
		part := text[start:i]
		if part != "" {
			masked = s.compoundPart(part, base, masked, byteAt(text, start-1) == '$')
		}
		// A sign belongs to its number: blk_-1305.
		isSign := c == '-' && part == "" && isDigit(byteAt(text, i+1))
		if i < len(text) && !isSign {
			s.out = append(s.out, c)
		}
		start = i + 1
	}
	s.cue = lowerASCII(text)
}

// compoundPart writes one part of the compound that begins at base of out; true if it was masked.
func (s *scan) compoundPart(part string, base int, masked, behindDollar bool) bool {
	before := s.out[base:]
	kind := kindOf(part)
	switch {
	case kind != "" && !isOracleCode(before):
		// cus_NffrFeUfNV2Hib: the prefix is part of the id.
		if kind == "id" && isIDPrefix(before) {
			s.out = s.out[:base]
		}
		s.out = append(s.out, '<')
		s.write(kind)
		s.out = append(s.out, '>')
		return true
	case masked && isPodSuffix(part):
		s.write("<id>")
		return true
	case behindDollar:
		// Java numbers generated classes: $Proxy12.
		s.maskTrailingDigits(part, 1)
	default:
		s.maskTrailingDigits(part, 3)
	}
	return false
}

func isIDPrefix(before []byte) bool {
	last := len(before) - 1
	if len(before) < 3 || len(before) > 6 || before[last] != '_' {
		return false
	}
	for _, c := range before[:last] {
		if !isLower(c) {
			return false
		}
	}
	return true
}

func isOracleCode(before []byte) bool {
	switch string(before) {
	case "ORA-", "PLS-", "TNS-", "CVE-":
		return true
	}
	return false
}

func isTrailing(c byte) bool { return c == '.' || c == ':' || c == '!' || c == '?' }

// isWordByte: letters, digits and what joins them into one word; isWordRune says it of what lies beyond ASCII.
func isWordByte(c byte) bool {
	if isLetter(c) || isDigit(c) {
		return true
	}
	switch c {
	case '_', '-', '.', '/', ':', '\\', '@', '=', '#', '$', '%', '&', '+', '~', '?':
		return true
	}
	return false
}

// isWordRune: everything beyond ASCII except quotes and blanks.
func isWordRune(r rune) bool {
	return r >= utf8.RuneSelf && r != 0xA0 && r != '«' && r != '»' && (r < 0x2018 || r > 0x201F)
}

// isName: an identifier, dotted or dashed; no blanks.
func isName(text string) bool {
	if text == "" || longerThan(text, 128) {
		return false
	}
	for i := range len(text) {
		c := text[i]
		if !isLetter(c) && !isDigit(c) && c != '_' && c != '-' && c != '.' && c != '$' && c < utf8.RuneSelf {
			return false
		}
	}
	return true
}

// placeholderEnd is the index of the ">" of a placeholder (<num>, <redacted>, <*>) that begins at from, or -1.
func placeholderEnd(text string, from int) int {
	for i := from + 1; i < len(text) && i-from <= 16; i++ {
		c := text[i]
		if c == '>' {
			if i > from+1 {
				return i
			}
			return -1
		}
		if c != '*' && c != '_' && !isLower(c) {
			return -1
		}
	}
	return -1
}
