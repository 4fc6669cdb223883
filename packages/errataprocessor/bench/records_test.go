package bench

// The records that are measured: a batch of 100 of one resource, with six attributes each and an order's number in each
// message, so that no two are the same.

import (
	"fmt"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

const batch = 100

// kind fills one record; n is different for every record of a run.
type kind struct {
	name string
	fill func(record plog.LogRecord, n int)
}

var kinds = []kind{
	{"info", info},
	{"error", func(record plog.LogRecord, n int) { failure(record, message(n)) }},
	{"error_stack_1.8KB", func(record plog.LogRecord, n int) { stack(record, 24, n%10, message(n)) }},
	{"error_stack_10KB", func(record plog.LogRecord, n int) { stack(record, 130, n%10, message(n)) }},
	// The same error again and again, as in an outage.
	{"error_stack_1.8KB_repeated", func(record plog.LogRecord, n int) { stack(record, 24, n%10, message(n%10)) }},
	// Nothing of it was ever seen before.
	{"error_stack_1.8KB_new", func(record plog.LogRecord, n int) { stack(record, 24, n, message(n)) }},
}

func logs(of kind, from int) plog.Logs {
	all := plog.NewLogs()
	resource := all.ResourceLogs().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", "orders")
	resource.Resource().Attributes().PutStr("telemetry.sdk.language", "java")
	records := resource.ScopeLogs().AppendEmpty().LogRecords()
	for i := range batch {
		record := records.AppendEmpty()
		record.SetTimestamp(pcommon.NewTimestampFromTime(time.Now()))
		attributes := record.Attributes()
		attributes.PutStr("thread.name", "http-nio-8080-exec-3")
		attributes.PutStr("http.request.method", "POST")
		attributes.PutStr("url.path", "/orders")
		attributes.PutInt("http.response.status_code", 200)
		attributes.PutInt("order.id", int64(from+i))
		attributes.PutStr("customer.tier", "gold")
		of.fill(record, from+i)
	}
	return all
}

func info(record plog.LogRecord, n int) {
	record.SetSeverityNumber(plog.SeverityNumberInfo)
	record.Body().SetStr(fmt.Sprintf("order %d placed", n))
}

func message(n int) string {
	return fmt.Sprintf("Connection refused: order %d, payments.internal/10.1.2.3:8443", n)
}

func failure(record plog.LogRecord, message string) {
	record.SetSeverityNumber(plog.SeverityNumberError)
	record.Body().SetStr("charge failed")
	record.Attributes().PutStr("exception.type", "java.net.ConnectException")
	record.Attributes().PutStr("exception.message", message)
}

var libraries = [...]string{
	"org.springframework.web.servlet.DispatcherServlet.doDispatch(DispatcherServlet.java:1089)",
	"org.apache.catalina.core.ApplicationFilterChain.doFilter(ApplicationFilterChain.java:162)",
	"java.base/java.util.concurrent.ThreadPoolExecutor.runWorker(ThreadPoolExecutor.java:1144)",
	"jakarta.servlet.http.HttpServlet.service(HttpServlet.java:590)",
	"org.springframework.aop.framework.CglibAopProxy.intercept(CglibAopProxy.java:768)",
}

func stack(record plog.LogRecord, frames, program int, message string) {
	failure(record, message)
	var text strings.Builder
	fmt.Fprintf(&text, "java.net.ConnectException: %s\n\tat java.base/java.net.Socket.connect(Socket.java:633)\n", message)
	for i := range frames {
		if i < 6 {
			fmt.Fprintf(&text, "\tat com.example.payment%d.gateway.Gateway.charge%d(Gateway.java:%d)\n", program, i, 41+i)
		} else {
			fmt.Fprintf(&text, "\tat %s\n", libraries[i%len(libraries)])
		}
	}
	record.Attributes().PutStr("exception.stacktrace", text.String())
}
