package catalog

// What a map's key says besides its verdict (redact_keys.go): what cannot stand below it, and whether it only describes.
// The twin of src/redact/key-facts.ts.

import "strings"

type keyFacts struct {
	skip redactSkip
	// describes: below a secret key it describes the secret: `token: { expires_in }`.
	describes bool
	// isName: exactly `name`.
	isName bool
	// isPlain: says nothing of what it holds: `data`, `input`.
	isPlain bool
}

// factKeyUnits is the end of an overlong key that is read: it decides, as it does for a verdict.
const factKeyUnits = 128

var (
	keyPeers    = redactWordSet("PEER_KEYS")
	keyDescribe = redactWordSet("DESCRIBES")
	keyRoutes   = redactWordSet("ROUTE_KEYS")
	keyPlain    = redactWordSet("PLAIN_PARENTS")
	keyVersions = redactWordSet("VERSION_WORDS")
)

func factsOfKey(text string) keyFacts {
	key := unitsFrom(text)
	list := key.cut(key.len()-factKeyUnits, key.len()).wordsOf()
	n := list.len()
	if n == 0 {
		return keyFacts{}
	}
	last := string(list.from(n-1, n))
	tail := string(list.from(max(0, n-2), n))
	endsWith := func(keys map[string]struct{}) bool { return in(keys, last) || in(keys, tail) }
	return keyFacts{
		skip:      redactSkip{addresses: endsWith(keyPeers) || in(keyVersions, last), homes: endsWith(keyRoutes)},
		describes: in(keyDescribe, last),
		isName:    n == 1 && last == "name",
		isPlain:   n == 1 && in(keyPlain, last),
	}
}

// factsOf is factsOfKey with a memory.
func (r *Redactor) factsOf(key string) keyFacts {
	if known, found := r.facts.get(key); found {
		return known
	}
	facts := factsOfKey(key)
	if len(key) <= redactKeyUnits {
		r.facts.put(strings.Clone(key), facts)
	}
	return facts
}
