package catalog

// Names under which loggers put an error, flat or as a map, and what is taken from them. Names alone: how a text is read
// is find_text.go, where fields are looked for find.go.

import "strings"

// findings are an error's texts; "" where nothing was found.
type findings struct{ class, message, stack, code string }

// isNothing: a code alone is no error.
func (f findings) isNothing() bool { return f.class == "" && f.message == "" && f.stack == "" }

var (
	// errorNames are attributes in which programs put an error as text or map; a plain text in one of holderNames is none.
	errorNames  = [...]string{"error", "err", "exception", "Exception", "panic", "@x"}
	holderNames = [...]string{"exc_info", "thrown", "cause"}
	// stackNames are where programs put a stack of their own, the likeliest first.
	stackNames = [...]string{
		"stack", "stacktrace", "stack_trace", "stackTrace", "error.stack", "error.stack_trace", "error.stacktrace", "err.stack",
		"exception.stack", "panic.stack", "panic.stacktrace", "exc_info", "traceback", "backtrace", "full_message",
	}
	flatTypes = [...]string{
		"error.class", "error.kind", "error.name", "err.type", "err.name", "exception_class", "exception.class", "errorType",
	}
	flatMessages  = [...]string{"error.message", "err.message", "error_message", "exception_message", "errorMessage"}
	innerTypes    = [...]string{"type", "class", "name", "kind", "@type", "exception_class", "throwable", "Type", "ClassName"}
	innerMessages = [...]string{"message", "msg", "error", "exception_message", "value", "Message"}
	innerStacks   = [...]string{
		"stacktrace", "stack_trace", "stackTrace", "stack", "traceback", "backtrace", "StackTrace", "StackTraceString",
	}
	// recordMessages are a record's own message, where a logger wrote the record as JSON.
	recordMessages = [...]string{"message", "msg", "text", "event", "short_message"}
)

// emptyWords are texts that loggers write where there is no error.
var emptyWords = words("true false yes no ok on off null nil <nil> none undefined nan n/a error")

// inFields is the error in the fields of a record or of one of its groups.
func inFields(fields map[string]AnyValue, language string) findings {
	for i := range len(errorNames) + len(holderNames) {
		plain := i < len(errorNames)
		name := ""
		if plain {
			name = errorNames[i]
		} else {
			name = holderNames[i-len(errorNames)]
		}
		value := fields[name]
		if value == nil {
			continue
		}
		if said := inMap(mapOf(readable(value)), language); !said.isNothing() {
			return said
		}
		text := boundedText(value)
		if HasStackMark(text) && hasFrames(text, language) {
			return findings{message: firstOf(fields, flatMessages[:]), stack: text}
		}
		if plain && saysSomething(text) {
			return findings{message: text, stack: firstStack(fields, stackNames[:], language)}
		}
	}
	said := findings{message: firstOf(fields, flatMessages[:]), stack: firstStack(fields, stackNames[:], language)}
	if !said.isNothing() {
		// ECS has the class in error.type, where OpenTelemetry has a code.
		said.class = firstText(firstOf(fields, flatTypes[:]), className(boundedText(fields["error.type"])))
	}
	return said
}

// inGroups looks one level down, the groups by name: an error in a group of fields stays there.
func inGroups(fields map[string]AnyValue, language string) findings {
	if !hasGroup(fields) {
		return findings{}
	}
	for _, name := range sortedKeys(fields) {
		if strings.HasPrefix(name, "errata.") {
			continue
		}
		if said := inFields(mapOf(readable(fields[name])), language); !said.isNothing() {
			return said
		}
	}
	return findings{}
}

func hasGroup(fields map[string]AnyValue) bool {
	for _, value := range fields {
		switch v := value.(type) {
		case map[string]any:
			return true
		case string:
			if strings.HasPrefix(v, "{") {
				return true
			}
		}
	}
	return false
}

// inRecord reads a record that a logger wrote as JSON: its error, else its own message.
func inRecord(fields map[string]AnyValue, language string) findings {
	said := inFields(fields, language)
	if said.isNothing() {
		said = inGroups(fields, language)
	}
	if said.isNothing() {
		return findings{message: firstOf(fields, recordMessages[:])}
	}
	return said
}

// inMap reads an error that a logger wrote as a map.
func inMap(fields map[string]AnyValue, language string) findings {
	if len(fields) == 0 {
		return findings{}
	}
	said := findings{
		class:   firstOf(fields, innerTypes[:]),
		message: firstOf(fields, innerMessages[:]),
		stack:   firstStack(fields, innerStacks[:], language),
	}
	// A class without a message is one all the same: Java's may have none.
	if said.message == "" && said.stack == "" && className(said.class) == "" {
		return findings{}
	}
	if code := boundedText(fields["code"]); saysSomething(code) && !strings.Contains(code, " ") {
		said.code = code
	}
	return said
}

// jsonBytes is the longest text read as JSON: what a logger writes is shorter than what is read of a stack and a message.
const jsonBytes = LimitStackBytes + LimitMessageBytes

// readable is the value, unless it is a text too long to be read as JSON.
func readable(value AnyValue) AnyValue {
	if text, ok := value.(string); ok && len(text) > jsonBytes {
		return nil
	}
	return value
}

func firstOf(fields map[string]AnyValue, names []string) string {
	for _, name := range names {
		if text := boundedText(fields[name]); text != "" && saysSomething(text) {
			return text
		}
	}
	return ""
}

func firstStack(fields map[string]AnyValue, names []string, language string) string {
	for _, name := range names {
		if value := fields[name]; value != nil {
			if text := stackOfValue(value, language); text != "" {
				return text
			}
		}
	}
	return ""
}

// stackOfValue is a value that is a stack: text, or a list of its lines; else "".
func stackOfValue(value AnyValue, language string) string {
	text := linesOf(value)
	if !hasFrames(text, language) {
		return ""
	}
	return text
}

func boundedText(value AnyValue) string {
	text, _ := value.(string)
	return CutUTF8(text, LimitStackBytes)
}

func linesOf(value AnyValue) string {
	lines := listOf(readable(value))
	if len(lines) == 0 {
		return boundedText(value)
	}
	texts := make([]string, len(lines))
	for i, line := range lines {
		text, ok := line.(string)
		if !ok {
			return ""
		}
		texts[i] = text
	}
	return CutUTF8(strings.Join(texts, "\n"), LimitStackBytes)
}

func className(text string) string {
	if head, ok := readClassHead(text); ok && head.class == text {
		return text
	}
	return ""
}

// saysSomething: a letter at least, and none of the words for nothing.
func saysSomething(text string) bool {
	if len(text) <= 9 && in(emptyWords, lowerASCII(text)) {
		return false
	}
	for i := range len(text) {
		if isLetter(text[i]) || text[i] >= 0x80 {
			return true
		}
	}
	return false
}
