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
	// value is the text as a value; nil until somebody keeps it.
	value AnyValue
	// counts is nil if nothing was found.
	counts         RedactionCounts
	stays, settled bool
}

// nearTexts, a power of two, is how many short texts are found without a hash: names of threads, methods, tiers. They are
// nearBytes long at most.
const nearTexts, nearBytes = 256, 128

type nearText struct {
	textKey
	known redactedText
}

// near is where the text stands if it does: by its length, its key's, and an end of each.
func (m *Memory) near(key, text string) *nearText {
	if key == "" || text == "" || len(key) > nearBytes || len(text) > nearBytes {
		return nil
	}
	slot := len(key)*7 + len(text)*31 + int(key[len(key)-1])*13 + int(text[len(text)-1])*5
	return &m.nearest[slot%nearTexts]
}

// TextUnder is the redactor's function of that name. All texts of one memory must be given to the same redactor.
func (m *Memory) TextUnder(by *Redactor, key, text string, counts RedactionCounts) (left string, stays bool) {
	known := m.textUnder(by, key, text, counts)
	return known.text, known.stays
}

// ValueUnder is TextUnder with what is left as a value too: the one that is remembered costs nothing.
func (m *Memory) ValueUnder(by *Redactor, key, text string, counts RedactionCounts) (left string, value AnyValue, stays bool) {
	known := m.textUnder(by, key, text, counts)
	if known.value == nil {
		known.value = known.text
	}
	return known.text, known.value, known.stays
}

func (m *Memory) textUnder(by *Redactor, key, text string, counts RedactionCounts) redactedText {
	near := m.near(key, text)
	if near != nil && near.text == text && near.key == key && near.known.value != nil {
		return m.tell(&near.known, key, counts)
	}
	if m.isClean(by, key, text) {
		return m.tell(&redactedText{text: text, stays: true, settled: true}, key, counts)
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
		known.value = known.text
		m.redacted.Put(own, known, len(own.key)+len(own.text)+len(known.text)+64)
		if near != nil {
			*near = nearText{own, known}
		}
	}
	return m.tell(&known, key, counts)
}

// tell is the answer, with its counts added and what else is known of it noted.
func (m *Memory) tell(known *redactedText, key string, counts RedactionCounts) redactedText {
	for kind, count := range known.counts {
		counts[kind] += count
	}
	if known.settled && (key == "" || key == "exception.message") {
		m.settled[m.next] = known.text
		m.next = (m.next + 1) % settledTexts
	}
	return *known
}

func (m *Memory) redact(by *Redactor, key, text string) redactedText {
	if m.found == nil {
		m.found = RedactionCounts{}
	}
	clear(m.found)
	left, stays, settled := by.textUnder(key, text, m.found, &m.lines)
	if len(m.found) == 0 {
		return redactedText{text: left, stays: stays, settled: settled}
	}
	return redactedText{text: left, counts: maps.Clone(m.found), stays: stays, settled: settled}
}
