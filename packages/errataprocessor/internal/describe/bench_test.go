package describe

// What one record costs, by kind. The records are restored outside the clock; a batch of 100 is one resource's.

import (
	"strings"
	"testing"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

const benchBatch = 100

func benchLogs(fill func(plog.LogRecord)) plog.Logs {
	logs := plog.NewLogs()
	resource := logs.ResourceLogs().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", "orders")
	resource.Resource().Attributes().PutStr("telemetry.sdk.language", "java")
	records := resource.ScopeLogs().AppendEmpty().LogRecords()
	for range benchBatch {
		record := records.AppendEmpty()
		record.SetTimestamp(pcommon.NewTimestampFromTime(testNow))
		record.Attributes().PutStr("thread.name", "http-nio-8080-exec-3")
		record.Attributes().PutStr("http.request.method", "POST")
		record.Attributes().PutStr("url.path", "/orders/7")
		record.Attributes().PutInt("http.response.status_code", 200)
		record.Attributes().PutInt("order.id", 7)
		record.Attributes().PutStr("customer.tier", "gold")
		fill(record)
	}
	return logs
}

func bench(b *testing.B, change func(*Settings, *Selection), fill func(plog.LogRecord)) {
	d := newTest(b, change)
	source := benchLogs(fill)
	work := plog.NewLogs()
	source.CopyTo(work)
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		source.CopyTo(work)
		b.StartTimer()
		var tally Tally
		d.Logs(work, &tally)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchBatch, "ns/record")
}

func info(record plog.LogRecord) {
	record.SetSeverityNumber(plog.SeverityNumberInfo)
	record.Body().SetStr("order placed")
}

func failure(record plog.LogRecord) {
	record.SetSeverityNumber(plog.SeverityNumberError)
	record.Body().SetStr("charge failed")
	record.Attributes().PutStr("exception.type", "java.net.ConnectException")
	record.Attributes().PutStr("exception.message", "Connection refused")
}

func withStack(frames int) func(plog.LogRecord) {
	stack := "java.net.ConnectException: Connection refused\n\tat java.base/java.net.Socket.connect(Socket.java:633)\n" +
		strings.Repeat("\tat com.example.payment.gateway.Gateway.charge(Gateway.java:41)\n", frames)
	return func(record plog.LogRecord) {
		failure(record)
		record.Attributes().PutStr("exception.stacktrace", stack)
	}
}

func off(s *Settings, _ *Selection) { s.Redaction.Mode = RedactionOff }
func all(s *Settings, _ *Selection) { s.Redaction.Records = RecordsAll }

// A non-error record with redaction off is only looked at: nothing is restored because nothing changes.
func BenchmarkInfoRedactionOff(b *testing.B) { benchUntouched(b, off) }

func BenchmarkInfo(b *testing.B) { benchUntouched(b, nil) }

func benchUntouched(b *testing.B, change func(*Settings, *Selection)) {
	d := newTest(b, change)
	logs := benchLogs(info)
	b.ReportAllocs()
	for b.Loop() {
		var tally Tally
		d.Logs(logs, &tally)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchBatch, "ns/record")
}

func BenchmarkInfoRedactionAll(b *testing.B)       { bench(b, all, info) }
func BenchmarkError(b *testing.B)                  { bench(b, nil, failure) }
func BenchmarkErrorRedactionOff(b *testing.B)      { bench(b, off, failure) }
func BenchmarkErrorStack(b *testing.B)             { bench(b, nil, withStack(27)) }
func BenchmarkErrorStack10KB(b *testing.B)         { bench(b, nil, withStack(155)) }
func BenchmarkErrorStackRedactionOff(b *testing.B) { bench(b, off, withStack(27)) }

// The budget for records that are no errors: at most 100 ns and nothing allocated.
func TestInfoAllocatesNothing(t *testing.T) {
	d := newTest(t, off)
	logs := benchLogs(info)
	if allocations := testing.AllocsPerRun(20, func() {
		var tally Tally
		d.Logs(logs, &tally)
	}); allocations != 0 {
		t.Errorf("a batch of records that are no errors allocates %v times, want 0", allocations)
	}
}
