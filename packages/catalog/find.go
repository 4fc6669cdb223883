package catalog

// Where an error stands when no SDK put it into exception.*: a stack in another attribute, an `error` that is text or a
// map, a JSON body, plain text. What is found is what exception.* should have said; whoever keeps the record writes it
// there, so that the next reader finds the same. Names that loggers use are find_fields.go, texts find_text.go. See
// SPEC.md, "Finding".

import (
	"slices"
	"strings"
)

// FindError gives the attributes that an error record lacks and that its other attributes or its body tell:
// exception.type, exception.message, exception.stacktrace and, where it is free, error.type; their values are texts.
// Empty if there is nothing to find. A second look at a record that has them finds nothing.
func FindError(record *RecordInput) []Attribute {
	a := record.Attributes
	if says(a["exception.stacktrace"]) {
		return nil
	}
	if says(a["exception.type"]) || says(a["exception.message"]) {
		// With a class or a message, only Go's stack is still to be found: its SDK never sends one.
		if record.Language != "go" {
			return nil
		}
		return namedAttributes(findings{stack: stackBeside(record)}, a)
	}
	said := inFields(a, record.Language)
	if said.isNothing() {
		said = inGroups(a, record.Language)
	}
	if said.isNothing() {
		said = inLogBody(record.Body, record.Language)
	}
	if said.stack == "" {
		said.stack = stackBeside(record)
	}
	return namedAttributes(said.completed(record), a)
}

// says is true of any value but an empty text.
func says(value AnyValue) bool { return value != nil && value != "" }

func namedAttributes(said findings, a map[string]AnyValue) []Attribute {
	var named []Attribute
	put := func(name, text string, limit int) {
		if text != "" {
			named = append(named, Attribute{name, CutUTF8(text, limit)})
		}
	}
	put("exception.type", said.class, LimitTypeBytes)
	put("exception.message", said.message, LimitMessageBytes)
	put("exception.stacktrace", said.stack, LimitStackBytes)
	if !says(a["error.type"]) {
		put("error.type", said.code, LimitTypeBytes)
	}
	return named
}

func inLogBody(body AnyValue, language string) findings {
	text, ok := body.(string)
	if !ok {
		return inRecord(mapOf(body), language)
	}
	if strings.HasPrefix(text, "{") {
		if said := inRecord(mapOf(readable(body)), language); !said.isNothing() {
			return said
		}
	}
	text = CutUTF8(text, LimitStackBytes)
	if HasStackMark(text) || classIn(text).class == "" {
		return findings{}
	}
	return findings{message: text}
}

// stackBeside is the first attribute that holds a stack, by its usual name or any; else the body's.
func stackBeside(record *RecordInput) string {
	for _, name := range stackNames {
		if value := record.Attributes[name]; value != nil {
			if text := stackOfValue(value, record.Language); text != "" {
				return text
			}
		}
	}
	if name := firstWithStack(record); name != "" {
		return CutUTF8(record.Attributes[name].(string), LimitStackBytes)
	}
	body, _ := record.Body.(string)
	body = CutUTF8(body, LimitStackBytes)
	if !HasStackMark(body) {
		return ""
	}
	return stackIn(body, record.Language)
}

// firstWithStack is the least name of an attribute that holds a stack; "" if none does.
func firstWithStack(record *RecordInput) string {
	first := ""
	for name, value := range record.Attributes {
		text, ok := value.(string)
		// code.stacktrace is the place that logged.
		if !ok || (first != "" && name > first) || strings.HasPrefix(name, "errata.") || name == "code.stacktrace" {
			continue
		}
		text = CutUTF8(text, LimitStackBytes)
		if HasStackMark(text) && hasFrames(text, record.Language) {
			first = name
		}
	}
	return first
}

// completed has class and message where a stack or one text was found.
func (f findings) completed(record *RecordInput) findings {
	if f.class != "" {
		return f
	}
	if f.stack != "" {
		head := ParseStack(f.stack, record.Language)[0]
		if head.Type != "" {
			f.class, f.message = head.Type, firstText(f.message, head.Message)
			return f
		}
		if f.message == "" {
			f.message = firstText(head.Message, ownText(record.Body))
		}
	}
	if f.message == "" {
		return f
	}
	named := classIn(f.message)
	f.class, f.message, f.code = named.class, named.message, firstText(f.code, named.code)
	return f
}

// ownText is what the program wrote beside a stack that says nothing.
func ownText(body AnyValue) string {
	text, _ := body.(string)
	text = CutUTF8(text, LimitStackBytes)
	if HasStackMark(text) {
		return ""
	}
	return text
}

func sortedKeys(entries map[string]AnyValue) []string {
	keys := make([]string, 0, len(entries))
	for key := range entries {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
