package catalog

// One part of a word: a code that is kept, a value, or a compound of both. What splits words is template_word.go's
// business, what kind a value is template_value.go's.

import (
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
)

// longWord, in UTF-16 units, is longer than any single value but a token.
const longWord = 256

// maskPart writes one part of a word: kept, as a value, or as what it is made of.
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
	if s.isCue(keptNameWords) && isLetter(byteAt(text, 0)) && isName(text) {
		s.cue = ""
		s.write(text)
		return
	}
	s.maskKind(text, kindOf(text))
}

// maskKind writes a part that is no code and no name that is kept, by its kind.
func (s *scan) maskKind(text, kind string) {
	switch kind {
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
	// The milliseconds of "10:00:00,404 ERROR".
	if s.endsWith("<date>,") {
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
	if s.isCue(codeWords) {
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
	if s.isCue(answerWords) {
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
	s.cue = text
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

// maskTrailingDigits writes a name: with at least least digits at its end, task1345 is task<num>; utf8, sha256, E11000
// and db1 are names.
func (s *scan) maskTrailingDigits(word string, least int) {
	end := len(word)
	for end > 0 && isDigit(word[end-1]) {
		end--
	}
	counted := end > 0 && len(word)-end >= least && strings.ContainsFunc(word[:end], func(r rune) bool {
		return r >= 'a' && r <= 'z'
	})
	if !counted || in(numberedNames, lowerASCII(word)) {
		s.write(word)
		return
	}
	s.write(word[:end])
	s.write("<num>")
}

// isPodSuffix: the five characters that Kubernetes puts behind a replica set's hash: no vowels, no 0, 1 or 3.
func isPodSuffix(word string) bool {
	if len(word) != 5 {
		return false
	}
	for i := range len(word) {
		if strings.IndexByte("bcdfghjklmnpqrstvwxz2456789", word[i]) < 0 {
			return false
		}
	}
	return true
}
