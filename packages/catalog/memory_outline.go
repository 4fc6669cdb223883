package catalog

// What is remembered of messages that differ in numbers alone: that redaction finds nothing in them, their template and
// group, and which rule speaks. Each answer is kept once it is shown that the numbers have no part in it.

import (
	"encoding/binary"
	"slices"
	"strings"
	"unsafe"
)

const (
	// outlineAnswers is how many answers of a kind one outline has: the same sentence comes from few classes of errors.
	outlineAnswers = 4
	// outlineNames is how many attributes decide which rule speaks, at most; a catalog that reads more is asked each time.
	outlineNames = 16
	// answerBytes is about what the answers of one outline take besides its text: suggestions most of it.
	answerBytes = 3_072
	// askedBytes is the most that is kept of the texts by which an answer is known again; real ones are tens of bytes.
	askedBytes = 1_024
)

// outlined is what is known of all messages of one outline.
type outlined struct {
	// text is the outline.
	text string
	// looked is true once redaction was asked, clean if it finds nothing.
	looked, clean bool
	// template and signature are the reader's of those names.
	template, signature outlinedText
	groups              []outlinedGroup
	// split is true once two messages had not the same group.
	split    bool
	speakers []outlinedSpeaker
	// words are those of the speaker at the same place.
	words [outlineAnswers]outlinedWords
	// asked is the catalog that was asked last whether one of its digit rules could hold; apart if none could.
	asked *Catalog
	apart bool
}

// outlinedText is the same for all messages if it is known; tried is true once that was looked at.
type outlinedText struct {
	text         string
	known, tried bool
}

// of is the text that read makes of the message, whose outline that is.
func (t *outlinedText) of(message, outline string, read func(r *reader, message string) string, by *reader) string {
	if t.known {
		return t.text
	}
	text := read(by, message)
	if !t.tried {
		t.tried = true
		if read(new(reader), otherDigits(message, outline)) == text {
			t.known, t.text = true, strings.Clone(text)
		}
	}
	return text
}

type outlinedGroup struct {
	class, code, language, given, own string

	known knownGroup
}

// outlinedSpeaker is what decides which rule speaks, and the rule; nil if none does.
type outlinedSpeaker struct {
	catalog               *Catalog
	class, code, language string
	attributes            [outlineNames]string
	rule                  *rule
}

// outlinedWords are what the rule's entry said when its captures were these; docs is nil if it never did.
type outlinedWords struct {
	captures    []captured
	suggestions Suggestions
	docs        []string
	own         string
}

// outlineMemory keeps the answers of outlines, and the outline of the last message that has one.
type outlineMemory struct {
	known Recent[string, *outlined]
	// message is the last with an outline, which is text; none the last without.
	message, none string
	text, spare   []byte
	// of is what is known of it above a tail of that number, nil before it came twice; asked is false if that is not known.
	of    *outlined
	tail  uint64
	asked bool
}

// find is what is known of messages of the message's outline, above a stack of that number or none: 0. It is nil if
// nothing is kept of them.
func (o *outlineMemory) find(message string, tail uint64) *outlined {
	if message == "" || message == o.none {
		return nil
	}
	if message != o.message {
		text, has := outlineOf(message, o.spare[:0])
		if !has {
			o.spare, o.none = text, message
			return nil
		}
		o.spare, o.text = o.text, text
		o.message, o.asked = message, false
	}
	if o.asked && o.tail == tail {
		return o.of
	}
	key := o.text
	if tail != 0 {
		key = binary.LittleEndian.AppendUint64(append(key, outlineEnd), tail)
	}
	// The key is not kept: of one that is, a copy is.
	known, ok, again := o.known.Get(unsafe.String(&key[0], len(key)))
	if !ok && again {
		own := string(key)
		known = &outlined{text: own[:len(o.text)]}
		o.known.Put(own, known, len(own)+answerBytes)
	}
	o.of, o.tail, o.asked = known, tail, true
	return known
}

// outlineEnd stands in no outline.
const outlineEnd = 0xFF

// clean is find for messages in which redaction finds nothing; nil of others. The message begins the text that is redacted.
func (o *outlineMemory) clean(message string, tail uint64, text string) *outlined {
	known := o.find(message, tail)
	if known == nil {
		return nil
	}
	if !known.looked {
		known.looked, known.clean = true, defaultRedactor().holdsNothingOfOutline(text, known.text)
	}
	if !known.clean {
		return nil
	}
	return known
}

// isClean is true if redaction is known to find nothing in the text.
func (m *Memory) isClean(by *Redactor, key, text string) bool {
	if !by.usual {
		return false
	}
	switch key {
	case "", "exception.message":
		return m.outlines.clean(text, 0, text) != nil
	case "exception.stacktrace":
		return m.isCleanStack(text)
	}
	return false
}

// isCleanStack is true of one line above a tail that redaction passes over: redact_lines.go looks at that line and at what
// of the tail is seen from there.
func (m *Memory) isCleanStack(text string) bool {
	tail, from := m.lines.tailOf(text)
	if tail == nil || !tail.judged || !tail.inert {
		return false
	}
	return m.heads.clean(text[:from-1], tail.number, text[:seenOfTail(text, from)]) != nil
}

// tailUnder is the number of the known tail of a stack whose head is class and message and nothing else; 0 without a stack,
// and false of any other.
func (m *Memory) tailUnder(facts *ErrorFacts) (number uint64, ok bool) {
	if facts.Stacktrace == "" {
		return 0, true
	}
	tail, from := m.lines.tailOf(facts.Stacktrace)
	if tail == nil || len(facts.stack.blocks) != 1 || !tail.holds(&facts.stack.blocks[0]) {
		return 0, false
	}
	rest, ok := strings.CutPrefix(facts.Stacktrace[:from-1], facts.Type)
	return tail.number, ok && len(rest) == len(facts.Message)+2 && rest[:2] == ": " && rest[2:] == facts.Message
}

// cleanOutline is what is known of errors like this one, that differ in numbers alone; nil if nothing is.
func (m *Memory) cleanOutline(facts *ErrorFacts) *outlined {
	if len(facts.Causes) > 0 {
		return nil
	}
	tail, ok := m.tailUnder(facts)
	if !ok {
		return nil
	}
	return m.outlines.clean(facts.Message, tail, facts.Message)
}

// likeness is the facts with other numbers in their place.
func (o *outlined) likeness(facts *ErrorFacts) *ErrorFacts {
	other := *facts
	other.Message = otherDigits(facts.Message, o.text)
	if facts.Stacktrace != "" {
		head := len(facts.Type) + 2
		other.Stacktrace = facts.Stacktrace[:head] + other.Message + facts.Stacktrace[head+len(other.Message):]
		other.rememberStack(ParseStack(other.Stacktrace, other.Language))
	}
	return &other
}

// outlineGroup is template and group of an error by its outline; read computes those of facts.
func (m *Memory) outlineGroup(facts *ErrorFacts, given, own string, read func(facts *ErrorFacts) knownGroup) (knownGroup, bool) {
	known := m.cleanOutline(facts)
	if known == nil {
		return knownGroup{}, false
	}
	for i := range known.groups {
		one := &known.groups[i]
		if one.class == facts.Type && one.code == facts.Code && one.language == facts.Language && one.given == given && one.own == own {
			return one.known, true
		}
	}
	if known.split || len(known.groups) == outlineAnswers || len(facts.Language)+len(given)+len(own) > askedBytes {
		return knownGroup{}, false
	}
	answer := read(facts)
	if known.split = read(known.likeness(facts)) != answer; known.split {
		return answer, true
	}
	known.groups = append(known.groups, outlinedGroup{
		strings.Clone(facts.Type), strings.Clone(facts.Code), strings.Clone(facts.Language), strings.Clone(given), strings.Clone(own),
		knownGroup{strings.Clone(answer.template), answer.fingerprint},
	})
	return answer, true
}

// match is MatchFacts, by what is known of the message's outline.
func (m *Memory) match(facts *ErrorFacts, catalog *Catalog) (Match, bool) {
	if m == nil || facts.unread == nil || len(catalog.decides) > outlineNames {
		return MatchFacts(facts, catalog)
	}
	known := m.messageOutline(facts, catalog)
	if known == nil {
		return MatchFacts(facts, catalog)
	}
	asked := outlinedSpeaker{catalog: catalog, class: facts.Type, code: facts.Code, language: facts.Language}
	for i, name := range catalog.decides {
		value, found := facts.attribute(name)
		if !found {
			value = noAttribute
		}
		asked.attributes[i] = value
	}
	for i := range known.speakers {
		one := &known.speakers[i]
		if asked.rule = one.rule; asked == *one {
			match, found := asked.speaks(facts)
			if found && one.rule.entry.own {
				match.words = &known.words[i]
			}
			return match, found
		}
	}
	best := bestOf(facts, catalog)
	if asked.rule = best.rule; len(known.speakers) < outlineAnswers && known.isSpeaker(facts, catalog, best.rule) && asked.own() {
		known.speakers = append(known.speakers, asked)
	}
	return best.speaks(facts)
}

// own makes the texts its own; false if they are too long to be kept.
func (s *outlinedSpeaker) own() bool {
	bytes := len(s.language)
	for i := range s.attributes {
		bytes += len(s.attributes[i])
		s.attributes[i] = strings.Clone(s.attributes[i])
	}
	s.class, s.code, s.language = strings.Clone(s.class), strings.Clone(s.code), strings.Clone(s.language)
	return bytes <= askedBytes
}

// noAttribute stands for an attribute that is not there.
const noAttribute = "\x00"

func (s *outlinedSpeaker) speaks(facts *ErrorFacts) (Match, bool) {
	own := candidate{s.rule, link{message: facts.Message, stacktrace: facts.Stacktrace}}
	return own.speaks(facts)
}

// messageOutline is what is known of errors of the message's outline, where neither causes nor the stack have a part in
// which rule speaks; nil elsewhere.
func (m *Memory) messageOutline(facts *ErrorFacts, catalog *Catalog) *outlined {
	if len(facts.Causes) > 0 || len(stackOf(facts)) > 1 {
		return nil
	}
	known := m.outlines.clean(facts.Message, 0, facts.Message)
	if known == nil || facts.Stacktrace == "" {
		return known
	}
	for _, rules := range [...][]*rule{catalog.stackRules, catalog.byType[lastSegment(facts.Type)]} {
		for _, one := range rules {
			if one.stack != nil && (one.languages == nil || slices.Contains(one.languages, facts.Language)) && one.stack.found(facts.Stacktrace) {
				return nil
			}
		}
	}
	return known
}

// isSpeaker is true if the rule speaks for all messages of the outline.
func (o *outlined) isSpeaker(facts *ErrorFacts, catalog *Catalog, speaks *rule) bool {
	if o.asked != catalog {
		o.asked = catalog
		o.apart = !slices.ContainsFunc(catalog.digitRules, func(one digitRule) bool { return one.mayHold(facts.Message) })
	}
	if !o.apart {
		return false
	}
	other := *facts
	other.Message = otherDigits(facts.Message, o.text)
	o.apart = bestOf(&other, catalog).rule == speaks
	return o.apart
}

// say is speak, or what it said when the captures were the same.
func (w *outlinedWords) say(d *Description, found *Match, speak func() string) string {
	if w == nil {
		return speak()
	}
	if w.docs == nil || !slices.Equal(w.captures, found.captures) {
		w.own = strings.Clone(speak())
		w.suggestions, w.docs, w.captures = d.Suggestions, d.Docs, w.captures[:0]
		for _, one := range found.captures {
			w.captures = append(w.captures, captured{one.name, strings.Clone(one.value)})
		}
		return w.own
	}
	d.begin(found.entry)
	d.Suggestions, d.Docs = w.suggestions, w.docs
	return w.own
}
