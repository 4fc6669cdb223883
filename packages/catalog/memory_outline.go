package catalog

// What is remembered of messages that differ in numbers alone: that redaction finds nothing in them, their template and
// group, and which rule speaks. Each answer is kept once it is shown that the numbers have no part in it.

import (
	"slices"
	"strings"
	"unsafe"
)

const (
	// outlineAnswers is how many answers of a kind one outline has: the same sentence comes from few classes of errors.
	outlineAnswers = 4
	// outlineNames is how many attributes decide which rule speaks, at most; a catalog that reads more is asked each time.
	outlineNames = 16
	// answerBytes is about what the answers of one outline take besides its text.
	answerBytes = 1_536
)

// outlined is what is known of all messages of one outline.
type outlined struct {
	// looked is true once redaction was asked, clean if it finds nothing.
	looked, clean bool
	groups        []outlinedGroup
	speakers      []outlinedSpeaker
}

type outlinedGroup struct {
	class, code, language, given, own string
	known                             knownGroup
}

// outlinedSpeaker is what decides which rule speaks, and the rule; nil if none does.
type outlinedSpeaker struct {
	catalog               *Catalog
	class, code, language string
	attributes            [outlineNames]string
	rule                  *rule
}

// outlineMemory keeps the answers of outlines, and the outline of the last message.
type outlineMemory struct {
	known Recent[string, *outlined]
	// message is the last one, text its outline if it has one, of what is known of it: nil before it came twice.
	message string
	has     bool
	text    []byte
	of      *outlined
}

// outline is what is known of messages of the message's outline; nil if nothing is kept of them.
func (m *Memory) outline(message string) *outlined {
	o := &m.outlines
	if o.message == message && message != "" {
		return o.of
	}
	o.message, o.of = message, nil
	if o.text, o.has = outlineOf(message, o.text[:0]); !o.has {
		return nil
	}
	// The key is not kept: of one that is, a copy is.
	known, ok, again := o.known.Get(unsafe.String(&o.text[0], len(o.text)))
	if !ok && again {
		known = &outlined{}
		o.known.Put(string(o.text), known, len(o.text)+answerBytes)
	}
	o.of = known
	return known
}

// isClean is true if redaction is known to find nothing in the text.
func (m *Memory) isClean(by *Redactor, key, text string) bool {
	return by.usual && (key == "" || key == "exception.message") && m.cleanOutline(text) != nil
}

// cleanOutline is what is known of messages of the text's outline in which redaction finds nothing; nil of others.
func (m *Memory) cleanOutline(text string) *outlined {
	known := m.outline(text)
	if known == nil {
		return nil
	}
	if !known.looked {
		known.looked, known.clean = true, defaultRedactor().holdsNothingOfOutline(text, m.outlines.text)
	}
	if !known.clean {
		return nil
	}
	return known
}

// outlineGroup is template and group of an error without stack and causes by its outline; read computes those of a
// message.
func (m *Memory) outlineGroup(facts *ErrorFacts, given, own string, read func(facts *ErrorFacts) knownGroup) (knownGroup, bool) {
	known := m.cleanOutline(facts.Message)
	if known == nil {
		return knownGroup{}, false
	}
	for i := range known.groups {
		one := &known.groups[i]
		if one.class == facts.Type && one.code == facts.Code && one.language == facts.Language && one.given == given && one.own == own {
			return one.known, true
		}
	}
	answer := read(facts)
	if len(known.groups) == outlineAnswers {
		return answer, true
	}
	other := *facts
	other.Message = otherDigits(facts.Message, m.outlines.text)
	if read(&other) != answer {
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
	if m == nil || facts.unread == nil || facts.Stacktrace != "" || len(facts.Causes) > 0 || len(catalog.decides) > outlineNames {
		return MatchFacts(facts, catalog)
	}
	known := m.cleanOutline(facts.Message)
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
			return asked.speaks(facts)
		}
	}
	best := bestOf(facts, catalog)
	if len(known.speakers) < outlineAnswers && m.isSpeaker(facts, catalog, best.rule) {
		asked.rule = best.rule
		for _, text := range [...]*string{&asked.class, &asked.code, &asked.language} {
			*text = strings.Clone(*text)
		}
		for i := range asked.attributes {
			asked.attributes[i] = strings.Clone(asked.attributes[i])
		}
		known.speakers = append(known.speakers, asked)
	}
	return best.speaks(facts)
}

// noAttribute stands for an attribute that is not there.
const noAttribute = "\x00"

func (s *outlinedSpeaker) speaks(facts *ErrorFacts) (Match, bool) {
	own := candidate{s.rule, link{message: facts.Message}}
	return own.speaks(facts)
}

// isSpeaker is true if the rule speaks for all messages of the outline.
func (m *Memory) isSpeaker(facts *ErrorFacts, catalog *Catalog, speaks *rule) bool {
	if slices.ContainsFunc(catalog.digitRules(), func(one digitRule) bool { return one.mayHold(facts.Message) }) {
		return false
	}
	other := *facts
	other.Message = otherDigits(facts.Message, m.outlines.text)
	return bestOf(&other, catalog).rule == speaks
}
