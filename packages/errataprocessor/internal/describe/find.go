package describe

// Where the error stands when no SDK put it into exception.*: a stack in another attribute (Go services that recover a
// panic), an `error` attribute that is text, a JSON body, plain text with a stack behind it. What is found is written to
// exception.*, so that whoever reads the record later finds the same. Node is left out: @errata/node, local and backfill
// read its records as they are, and the three must agree.

import (
	"encoding/json"
	"strings"

	"github.com/errata-dev/errata/packages/catalog"
)

// found is an error's three texts; "" where nothing was found.
type found struct{ class, message, stack string }

// hidden looks for what exception.* does not say. attributes and body are redacted already.
func hidden(attributes map[string]any, body any, language string) found {
	if language == "nodejs" {
		return found{}
	}
	has := func(name string) bool { return catalog.AnyText(attributes[name]) != "" }
	if has("exception.stacktrace") {
		return found{}
	}
	named := has("exception.type") || has("exception.message")
	if named && language != "go" {
		// SDKs of other languages send the stack with the exception; one elsewhere is another error's.
		return found{}
	}
	said := found{}
	if !named {
		said = inFields(attributes)
		if said == (found{}) {
			said = inGroups(attributes)
		}
		if said == (found{}) {
			said = inBody(body, language)
		}
	}
	if said.stack == "" {
		said.stack = stackAmong(attributes, language)
	}
	if text, ok := body.(string); ok && said.stack == "" && hasStackMark(text) {
		said.stack = stackIn(text, language)
	}
	if named {
		said.class, said.message = "", ""
	}
	return said
}

// inFields reads the names that loggers of many languages use, flat or as a map.
func inFields(fields map[string]any) found {
	for _, name := range [...]string{"error", "err", "exception", "panic", "cause", "exc_info", "thrown"} {
		switch v := fields[name].(type) {
		case map[string]any:
			if inner := inObject(v); inner != (found{}) {
				return inner
			}
		case string:
			if v == "" {
				continue
			}
			if hasStackMark(v) {
				return found{message: textOf(firstOf(fields, "error.message")), stack: v}
			}
			return found{message: v, stack: textOf(firstOf(fields, stackNames[:]...))}
		}
	}
	flat := found{
		class:   textOf(firstOf(fields, "error.class", "error.kind", "error.name", "err.type", "err.name", "exception_class", "exception.class")),
		message: textOf(firstOf(fields, "error.message", "err.message", "error_message", "exception_message")),
		stack:   textOf(firstOf(fields, stackNames[:]...)),
	}
	// ECS has the class in error.type, where OpenTelemetry has a code: only a stack or a message beside it says which.
	if class := textOf(fields["error.type"]); flat.class == "" && (flat.message != "" || flat.stack != "") && strings.ContainsAny(class, "abcdefghijklmnopqrstuvwxyz") {
		flat.class = class
	}
	return flat
}

// inGroups looks one level down: an error in a slog.Group stays there, as text.
func inGroups(attributes map[string]any) found {
	for _, name := range sortedNames(attributes) {
		group, ok := attributes[name].(map[string]any)
		if !ok || strings.HasPrefix(name, "errata.") {
			continue
		}
		if said := inFields(group); said != (found{}) {
			return said
		}
	}
	return found{}
}

// inObject reads an error that a logger wrote as a map.
func inObject(fields map[string]any) found {
	return found{
		class:   textOf(firstOf(fields, "type", "class", "name", "kind", "@type", "exception_class", "throwable")),
		message: textOf(firstOf(fields, "message", "msg", "error", "exception_message", "value")),
		stack:   textOf(firstOf(fields, "stacktrace", "stack_trace", "stackTrace", "stack", "traceback", "backtrace")),
	}
}

// stackNames are where programs put a stack of their own, the likeliest first.
var stackNames = [...]string{
	"stack", "stacktrace", "stack_trace", "stackTrace", "error.stack", "error.stack_trace", "error.stacktrace", "err.stack",
	"exception.stack", "panic.stack", "panic.stacktrace", "exc_info", "traceback", "backtrace",
}

func inBody(body any, language string) found {
	switch v := body.(type) {
	case map[string]any:
		return inRecord(v)
	case string:
		if strings.HasPrefix(v, "{") {
			return inRecord(jsonObject(v))
		}
		if hasStackMark(v) {
			return found{stack: stackIn(v, language)}
		}
	}
	return found{}
}

// inRecord reads a record that a logger wrote as JSON: its error, else its own message.
func inRecord(fields map[string]any) found {
	if fields == nil {
		return found{}
	}
	said := inFields(fields)
	if said.message == "" && said.stack == "" {
		said.message = textOf(firstOf(fields, "message", "msg", "text", "event"))
	}
	return said
}

// stackAmong is the first attribute that holds a stack: under a usual name, else under any.
func stackAmong(attributes map[string]any, language string) string {
	for _, name := range stackNames {
		if text, ok := attributes[name].(string); ok && hasFrames(text, language) {
			return text
		}
	}
	for _, name := range sortedNames(attributes) {
		// code.stacktrace is the place that logged.
		if strings.HasPrefix(name, "errata.") || name == "code.stacktrace" {
			continue
		}
		if text, ok := attributes[name].(string); ok && hasStackMark(text) && hasFrames(text, language) {
			return text
		}
	}
	return ""
}

// stackMarks are what only a stack has; one of them is needed before a text is read as one.
var stackMarks = [...]string{
	"Traceback (most recent call last)", "\n\tat ", "\n    at ", "\n   at ", "goroutine ", "\n\t/", " panicked at ", "\n#0 ", ":in `", ":in '",
}

func hasStackMark(text string) bool {
	if !strings.Contains(text, "\n") {
		return false
	}
	text = text[:min(len(text), catalog.LimitStackBytes)]
	for _, mark := range stackMarks {
		if strings.Contains(text, mark) {
			return true
		}
	}
	return false
}

func hasFrames(text, language string) bool {
	if !strings.Contains(text, "\n") {
		return false
	}
	for _, block := range catalog.ParseStack(text, language) {
		if len(block.Frames) > 0 {
			return true
		}
	}
	return false
}

// introLines is the number of lines a program may write before its stack.
const introLines = 6

// stackIn is the stack within a text: the text itself, without the lines before the one that names the class.
func stackIn(text, language string) string {
	if !hasFrames(text, language) {
		return ""
	}
	if _, _, ok := catalog.StackHead(text, language); ok {
		return text
	}
	rest := text
	for range introLines {
		_, after, more := strings.Cut(rest, "\n")
		if !more {
			break
		}
		rest = after
		if _, _, ok := catalog.StackHead(rest, language); ok && hasFrames(rest, language) {
			return rest
		}
	}
	return text
}

// jsonBytes is the longest text read as JSON; what a logger writes is shorter than what is read of a stack and a message.
const jsonBytes = catalog.LimitStackBytes + catalog.LimitMessageBytes

// jsonObject is nil if the text is no JSON object. Go's decoder refuses more than 10,000 levels by itself.
func jsonObject(text string) map[string]any {
	if len(text) > jsonBytes {
		return nil
	}
	var fields map[string]any
	if json.Unmarshal([]byte(text), &fields) != nil {
		return nil
	}
	return fields
}

func firstOf(fields map[string]any, names ...string) any {
	for _, name := range names {
		if value := fields[name]; value != nil && value != "" {
			return value
		}
	}
	return nil
}

// textOf is a text, or the lines of a list of texts, as loggers write stacks.
func textOf(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case []any:
		lines := make([]string, 0, len(v))
		for _, item := range v {
			line, ok := item.(string)
			if !ok {
				return ""
			}
			lines = append(lines, line)
		}
		return strings.Join(lines, "\n")
	}
	return ""
}
