package catalog

// Redaction: by key, by value, by context. See SPEC.md, "Redaction". This file holds the API and puts the parts in
// redact_*.go together: a text is a draft (redact_atoms.go) worked on by finders (redact_find.go), a value is walked
// (redact_walk.go). The twin of src/redact.ts.

import (
	"hash/maphash"
	"sync"
)

// RedactionMode is what stands in place of a detected value.
type RedactionMode string

const (
	// RedactReplace writes `[REDACTED:type]`.
	RedactReplace RedactionMode = "replace"
	// RedactPseudonym writes an HMAC pseudonym, `[PSEUDONYM:type:keyId:hex]`: equal values stay equal.
	RedactPseudonym RedactionMode = "pseudonym"
	// RedactRemove writes nothing but `[REDACTED]`; an attribute is dropped whole.
	RedactRemove RedactionMode = "remove"
	// RedactKeep writes the value itself.
	RedactKeep RedactionMode = "keep"
)

// RedactionOptions says how to redact; the zero value is the default.
type RedactionOptions struct {
	// Mode is RedactReplace where it is empty. RedactPseudonym without a key writes as RedactReplace.
	Mode RedactionMode
	// PseudonymKey has at least 32 bytes (ERRATA_PSEUDONYM_KEY), shared by Node and Collector.
	PseudonymKey []byte
	// Deny is keys of the application, compared case-insensitively, whose values always go.
	Deny []string
	// Allow is keys of the application whose values stay whatever they look like.
	Allow []string
}

// RedactionCounts is how much was redacted, by type.
type RedactionCounts map[RedactionType]int

// add counts a value; nil counts nothing.
func (c RedactionCounts) add(kind RedactionType) {
	if c != nil {
		c[kind]++
	}
}

func (c RedactionCounts) sum() int {
	n := 0
	for _, count := range c {
		n += count
	}
	return n
}

// Redactor replaces private values. Safe for concurrent use; counts are their caller's.
type Redactor struct {
	mode    RedactionMode
	render  redactRender
	judge   *keyJudge
	facts   keyMemory[keyFacts]
	allowed bool
	// usual: it judges keys as the default redactor does.
	usual bool
}

// CreateRedactor makes a redactor. It costs about a millisecond and 100 kB: make one and keep it.
func CreateRedactor(options RedactionOptions) *Redactor {
	mode := options.Mode
	if mode == "" {
		mode = RedactReplace
	}
	r := &Redactor{
		mode:    mode,
		render:  rendererOf(mode, options.PseudonymKey),
		judge:   newKeyJudge(options.Deny, options.Allow),
		allowed: len(options.Allow) > 0,
		usual:   len(options.Allow)+len(options.Deny) == 0,
	}
	r.facts.seed = maphash.MakeSeed()
	return r
}

// Text is the text with private values replaced; what was found is added to counts, which may be nil. Idempotent.
func (r *Redactor) Text(text string, counts RedactionCounts) string {
	return r.text(text, counts, redactSkip{})
}

// Value is a copy of the value with private values replaced; the keys of maps decide too. key is the attribute's or ""
// for none. What was found is added to counts, which may be nil. In mode RedactRemove an entry of a map whose whole
// value goes is absent, and false says so of the value itself. A cycle becomes `[CYCLE]`, what lies too deep `[DEPTH]`.
func (r *Redactor) Value(value AnyValue, counts RedactionCounts, key string) (AnyValue, bool) {
	if counts == nil {
		counts = make(RedactionCounts)
	}
	w := valueWalk{r: r, counts: counts}
	under := underKeys{}
	if key != "" {
		under = w.enter(key, under)
	}
	return w.step(value, under)
}

// TextUnder is Value of a text; "" and false if it goes with its key.
func (r *Redactor) TextUnder(key, text string, counts RedactionCounts) (string, bool) {
	left, stays, _ := r.textUnder(key, text, counts, nil)
	return left, stays
}

// textUnder is TextUnder with the lines of texts that came before, nil for none; settled is true if the default redactor
// gives back what is left as it is.
func (r *Redactor) textUnder(key, text string, counts RedactionCounts, lines *lineMemory) (left string, stays, settled bool) {
	if counts == nil {
		counts = make(RedactionCounts)
	}
	w := valueWalk{r: r, counts: counts, lines: lines}
	under := underKeys{}
	if key != "" {
		under = w.enter(key, under)
	}
	left, stays = w.text(text, under)
	return left, stays, w.settled && r.usual && under.skip == redactSkip{}
}

// KeepsInt is true if Value leaves the number under the key as it is, told without a look at its digits. False says
// nothing.
func (r *Redactor) KeepsInt(value int64, key string) bool {
	return value < longNumber && !r.judge.of(unitsFrom(key)).speaks()
}

// IsSecretKey is true if the value of an attribute or map key of this name always goes (authorization, cookie, password,
// ...).
func (r *Redactor) IsSecretKey(key string) bool {
	return r.judge.of(unitsFrom(key)).isSure()
}

// defaultRedactor is what template and fingerprint read messages with.
var defaultRedactor = sync.OnceValue(func() *Redactor { return CreateRedactor(RedactionOptions{}) })

func init() {
	redactText = func(text string) string { return defaultRedactor().Text(text, nil) }
}

// shortestText is the shortest text that anything private fits in, in units.
const shortestText = 3

func (r *Redactor) text(text string, counts RedactionCounts, skip redactSkip) string {
	left, _ := r.settle(text, counts, skip)
	return left
}

// settle works in rounds until nothing more is found: what a value hid (a key before it, a word of context) may show
// another. settled is true if a look at what is left finds nothing: nothing was found, or all of it was and tokens
// stand in its place, which the next look takes for the same atoms.
func (r *Redactor) settle(text string, counts RedactionCounts, skip redactSkip) (left string, settled bool) {
	text = WellFormed(text)
	t := unitsFrom(text)
	if t.len() < shortestText {
		return text, true
	}
	var leave []redactSpan
	if r.allowed {
		leave = t.findAllowed(r.judge)
	}
	draft := draftOf(t, leave)
	scratch := spanLists.Get().(*spanList)
	defer spanLists.Put(scratch)
	found := 0
	for range redactRounds {
		spans := draft.work.findAll(r.judge, skip, scratch)
		if len(spans) == 0 {
			settled = true
			break
		}
		found += len(spans)
		for _, span := range spans {
			counts.add(span.kind)
		}
		draft.substitute(spans, false)
	}
	if found == 0 || r.mode == RedactKeep {
		return text, settled && found == 0
	}
	return draft.assemble(r.render), settled && r.mode == RedactReplace
}
