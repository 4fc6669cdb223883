package describe

// Taking private values out of records, resources and spans, and saying on them how many there were.

import (
	"maps"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/errata-dev/errata/packages/catalog"
)

// redactAll gives copies; a record's attributes are one map, so that the keys above a value count as everywhere.
func (d *Describer) redactAll(attributes map[string]any, body any, counts catalog.RedactionCounts) (map[string]any, any) {
	value, _ := d.redactor.Value(attributes, counts, "")
	kept, _ := value.(map[string]any)
	if kept == nil {
		kept = map[string]any{}
	}
	left, stays := d.redactor.Value(body, counts, "")
	if !stays {
		left = nil
	}
	return kept, left
}

// redactRecord redacts a record that is not described here.
func (d *Describer) redactRecord(record plog.LogRecord, tally *Tally) {
	counts := catalog.RedactionCounts{}
	d.redactMap(record.Attributes(), counts)
	d.redactValue(record.Body(), counts)
	addRedactions(record.Attributes(), counts)
	tally.redacted(counts)
}

func (d *Describer) redactMap(attributes pcommon.Map, counts catalog.RedactionCounts) {
	in := newReader(d.settings.Limits)
	raw := in.attributes(attributes)
	before := maps.Clone(counts)
	kept, _ := d.redactAll(raw, nil, counts)
	writeBack(attributes, kept, len(in.cut) > 0 || !maps.Equal(before, counts))
}

func (d *Describer) redactValue(value pcommon.Value, counts catalog.RedactionCounts) {
	in := newReader(d.settings.Limits)
	raw := in.value(value, 0)
	before := maps.Clone(counts)
	_, kept := d.redactAll(nil, raw, counts)
	if kept == nil && raw != nil {
		put(value, nil)
		return
	}
	writeValue(value, kept, len(in.cut) > 0 || !maps.Equal(before, counts))
}

// addRedactions adds to the map that says how much was redacted; something else under its name gives way.
func addRedactions(attributes pcommon.Map, counts catalog.RedactionCounts) {
	if len(counts) == 0 {
		return
	}
	names := make(map[string]int64, len(counts))
	for kind, count := range counts {
		names[string(kind)] = int64(count)
	}
	into := ownMap(attributes, "errata.redactions")
	for _, kind := range sortedNames(names) {
		before := int64(0)
		if value, ok := into.Get(kind); ok && value.Type() == pcommon.ValueTypeInt {
			before = value.Int()
		}
		into.PutInt(kind, before+names[kind])
	}
}
