package describe

// One error record: redacted, found, described, written back. The twin of packages/local/src/receiver/classify.ts; the
// meaning is the catalog's.

import (
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/errata-dev/errata/packages/catalog"
)

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
func (d *worker) describeSafely(s subject, from *home, tally *Tally) {
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

// saidAttributes is how many attributes a description has, with the record's id.
const saidAttributes = 14

// describe redacts, reads, describes and writes: the twin of packages/local/src/receiver/classify.ts.
func (d *worker) describe(s subject, from *home, tally *Tally) catalog.Description {
	target := s.record.Attributes()
	counts := d.memory.noCounts()
	in := newReader(d.settings.Limits)
	attributes := d.memory.shared()
	body, ready := d.redactPlain(s.record, counts, attributes)
	if !ready {
		attributes, body = d.redactAll(in.attributes(attributes, target), in.value(s.record.Body(), 0), counts)
		changed := len(in.cut) > 0 || len(counts) > 0
		writeBack(target, attributes, changed)
		writeBody(s.record.Body(), body, changed)
	}
	// Made of what came, before something is found: SQL over the rows makes the same.
	uid := ""
	if catalog.AnyText(attributes["log.record.uid"]) == "" {
		uid = d.memory.catalog.EventID(eventOf(s, from.service, attributes, body))
	}
	record := catalog.RecordInput{EventName: s.record.EventName(), Body: body, Attributes: attributes, Language: from.language}
	room := saidAttributes + min(len(counts), 1)
	if s.find {
		room += promote(target, &record)
	}
	target.EnsureCapacity(target.Len() + room)
	said := d.say(&record)
	catalog.WriteDescription(&said, &sink{d.settings.Attach, target})
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
	if uid != "" {
		target.PutStr("log.record.uid", uid)
	}
	return said
}

// promote writes what stands outside exception.* into it, and gives the number of attributes written.
func promote(target pcommon.Map, record *catalog.RecordInput) int {
	found := catalog.FindError(record)
	for _, one := range found {
		record.Attributes[one.Name] = one.Value
		put(target.PutEmpty(one.Name), one.Value)
	}
	return len(found)
}

// say asks the catalog. A fingerprint that an errata elsewhere computed, or that the user set, is data and stays.
func (d *worker) say(record *catalog.RecordInput) catalog.Description {
	// The selection decided that it is an error; the catalog's own gate must not decide again.
	facts := d.memory.catalog.FactsAsFound(record)
	attributes := record.Attributes
	key, ours := attributes["errata.fingerprint"]
	if key == nil {
		key, ours = attributes["error.fingerprint"], false
	}
	given, _ := key.(string)
	if !ours || !isFingerprint(given) {
		return d.memory.catalog.Describe(facts, d.catalog, given)
	}
	said := d.memory.catalog.Describe(facts, d.catalog, "")
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

// sink writes a description's attributes as far as they are to be attached.
type sink struct {
	attach Attach
	target pcommon.Map
}

func (s *sink) Int(name string, value int64) { s.target.PutInt(name, value) }
func (s *sink) Bool(name string, value bool) { s.target.PutBool(name, value) }

func (s *sink) Text(name, value string) {
	if s.attach.Template || name != "errata.template" {
		s.target.PutStr(name, value)
	}
}

func (s *sink) Texts(name string, values []string) {
	if name == "errata.docs" && !s.attach.Docs || strings.HasPrefix(name, "errata.suggestions.") && !s.attach.Suggestions {
		return
	}
	list := s.target.PutEmptySlice(name)
	list.EnsureCapacity(len(values))
	for _, value := range values {
		list.AppendEmpty().SetStr(value)
	}
}

func eventOf(s subject, service string, attributes map[string]any, body any) *catalog.EventIDInput {
	record := s.record
	return &catalog.EventIDInput{
		TimeUnixNano:        strconv.FormatUint(uint64(s.time), 10),
		ServiceName:         service,
		TraceID:             traceID(record.TraceID()),
		SpanID:              spanID(record.SpanID()),
		Body:                catalog.AnyText(body),
		ExceptionType:       catalog.AnyText(attributes["exception.type"]),
		ExceptionMessage:    catalog.AnyText(attributes["exception.message"]),
		ExceptionStacktrace: catalog.AnyText(attributes["exception.stacktrace"]),
	}
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
