package catalog

// From a key to what its value is: the table's terms, the application's own deny and allow lists, and a memory. The
// twin of src/redact/keys.ts.

import (
	"hash/maphash"
	"maps"
	"strings"
	"sync"
	"sync/atomic"
)

// keyCertainty is how sure a key makes us of its value; see SPEC.md, "Keys".
type keyCertainty uint8

const (
	// keySilent: the key says nothing.
	keySilent keyCertainty = iota
	keyAlways
	keyShaped
	keyOpaque
	keyDenied
	keyAllowed
	// keyDrawn and keyRandom: of a bare `key` in a text, see SPEC.md.
	keyDrawn
	keyRandom
)

var certaintyNames = map[string]keyCertainty{"always": keyAlways, "shaped": keyShaped, "opaque": keyOpaque}

// keyVerdict is what a key says of its value; the value of an allowed key stays whatever it looks like.
type keyVerdict struct {
	kind      RedactionType
	certainty keyCertainty
}

func (v keyVerdict) speaks() bool { return v.certainty != keySilent }

// isSure is true if the value goes by its key alone.
func (v keyVerdict) isSure() bool { return v.certainty == keyAlways || v.certainty == keyDenied }

// joinedWords is the words of a key that are joined at most: `primary account number` is three.
const joinedWords = 5

// judgedKeyUnits is the end of an overlong key that is read.
const judgedKeyUnits = 256

var redactKeyTable = sync.OnceValue(func() map[string]keyVerdict {
	table := make(map[string]keyVerdict)
	for _, row := range redactTables().keys {
		for term := range strings.FieldsSeq(row.Terms) {
			table[term] = keyVerdict{row.Type, certaintyNames[row.Certainty]}
		}
	}
	for _, term := range redactWords("HARMLESS_TERMS") {
		table[term] = keyVerdict{}
	}
	return table
})

var (
	keyQualifiers = redactWordSet("QUALIFIERS")
	keyMoreWords  = redactWordSet("MORE_WORDS")
	keyPersons    = redactWordSet("PERSON_WORDS")
)

// keyJudge answers for any key, in a map or in a text.
type keyJudge struct {
	table   map[string]keyVerdict
	longest int
	tails   [160 * 32]bool
	memory  keyMemory[keyVerdict]
}

func newKeyJudge(deny, allow []string) *keyJudge {
	judge := &keyJudge{table: redactKeyTable(), longest: joinedWords}
	if len(deny)+len(allow) > 0 {
		judge.table = maps.Clone(judge.table)
	}
	judge.memory.seed = maphash.MakeSeed()
	learn := func(keys []string, certainty keyCertainty) {
		for _, key := range keys {
			list := unitsFrom(key).wordsOf()
			judge.table[string(list.joined)] = keyVerdict{"secret", certainty}
			judge.longest = max(judge.longest, list.len())
		}
	}
	learn(deny, keyDenied)
	learn(allow, keyAllowed)
	for term := range judge.table {
		judge.addTail(term)
	}
	for word := range keyQualifiers {
		judge.addTail(word)
	}
	for word := range keyMoreWords {
		judge.addTail(word)
	}
	return judge
}

// addTail learns the last two characters of a term.
func (j *keyJudge) addTail(term string) {
	n := len(term)
	if n == 0 || term[n-1] >= 0x80 {
		return
	}
	j.tails[tailSlot(term[n-1], byteAt(term, n-2))] = true
	// `p_w` and `api.k` are words of one letter.
	j.tails[tailSlot(term[n-1], 0)] = true
}

// tailSlot is the slot of the last two characters: letters in one case; anything else before the last counts as one.
func tailSlot(last, beforeLast byte) int {
	slot := int(last|0x20) * 32
	if isAlphaUnit(beforeLast) {
		slot += int(beforeLast & 31)
	}
	return slot
}

// mayEnd is false if no key that ends with these two characters says anything: a look that spares most keys of a text.
// Digits at the end may be a qualifier's.
func (j *keyJudge) mayEnd(last, beforeLast byte) bool {
	return last >= 0x80 || isDigit(last) || j.tails[tailSlot(last, beforeLast)]
}

// of is what the key says.
func (j *keyJudge) of(key units) keyVerdict {
	if key.wide != nil {
		key = unitsFrom(key.String())
	}
	if key.len() > redactKeyUnits || key.wide != nil {
		return j.judge(key)
	}
	if known, found := j.memory.get(key.b); found {
		return known
	}
	verdict := j.judge(key)
	j.memory.put(key.b, verdict)
	return verdict
}

func (j *keyJudge) judge(key units) keyVerdict {
	// The end decides, so the end of an overlong key is enough.
	list := key.cut(key.len()-judgedKeyUnits, key.len()).wordsOf()
	for end := list.len(); ; end-- {
		for n := min(j.longest, end); n > 0; n-- {
			if verdict, found := j.table[string(list.from(end-n, end))]; found {
				return verdict
			}
		}
		if end < 1 {
			return keyVerdict{}
		}
		last := string(list.from(end-1, end))
		if last == "name" && end > 1 {
			if before := string(list.from(end-2, end-1)); in(keyPersons, strings.TrimSuffix(before, "s")) {
				return keyVerdict{"name", keyShaped}
			}
		}
		if end < 2 || !in(keyQualifiers, last) {
			return keyVerdict{}
		}
	}
}

// keyMemory remembers what was answered for a key: records carry the same keys again and again. Safe for concurrent use
// without a lock; a key that falls on another's place takes it.
type keyMemory[T any] struct {
	seed  maphash.Seed
	slots [redactRememberedKeys]atomic.Pointer[remembered[T]]
}

type remembered[T any] struct {
	key    string
	answer T
}

func (m *keyMemory[T]) get(key string) (answer T, found bool) {
	one := m.slots[maphash.String(m.seed, key)%redactRememberedKeys].Load()
	if one == nil || one.key != key {
		return answer, false
	}
	return one.answer, true
}

func (m *keyMemory[T]) put(key string, answer T) {
	// A copy: the key may be a piece of a long text.
	slot := &m.slots[maphash.String(m.seed, key)%redactRememberedKeys]
	slot.Store(&remembered[T]{strings.Clone(key), answer})
}
