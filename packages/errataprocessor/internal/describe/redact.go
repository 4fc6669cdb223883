package describe

// Taking private values out of records, resources and spans, and saying on them how many there were.

import (
	"slices"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/errata-dev/errata/packages/catalog"
)

// redactPlain redacts a record in place, where it holds nothing but texts, numbers and booleans within the limits: that
// is what most records hold, and nothing of it need be copied. What is left is put into read, and the body answered, if
// read is not nil. False, and nothing is done, if it holds more; true too if redaction is off and nothing would be cut.
func (d *worker) redactPlain(record plog.LogRecord, counts catalog.RedactionCounts, read map[string]any) (body any, ok bool) {
	room := d.settings.Limits.RecordBytes
	if !d.isPlain(record.Attributes(), &room) || !d.hasRoom(record.Body(), &room) {
		return nil, false
	}
	d.redactInPlace(record.Attributes(), counts, read)
	value := record.Body()
	if value.Type() != pcommon.ValueTypeStr {
		d.redactNumber(value, "", counts)
		return plainValue(value), true
	}
	if d.redactor == nil {
		return value.Str(), true
	}
	text, left, stays := d.memory.catalog.ValueUnder(d.redactor, "", value.Str(), counts)
	if !stays {
		put(value, nil)
		return nil, true
	}
	setText(value, text)
	return left, true
}

// isPlain takes what the attributes need off the room.
func (d *worker) isPlain(attributes pcommon.Map, room *int) bool {
	if attributes.Len() >= d.settings.Limits.Values {
		return false
	}
	for name, value := range attributes.All() {
		*room -= len(name)
		// What stands under these is judged by its neighbours, or by nothing.
		if name == "" || name == "value" || name == "Value" || !d.hasRoom(value, room) {
			return false
		}
	}
	return true
}

func (d *worker) hasRoom(value pcommon.Value, room *int) bool {
	switch value.Type() {
	case pcommon.ValueTypeStr:
		size := len(value.Str())
		*room -= size
		return size <= d.settings.Limits.TextBytes && *room >= 0
	case pcommon.ValueTypeInt, pcommon.ValueTypeDouble, pcommon.ValueTypeBool, pcommon.ValueTypeEmpty:
		return *room >= 0
	}
	return false
}

// redactInPlace puts what is left into read too, if that is not nil.
func (d *worker) redactInPlace(attributes pcommon.Map, counts catalog.RedactionCounts, read map[string]any) {
	var gone []string
	for name, value := range attributes.All() {
		left, stays := d.redactValue(name, value, counts)
		if !stays {
			gone = append(gone, name)
		} else if read != nil {
			read[name] = left
		}
	}
	if len(gone) > 0 {
		attributes.RemoveIf(func(name string, _ pcommon.Value) bool { return slices.Contains(gone, name) })
		// A name that stood there twice is gone with it.
		for _, name := range gone {
			delete(read, name)
		}
	}
}

// redactValue is false if the value goes with its key.
func (d *worker) redactValue(name string, value pcommon.Value, counts catalog.RedactionCounts) (any, bool) {
	if value.Type() != pcommon.ValueTypeStr {
		if d.redactNumber(value, name, counts) {
			return plainValue(value), true
		}
		return nil, false
	}
	if d.redactor == nil {
		return value.Str(), true
	}
	text, left, stays := d.memory.catalog.ValueUnder(d.redactor, name, value.Str(), counts)
	if stays {
		setText(value, text)
	}
	return left, stays
}

// plainValue is a value that holds no others.
func plainValue(value pcommon.Value) any {
	switch value.Type() {
	case pcommon.ValueTypeStr:
		return value.Str()
	case pcommon.ValueTypeInt:
		return value.Int()
	case pcommon.ValueTypeDouble:
		return value.Double()
	case pcommon.ValueTypeBool:
		return value.Bool()
	}
	return nil
}

func setText(value pcommon.Value, text string) {
	if text != value.Str() {
		value.SetStr(text)
	}
}

// redactNumber is false if the number goes with its key; booleans stay.
func (d *worker) redactNumber(value pcommon.Value, key string, counts catalog.RedactionCounts) bool {
	if d.redactor == nil {
		return true
	}
	var raw any
	switch value.Type() {
	case pcommon.ValueTypeInt:
		number := value.Int()
		if d.redactor.KeepsInt(number, key) {
			return true
		}
		raw = number
	case pcommon.ValueTypeDouble:
		raw = value.Double()
	default:
		return true
	}
	left, stays := d.redactor.Value(raw, counts, key)
	if !stays {
		put(value, nil)
	} else if text, ok := left.(string); ok {
		value.SetStr(text)
	}
	return stays
}

// redactAll gives copies; a record's attributes are one map, so that the keys above a value count as everywhere.
func (d *worker) redactAll(attributes map[string]any, body any, counts catalog.RedactionCounts) (map[string]any, any) {
	if d.redactor == nil {
		return attributes, body
	}
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
func (d *worker) redactRecord(record plog.LogRecord, tally *Tally) {
	counts := d.memory.noCounts()
	if _, ready := d.redactPlain(record, counts, nil); !ready {
		in := newReader(d.settings.Limits)
		attributes, body := d.redactAll(in.attributes(d.memory.shared(), record.Attributes()), in.value(record.Body(), 0), counts)
		changed := len(in.cut) > 0 || len(counts) > 0
		writeBack(record.Attributes(), attributes, changed)
		writeBody(record.Body(), body, changed)
	}
	addRedactions(record.Attributes(), counts)
	tally.redacted(counts)
}

// redactMap redacts attributes that are not a record's: of a resource, a span, an event.
func (d *worker) redactMap(attributes pcommon.Map, counts catalog.RedactionCounts) {
	room := d.settings.Limits.RecordBytes
	if d.isPlain(attributes, &room) {
		d.redactInPlace(attributes, counts, nil)
		return
	}
	in := newReader(d.settings.Limits)
	raw := in.attributes(d.memory.shared(), attributes)
	found := catalog.RedactionCounts{}
	kept, _ := d.redactAll(raw, nil, found)
	writeBack(attributes, kept, len(in.cut) > 0 || len(found) > 0)
	for kind, count := range found {
		counts[kind] += count
	}
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
