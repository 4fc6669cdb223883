package describe

// Which records count as errors. The default is SPEC.md's, the same in every language; the rest is a user's own choice.

import (
	"encoding/json"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/errata-dev/errata/packages/catalog"
)

// Selection is the key `errors` of the processor.
type Selection struct {
	// MinSeverity is the lowest SeverityNumber that makes a record an error, 1 to 24; 0 if severity says nothing.
	MinSeverity int `mapstructure:"min_severity"`
	// ExceptionAttributes: exception.type, exception.message or exception.stacktrace make a record an error.
	ExceptionAttributes bool `mapstructure:"exception_attributes"`
	// EventName: an event name that ends in `exception` makes a record an error.
	EventName bool `mapstructure:"event_name"`
	// Body: a body that looks like an error makes a record without a severity one.
	Body bool `mapstructure:"body"`
	// Find looks for the error where programs put it that have no exception.*: other attributes, JSON bodies, text.
	Find bool `mapstructure:"find"`
}

// DefaultSelection is SPEC.md, "What is an error".
func DefaultSelection() Selection {
	return Selection{MinSeverity: errorSeverity, ExceptionAttributes: true, EventName: true, Find: true}
}

// errorSeverity is ERROR.
const errorSeverity = 17

// Check tells the mistake with its key and the remedy.
func (s *Selection) Check() error {
	if s.MinSeverity < 0 || s.MinSeverity > 24 {
		return invalid("errors.min_severity", s.MinSeverity, "use 1 to 24 (13 is WARN, 17 ERROR, 21 FATAL), or 0 to leave severity out")
	}
	if s.MinSeverity == 0 && !s.ExceptionAttributes && !s.EventName && !s.Body {
		return invalid("errors", "all off", "leave at least one of min_severity, exception_attributes, event_name and body on")
	}
	return nil
}

// marks is what one look at the names of a record's attributes tells.
type marks struct {
	exception   bool
	voice       bool
	fingerprint bool
}

// look reads names alone: it is what every record costs.
func look(attributes pcommon.Map) marks {
	var seen marks
	for name := range attributes.All() {
		if len(name) < 7 || name[0] != 'e' {
			continue
		}
		switch {
		case strings.HasPrefix(name, "errata."):
			seen.fingerprint = seen.fingerprint || name == "errata.fingerprint"
			if _, ours := voice[name]; ours {
				seen.voice = true
			}
		case name == "exception.type", name == "exception.message", name == "exception.stacktrace":
			seen.exception = true
		}
	}
	return seen
}

// isException: the name of an event, or its attributes, say that it is an error.
func isException(eventName string, seen marks) bool {
	return seen.exception || strings.HasSuffix(eventName, "exception")
}

// counts is true if the record is an error by this selection.
func (s *Selection) counts(severity int, eventName string, seen marks, body pcommon.Value) bool {
	switch {
	case s.MinSeverity > 0 && severity >= s.MinSeverity:
		return true
	case s.ExceptionAttributes && seen.exception:
		return true
	case s.EventName && strings.HasSuffix(eventName, "exception"):
		return true
	}
	return s.Body && severity == 0 && body.Type() == pcommon.ValueTypeStr && looksLikeError(body.Str())
}

// headBytes of a line hold its level.
const headBytes = 120

// levelNames are where loggers put their level in JSON.
var levelNames = [...]string{"level", "severity", "levelname", "log.level", "lvl"}

// jsonBytes is the longest text read as JSON, as the catalog has it.
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

// looksLikeError: a stack, a level in front, or a level in JSON.
func looksLikeError(text string) bool {
	if strings.HasPrefix(text, "{") {
		fields := jsonObject(text)
		for _, name := range levelNames {
			if level := fields[name]; level != nil && level != "" {
				return isErrorLevel(level)
			}
		}
		return false
	}
	head := text[:min(len(text), headBytes)]
	for word := range strings.FieldsFuncSeq(head, func(r rune) bool { return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || r == '=') }) {
		switch word {
		case "ERROR", "FATAL", "CRITICAL", "PANIC", "SEVERE", "EMERG", "level=error", "level=fatal", "level=panic":
			return true
		}
	}
	return catalog.HasStackMark(text)
}

func isErrorLevel(level any) bool {
	switch v := level.(type) {
	case string:
		switch strings.ToLower(v) {
		case "error", "err", "fatal", "critical", "panic", "emerg", "emergency", "alert", "severe", "dpanic":
			return true
		}
	case float64:
		// pino and bunyan: 50 is error, 60 fatal.
		return v >= 50
	}
	return false
}
