package catalog

// Tokens that stand in place of values. While a text is worked on, every value found and every token that already stood
// there is one atom: finders see the same text whatever the mode, so redaction is idempotent across modes. The twin of
// src/redact/atoms.ts.

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// redactAtom is what an atom stands for: kind is "" for what already stood in the text and stays as it is.
type redactAtom struct {
	raw  units
	kind RedactionType
}

// redactDraft is a text being worked on: work holds one atom for each of atoms, in order.
type redactDraft struct {
	work  units
	atoms []redactAtom
}

const (
	redactedPrefix  = "[REDACTED"
	pseudonymPrefix = "[PSEUDONYM:"
	atomUTF8        = "\uFFFC"
	tokenTypeUnits  = 24
	keyIDUnits      = 8
	pseudonymUnits  = 16
)

// tokenAt is the end of the token that begins at i, or i.
func (t units) tokenAt(i int) int {
	at := i
	switch {
	case t.at(i) == unitAtom:
		return i + 1
	case t.hasAt(redactedPrefix, i):
		at += len(redactedPrefix)
		if t.at(at) == ':' {
			if at = t.tokenType(at + 1); at < 0 {
				return i
			}
		}
	case t.hasAt(pseudonymPrefix, i):
		at = t.tokenType(at + len(pseudonymPrefix))
		if at < 0 || t.at(at) != ':' {
			return i
		}
		if at = t.tokenHex(at+1, keyIDUnits); at < 0 || t.at(at) != ':' {
			return i
		}
		if at = t.tokenHex(at+1, pseudonymUnits); at < 0 {
			return i
		}
	default:
		return i
	}
	if t.at(at) != ']' {
		return i
	}
	return at + 1
}

func (t units) tokenType(i int) int {
	end := i
	for end-i < tokenTypeUnits && (isLower(t.at(end)) || t.at(end) == '_') {
		end++
	}
	if end == i {
		return -1
	}
	return end
}

func (t units) tokenHex(i, size int) int {
	for n := range size {
		if c := t.at(i + n); !isDigit(c) && (c < 'a' || c > 'f') {
			return -1
		}
	}
	return i + size
}

// isToken is true if all of the text is one token.
func (t units) isToken() bool {
	return t.at(0) == '[' && t.tokenAt(0) == t.len()
}

// holdsToken is true if a token stands somewhere in the text that holds one's beginning.
func (t units) holdsToken() bool {
	if !strings.Contains(t.b, redactedPrefix) && !strings.Contains(t.b, pseudonymPrefix) {
		return false
	}
	for i := range t.len() {
		if t.tokenAt(i) > i {
			return true
		}
	}
	return false
}

// draftOf takes the tokens that stand in the text, and the spans to leave alone (sorted, apart), out of the finders'
// sight.
func draftOf(text units, leave []redactSpan) redactDraft {
	list := spanList{spans: leave}
	if strings.Contains(text.b, redactedPrefix) || strings.Contains(text.b, pseudonymPrefix) || strings.Contains(text.b, atomText) {
		for i := 0; i < text.len(); i++ {
			if end := text.tokenAt(i); end > i {
				list.add(i, end, "secret")
				i = end - 1
			}
		}
	}
	draft := redactDraft{work: text}
	if len(list.spans) > 0 {
		draft.substitute(settle(list.spans), true)
	}
	return draft
}

// substitute replaces spans (sorted, apart) of the draft by atoms. Spans never hold an atom.
func (d *redactDraft) substitute(spans []redactSpan, asIs bool) {
	work := d.work
	out := make([]byte, 0, work.len()+len(spans))
	var wide []uint16
	if work.wide != nil {
		wide = make([]uint16, 0, work.len()+len(spans))
	}
	merged := make([]redactAtom, 0, len(d.atoms)+len(spans))
	at, next := 0, 0
	copyTo := func(to int) {
		if next < len(d.atoms) {
			n := strings.Count(work.b[at:to], atomText)
			merged = append(merged, d.atoms[next:next+n]...)
			next += n
		}
		out = append(out, work.b[at:to]...)
		if wide != nil {
			wide = append(wide, work.wide[at:to]...)
		}
	}
	for _, s := range spans {
		copyTo(s.start)
		out = append(out, unitAtom)
		if wide != nil {
			wide = append(wide, atomUnit)
		}
		kind := s.kind
		if asIs {
			kind = ""
		}
		merged = append(merged, redactAtom{raw: work.cut(s.start, s.end), kind: kind})
		at = s.end
	}
	copyTo(work.len())
	d.work = units{b: string(out), wide: wide}
	d.atoms = merged
}

// assemble is the draft as text again, each atom as render writes it.
func (d *redactDraft) assemble(render redactRender) string {
	out := make([]byte, 0, d.work.len()+16*len(d.atoms))
	at := 0
	for _, atom := range d.atoms {
		end := d.work.index(atomText, at)
		out = d.work.cut(at, end).appendTo(out)
		if atom.kind == "" {
			out = atom.raw.appendTo(out)
		} else {
			out = append(out, render(atom.raw, atom.kind)...)
		}
		at = end + 1
	}
	return string(d.work.cut(at, d.work.len()).appendTo(out))
}

// redactRender is how the mode writes a value.
type redactRender func(raw units, kind RedactionType) string

// rendererOf is the writer of a mode; RedactPseudonym without a usable key writes as RedactReplace.
func rendererOf(mode RedactionMode, key []byte) redactRender {
	switch {
	case mode == RedactKeep:
		return func(raw units, _ RedactionType) string { return raw.String() }
	case mode == RedactRemove:
		return func(units, RedactionType) string { return redactedWhole }
	case mode != RedactPseudonym || len(key) < redactPseudonymKeyBytes:
		return func(_ units, kind RedactionType) string { return redactedPrefix + ":" + string(kind) + "]" }
	}
	key = append([]byte(nil), key...)
	sum := sha256.Sum256(key)
	id := hex.EncodeToString(sum[:])[:keyIDUnits]
	return func(raw units, kind RedactionType) string {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(canonicalValue(raw, kind)))
		return pseudonymPrefix + string(kind) + ":" + id + ":" + hex.EncodeToString(mac.Sum(nil))[:pseudonymUnits] + "]"
	}
}

// redactedWhole is all that mode remove leaves of a value.
const redactedWhole = redactedPrefix + "]"

// canonicalValue is what is hashed, so that equal values stay equal: of values written in several ways letters and
// digits in capitals, of an address small letters.
func canonicalValue(raw units, kind RedactionType) string {
	switch kind {
	case "email":
		return lowerASCII(strings.ReplaceAll(raw.String(), "%40", "@"))
	case "card", "iban", "phone", "national_id", "mac":
		return capitalsAndDigits(raw.b)
	}
	return raw.String()
}

// capitalsAndDigits is the letters and digits of ASCII, letters as capitals.
func capitalsAndDigits(text string) string {
	out := make([]byte, 0, len(text))
	for i := range len(text) {
		if c := text[i]; isAlnumUnit(c) {
			if isLower(c) {
				c &^= 0x20
			}
			out = append(out, c)
		}
	}
	return string(out)
}
