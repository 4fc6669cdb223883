package errataprocessor

import (
	"context"
	"fmt"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processorhelper"

	"github.com/errata-dev/errata/packages/errataprocessor/internal/describe"
	"github.com/errata-dev/errata/packages/errataprocessor/internal/metadata"
)

// NewFactory makes the factory of the processor `errata`.
func NewFactory() processor.Factory {
	return processor.NewFactory(
		metadata.Type,
		createDefaultConfig,
		processor.WithLogs(createLogs, metadata.LogsStability),
		processor.WithTraces(createTraces, metadata.TracesStability),
	)
}

func createDefaultConfig() component.Config {
	return &Config{Settings: describe.DefaultSettings(), Errors: describe.DefaultSelection()}
}

func createLogs(ctx context.Context, set processor.Settings, config component.Config, next consumer.Logs) (processor.Logs, error) {
	p, err := newProcessor(set, config.(*Config))
	if err != nil {
		return nil, err
	}
	return processorhelper.NewLogs(ctx, set, config, next, func(ctx context.Context, logs plog.Logs) (plog.Logs, error) {
		var tally describe.Tally
		p.describer.Logs(logs, &tally)
		tally.Report(ctx, &p.instruments)
		return logs, nil
	}, processorhelper.WithCapabilities(consumer.Capabilities{MutatesData: true}), processorhelper.WithShutdown(p.shutdown))
}

func createTraces(ctx context.Context, set processor.Settings, config component.Config, next consumer.Traces) (processor.Traces, error) {
	p, err := newProcessor(set, config.(*Config))
	if err != nil {
		return nil, err
	}
	return processorhelper.NewTraces(ctx, set, config, next, func(ctx context.Context, traces ptrace.Traces) (ptrace.Traces, error) {
		var tally describe.Tally
		p.describer.Traces(traces, &tally)
		tally.Report(ctx, &p.instruments)
		return traces, nil
	}, processorhelper.WithCapabilities(consumer.Capabilities{MutatesData: true}), processorhelper.WithShutdown(p.shutdown))
}

// errataProcessor is one pipeline's.
type errataProcessor struct {
	describer   *describe.Describer
	telemetry   *metadata.TelemetryBuilder
	instruments describe.Instruments
}

func newProcessor(set processor.Settings, config *Config) (*errataProcessor, error) {
	describer, err := describe.New(config.Settings, config.Errors)
	if err != nil {
		return nil, fmt.Errorf("cannot start processor %s: catalogs: %w", set.ID, err)
	}
	telemetry, err := metadata.NewTelemetryBuilder(set.TelemetrySettings)
	if err != nil {
		return nil, fmt.Errorf("cannot start processor %s: its metrics cannot be made: %w", set.ID, err)
	}
	return &errataProcessor{describer: describer, telemetry: telemetry, instruments: describe.Instruments{
		Records:      telemetry.ProcessorErrataRecords,
		Errors:       telemetry.ProcessorErrataErrors,
		Unknown:      telemetry.ProcessorErrataUnknown,
		Redactions:   telemetry.ProcessorErrataRedactions,
		Limited:      telemetry.ProcessorErrataLimited,
		VoiceDropped: telemetry.ProcessorErrataVoiceDropped,
		Withheld:     telemetry.ProcessorErrataWithheld,
		Duration:     telemetry.ProcessorErrataDescribeDuration,
	}}, nil
}

func (p *errataProcessor) shutdown(context.Context) error {
	p.telemetry.Shutdown()
	return nil
}
