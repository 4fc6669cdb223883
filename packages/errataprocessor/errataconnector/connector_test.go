package errataconnector

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/confmaptest"
	"go.opentelemetry.io/collector/connector/connectortest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/errata-dev/errata/packages/errataprocessor/errataconnector/internal/metadata"
)

func traces(eventName string) ptrace.Traces {
	traces := ptrace.NewTraces()
	span := traces.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty()
	span.SetName("charge")
	event := span.Events().AppendEmpty()
	event.SetName(eventName)
	if eventName == "exception" {
		event.Attributes().PutStr("exception.message", "connect ECONNREFUSED 127.0.0.1:6379")
	}
	traces.MarkReadOnly()
	return traces
}

func TestExceptionsBecomeLogs(t *testing.T) {
	sink := new(consumertest.LogsSink)
	c, err := NewFactory().CreateTracesToLogs(t.Context(), connectortest.NewNopSettings(metadata.Type), createDefaultConfig(), sink)
	require.NoError(t, err)
	require.NoError(t, c.Start(t.Context(), componenttest.NewNopHost()))
	require.NoError(t, c.ConsumeTraces(t.Context(), traces("cache.miss")))
	assert.Empty(t, sink.AllLogs(), "nothing is sent when nothing failed")
	require.NoError(t, c.ConsumeTraces(t.Context(), traces("exception")))
	require.NoError(t, c.Shutdown(t.Context()))
	record := sink.AllLogs()[0].ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
	code, _ := record.Attributes().Get("errata.code")
	assert.Equal(t, "NET_CONN_REFUSED", code.Str())
	signal, _ := record.Attributes().Get("errata.signal")
	assert.Equal(t, "span", signal.Str())
}

// What the next component refuses, the sender learns: it sends again.
func TestErrorsGoUp(t *testing.T) {
	full := errors.New("queue is full")
	c, err := NewFactory().CreateTracesToLogs(t.Context(), connectortest.NewNopSettings(metadata.Type), createDefaultConfig(), consumertest.NewErr(full))
	require.NoError(t, err)
	assert.ErrorIs(t, c.ConsumeTraces(context.Background(), traces("exception")), full)
	require.NoError(t, c.Shutdown(t.Context()))
}

func TestInvalidConfig(t *testing.T) {
	for yaml, want := range map[string]string{
		"errors: {body: true}":          "Every key is listed in packages/errataprocessor/README.md, Configuration",
		"redaction: {mode: mask}":       "use replace, pseudonym, remove, keep or off",
		"catalogs: [/nowhere/app.yaml]": "/nowhere/app.yaml",
		"limits: {depth: 0}":            "limits.depth is 0",
	} {
		file := filepath.Join(t.TempDir(), "config.yaml")
		require.NoError(t, os.WriteFile(file, []byte(yaml), 0o600))
		read, err := confmaptest.LoadConf(file)
		require.NoError(t, err)
		config := createDefaultConfig()
		if err = read.Unmarshal(config); err == nil {
			err = confmap.Validate(config)
		}
		require.ErrorContains(t, err, want)
	}
}
