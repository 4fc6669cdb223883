package describe

// Records that nobody means well with, and the fuzz target over the wire's own bytes.

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/errata-dev/errata/packages/catalog"
)

func oneError() (plog.Logs, plog.LogRecord) {
	logs := plog.NewLogs()
	record := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	record.SetSeverityNumber(plog.SeverityNumberError)
	record.SetTimestamp(pcommon.NewTimestampFromTime(testNow))
	return logs, record
}

func describeOne(t *testing.T, d *Describer, fill func(plog.LogRecord)) plog.LogRecord {
	logs, record := oneError()
	fill(record)
	tally := &Tally{}
	d.Logs(logs, tally)
	require.Zero(t, tally.Withheld)
	return record
}

func TestHugeTextsAreCutAndCounted(t *testing.T) {
	record := describeOne(t, newTest(t, nil), func(record plog.LogRecord) {
		record.Body().SetStr(strings.Repeat("é", 5<<20))
		record.Attributes().PutStr("aaa", strings.Repeat("x", 10<<20))
		record.Attributes().PutStr("exception.message", "connect ECONNREFUSED 127.0.0.1:6379")
	})
	assert.LessOrEqual(t, len(record.Body().Str()), 4*catalog.LimitStackBytes)
	assert.Equal(t, `{"text_bytes":2}`, get(record, "errata.dropped"))
	assert.Equal(t, "NET_CONN_REFUSED", get(record, "errata.code"))
}

// What is important is read first, however much stands before it.
func TestRecordBytes(t *testing.T) {
	record := describeOne(t, newTest(t, nil), func(record plog.LogRecord) {
		for i := range 40 {
			record.Attributes().PutStr("a"+strings.Repeat("b", i), strings.Repeat("word ", 20_000))
		}
		record.Attributes().PutStr("exception.message", "connect ECONNREFUSED 127.0.0.1:6379")
	})
	total := 0
	for name, value := range record.Attributes().All() {
		total += len(name) + len(value.AsString())
	}
	assert.LessOrEqual(t, total, 1<<20+16_384)
	assert.Contains(t, get(record, "errata.dropped"), limitRecord)
	assert.Equal(t, "NET_CONN_REFUSED", get(record, "errata.code"))
}

func TestManyValues(t *testing.T) {
	record := describeOne(t, newTest(t, nil), func(record plog.LogRecord) {
		list := record.Attributes().PutEmptySlice("list")
		for range 200_000 {
			list.AppendEmpty().SetInt(1)
		}
	})
	list, ok := record.Attributes().Get("list")
	require.True(t, ok)
	assert.LessOrEqual(t, list.Slice().Len(), DefaultSettings().Limits.Values)
	assert.Equal(t, `{"values":1}`, get(record, "errata.dropped"))
}

func TestDepth(t *testing.T) {
	for _, mode := range []string{"replace", RedactionOff} {
		record := describeOne(t, newTest(t, func(s *Settings, _ *Selection) { s.Redaction.Mode = mode }), func(record plog.LogRecord) {
			value := record.Attributes().PutEmpty("deep")
			for range 5_000 {
				value = value.SetEmptySlice().AppendEmpty()
			}
			value.SetStr("bottom")
		})
		assert.Equal(t, `{"depth":1}`, get(record, "errata.dropped"))
		assert.Contains(t, get(record, "deep"), tooDeep)
	}
}

func TestInvalidText(t *testing.T) {
	record := describeOne(t, newTest(t, nil), func(record plog.LogRecord) {
		record.Body().SetStr("bad \xff\xfe bytes \x00")
		record.Attributes().FromRaw(map[string]any{"exception.type": "A\xc3", "": "", "n": nil})
		record.Attributes().PutEmptyMap("m").PutStr("mail", "ada@example.com")
	})
	assert.Equal(t, `{"mail":"[REDACTED:email]"}`, get(record, "m"))
	assert.NotEmpty(t, get(record, "errata.code"))
}

func TestFieldsOfTheWrongKind(t *testing.T) {
	record := describeOne(t, newTest(t, nil), func(record plog.LogRecord) {
		a := record.Attributes()
		a.PutEmptyMap("exception.type").PutStr("x", "y")
		a.PutInt("exception.message", 7)
		a.PutEmptySlice("exception.stacktrace").AppendEmpty().SetStr("z")
		a.PutStr("errata.redactions", "many")
		a.PutInt("errata.fingerprint", 5)
		a.PutStr("errata.fingerprint_version", "new")
		a.PutEmptyMap("log.record.uid")
		a.PutBool("errata.causes", true)
		a.PutStr("mail", "ada@example.com")
	})
	assert.Equal(t, `{"email":1}`, get(record, "errata.redactions"))
	assert.Len(t, get(record, "errata.fingerprint"), 32)
}

// A fault in the interpreter: nothing unredacted goes on, the process lives, the record is counted.
func TestFaultWithholdsTexts(t *testing.T) {
	d := newTest(t, nil)
	d.catalog = nil
	logs, record := oneError()
	record.Body().SetStr("ada@example.com")
	record.Attributes().PutStr("mail", "ada@example.com")
	tally := &Tally{}
	d.Logs(logs, tally)
	assert.EqualValues(t, 1, tally.Withheld)
	assert.Equal(t, withheld, record.Body().Str())
	assert.Zero(t, record.Attributes().Len())
}

func FuzzLogs(f *testing.F) {
	files, err := filepath.Glob(shapes + "*[a-z].json")
	require.NoError(f, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(f, err)
		logs, err := (&plog.JSONUnmarshaler{}).UnmarshalLogs(text)
		require.NoError(f, err)
		bytes, err := (&plog.ProtoMarshaler{}).MarshalLogs(logs)
		require.NoError(f, err)
		f.Add(bytes)
	}
	all := func(s *Settings, selection *Selection) { s.Redaction.Records, selection.Body = RecordsAll, true }
	d := newTest(f, all)
	trusting := newTest(f, func(s *Settings, selection *Selection) { all(s, selection); s.TrustIncoming = true })
	f.Fuzz(func(t *testing.T, bytes []byte) {
		logs, err := (&plog.ProtoUnmarshaler{}).UnmarshalLogs(bytes)
		if err != nil {
			return
		}
		tally := &Tally{}
		d.Logs(logs, tally)
		require.Zero(t, tally.Withheld)
		again := &Tally{}
		trusting.Logs(logs, again)
		require.Zero(t, again.Withheld)
		for kind, count := range again.redactions {
			require.Zero(t, count, "a second look finds no %s", kind)
		}
		_, err = (&plog.ProtoMarshaler{}).MarshalLogs(logs)
		require.NoError(t, err)
	})
}
