package errataprocessor

// What real SDKs sent for real errors (test/languages/record.ts recorded it), through the processor and the connector as a
// pipeline runs them: testdata/recorded/<language>/<case>.json in, expected.json of that folder says what must come out.
// expected.json was drafted from errata's own answers and then read case by case against what a person says of the error;
// where the two differ, "wrong" says what the answer must be. Nothing here writes it.

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/connector"
	"go.opentelemetry.io/collector/connector/connectortest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor/processortest"

	"github.com/errata-dev/errata/packages/errataprocessor/errataconnector"
	"github.com/errata-dev/errata/packages/errataprocessor/internal/metadata"
)

const recordings = "testdata/recorded"

// said is what errata says of one error; the same shape in expected.json.
type said struct {
	Code     string `json:"code"`
	Category string `json:"category"`
	// Type is exception.type, found by errata or sent by the SDK; "" where only text came.
	Type string `json:"type,omitempty"`
	// Template is the message with its values masked.
	Template string `json:"template"`
}

// expectation is a case's. An error that a record and a span's event tell of is in both, and counts once.
type expectation struct {
	Log  *said `json:"log,omitempty"`
	Span *said `json:"span,omitempty"`
	// Apart is why the two count as two failures: group and masked message differ, as what the SDK sends of them does.
	Apart string `json:"apart,omitempty"`
	// Wrong is what must be said and is not yet; the answer of today stands above, so that whoever mends it sees it here.
	Wrong string `json:"wrong,omitempty"`
}

func TestRecorded(t *testing.T) {
	languages, err := os.ReadDir(recordings)
	require.NoError(t, err)
	require.NotEmpty(t, languages)
	for _, language := range languages {
		folder := filepath.Join(recordings, language.Name())
		expected := map[string]expectation{}
		text, err := os.ReadFile(filepath.Join(folder, "expected.json"))
		require.NoError(t, err)
		strict := json.NewDecoder(bytes.NewReader(text))
		strict.DisallowUnknownFields()
		require.NoError(t, strict.Decode(&expected))
		for _, name := range recordedCases(t, folder) {
			t.Run(language.Name()+"/"+name, func(t *testing.T) {
				want := expected[name]
				delete(expected, name)
				logs, spans := describeRecorded(t, filepath.Join(folder, name+".json"))
				checkRecorded(t, want, logs, spans)
			})
		}
		assert.Empty(t, expected, "expectations of %s without a recording", language.Name())
	}
}

// The same panic is one group wherever the service put its stack.
func TestRecordedPanicIsOneGroup(t *testing.T) {
	groups := map[string]bool{}
	for _, name := range []string{"panic-stack", "panic-stacktrace", "panic-elsewhere"} {
		logs, _ := describeRecorded(t, filepath.Join(recordings, "go", name+".json"))
		require.Len(t, logs, 1)
		groups[attribute(logs[0], "errata.fingerprint")] = true
	}
	assert.Len(t, groups, 1)
}

func recordedCases(t *testing.T, folder string) []string {
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	require.NoError(t, err)
	names := []string{}
	for _, file := range files {
		if name := strings.TrimSuffix(filepath.Base(file), ".json"); name != "expected" {
			names = append(names, name)
		}
	}
	require.Greater(t, len(names), 10, folder)
	return names
}

// describeRecorded gives the errors of the logs, and those that the connector lifted from spans.
func describeRecorded(t *testing.T, file string) (logs, spans []plog.LogRecord) {
	var recording struct{ Logs, Traces json.RawMessage }
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &recording))
	sink := new(consumertest.LogsSink)
	if recording.Logs != nil {
		sent, err := (&plog.JSONUnmarshaler{}).UnmarshalLogs(recording.Logs)
		require.NoError(t, err)
		p, err := NewFactory().CreateLogs(t.Context(), processortest.NewNopSettings(metadata.Type), createDefaultConfig(), sink)
		require.NoError(t, err)
		require.NoError(t, p.Start(t.Context(), componenttest.NewNopHost()))
		require.NoError(t, p.ConsumeLogs(t.Context(), sent))
		require.NoError(t, p.Shutdown(t.Context()))
	}
	lifted := new(consumertest.LogsSink)
	if recording.Traces != nil {
		sent, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(recording.Traces)
		require.NoError(t, err)
		var c connector.Traces
		factory := errataconnector.NewFactory()
		c, err = factory.CreateTracesToLogs(t.Context(), connectortest.NewNopSettings(factory.Type()), factory.CreateDefaultConfig(), lifted)
		require.NoError(t, err)
		require.NoError(t, c.Start(t.Context(), componenttest.NewNopHost()))
		require.NoError(t, c.ConsumeTraces(t.Context(), sent))
		require.NoError(t, c.Shutdown(t.Context()))
	}
	return errorsOf(sink), errorsOf(lifted)
}

func errorsOf(sink *consumertest.LogsSink) []plog.LogRecord {
	var found []plog.LogRecord
	for _, logs := range sink.AllLogs() {
		for _, resource := range logs.ResourceLogs().All() {
			for _, scope := range resource.ScopeLogs().All() {
				for _, record := range scope.LogRecords().All() {
					if attribute(record, "errata.fingerprint") != "" {
						found = append(found, record)
					}
				}
			}
		}
	}
	return found
}

func attribute(record plog.LogRecord, name string) string {
	value, ok := record.Attributes().Get(name)
	if !ok {
		return ""
	}
	return value.AsString()
}

func checkRecorded(t *testing.T, want expectation, logs, spans []plog.LogRecord) {
	assert.Equal(t, want.Log, onlyOne(t, "log record", logs))
	assert.Equal(t, want.Span, onlyOne(t, "span event", spans))
	for _, record := range slices.Concat(logs, spans) {
		assert.Len(t, attribute(record, "log.record.uid"), 32)
		assert.False(t, record.TraceID().IsEmpty(), "the trace stays")
	}
	if len(logs) == 0 || len(spans) == 0 {
		assert.Empty(t, want.Apart, "one signal cannot be apart")
		return
	}
	assert.Equal(t, want.Apart == "", countOnce(logs[0], spans[0]), "count a log record and a span event of one error once")
}

// countOnce says whether the store takes the two for one failure, where they are of one span: the rule of
// errata_occurrences (packages/store/migrations).
func countOnce(log, span plog.LogRecord) bool {
	same := func(name string) bool {
		return attribute(log, name) != "" && attribute(log, name) == attribute(span, name)
	}
	return same("errata.fingerprint") || same("errata.template")
}

// onlyOne is what errata says of the one error there is; nil if there is none.
func onlyOne(t *testing.T, kind string, records []plog.LogRecord) *said {
	if len(records) == 0 {
		return nil
	}
	require.Len(t, records, 1, "one error is one %s", kind)
	record := records[0]
	return &said{
		Code:     attribute(record, "errata.code"),
		Category: attribute(record, "errata.category"),
		Type:     attribute(record, "exception.type"),
		Template: attribute(record, "errata.template"),
	}
}
