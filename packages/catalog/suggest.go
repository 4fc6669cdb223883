package catalog

// Suggestions rendered: placeholders filled from captures, what cannot be filled left out. See SPEC.md, "Suggestions".

import (
	"slices"
	"strings"
)

// suggestion is a text with {{name}} and {{name|fallback}}, read once when the catalog is built.
type suggestion []suggestionPart

// suggestionPart is a plain text and the placeholder behind it, if hasName.
type suggestionPart struct {
	text           string
	name, fallback string
	hasName        bool
	hasFallback    bool
}

func newSuggestion(text string) suggestion {
	var parts suggestion
	from := 0
	for at := 0; at < len(text); {
		part, end, ok := placeholderAt(text, at)
		if !ok {
			at++
			continue
		}
		part.text = text[from:at]
		parts = append(parts, part)
		at, from = end, end
	}
	if from < len(text) {
		parts = append(parts, suggestionPart{text: text[from:]})
	}
	return parts
}

// placeholderAt reads {{name}} or {{name|fallback}} at a place of the text: no name holds '}' or '|', no fallback '}'.
func placeholderAt(text string, at int) (part suggestionPart, end int, ok bool) {
	if !strings.HasPrefix(text[at:], "{{") {
		return part, 0, false
	}
	from := at + 2
	length := strings.IndexAny(text[from:], "}|")
	if length < 0 {
		return part, 0, false
	}
	part.name, part.hasName = text[from:from+length], true
	end = from + length
	if text[end] == '|' {
		length = strings.IndexByte(text[end:], '}')
		if length < 0 {
			return part, 0, false
		}
		part.fallback, part.hasFallback = text[end+1:end+length], true
		end += length
	}
	if !strings.HasPrefix(text[end:], "}}") {
		return part, 0, false
	}
	return part, end + 2, true
}

// fill is the text with its placeholders filled, cut at LimitSuggestionBytes; false when one has neither value nor
// fallback. A value is "" if there is none.
func (s suggestion) fill(value func(name string) string) (string, bool) {
	if len(s) == 1 && !s[0].hasName {
		return CutUTF8(s[0].text, LimitSuggestionBytes), true
	}
	var small [LimitSuggestionBytes]byte
	out := small[:0]
	for i := range s {
		part := &s[i]
		out = append(out, part.text...)
		if !part.hasName {
			continue
		}
		filled := value(part.name)
		switch {
		case filled != "":
			out = append(out, filled...)
		case part.hasFallback:
			out = append(out, part.fallback...)
		default:
			return "", false
		}
	}
	return CutUTF8(string(out), LimitSuggestionBytes), true
}

// fillAll are the texts for programs of the family that can be filled, equal ones once, at most LimitSuggestions.
func fillAll(texts []advice, family string, value func(name string) string) []string {
	filled := make([]string, 0, min(len(texts), LimitSuggestions))
	for i := range texts {
		if len(filled) == LimitSuggestions {
			break
		}
		if !texts[i].isFor(family) {
			continue
		}
		if one, ok := texts[i].text.fill(value); ok && !slices.Contains(filled, one) {
			filled = append(filled, one)
		}
	}
	return filled
}
