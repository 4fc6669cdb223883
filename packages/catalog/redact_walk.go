package catalog

// One walk over a value as OTLP carries it: what the keys above say of it goes down with it. The twin of
// src/redact/walk.ts and of what src/redact.ts does with values.

import (
	"math"
	"reflect"
	"strconv"
	"strings"
)

// underKeys is what holds for a value by the keys above it.
type underKeys struct {
	// key of the nearest map entry above, "" at the top.
	key     string
	verdict keyVerdict
	// skip is what the key rules out.
	skip redactSkip
	// bareName: a bare `name` whose parent says nothing of it.
	bareName bool
	// secretFrom is 1 + where in this string an argument's secret begins; 0 if it holds none.
	secretFrom int
}

// valueWalk is one walk. An answer with false is an entry of a map that goes with its key.
type valueWalk struct {
	r      *Redactor
	counts RedactionCounts
	// path has the maps and lists above: a value that stands twice side by side is no cycle.
	path []uintptr
	// settled is redact.go's, of the last text that was read as one.
	settled bool
	// lines are those of texts that came before; nil if nobody keeps them.
	lines *lineMemory
}

func (w *valueWalk) step(value AnyValue, under underKeys) (AnyValue, bool) {
	switch v := value.(type) {
	case string:
		if left, stays := w.text(v, under); stays {
			return left, true
		}
		return nil, false
	case int64, float64:
		return w.number(v, under)
	case []any:
		return w.list(v, under), true
	case map[string]any:
		return w.fields(v, under), true
	case nil, bool, []byte:
		return value, true
	}
	return nil, true
}

// enterPath is "" if a map or list may be walked, else what stands in its place.
func (w *valueWalk) enterPath(at uintptr) string {
	for _, above := range w.path {
		if above == at {
			return "[CYCLE]"
		}
	}
	if len(w.path) >= redactDepth {
		return "[DEPTH]"
	}
	w.path = append(w.path, at)
	return ""
}

func (w *valueWalk) leavePath() { w.path = w.path[:len(w.path)-1] }

func (w *valueWalk) list(list []any, under underKeys) AnyValue {
	// An empty list has no place of its own.
	at := uintptr(0)
	if len(list) > 0 {
		at = reflect.ValueOf(list).Pointer()
	}
	if instead := w.enterPath(at); instead != "" {
		return instead
	}
	defer w.leavePath()
	out := make([]any, len(list))
	for i, item := range list {
		answer, stays := w.step(item, w.item(list, i, under))
		if !stays {
			// Positions mean something in a list: what goes leaves its place.
			answer = redactedWhole
		}
		out[i] = answer
	}
	return out
}

func (w *valueWalk) fields(fields map[string]any, under underKeys) AnyValue {
	if instead := w.enterPath(reflect.ValueOf(fields).Pointer()); instead != "" {
		return instead
	}
	defer w.leavePath()
	out := make(map[string]any, len(fields))
	for key, item := range fields {
		below := w.enter(key, under)
		if key == "value" || key == "Value" {
			below = w.named(fields, below)
		}
		if answer, stays := w.step(item, below); stays {
			out[key] = answer
		}
	}
	return out
}

// enter is what a key says of the value below it.
func (w *valueWalk) enter(key string, under underKeys) underKeys {
	if under.verdict.certainty == keyAllowed {
		return under
	}
	// `card: { number }` is `card.number`.
	path := key
	if under.key != "" {
		path = under.key + "." + key
	}
	facts := w.r.factsOf(key)
	verdict := w.r.judge.of(unitsFrom(path))
	// `cookies: { sid }`: what is sure above beats what the key itself only suspects.
	suspects := verdict.certainty == keyOpaque || verdict.certainty == keyShaped
	if !facts.describes && (!verdict.speaks() || (suspects && under.verdict.isSure())) {
		verdict = under.verdict
	}
	return underKeys{
		key:      key,
		verdict:  verdict,
		skip:     facts.skip,
		bareName: facts.isName && (under.key == "" || w.r.factsOf(under.key).isPlain),
	}
}

// nameKeys name a map's `value`.
var nameKeys = []string{"name", "key", "Name", "Key"}

// named: `{ name: "Authorization", value: "..." }`: what the name or key beside a value says of it.
func (w *valueWalk) named(fields map[string]any, under underKeys) underKeys {
	if under.verdict.certainty == keyAllowed {
		return under
	}
	for _, key := range nameKeys {
		name, isText := fields[key].(string)
		if !isText {
			continue
		}
		text := unitsFrom(WellFormed(name))
		if text.len() > redactKeyUnits {
			continue
		}
		if verdict := w.r.judge.of(text); verdict.isSure() || verdict.certainty == keyAllowed {
			under.verdict = verdict
			return under
		}
	}
	return under
}

// item is what the item before says of an item: `["--password", "x"]`, `["Authorization", "Bearer x"]`,
// `["mysql", "-px"]`.
func (w *valueWalk) item(list []any, i int, under underKeys) underKeys {
	if i == 0 || under.verdict.speaks() {
		return under
	}
	word, isText := list[i].(string)
	previous, afterText := list[i-1].(string)
	if !isText || !afterText {
		return under
	}
	if isArgumentName(previous) {
		verdict := w.r.judge.of(units{b: previous})
		if verdict.isSure() && (previous[0] == '-' || i%2 == 1) {
			under.verdict = verdict
			return under
		}
	}
	program, _ := list[0].(string)
	program = program[strings.LastIndexByte(program, '/')+1:]
	if len(list) > 1 && list[1] == "login" {
		program += " login"
	}
	if secretFrom := commandSecret(program, unitsFrom(previous), unitsFrom(word)); secretFrom > 0 {
		under.secretFrom = secretFrom
	}
	return under
}

// isArgumentName: `--password`, `Authorization`: at most two dashes, a letter, then letters, digits, `_` and `-`.
func isArgumentName(text string) bool {
	name := strings.TrimPrefix(strings.TrimPrefix(text, "-"), "-")
	if len(text) > redactKeyUnits || name == "" || !isAlphaUnit(name[0]) {
		return false
	}
	for i := range len(name) {
		if c := name[i]; c >= 0x80 || !isKeyUnit(c) || c == '.' {
			return false
		}
	}
	return true
}

// whole is what stands in place of a value that goes whole.
func (w *valueWalk) whole(value AnyValue, raw units, kind RedactionType) (AnyValue, bool) {
	w.counts.add(kind)
	switch w.r.mode {
	case RedactKeep:
		return value, true
	case RedactRemove:
		return nil, false
	}
	return w.r.render(raw, kind), true
}

func (w *valueWalk) number(value AnyValue, under underKeys) (AnyValue, bool) {
	if v, isInt := value.(int64); isInt && v < longNumber && !under.verdict.speaks() {
		return value, true
	}
	raw, isLong := "", false
	switch v := value.(type) {
	case int64:
		raw, isLong = strconv.FormatInt(v, 10), v >= longNumber
	case float64:
		if raw = doubleText(v); v == 0 {
			raw = "0"
		}
		isLong = v >= longNumber && v <= safeInteger && v == math.Trunc(v)
	}
	text := units{b: raw}
	if under.verdict.decides(text, wholeValue) {
		return w.whole(value, text, under.verdict.kind)
	}
	if isLong && under.verdict.certainty != keyAllowed && w.r.text(raw, w.counts, under.skip) != raw {
		return w.whole(value, text, "card")
	}
	return value, true
}

const (
	// longNumber: 12 digits and more: a card, or an epoch or id that its check digit tells apart.
	longNumber = 100_000_000_000
	// safeInteger is the largest integer that a double holds with all below it.
	safeInteger = 1<<53 - 1
)

// text is "" and false if the text goes with its key.
func (w *valueWalk) text(value string, under underKeys) (string, bool) {
	if under.verdict.certainty == keyAllowed {
		return value, true
	}
	formed := WellFormed(value)
	if !under.verdict.speaks() && !under.bareName && under.secretFrom == 0 && w.r.holdsNothing(formed, under.skip, w.lines) {
		w.settled = true
		return formed, true
	}
	raw := unitsFrom(formed)
	if raw.isToken() {
		return value, true
	}
	// What was worked on already is looked at as a text: what is left of it must not be judged anew.
	if under.verdict.speaks() && !raw.holdsToken() && under.verdict.decides(raw, wholeValue) {
		return w.wholeText(value, raw, under.verdict.kind)
	}
	if under.secretFrom > 0 {
		return w.argument(value, raw, under.secretFrom-1), true
	}
	if under.bareName && raw.isPerson() {
		return w.wholeText(value, raw, "name")
	}
	before := w.counts.sum()
	out, settled := w.r.settle(value, w.counts, under.skip)
	w.settled = settled
	if w.r.mode == RedactRemove && out == redactedWhole && out != value && w.counts.sum() > before {
		return "", false
	}
	return out, true
}

func (w *valueWalk) wholeText(value string, raw units, kind RedactionType) (string, bool) {
	answer, stays := w.whole(value, raw, kind)
	text, _ := answer.(string)
	return text, stays
}

// argument is a word of a command line whose secret begins at from.
func (w *valueWalk) argument(value string, raw units, from int) string {
	head, secret := raw.cut(0, from), raw.cut(from, raw.len())
	if secret.isToken() {
		return value
	}
	text, stays := w.wholeText(value, secret, "password")
	switch {
	case w.r.mode == RedactKeep:
		return value
	case !stays:
		return head.String() + redactedWhole
	}
	return head.String() + text
}
