package describe

// Spans: in the trace pipeline their exceptions are redacted and keep what their sender wrote; lifted into logs they are
// described. The description never goes on the event: its fingerprint would say that a log record tells of it.

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/errata-dev/errata/packages/catalog"
)

// Traces works on the spans in place.
func (describer *Describer) Traces(traces ptrace.Traces, tally *Tally) {
	d := describer.open()
	defer d.close()
	at := clockAt(d.now(), d.settings.Times)
	for i := range traces.ResourceSpans().Len() {
		resource := traces.ResourceSpans().At(i)
		from := d.enter(resource.Resource())
		for j := range resource.ScopeSpans().Len() {
			spans := resource.ScopeSpans().At(j).Spans()
			for k := range spans.Len() {
				d.span(spans.At(k), &from, &at, tally)
			}
		}
		d.leave(&from, tally)
	}
}

func (d *worker) span(span ptrace.Span, from *home, at *clock, tally *Tally) {
	tally.Records++
	start := span.StartTimestamp()
	failed := false
	for i := range span.Events().Len() {
		failed = d.event(span.Events().At(i), start, at, tally) || failed
	}
	if d.redactor != nil && (failed || d.settings.Redaction.Records == RecordsAll) {
		from.errors = true
		d.redactSpan(span, tally)
	}
	if now, moved := at.clamp(start); moved {
		span.SetStartTimestamp(now)
		span.SetEndTimestamp(movedEnd(start, span.EndTimestamp(), now))
		countDropped(span.Attributes(), limitTimestamp, 1)
		tally.limit(limitTimestamp, 1)
	}
}

// movedEnd keeps the duration; a span without a start has none.
func movedEnd(start, end, now pcommon.Timestamp) pcommon.Timestamp {
	if start == 0 || end < start {
		return now
	}
	return now + (end - start)
}

// event is true if it was an exception. Its texts are redacted in redactSpan.
func (d *worker) event(event ptrace.SpanEvent, start pcommon.Timestamp, at *clock, tally *Tally) bool {
	attributes := event.Attributes()
	seen := look(attributes)
	if seen.voice && !d.settings.TrustIncoming {
		dropVoice(attributes)
		tally.VoiceDropped++
	}
	failed := isException(event.Name(), seen)
	if !failed && seen.fingerprint && !d.settings.TrustIncoming {
		attributes.Remove("errata.fingerprint")
	}
	if d.redactor != nil && (failed || d.settings.Redaction.Records == RecordsAll) {
		counts := catalog.RedactionCounts{}
		d.redactMap(attributes, counts)
		addRedactions(attributes, counts)
		tally.redacted(counts)
	}
	// An event without a time has its span's; the store reads it so.
	if time := event.Timestamp(); time != 0 {
		if now, moved := at.clamp(time); moved {
			event.SetTimestamp(now)
		}
	} else if now, moved := at.clamp(start); moved {
		event.SetTimestamp(now)
	}
	return failed
}

// redactSpan: SDKs write an exception's text into the status too; attributes go only where every record is redacted.
func (d *worker) redactSpan(span ptrace.Span, tally *Tally) {
	counts := catalog.RedactionCounts{}
	if message := span.Status().Message(); message != "" {
		cut := catalog.CutUTF8(message, d.settings.Limits.TextBytes)
		span.Status().SetMessage(d.redactor.Text(cut, counts))
	}
	if d.settings.Redaction.Records == RecordsAll {
		d.redactMap(span.Attributes(), counts)
	}
	addRedactions(span.Attributes(), counts)
	tally.redacted(counts)
}

// Lift gives the exceptions of spans as log records, described; the traces are only read. An event that has a
// fingerprint is left out: a log record tells of it.
func (describer *Describer) Lift(traces ptrace.Traces, tally *Tally) plog.Logs {
	d := describer.open()
	defer d.close()
	out := plog.NewLogs()
	at := clockAt(d.now(), d.settings.Times)
	for i := range traces.ResourceSpans().Len() {
		source := traces.ResourceSpans().At(i)
		target := lifted{d: d, at: &at, tally: tally, out: out, source: source}
		for j := range source.ScopeSpans().Len() {
			spans := source.ScopeSpans().At(j)
			target.scoped = false
			for k := range spans.Spans().Len() {
				target.span(spans, spans.Spans().At(k))
			}
		}
		if target.opened {
			d.leave(&target.from, tally)
		}
	}
	return out
}

// lifted is what one resource's exceptions become; nothing is made before the first.
type lifted struct {
	d              *worker
	at             *clock
	tally          *Tally
	out            plog.Logs
	source         ptrace.ResourceSpans
	resource       plog.ResourceLogs
	records        plog.LogRecordSlice
	from           home
	opened, scoped bool
}

func (l *lifted) span(scope ptrace.ScopeSpans, span ptrace.Span) {
	for i := range span.Events().Len() {
		event := span.Events().At(i)
		seen := look(event.Attributes())
		if !isException(event.Name(), seen) {
			continue
		}
		l.tally.Records++
		if seen.fingerprint {
			continue
		}
		l.open(scope)
		l.event(span, event, seen)
	}
}

func (l *lifted) open(scope ptrace.ScopeSpans) {
	if !l.opened {
		l.opened = true
		l.resource = l.out.ResourceLogs().AppendEmpty()
		l.source.Resource().CopyTo(l.resource.Resource())
		l.resource.SetSchemaUrl(l.source.SchemaUrl())
		l.from = l.d.enter(l.resource.Resource())
		l.from.origin()
		l.from.errors = true
	}
	if !l.scoped {
		l.scoped = true
		target := l.resource.ScopeLogs().AppendEmpty()
		scope.Scope().CopyTo(target.Scope())
		target.SetSchemaUrl(scope.SchemaUrl())
		l.records = target.LogRecords()
	}
}

// event describes what the event says, as local and backfill do; then adds its span.
func (l *lifted) event(span ptrace.Span, event ptrace.SpanEvent, seen marks) {
	record := l.records.AppendEmpty()
	event.Attributes().CopyTo(record.Attributes())
	record.SetEventName(event.Name())
	record.SetTraceID(span.TraceID())
	record.SetSpanID(span.SpanID())
	record.SetFlags(plog.LogRecordFlags(span.Flags() & 0xff))
	if seen.voice && !l.d.settings.TrustIncoming {
		dropVoice(record.Attributes())
		l.tally.VoiceDropped++
	}
	time := event.Timestamp()
	if time == 0 {
		time = span.StartTimestamp()
	}
	l.d.describeSafely(subject{record: record, time: time, find: true}, &l.from, l.tally)
	if record.Body().Type() == pcommon.ValueTypeEmpty {
		record.Body().SetStr(event.Name())
	}
	record.SetObservedTimestamp(l.at.now)
	now, moved := l.at.clamp(time)
	record.SetTimestamp(now)
	if moved {
		countDropped(record.Attributes(), limitTimestamp, 1)
		l.tally.limit(limitTimestamp, 1)
	}
	l.addSpan(record.Attributes(), span)
}

// routes are the attributes of a span that name the operation, the first that it has.
var routes = [...]string{"http.route", "rpc.method", "messaging.destination.name", "db.operation.name", "url.path", "http.target"}

// addSpan writes below errata.context, which is data and no fact: the answer stays the event's.
func (l *lifted) addSpan(attributes pcommon.Map, span ptrace.Span) {
	attributes.PutStr("errata.signal", "span")
	counts := catalog.RedactionCounts{}
	text := func(name, value string) {
		if value == "" {
			return
		}
		value = catalog.CutUTF8(value, catalog.LimitAttributeBytes)
		if l.d.redactor != nil {
			value = l.d.redactor.Text(value, counts)
		}
		attributes.PutStr("errata.context.span."+name, value)
	}
	text("name", span.Name())
	text("kind", span.Kind().String())
	text("status", span.Status().Code().String())
	text("status_message", span.Status().Message())
	for _, name := range routes {
		if value, ok := span.Attributes().Get(name); ok && value.Type() == pcommon.ValueTypeStr && value.Str() != "" {
			text("route", value.Str())
			break
		}
	}
	if start, end := span.StartTimestamp(), span.EndTimestamp(); start != 0 && end >= start {
		attributes.PutDouble("errata.context.span.duration_ms", float64(end-start)/1e6)
	}
	addRedactions(attributes, counts)
	l.tally.redacted(counts)
}
