package describe

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

func failedSpan() (ptrace.Traces, ptrace.Span, ptrace.SpanEvent) {
	traces := ptrace.NewTraces()
	resource := traces.ResourceSpans().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", "orders")
	resource.Resource().Attributes().PutStr("telemetry.sdk.language", "java")
	resource.Resource().Attributes().PutStr("errata.tenant", "a")
	scope := resource.ScopeSpans().AppendEmpty()
	scope.Scope().SetName("io.opentelemetry.tomcat")
	span := scope.Spans().AppendEmpty()
	span.SetName("POST /orders/{id}")
	span.SetKind(ptrace.SpanKindServer)
	span.SetTraceID([16]byte{1})
	span.SetSpanID([8]byte{2})
	span.SetStartTimestamp(pcommon.NewTimestampFromTime(testNow))
	span.SetEndTimestamp(pcommon.NewTimestampFromTime(testNow.Add(1500 * time.Microsecond)))
	span.Status().SetCode(ptrace.StatusCodeError)
	span.Status().SetMessage("refused for ada@example.com")
	span.Attributes().PutStr("http.route", "/orders/{id}")
	span.Attributes().PutStr("mail", "ada@example.com")
	event := span.Events().AppendEmpty()
	event.SetName("exception")
	event.SetTimestamp(pcommon.NewTimestampFromTime(testNow.Add(time.Millisecond)))
	event.Attributes().PutStr("exception.type", "java.net.ConnectException")
	event.Attributes().PutStr("exception.message", "Connection refused for ada@example.com")
	event.Attributes().PutStr("exception.stacktrace", "java.net.ConnectException: Connection refused for ada@example.com\n\tat com.example.pay.Gateway.charge(Gateway.java:41)\n")
	span.Events().AppendEmpty().SetName("cache.miss")
	return traces, span, event
}

func TestLift(t *testing.T) {
	traces, _, _ := failedSpan()
	traces.MarkReadOnly()
	tally := &Tally{}
	logs := newTest(t, nil).Lift(traces, tally)
	require.Equal(t, 1, logs.LogRecordCount())
	resource := logs.ResourceLogs().At(0)
	assert.Equal(t, map[string]any{"service.name": "orders", "telemetry.sdk.language": "java"}, resource.Resource().Attributes().AsRaw())
	assert.Equal(t, "io.opentelemetry.tomcat", resource.ScopeLogs().At(0).Scope().Name())
	record := resource.ScopeLogs().At(0).LogRecords().At(0)
	assert.Equal(t, "exception", record.EventName())
	assert.Equal(t, "exception", record.Body().Str())
	assert.Equal(t, pcommon.TraceID{1}, record.TraceID())
	assert.Equal(t, pcommon.SpanID{2}, record.SpanID())
	assert.Equal(t, testNow.Add(time.Millisecond).UTC(), record.Timestamp().AsTime())
	for name, want := range map[string]string{
		"errata.code":                        "NET_CONN_REFUSED",
		"errata.signal":                      "span",
		"errata.context.span.name":           "POST /orders/{id}",
		"errata.context.span.kind":           "Server",
		"errata.context.span.status":         "Error",
		"errata.context.span.status_message": "refused for [REDACTED:email]",
		"errata.context.span.route":          "/orders/{id}",
		"errata.context.span.duration_ms":    "1.5",
		"exception.message":                  "Connection refused for [REDACTED:email]",
	} {
		assert.Equal(t, want, get(record, name), name)
	}
	assert.Len(t, get(record, "log.record.uid"), 32)
	assert.EqualValues(t, 1, tally.Records)
}

// The span's event and the log of the same error are one group, and the event's log tells it.
func TestSpanAndLogAreOneGroup(t *testing.T) {
	d := newTest(t, nil)
	traces, _, event := failedSpan()
	lifted := d.Lift(traces, &Tally{}).ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
	logs, record := oneError()
	logs.ResourceLogs().At(0).Resource().Attributes().PutStr("telemetry.sdk.language", "java")
	event.Attributes().CopyTo(record.Attributes())
	d.Logs(logs, &Tally{})
	assert.Equal(t, get(record, "errata.fingerprint"), get(lifted, "errata.fingerprint"))

	event.Attributes().PutStr("errata.fingerprint", get(record, "errata.fingerprint"))
	assert.Zero(t, d.Lift(traces, &Tally{}).LogRecordCount(), "its log record tells of it")
}

func TestLiftDropsForeignVoice(t *testing.T) {
	traces, _, event := failedSpan()
	event.Attributes().PutStr("errata.code", "EVIL")
	tally := &Tally{}
	record := newTest(t, nil).Lift(traces, tally).ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
	assert.Equal(t, "NET_CONN_REFUSED", get(record, "errata.code"))
	assert.EqualValues(t, 1, tally.VoiceDropped)
}

func TestTracesKeepWhatTheirSenderWrote(t *testing.T) {
	traces, span, event := failedSpan()
	event.Attributes().PutStr("errata.code", "EVIL")
	newTest(t, nil).Traces(traces, &Tally{})
	value, _ := event.Attributes().Get("exception.message")
	assert.Equal(t, "Connection refused for [REDACTED:email]", value.Str())
	for _, name := range []string{"errata.code", "errata.fingerprint"} {
		_, has := event.Attributes().Get(name)
		assert.False(t, has, name)
	}
	assert.Equal(t, "refused for [REDACTED:email]", span.Status().Message())
	mail, _ := span.Attributes().Get("mail")
	assert.Equal(t, "ada@example.com", mail.Str(), "attributes of spans go with redaction.records: all")
	_, has := traces.ResourceSpans().At(0).Resource().Attributes().Get("errata.tenant")
	assert.False(t, has)

	traces, span, _ = failedSpan()
	newTest(t, func(s *Settings, _ *Selection) { s.Redaction.Records = RecordsAll }).Traces(traces, &Tally{})
	mail, _ = span.Attributes().Get("mail")
	assert.Equal(t, "[REDACTED:email]", mail.Str())
}

func TestSpanTimesAreClamped(t *testing.T) {
	traces, span, event := failedSpan()
	old := testNow.AddDate(-1, 0, 0)
	span.SetStartTimestamp(pcommon.NewTimestampFromTime(old))
	span.SetEndTimestamp(pcommon.NewTimestampFromTime(old.Add(time.Second)))
	event.SetTimestamp(pcommon.NewTimestampFromTime(old))
	newTest(t, nil).Traces(traces, &Tally{})
	assert.Equal(t, "2026-08-23T00:00:00Z", span.StartTimestamp().AsTime().Format(time.RFC3339))
	assert.Equal(t, time.Second, span.EndTimestamp().AsTime().Sub(span.StartTimestamp().AsTime()), "the duration stays")
	assert.Equal(t, "2026-08-23T00:00:00Z", event.Timestamp().AsTime().Format(time.RFC3339))
}

func FuzzTraces(f *testing.F) {
	traces, _, _ := failedSpan()
	bytes, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(traces)
	require.NoError(f, err)
	f.Add(bytes)
	d := newTest(f, func(s *Settings, _ *Selection) { s.Redaction.Records = RecordsAll })
	f.Fuzz(func(t *testing.T, bytes []byte) {
		traces, err := (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(bytes)
		if err != nil {
			return
		}
		tally := &Tally{}
		logs := d.Lift(traces, tally)
		require.Zero(t, tally.Withheld)
		_, err = (&plog.ProtoMarshaler{}).MarshalLogs(logs)
		require.NoError(t, err)
		d.Traces(traces, tally)
	})
}
