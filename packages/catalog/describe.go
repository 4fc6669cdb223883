package catalog

// One error's facts to everything errata says of it: the call every surface makes.

import (
	"strconv"
	"strings"
)

// Describe is what errata says of the facts, by the catalog. given is the user's own fingerprint key, "" if none. The
// facts must already be redacted: suggestions quote captured values.
func Describe(facts *ErrorFacts, catalog *Catalog, given string) Description {
	return (*Memory)(nil).Describe(facts, catalog, given)
}

// Describe is the function of that name, with template and group of what came before out of the memory.
func (m *Memory) Describe(facts *ErrorFacts, catalog *Catalog, given string) Description {
	// Matching, fingerprint and suggestions read the stack; a copy remembers it, the caller's facts may be shared.
	if facts.stack.blocks == nil || facts.stack.text != facts.Stacktrace || facts.stack.language != facts.Language {
		own := *facts
		own.rememberStack(ParseStack(facts.Stacktrace, facts.Language))
		facts = &own
	}
	found, matched := m.match(facts, catalog)
	speaking := catalog.unknown
	if matched {
		speaking = found.entry
	}
	value := func(name string) string {
		if captured := found.Capture(name); captured != "" {
			return captured
		}
		return builtinValue(name, facts, found.Link)
	}
	said := Description{
		Code:     UnknownCode,
		Category: "unknown",
		Severity: "medium",
		Catalog:  catalog.version,
		Docs:     []string{},
		Suggestions: Suggestions{
			Immediate:  []string{},
			Preventive: []string{},
		},
	}
	own := ""
	if speaking != nil {
		own = found.words.say(&said, &found, func() string { return said.speak(speaking, matched, families[facts.Language], value) })
	}
	group := m.group(facts, given, own, func(facts *ErrorFacts) knownGroup {
		// One reader: template and fingerprint redact the same message once.
		read := &reader{}
		if m != nil {
			read = &m.reader
			read.begin(m.settled[:], &m.lines, &m.outlines)
		}
		return knownGroup{read.template(facts.Message), read.fingerprint(facts, given, own, false).Value}
	})
	said.Template, said.Fingerprint, said.FingerprintVersion = group.template, group.fingerprint, FingerprintVersion
	return said
}

// begin puts in what an entry that matched says of every error.
func (d *Description) begin(speaking *entry) {
	source := speaking.source
	d.Code, d.Pattern, d.Category, d.Severity, d.Retryable = source.Code, source.ID, source.Category, source.Severity, source.Retryable
}

// speak puts in what the entry says to programs of the language's family, and gives the entry's own fingerprint, "" if it has none.
func (d *Description) speak(speaking *entry, matched bool, family string, value func(string) string) string {
	source := speaking.source
	d.begin(speaking)
	if !matched {
		d.Pattern = ""
	}
	d.Suggestions.Immediate = fillAll(speaking.immediate, family, value)
	d.Suggestions.Preventive = fillAll(speaking.preventive, family, value)
	if source.Docs != nil {
		d.Docs = linksFor(source.Docs, family)
	}
	if speaking.fingerprint != nil {
		if own, ok := speaking.fingerprint.fill(value); ok {
			return source.Code + " " + own
		}
	}
	return ""
}

// builtinValue is error.* of the matched link or frame.* of the innermost own frame; "" where the error does not say.
func builtinValue(name string, facts *ErrorFacts, link int) string {
	switch {
	case strings.HasPrefix(name, "frame."):
		return CleanCapture(frameValue(name, facts, link))
	case strings.HasPrefix(name, "error."):
		return CleanCapture(errorValue(name, facts, link))
	}
	return ""
}

func errorValue(name string, facts *ErrorFacts, link int) string {
	subject := CauseFacts{Type: facts.Type, Message: facts.Message, Code: facts.Code}
	if link > 0 {
		subject = chainLink(facts, link)
	}
	switch name {
	case "error.type":
		return subject.Type
	case "error.code":
		return subject.Code
	case "error.message":
		return subject.Message
	}
	return ""
}

func frameValue(name string, facts *ErrorFacts, link int) string {
	frame := frameOf(facts, link)
	if frame == nil {
		return ""
	}
	switch name {
	case "frame.function":
		if frame.Function == "" {
			return "the top of the stack"
		}
		return frame.Function
	case "frame.file":
		return strings.TrimPrefix(frame.File, "file://")
	case "frame.line":
		if frame.Line > 0 {
			return strconv.Itoa(frame.Line)
		}
	}
	return ""
}

// frameOf is the innermost own frame of the matched link, else of the error; nil if there is none.
func frameOf(facts *ErrorFacts, link int) *Frame {
	if link > 0 && link <= len(facts.Causes) && facts.Causes[link-1].Stacktrace != "" {
		if frame := innermostOwnFrame(ParseStack(facts.Causes[link-1].Stacktrace, facts.Language)); frame != nil {
			return frame
		}
	}
	return innermostOwnFrame(stackOf(facts))
}

// innermostOwnFrame is the frame of the application's own code nearest the throw, the deepest cause first.
func innermostOwnFrame(blocks []StackBlock) *Frame {
	for i := len(blocks) - 1; i >= 0; i-- {
		for j := range blocks[i].Frames {
			if blocks[i].Frames[j].InApp() {
				return &blocks[i].Frames[j]
			}
		}
	}
	return nil
}
