package catalog

// Byte-wise text: everything SPEC.md limits, cuts and sorts is counted in bytes of well-formed UTF-8.

import (
	"strings"
	"unicode/utf8"
)

const replacement = "\uFFFD"

// CutUTF8 is the longest prefix of text, made well-formed, that is at most limit bytes and ends between code points.
func CutUTF8(text string, limit int) string {
	limit = max(limit, 0)
	if len(text) <= limit {
		if utf8.ValidString(text) {
			return text
		}
	} else if at := runeStart(text, limit); at >= 0 && utf8.ValidString(text[:at]) {
		return text[:at]
	}
	// Nothing gets shorter by being made well-formed, so what begins behind the limit cannot come before it.
	formed := WellFormed(text[:min(len(text), limit+utf8.UTFMax-1)])
	if len(formed) <= limit {
		return formed
	}
	return formed[:runeStart(formed, limit)]
}

// runeStart is where the code point begins that would pass limit, -1 if a broken sequence stands there. The text is
// longer than limit.
func runeStart(text string, limit int) int {
	for at := limit; at >= 0 && at > limit-utf8.UTFMax; at-- {
		if !utf8.RuneStart(text[at]) {
			continue
		}
		if _, size := utf8.DecodeRuneInString(text[at:]); at == limit || at+size > limit {
			return at
		}
		return -1
	}
	return -1
}

// WellFormed is text with U+FFFD for each maximal part of a broken sequence, as the WHATWG decoder (TextDecoder, and
// so the TypeScript twin's receiver) puts it. A well-formed text comes back as it is.
func WellFormed(text string) string {
	if utf8.ValidString(text) {
		return text
	}
	var out strings.Builder
	out.Grow(len(text) + 8)
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		if r != utf8.RuneError || size > 1 {
			out.WriteString(text[:size])
			text = text[size:]
			continue
		}
		out.WriteString(replacement)
		text = text[brokenLength(text):]
	}
	return out.String()
}

// brokenLength is the length of the maximal part of a sequence that text, which begins with a broken one, begins with.
func brokenLength(text string) int {
	lead := text[0]
	low, high, want := byte(0x80), byte(0xBF), 0
	switch {
	case lead >= 0xC2 && lead <= 0xDF:
		want = 1
	case lead >= 0xE0 && lead <= 0xEF:
		want = 2
	case lead >= 0xF0 && lead <= 0xF4:
		want = 3
	}
	switch lead {
	case 0xE0:
		low = 0xA0
	case 0xED:
		high = 0x9F
	case 0xF0:
		low = 0x90
	case 0xF4:
		high = 0x8F
	}
	size := 1
	for ; size <= want && size < len(text); size++ {
		if text[size] < low || text[size] > high {
			break
		}
		low, high = 0x80, 0xBF
	}
	return size
}

// CompareUTF8 orders two texts by their bytes, which is the order of their code points: -1, 0 or 1.
func CompareUTF8(a, b string) int {
	return strings.Compare(a, b)
}
