package catalog

// Redaction with a memory: texts that came before under the same key, and what template and fingerprint need not redact
// once more.

import (
	"maps"
	"strings"
)

// settledTexts is how many texts of one record are known to be settled: message, body and what else comes between.
const settledTexts = 4

// textKey: a key decides too.
type textKey struct{ key, text string }

// redactedText is the answer of TextUnder.
type redactedText struct {
	text string
	// counts is nil if nothing was found.
	counts         RedactionCounts
	stays, settled bool
}

// TextUnder is the redactor's function of that name. All texts of one memory must be given to the same redactor.
func (m *Memory) TextUnder(by *Redactor, key, text string, counts RedactionCounts) (left string, stays bool) {
	if m == nil {
		return by.TextUnder(key, text, counts)
	}
	known, ok, again := m.redacted.Get(textKey{key, text})
	if !ok {
		known = m.redact(by, key, text)
	}
	if again {
		own := textKey{strings.Clone(key), strings.Clone(text)}
		if known.text == text {
			known.text = own.text
		}
		m.redacted.Put(own, known, len(own.key)+len(own.text)+len(known.text)+64)
	}
	for kind, count := range known.counts {
		counts[kind] += count
	}
	if known.settled && (key == "" || key == "exception.message") {
		m.settled[m.next] = known.text
		m.next = (m.next + 1) % settledTexts
	}
	return known.text, known.stays
}

func (m *Memory) redact(by *Redactor, key, text string) redactedText {
	if m.found == nil {
		m.found = RedactionCounts{}
	}
	clear(m.found)
	left, stays, settled := by.textUnder(key, text, m.found, &m.lines)
	if len(m.found) == 0 {
		return redactedText{left, nil, stays, settled}
	}
	return redactedText{left, maps.Clone(m.found), stays, settled}
}
