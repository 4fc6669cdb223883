package describe

// pdata's values as the catalog reads them, within the limits of one record, and back. No meaning lives here.

import (
	"slices"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/errata-dev/errata/packages/catalog"
)

// Names of limits in errata.dropped and in the metric.
const (
	limitText      = "text_bytes"
	limitRecord    = "record_bytes"
	limitValues    = "values"
	limitDepth     = "depth"
	limitTimestamp = "timestamp_clamped"
)

// tooDeep stands for what lies deeper than the limit, as the redactor writes it.
const tooDeep = "[DEPTH]"

// reader copies the values of one record within its limits.
type reader struct {
	limits      Limits
	bytes, left int
	// cut counts what was cut off, by limit; nil if nothing was.
	cut map[string]int64
}

func newReader(limits Limits) reader {
	return reader{limits: limits, bytes: limits.RecordBytes, left: limits.Values}
}

func (r *reader) drop(limit string) {
	if r.cut == nil {
		r.cut = map[string]int64{}
	}
	r.cut[limit]++
}

// attributes reads into a map, which is the caller's to reuse: exception.* and errata.* first, so that a huge neighbour does
// not take their room.
func (r *reader) attributes(out map[string]any, source pcommon.Map) map[string]any {
	clear(out)
	for _, important := range [...]bool{true, false} {
		for name, value := range source.All() {
			if isImportant(name) == important {
				r.entry(out, name, value, 0)
			}
		}
	}
	return out
}

func isImportant(name string) bool {
	return strings.HasPrefix(name, "e") && (strings.HasPrefix(name, "exception.") || strings.HasPrefix(name, "errata.") || strings.HasPrefix(name, "error."))
}

// entry leaves out what has no room.
func (r *reader) entry(out map[string]any, name string, value pcommon.Value, depth int) {
	switch {
	case r.left <= 0:
		r.drop(limitValues)
	case len(name) > r.bytes:
		r.drop(limitRecord)
	default:
		r.bytes -= len(name)
		out[name] = r.value(value, depth)
	}
}

func (r *reader) value(value pcommon.Value, depth int) any {
	r.left--
	switch value.Type() {
	case pcommon.ValueTypeStr:
		return r.text(value.Str())
	case pcommon.ValueTypeInt:
		return value.Int()
	case pcommon.ValueTypeDouble:
		return value.Double()
	case pcommon.ValueTypeBool:
		return value.Bool()
	case pcommon.ValueTypeBytes:
		return r.raw(value.Bytes())
	case pcommon.ValueTypeSlice:
		if depth >= r.limits.Depth {
			r.drop(limitDepth)
			return tooDeep
		}
		return r.list(value.Slice(), depth+1)
	case pcommon.ValueTypeMap:
		if depth >= r.limits.Depth {
			r.drop(limitDepth)
			return tooDeep
		}
		out := make(map[string]any, min(value.Map().Len(), r.limits.Values))
		for name, item := range value.Map().All() {
			r.entry(out, name, item, depth+1)
		}
		return out
	}
	return nil
}

func (r *reader) list(list pcommon.Slice, depth int) any {
	out := make([]any, 0, min(list.Len(), r.limits.Values))
	for i := range list.Len() {
		if r.left <= 0 {
			r.drop(limitValues)
			break
		}
		out = append(out, r.value(list.At(i), depth))
	}
	return out
}

func (r *reader) text(text string) string {
	room, limit := r.limits.TextBytes, limitText
	if r.bytes < room {
		room, limit = r.bytes, limitRecord
	}
	if len(text) > room {
		r.drop(limit)
		text = catalog.CutUTF8(text, room)
	}
	r.bytes -= min(len(text), r.bytes)
	return text
}

func (r *reader) raw(bytes pcommon.ByteSlice) any {
	if n := bytes.Len(); n > r.limits.TextBytes || n > r.bytes {
		r.drop(limitRecord)
		return []byte{}
	}
	r.bytes -= bytes.Len()
	return bytes.AsRaw()
}

// put writes a value as OTLP has it; maps in the order of their keys, so that the same record is the same bytes.
func put(target pcommon.Value, value any) {
	switch v := value.(type) {
	case string:
		target.SetStr(v)
	case int64:
		target.SetInt(v)
	case float64:
		target.SetDouble(v)
	case bool:
		target.SetBool(v)
	case []byte:
		target.SetEmptyBytes().FromRaw(v)
	case []any:
		list := target.SetEmptySlice()
		list.EnsureCapacity(len(v))
		for _, item := range v {
			put(list.AppendEmpty(), item)
		}
	case map[string]any:
		putMap(target.SetEmptyMap(), v)
	default:
		pcommon.NewValueEmpty().CopyTo(target)
	}
}

func putMap(target pcommon.Map, entries map[string]any) {
	target.EnsureCapacity(len(entries))
	for _, name := range sortedNames(entries) {
		put(target.PutEmpty(name), entries[name])
	}
}

func sortedNames[V any](entries map[string]V) []string {
	names := make([]string, 0, len(entries))
	for name := range entries {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// writeBack makes a record's attributes what is left of them. Texts and numbers are written where they differ, lists and
// maps only where something was found or cut in the record.
func writeBack(attributes pcommon.Map, kept map[string]any, changed bool) {
	attributes.RemoveIf(func(name string, value pcommon.Value) bool {
		now, stays := kept[name]
		if !stays {
			return true
		}
		writeValue(value, now, changed)
		return false
	})
}

// writeBody is writeValue for a body, which stays in its place when what it held goes.
func writeBody(body pcommon.Value, now any, changed bool) {
	if now == nil && body.Type() != pcommon.ValueTypeEmpty {
		put(body, nil)
		return
	}
	writeValue(body, now, changed)
}

func writeValue(value pcommon.Value, now any, changed bool) {
	switch value.Type() {
	case pcommon.ValueTypeStr:
		if text, ok := now.(string); ok {
			if text != value.Str() {
				value.SetStr(text)
			}
			return
		}
	case pcommon.ValueTypeBool, pcommon.ValueTypeEmpty:
		return
	}
	if changed {
		put(value, now)
	}
}

// countDropped adds to the map that says what limits cut off.
func countDropped(attributes pcommon.Map, limit string, count int64) {
	ownMap(attributes, "errata.dropped").PutInt(limit, count)
}

func ownMap(attributes pcommon.Map, name string) pcommon.Map {
	if value, ok := attributes.Get(name); ok && value.Type() == pcommon.ValueTypeMap {
		return value.Map()
	}
	return attributes.PutEmptyMap(name)
}
