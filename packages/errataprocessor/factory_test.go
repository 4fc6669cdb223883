package errataprocessor

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processortest"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/errata-dev/errata/packages/errataprocessor/internal/metadata"
)

func twoRecords() plog.Logs {
	logs := plog.NewLogs()
	records := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
	records.AppendEmpty().Body().SetStr("order placed")
	failed := records.AppendEmpty()
	failed.Body().SetStr("connect ECONNREFUSED 127.0.0.1:6379 for ada@example.com")
	failed.SetSeverityNumber(plog.SeverityNumberError)
	return logs
}

// The pipeline's own way: created, started, fed, shut down, with its metrics and its silence.
func TestPipeline(t *testing.T) {
	telemetry := componenttest.NewTelemetry()
	core, lines := observer.New(zap.DebugLevel)
	set := processor.Settings{ID: processortest.NewNopSettings(metadata.Type).ID, TelemetrySettings: telemetry.NewTelemetrySettings()}
	set.Logger = zap.New(core)
	sink := new(consumertest.LogsSink)
	p, err := NewFactory().CreateLogs(t.Context(), set, createDefaultConfig(), sink)
	require.NoError(t, err)
	require.NoError(t, p.Start(t.Context(), componenttest.NewNopHost()))
	require.NoError(t, p.ConsumeLogs(t.Context(), twoRecords()))
	require.NoError(t, p.Shutdown(t.Context()))

	record := sink.AllLogs()[0].ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(1)
	code, _ := record.Attributes().Get("errata.code")
	assert.Equal(t, "NET_CONN_REFUSED", code.Str())
	assert.Equal(t, "connect ECONNREFUSED 127.0.0.1:6379 for [REDACTED:email]", record.Body().Str())

	// Both records came without a time.
	for name, want := range map[string]map[string]int64{
		"otelcol_processor_errata_records":    {"": 2},
		"otelcol_processor_errata_errors":     {"network": 1},
		"otelcol_processor_errata_redactions": {"email": 1},
		"otelcol_processor_errata_limited":    {"timestamp_clamped": 2},
	} {
		assert.Equal(t, want, sums(t, telemetry, name), name)
	}
	duration, err := telemetry.GetMetric("otelcol_processor_errata_describe_duration")
	require.NoError(t, err)
	assert.EqualValues(t, 1, duration.Data.(metricdata.Histogram[float64]).DataPoints[0].Count)
	assert.Zero(t, lines.Len(), "nothing of a record is logged")
	require.NoError(t, telemetry.Shutdown(context.Background()))
}

func sums(t *testing.T, telemetry *componenttest.Telemetry, name string) map[string]int64 {
	got, err := telemetry.GetMetric(name)
	require.NoError(t, err)
	values := map[string]int64{}
	for _, point := range got.Data.(metricdata.Sum[int64]).DataPoints {
		label := ""
		for _, one := range point.Attributes.ToSlice() {
			label = one.Value.AsString()
		}
		values[label] = point.Value
	}
	return values
}

func TestTracesPipeline(t *testing.T) {
	sink := new(consumertest.TracesSink)
	p, err := NewFactory().CreateTraces(t.Context(), processortest.NewNopSettings(metadata.Type), createDefaultConfig(), sink)
	require.NoError(t, err)
	require.NoError(t, p.Start(t.Context(), componenttest.NewNopHost()))
	traces := ptrace.NewTraces()
	event := traces.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty().Events().AppendEmpty()
	event.SetName("exception")
	event.Attributes().PutStr("exception.message", "no user ada@example.com")
	require.NoError(t, p.ConsumeTraces(t.Context(), traces))
	message, _ := sink.AllTraces()[0].ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0).Events().At(0).Attributes().Get("exception.message")
	assert.Equal(t, "no user [REDACTED:email]", message.Str())
	require.NoError(t, p.Shutdown(t.Context()))
}

// Pipelines call a processor from many goroutines; run with -race.
func TestConcurrentBatches(t *testing.T) {
	p, err := NewFactory().CreateLogs(t.Context(), processortest.NewNopSettings(metadata.Type), createDefaultConfig(), consumertest.NewNop())
	require.NoError(t, err)
	done := make(chan error)
	for range 4 {
		go func() {
			for range 50 {
				if err := p.ConsumeLogs(context.Background(), twoRecords()); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range 4 {
		require.NoError(t, <-done)
	}
	require.NoError(t, p.Shutdown(t.Context()))
}
