package catalog

// A word of a message in its place: what stands before and after it decides whether a number is a code, a name is
// kept, a compound has values in it. What kind a value is says template_value.go.

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

var (
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
		`(?:, +[0-9]{4}(?: +[0-9:.]{5,15})?| +[0-9:.]{5,15})`)
)

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
		s.cue = s.text[start:end]
		switch s.text[start:end] {
		// Behind one of these in capitals a text in single quotes is a literal of SQL.
		case "WHERE", "VALUES", "HAVING", "LIKE":
			s.sql = true
		}
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
		s.cue = text[:equals]
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
	case strings.HasPrefix(text, "arn:"):
		s.write("<arn>")
	case strings.HasPrefix(text, "HTTP/"):
		s.cue = "http"
		s.write(text)
	case text == "/" && s.isCue(methods):
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
	return r >= utf8.RuneSelf && !isWideMark(r)
}

// isWideMark is true for blanks, quotes, and the signs of currencies, which are no part of their number.
func isWideMark(r rune) bool {
	switch {
	case isWideBlank(r), r == '«', r == '»', r >= 0x2018 && r <= 0x201F, r >= 0xA2 && r <= 0xA5, r >= 0x20A0 && r <= 0x20CF:
		return true
	}
	return false
}

// isWideBlank is true for the blanks that part groups of digits and units in many languages.
func isWideBlank(r rune) bool { return r == 0xA0 || r == 0x2009 || r == 0x202F }

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
