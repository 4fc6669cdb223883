package catalog

// What was read of texts that come again and again: in an outage the same error arrives thousands of times. A memory
// changes no answer, only who computes it. Bounded in entries and bytes; what was not asked for goes. It is nobody's twin:
// Node describes one error at a time and has its own once-only.

import (
	"hash/maphash"
	"strings"
)

const (
	// memoryEntries and memoryBytes bound each of two generations: a service has tens of kinds of errors, not thousands, and
	// what stays is kilobytes each.
	memoryEntries = 1_024
	memoryBytes   = 2 << 20
	// askedTimes is how many keys, for each that is kept, are known to have been asked for once: one that never comes again
	// costs nothing more.
	askedTimes = 4
)

// Recent keeps the values asked for last, by key, from the second time on. The zero value is empty and ready.
type Recent[K comparable, V any] struct {
	// By the key's hash; another key of the same hash is as good as unknown.
	young, old map[uint64]*kept[K, V]
	bytes      int
	seed       maphash.Seed
	asked      []uint64
	// most is how many values a generation keeps; memoryEntries if it is 0.
	most int
	// last is the hash of the key asked for last.
	last uint64
}

type kept[K comparable, V any] struct {
	key   K
	value V
	bytes int
}

// Get is the value of the key, and keeps it for longer. again is true of an unknown key that was asked for before: then it
// is worth to Put.
func (r *Recent[K, V]) Get(key K) (value V, known, again bool) {
	if r.asked == nil {
		r.most = max(r.most, memoryEntries)
		r.seed, r.asked = maphash.MakeSeed(), make([]uint64, askedTimes*r.most)
	}
	r.last = maphash.Comparable(r.seed, key)
	one := r.young[r.last]
	if one == nil {
		if one = r.old[r.last]; one != nil && one.key == key {
			r.keep(one)
		}
	}
	if one != nil && one.key == key {
		return one.value, true, false
	}
	place := &r.asked[r.last%uint64(len(r.asked))]
	again = *place == r.last
	*place = r.last
	return value, false, again
}

// Put keeps a value that takes so many bytes under the key that was asked for last. Key and value must not point into
// somebody else's buffers.
func (r *Recent[K, V]) Put(key K, value V, bytes int) {
	if bytes <= memoryBytes/8 {
		r.keep(&kept[K, V]{key, value, bytes})
	}
}

func (r *Recent[K, V]) keep(one *kept[K, V]) {
	if r.young == nil || len(r.young) >= r.most || r.bytes+one.bytes > memoryBytes {
		r.old, r.young, r.bytes = r.young, make(map[uint64]*kept[K, V], 64), 0
	}
	r.young[r.last] = one
	r.bytes += one.bytes
}

// Memory keeps redacted texts, parsed stacks, templates and groups. For one goroutine at a time, and one redactor. A nil
// Memory keeps nothing.
type Memory struct {
	redacted Recent[textKey, redactedText]
	nearest  [nearTexts]nearText
	// found are the counts of the text that is being redacted.
	found RedactionCounts
	// settled are texts of the record at hand that the default redactor gives back as they are.
	settled [settledTexts]string
	// next is the place in settled that is taken next.
	next   int
	stacks Recent[stackKey, parsedStack]
	groups Recent[groupKey, knownGroup]
	// outlines know messages that differ in numbers alone, heads the heads of stacks.
	outlines, heads outlineMemory
	lines           lineMemory
	// facts are the last ones, reader is who read them.
	facts  ErrorFacts
	reader reader
	// room is what ids are made in.
	room []byte
	// lastStack is the number of the stack that was kept last.
	lastStack uint64
}

type stackKey struct{ text, language string }

// groupKey is all that template and fingerprint read of an error without errata.causes.
type groupKey struct {
	class, message, code, language, given, own string
	// stack is the number of a remembered stack, which is quicker to compare than its text; 0 if there is no stack.
	stack uint64
}

type knownGroup struct {
	template    string
	fingerprint string
}

// parse is the parsed stack, which lives until the next one; of a remembered one, text is the memory's own copy.
func (m *Memory) parse(text, language string) parsedStack {
	if m == nil {
		return parsedStack{text: text, language: language, blocks: ParseStack(text, language)}
	}
	key := stackKey{text, language}
	known, ok, again := m.stacks.Get(key)
	if ok {
		return known
	}
	if !again {
		m.lines.reuse = true
		blocks := parseStack(text, language, &m.lines)
		m.lines.reuse = false
		return parsedStack{text: text, language: language, blocks: blocks}
	}
	key = stackKey{strings.Clone(text), strings.Clone(language)}
	m.lastStack++
	known = parsedStack{key.text, key.language, parseStack(key.text, key.language, &m.lines), m.lastStack}
	// A frame takes about as much as its line.
	m.stacks.Put(key, known, 3*len(text))
	return known
}

// group gives template and fingerprint; read computes them where they are not known.
func (m *Memory) group(facts *ErrorFacts, given, own string, read func(facts *ErrorFacts) knownGroup) knownGroup {
	if m == nil || len(facts.Causes) > 0 {
		return read(facts)
	}
	if known, ok := m.outlineGroup(facts, given, own, read); ok {
		return known
	}
	if facts.Stacktrace != "" && facts.stack.number == 0 {
		return read(facts)
	}
	key := groupKey{facts.Type, facts.Message, facts.Code, facts.Language, given, own, facts.stack.number}
	known, ok, again := m.groups.Get(key)
	if ok {
		return known
	}
	known = read(facts)
	if !again || len(given)+len(own)+len(facts.Language) > askedBytes {
		return known
	}
	for _, text := range [...]*string{&key.class, &key.message, &key.code, &key.language, &key.given, &key.own} {
		*text = strings.Clone(*text)
	}
	known.template = strings.Clone(known.template)
	m.groups.Put(key, known, len(key.message)+len(known.template)+256)
	return known
}
