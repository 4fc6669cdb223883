package main

import (
	"encoding/base64"
	"math"
	"strconv"

	"github.com/errata-dev/errata/packages/catalog"
	"github.com/errata-dev/errata/packages/catalog/compile"
)

// recordJSON is a record; what JSON cannot say is {"$int": "1"}, {"$double": "NaN"} or {"$bytes": base64}.
type recordJSON struct {
	EventName      string         `json:"eventName"`
	SeverityNumber int            `json:"severityNumber"`
	Body           any            `json:"body"`
	Attributes     map[string]any `json:"attributes"`
	Language       string         `json:"language"`
}

// described is all that is said of a record: what was found, its facts, its description, what is put on it, its id.
type described struct {
	Found       [][2]any            `json:"found"`
	Facts       *catalog.ErrorFacts `json:"facts"`
	Description catalog.Description `json:"description"`
	Attributes  [][2]any            `json:"attributes"`
	Context     [][2]any            `json:"context"`
	EventID     string              `json:"eventId"`
}

// describe answers as a receiver does: redact, read, describe. Null if the record is no error.
func describe(q *question) any {
	attributes, _ := typed(q.Record.Attributes).(map[string]any)
	record := catalog.RecordInput{
		EventName:      q.Record.EventName,
		SeverityNumber: q.Record.SeverityNumber,
		Body:           typed(q.Record.Body),
		Attributes:     attributes,
		Language:       q.Record.Language,
	}
	if q.Redact {
		redactRecord(&record)
	}
	facts, ok := catalog.FactsFromRecord(&record)
	if !ok {
		return nil
	}
	said := catalog.Describe(facts, catalog.BuiltinCatalog(), q.Given)
	if known := otherwise(&record, said, q.Given); known != nil {
		return known
	}
	return described{
		Found:       pairs(catalog.FindError(&record)),
		Facts:       facts,
		Description: said,
		Attributes:  pairs(catalog.DescriptionAttributes(&said)),
		Context:     pairs(catalog.TaskContext(record.Attributes)),
		EventID: catalog.EventID(&catalog.EventIDInput{
			TimeUnixNano:        "1",
			ServiceName:         q.Record.Language,
			Body:                catalog.AnyText(record.Body),
			ExceptionType:       catalog.AnyText(record.Attributes["exception.type"]),
			ExceptionMessage:    catalog.AnyText(record.Attributes["exception.message"]),
			ExceptionStacktrace: catalog.AnyText(record.Attributes["exception.stacktrace"]),
		}),
	}
}

// pairs are attributes as names and texts.
func pairs(attributes []catalog.Attribute) [][2]any {
	list := [][2]any{}
	for _, one := range attributes {
		list = append(list, [2]any{one.Name, catalog.AnyText(one.Value)})
	}
	return list
}

func typed(value any) any {
	switch v := value.(type) {
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = typed(v[i])
		}
		return list
	case map[string]any:
		if text, ok := v["$int"].(string); ok {
			number, _ := strconv.ParseInt(text, 10, 64)
			return number
		}
		if text, ok := v["$double"].(string); ok {
			return double(text)
		}
		if text, ok := v["$bytes"].(string); ok {
			bytes, _ := base64.StdEncoding.DecodeString(text)
			return bytes
		}
		entries := make(map[string]any, len(v))
		for key := range v {
			entries[key] = typed(v[key])
		}
		return entries
	}
	return value
}

func double(text string) float64 {
	number, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return math.NaN()
	}
	return number
}

// regex answers what a catalog's expression compiles to, or why it is refused.
func regex(q *question) any {
	compiled, err := compile.Regex(q.Text)
	if refused, ok := err.(*compile.RegexRefusedError); ok {
		return [2]string{refused.Message, refused.Remedy}
	}
	return compiled
}
