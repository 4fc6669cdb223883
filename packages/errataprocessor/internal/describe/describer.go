package describe

import (
	"encoding/hex"
	"maps"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/errata-dev/errata/packages/catalog"
	"github.com/errata-dev/errata/packages/catalog/compile"
)

// Describer works on records; safe for concurrent use, it keeps nothing between batches.
type Describer struct {
	settings  Settings
	selection Selection
	catalog   *catalog.Catalog
	// redactor is nil if redaction is off.
	redactor *catalog.Redactor
	now      func() time.Time
}

// New makes a describer of valid settings; the error is a catalog that cannot be read.
func New(settings Settings, selection Selection) (*Describer, error) {
	known, err := compile.LoadCatalog(settings.Catalogs)
	if err != nil {
		return nil, err
	}
	d := &Describer{settings: settings, selection: selection, catalog: known, now: time.Now}
	if settings.Redaction.Mode != RedactionOff {
		d.redactor = catalog.CreateRedactor(catalog.RedactionOptions{
			Mode:         catalog.RedactionMode(settings.Redaction.Mode),
			PseudonymKey: []byte(settings.Redaction.PseudonymKey),
			Deny:         settings.Redaction.Deny,
			Allow:        settings.Redaction.Allow,
		})
	}
	return d, nil
}

// voice is errata's own: what is dropped from senders nobody vouches for.
var voice = func() map[string]struct{} {
	names := map[string]struct{}{}
	for _, one := range catalog.Attributes() {
		if one.Voice {
			names[one.Name] = struct{}{}
		}
	}
	return names
}()

// home is what all records of one resource share.
type home struct {
	attributes        pcommon.Map
	service, language string
	read              bool
	// errors is true once a record of it was redacted: then the resource is too.
	errors bool
}

// origin reads the resource when the first error needs it, before it is redacted.
func (h *home) origin() {
	if h.read {
		return
	}
	h.read = true
	if value, ok := h.attributes.Get("service.name"); ok {
		h.service = value.AsString()
	}
	if value, ok := h.attributes.Get("telemetry.sdk.language"); ok {
		h.language = value.AsString()
	}
}

// enter prepares a resource. Whose data this is, only an authenticated sender may say.
func (d *Describer) enter(resource pcommon.Resource) home {
	attributes := resource.Attributes()
	if !d.settings.TrustIncoming {
		attributes.Remove("errata.tenant")
	}
	return home{attributes: attributes}
}

// leave redacts the resource of what was redacted.
func (d *Describer) leave(h *home, tally *Tally) {
	if d.redactor == nil || !(h.errors || d.settings.Redaction.Records == RecordsAll) {
		return
	}
	// Its counts are no record's: a batch has one resource and any number of records.
	counts := catalog.RedactionCounts{}
	d.redactMap(h.attributes, counts)
	tally.redacted(counts)
}

// Logs works on the records in place.
func (d *Describer) Logs(logs plog.Logs, tally *Tally) {
	at := clockAt(d.now(), d.settings.Times)
	for i := range logs.ResourceLogs().Len() {
		resource := logs.ResourceLogs().At(i)
		from := d.enter(resource.Resource())
		for j := range resource.ScopeLogs().Len() {
			records := resource.ScopeLogs().At(j).LogRecords()
			for k := range records.Len() {
				d.record(records.At(k), &from, &at, tally)
			}
		}
		d.leave(&from, tally)
	}
}

// record decides before it touches anything: most records are no errors, and cost one look at their names.
func (d *Describer) record(record plog.LogRecord, from *home, at *clock, tally *Tally) {
	tally.Records++
	attributes := record.Attributes()
	seen := look(attributes)
	trusted := d.settings.TrustIncoming
	if seen.voice && !trusted {
		dropVoice(attributes)
		tally.VoiceDropped++
	}
	time := record.Timestamp()
	if time == 0 {
		time = record.ObservedTimestamp()
	}
	switch {
	case trusted && seen.fingerprint:
		if d.redactor != nil {
			d.redactRecord(record, tally)
			from.origin()
			from.errors = true
		}
	case d.selection.counts(int(record.SeverityNumber()), record.EventName(), seen, record.Body()):
		from.origin()
		from.errors = true
		d.describeSafely(subject{record: record, time: time, find: d.selection.Find}, from, tally)
	default:
		if seen.fingerprint && !trusted {
			// The view would lift it as an error that says nothing.
			attributes.Remove("errata.fingerprint")
		}
		if d.redactor != nil && d.settings.Redaction.Records == RecordsAll {
			d.redactRecord(record, tally)
		}
	}
	if now, moved := at.clamp(time); moved {
		record.SetTimestamp(now)
		countDropped(attributes, limitTimestamp, 1)
		tally.limit(limitTimestamp, 1)
	}
}

func dropVoice(attributes pcommon.Map) {
	attributes.RemoveIf(func(name string, _ pcommon.Value) bool {
		_, ours := voice[name]
		return ours
	})
}

// subject is an error record, or the record an event of a span becomes.
type subject struct {
	record plog.LogRecord
	// time is as it came, before clamping.
	time pcommon.Timestamp
	find bool
}

// withheld stands for texts that could not be redacted.
const withheld = "[WITHHELD]"

// describeSafely: a fault in what reads strangers' texts must not end the process, and must not let through what it was
// to redact.
func (d *Describer) describeSafely(s subject, from *home, tally *Tally) {
	began := time.Now()
	defer func() {
		if recover() == nil {
			return
		}
		tally.Withheld++
		s.record.Attributes().Clear()
		s.record.Body().SetStr(withheld)
	}()
	said := d.describe(s, from, tally)
	tally.described(said.Category, said.Code, time.Since(began))
}

// describe redacts, reads, describes and writes: the twin of packages/local/src/receiver/classify.ts.
func (d *Describer) describe(s subject, from *home, tally *Tally) catalog.Description {
	target := s.record.Attributes()
	in := newReader(d.settings.Limits)
	attributes := in.attributes(target)
	body := in.value(s.record.Body(), 0)
	counts := catalog.RedactionCounts{}
	if d.redactor != nil {
		attributes, body = d.redactAll(attributes, body, counts)
	}
	if len(in.cut) > 0 || len(counts) > 0 {
		writeBack(target, attributes, true)
		put(s.record.Body(), body)
	} else {
		writeBack(target, attributes, false)
		writeValue(s.record.Body(), body, false)
	}
	room := 20
	if s.find {
		room += d.promote(target, attributes, body, from.language)
	}
	target.EnsureCapacity(target.Len() + room)
	said := d.say(s.record, attributes, body, from.language)
	for _, one := range catalog.DescriptionAttributes(&said) {
		if d.attaches(one.Name) {
			put(target.PutEmpty(one.Name), one.Value)
		}
	}
	if d.settings.Attach.TaskContext {
		for _, one := range catalog.TaskContext(attributes) {
			put(target.PutEmpty(one.Name), one.Value)
		}
	}
	addRedactions(target, counts)
	for _, limit := range sortedNames(in.cut) {
		countDropped(target, limit, in.cut[limit])
		tally.limit(limit, in.cut[limit])
	}
	tally.redacted(counts)
	if catalog.AnyText(attributes["log.record.uid"]) == "" {
		target.PutStr("log.record.uid", eventID(s, from.service, attributes, body))
	}
	return said
}

// promote writes what was found outside exception.* into it, and gives the number of attributes written.
func (d *Describer) promote(target pcommon.Map, attributes map[string]any, body any, language string) int {
	said := hidden(attributes, body, language)
	written := 0
	for _, one := range [...]struct{ name, text string }{
		{"exception.type", said.class}, {"exception.message", said.message}, {"exception.stacktrace", said.stack},
	} {
		if one.text != "" {
			attributes[one.name] = one.text
			target.PutStr(one.name, one.text)
			written++
		}
	}
	return written
}

// say asks the catalog. A fingerprint that an errata elsewhere computed, or that the user set, is data and stays.
func (d *Describer) say(record plog.LogRecord, attributes map[string]any, body any, language string) catalog.Description {
	facts, _ := catalog.FactsFromRecord(&catalog.RecordInput{
		EventName: record.EventName(),
		// The selection decided; the catalog's own gate must not decide again.
		SeverityNumber: max(int(record.SeverityNumber()), errorSeverity),
		Body:           body,
		Attributes:     attributes,
		Language:       language,
	})
	key, ours := attributes["errata.fingerprint"]
	if key == nil {
		key, ours = attributes["error.fingerprint"], false
	}
	given, _ := key.(string)
	if !ours || !isFingerprint(given) {
		return catalog.Describe(facts, d.catalog, given)
	}
	said := catalog.Describe(facts, d.catalog, "")
	said.Fingerprint = given
	if version, err := strconv.Atoi(catalog.AnyText(attributes["errata.fingerprint_version"])); err == nil && version >= 0 {
		said.FingerprintVersion = version
	}
	return said
}

// isFingerprint: 32 lower-case hex digits.
func isFingerprint(text string) bool {
	if len(text) != 32 {
		return false
	}
	for i := range len(text) {
		if c := text[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

func (d *Describer) attaches(name string) bool {
	switch attach := &d.settings.Attach; name {
	case "errata.suggestions.immediate", "errata.suggestions.preventive":
		return attach.Suggestions
	case "errata.docs":
		return attach.Docs
	case "errata.template":
		return attach.Template
	}
	return true
}

func eventID(s subject, service string, attributes map[string]any, body any) string {
	record := s.record
	return catalog.EventID(&catalog.EventIDInput{
		TimeUnixNano:        strconv.FormatUint(uint64(s.time), 10),
		ServiceName:         service,
		TraceID:             traceID(record.TraceID()),
		SpanID:              spanID(record.SpanID()),
		Body:                catalog.AnyText(body),
		ExceptionType:       catalog.AnyText(attributes["exception.type"]),
		ExceptionMessage:    catalog.AnyText(attributes["exception.message"]),
		ExceptionStacktrace: catalog.AnyText(attributes["exception.stacktrace"]),
	})
}

func traceID(id pcommon.TraceID) string {
	if id.IsEmpty() {
		return ""
	}
	return hex.EncodeToString(id[:])
}

func spanID(id pcommon.SpanID) string {
	if id.IsEmpty() {
		return ""
	}
	return hex.EncodeToString(id[:])
}

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

// isException: the name of an event, or its attributes, say that it is an error.
func isException(eventName string, seen marks) bool {
	return seen.exception || strings.HasSuffix(eventName, "exception")
}
