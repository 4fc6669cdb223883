package describe

// Every shape in which SDKs and loggers send an error, written after what was seen on the wire, through the describer:
// testdata/shapes/*.json in, *.golden.json out. `go test ./internal/describe -update` writes the golden files anew.

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var update = flag.Bool("update", false, "write the golden files anew")

const shapes = "../../testdata/shapes/"

// testNow is when the fixtures' records were written.
var testNow = time.Unix(1_790_000_000, 0)

func newTest(t testing.TB, change func(*Settings, *Selection)) *Describer {
	settings, selection := DefaultSettings(), DefaultSelection()
	if change != nil {
		change(&settings, &selection)
	}
	require.NoError(t, settings.Check())
	require.NoError(t, selection.Check())
	d, err := New(settings, selection)
	require.NoError(t, err)
	d.now = func() time.Time { return testNow }
	return d
}

func readLogs(t testing.TB, name string) plog.Logs {
	text, err := os.ReadFile(shapes + name + ".json")
	require.NoError(t, err)
	logs, err := (&plog.JSONUnmarshaler{}).UnmarshalLogs(text)
	require.NoError(t, err)
	return logs
}

// run describes a fixture, and gives the record and what was counted.
func run(t testing.TB, d *Describer, name string) (plog.LogRecord, plog.Logs, *Tally) {
	logs := readLogs(t, name)
	tally := &Tally{}
	d.Logs(logs, tally)
	require.Zero(t, tally.Withheld)
	return logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0), logs, tally
}

func get(record plog.LogRecord, name string) string {
	value, ok := record.Attributes().Get(name)
	if !ok {
		return ""
	}
	return value.AsString()
}

func TestShapesGolden(t *testing.T) {
	files, err := filepath.Glob(shapes + "*.json")
	require.NoError(t, err)
	d := newTest(t, nil)
	count := 0
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		if strings.HasSuffix(name, ".golden") {
			continue
		}
		count++
		t.Run(name, func(t *testing.T) {
			_, logs, _ := run(t, d, name)
			text, err := (&plog.JSONMarshaler{}).MarshalLogs(logs)
			require.NoError(t, err)
			var pretty bytes.Buffer
			require.NoError(t, json.Indent(&pretty, text, "", " "))
			pretty.WriteByte('\n')
			golden := shapes + name + ".golden.json"
			if *update {
				require.NoError(t, os.WriteFile(golden, pretty.Bytes(), 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			assert.Equal(t, string(want), pretty.String())
		})
	}
	assert.Greater(t, count, 40)
}

// Not what the code says of itself, but what a person expects of the shape.
func TestShapesSay(t *testing.T) {
	for _, want := range []struct{ name, code, class, message, stack string }{
		{"python-refused", "NET_CONN_REFUSED", "ConnectionRefusedError", "111", "repository.py"},
		{"python-file-missing", "FS_NOT_FOUND", "FileNotFoundError", "2", "settings.py"},
		{"python-chain", "NET_CONN_REFUSED", "ConnectError", "Connection refused", "httpx.ConnectError"},
		{"python-plain-text", "NET_CONN_REFUSED", "", "", ""},
		{"python-text-stack", "", "KeyError", "customer", "KeyError: 'customer'"},
		{"java-refused", "NET_CONN_REFUSED", "java.net.ConnectException", "Connection refused", "Gateway.charge"},
		{"java-path-is-message", "FS_NOT_FOUND", "java.nio.file.NoSuchFileException", "prices.csv", "Prices.load"},
		{"java-text-stack", "", "java.lang.IllegalStateException", "cart is closed", "Cart.add"},
		{"java-logstash-json", "", "java.net.SocketTimeoutException", "Read timed out", "java.net.SocketTimeoutException"},
		{"java-ecs-json", "", "java.lang.IllegalArgumentException", "quantity is negative", "Orders.place"},
		{"go-slog-error", "NET_CONN_REFUSED", "*net.OpError", "connection refused", ""},
		{"go-error-text", "DNS_NOT_FOUND", "", "no such host", ""},
		{"go-group", "NET_CONN_REFUSED", "", "dial tcp", ""},
		{"go-panic-attribute", "", "runtime.boundsError", "index out of range", "main.price"},
		{"go-panic-any-attribute", "", "runtime.boundsError", "index out of range", "main.price"},
		{"go-panic-body", "", "panic", "", "main.price"},
		{"map-body-nested", "NET_CONN_REFUSED", "Redis::CannotConnectError", "Connection refused", ""},
	} {
		t.Run(want.name, func(t *testing.T) {
			record, _, tally := run(t, newTest(t, nil), want.name)
			if want.code != "" {
				assert.Equal(t, want.code, get(record, "errata.code"))
			}
			assert.Equal(t, want.class, get(record, "exception.type"))
			assert.Contains(t, get(record, "exception.message"), want.message)
			assert.Contains(t, get(record, "exception.stacktrace"), want.stack)
			assert.Len(t, get(record, "errata.fingerprint"), 32)
			assert.Len(t, get(record, "log.record.uid"), 32)
			assert.EqualValues(t, 1, tally.Records)
		})
	}
}

// The same panic is one group wherever the service put its stack.
func TestPanicIsOneGroup(t *testing.T) {
	d := newTest(t, nil)
	first, _, _ := run(t, d, "go-panic-stacktrace")
	for _, name := range []string{"go-panic-attribute", "go-panic-any-attribute"} {
		record, _, _ := run(t, d, name)
		assert.Equal(t, get(first, "errata.fingerprint"), get(record, "errata.fingerprint"), name)
	}
}

func TestFindIsAChoice(t *testing.T) {
	d := newTest(t, func(_ *Settings, s *Selection) { s.Find = false })
	record, _, _ := run(t, d, "go-panic-any-attribute")
	assert.Empty(t, get(record, "exception.stacktrace"))
}

func TestRecordsWithoutSeverity(t *testing.T) {
	for _, name := range []string{"json-body-nested", "text-without-severity"} {
		record, _, _ := run(t, newTest(t, nil), name)
		assert.Zero(t, record.Attributes().Len(), "severity decides unless errors.body is on")
		record, _, tally := run(t, newTest(t, func(_ *Settings, s *Selection) { s.Body = true }), name)
		assert.NotEmpty(t, get(record, "errata.code"))
		assert.NotEmpty(t, tally.errors)
	}
}

func TestSelection(t *testing.T) {
	warnings := newTest(t, func(_ *Settings, s *Selection) { s.MinSeverity = 9 })
	record, _, _ := run(t, warnings, "not-an-error")
	assert.Equal(t, "UNKNOWN", get(record, "errata.code"))
	quiet := newTest(t, func(_ *Settings, s *Selection) { s.MinSeverity, s.ExceptionAttributes = 0, false })
	record, _, _ = run(t, quiet, "python-refused")
	assert.Empty(t, get(record, "errata.code"))
	named := newTest(t, func(_ *Settings, s *Selection) { s.EventName = false })
	record, _, _ = run(t, named, "event-name")
	assert.Empty(t, get(record, "errata.code"))
}

func TestNonErrorIsUntouched(t *testing.T) {
	_, logs, tally := run(t, newTest(t, nil), "not-an-error")
	want := readLogs(t, "not-an-error")
	assert.Equal(t, want, logs)
	assert.Equal(t, Tally{Records: 1}, *tally)
}

func TestForeignVoice(t *testing.T) {
	record, _, tally := run(t, newTest(t, nil), "foreign-voice")
	assert.Equal(t, "NET_CONN_REFUSED", get(record, "errata.code"))
	assert.NotContains(t, get(record, "errata.suggestions.immediate"), "run this")
	assert.Equal(t, "0123456789abcdef0123456789abcdef", get(record, "errata.fingerprint"), "data, and stays")
	assert.Equal(t, "0199-uid", get(record, "log.record.uid"))
	assert.EqualValues(t, 1, tally.VoiceDropped)

	record, _, _ = run(t, newTest(t, nil), "not-an-error-with-voice")
	assert.Equal(t, map[string]any{"order": int64(7)}, record.Attributes().AsRaw())

	_, logs, tally := run(t, newTest(t, func(s *Settings, _ *Selection) { s.TrustIncoming = true }), "foreign-voice")
	assert.Equal(t, readLogs(t, "foreign-voice"), logs, "vouched for: as it came")
	assert.Zero(t, tally.VoiceDropped)
}

func TestTrustedRecordIsStillRedacted(t *testing.T) {
	logs := readLogs(t, "foreign-voice")
	record := logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
	record.Attributes().PutStr("mail", "ada@example.com")
	newTest(t, func(s *Settings, _ *Selection) { s.TrustIncoming = true }).Logs(logs, &Tally{})
	assert.Equal(t, "[REDACTED:email]", get(record, "mail"))
	assert.Equal(t, "EVIL", get(record, "errata.code"))
	assert.Equal(t, `{"email":1}`, get(record, "errata.redactions"))
}

func TestTenantNeedsTrust(t *testing.T) {
	for _, trusted := range []bool{false, true} {
		logs := readLogs(t, "not-an-error")
		resource := logs.ResourceLogs().At(0).Resource().Attributes()
		resource.PutStr("errata.tenant", "a")
		newTest(t, func(s *Settings, _ *Selection) { s.TrustIncoming = trusted }).Logs(logs, &Tally{})
		_, has := resource.Get("errata.tenant")
		assert.Equal(t, trusted, has)
	}
}

func TestUserFingerprint(t *testing.T) {
	d := newTest(t, nil)
	record, _, _ := run(t, d, "user-fingerprint")
	own := get(record, "errata.fingerprint")
	assert.Len(t, own, 32)
	plain := readLogs(t, "user-fingerprint")
	other := plain.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
	other.Attributes().Remove("errata.fingerprint")
	d.Logs(plain, &Tally{})
	assert.NotEqual(t, own, get(other, "errata.fingerprint"))
}

func TestTaskContext(t *testing.T) {
	record, _, _ := run(t, newTest(t, nil), "python-plain-text")
	assert.Equal(t, "t-1", get(record, "errata.context.task.id"))
	assert.Equal(t, "charge", get(record, "errata.context.task.name"))
}

func TestAttach(t *testing.T) {
	record, _, _ := run(t, newTest(t, func(s *Settings, _ *Selection) { s.Attach = Attach{} }), "python-refused")
	for name := range record.Attributes().All() {
		assert.NotContains(t, []string{"errata.template", "errata.docs", "errata.suggestions.immediate", "errata.suggestions.preventive"}, name)
	}
	assert.Equal(t, "NET_CONN_REFUSED", get(record, "errata.code"))
}

func TestRedactionModes(t *testing.T) {
	key := strings.Repeat("k", 32)
	for _, one := range []struct{ mode, body, password string }{
		{"replace", "login failed for [REDACTED:email]", "[REDACTED:password]"},
		{"remove", "login failed for [REDACTED]", ""},
		{"pseudonym", "login failed for [PSEUDONYM:email:", "[PSEUDONYM:password:"},
		{"keep", "login failed for ada@example.com", "hunter2-long-one"},
		{"off", "login failed for ada@example.com", "hunter2-long-one"},
	} {
		t.Run(one.mode, func(t *testing.T) {
			d := newTest(t, func(s *Settings, _ *Selection) {
				s.Redaction.Mode = one.mode
				if one.mode == "pseudonym" {
					s.Redaction.PseudonymKey = "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk"
					require.Len(t, key, len(s.Redaction.PseudonymKey))
				}
			})
			record, logs, tally := run(t, d, "private-values")
			assert.Contains(t, record.Body().Str(), one.body)
			user, _ := record.Attributes().Get("user")
			password, has := user.Map().Get("password")
			assert.Equal(t, one.password != "", has)
			if has {
				assert.Contains(t, password.Str(), one.password)
			}
			assert.Equal(t, one.mode == "off", len(tally.redactions) == 0)
			assert.Equal(t, one.mode != "off", get(record, "errata.redactions") != "")
			arguments, _ := logs.ResourceLogs().At(0).Resource().Attributes().Get("process.command_args")
			assert.Equal(t, one.mode == "off" || one.mode == "keep", strings.Contains(arguments.AsString(), "s3cretpassw0rd"))
		})
	}
}

func TestRedactionOfAllRecords(t *testing.T) {
	for _, records := range []string{RecordsErrors, RecordsAll} {
		logs := readLogs(t, "not-an-error")
		record := logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
		record.Body().SetStr("welcome ada@example.com")
		newTest(t, func(s *Settings, _ *Selection) { s.Redaction.Records = records }).Logs(logs, &Tally{})
		assert.Equal(t, records == RecordsAll, record.Body().Str() == "welcome [REDACTED:email]")
	}
}

func TestDenyAndAllow(t *testing.T) {
	logs := readLogs(t, "python-plain-text")
	record := logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
	record.Attributes().PutStr("employee_no", "E-17")
	record.Attributes().PutStr("contact", "desk@example.com")
	newTest(t, func(s *Settings, _ *Selection) {
		s.Redaction.Deny, s.Redaction.Allow = []string{"employee_no"}, []string{"contact"}
	}).Logs(logs, &Tally{})
	assert.Equal(t, "[REDACTED:secret]", get(record, "employee_no"))
	assert.Equal(t, "desk@example.com", get(record, "contact"))
}

func TestTimesAreClamped(t *testing.T) {
	record, _, tally := run(t, newTest(t, nil), "old-time")
	// The midnight behind now - 30 d, not the edge: the same record an hour later lands there too.
	assert.Equal(t, "2026-08-23T00:00:00Z", record.Timestamp().AsTime().Format(time.RFC3339))
	assert.Equal(t, `{"timestamp_clamped":1}`, get(record, "errata.dropped"))
	assert.EqualValues(t, 1, tally.limited[limitTimestamp])

	at := clockAt(testNow, DefaultSettings().Times)
	future, moved := at.clamp(pcommon.NewTimestampFromTime(testNow.Add(50 * time.Hour)))
	assert.True(t, moved)
	assert.Equal(t, "2026-09-22T00:00:00Z", future.AsTime().Format(time.RFC3339))
	none, moved := at.clamp(0)
	assert.True(t, moved)
	assert.Equal(t, testNow.UTC(), none.AsTime())

	off := newTest(t, func(s *Settings, _ *Selection) { s.Times.Clamp = false })
	record, _, _ = run(t, off, "old-time")
	assert.Equal(t, 2020, record.Timestamp().AsTime().Year())
}

// The id is over the time as it came: the same record again is the same occurrence.
func TestEventIDStays(t *testing.T) {
	d := newTest(t, nil)
	first, _, _ := run(t, d, "old-time")
	d.now = func() time.Time { return testNow.Add(26 * time.Hour) }
	second, _, _ := run(t, d, "old-time")
	assert.Equal(t, get(first, "log.record.uid"), get(second, "log.record.uid"))
}
