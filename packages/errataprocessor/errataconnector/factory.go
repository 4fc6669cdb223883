package errataconnector

import (
	"context"
	"fmt"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/connector"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/errata-dev/errata/packages/errataprocessor/errataconnector/internal/metadata"
	"github.com/errata-dev/errata/packages/errataprocessor/internal/describe"
)

// Config is the connector's configuration: what it shares with the processor. Exceptions of spans are always errors.
type Config struct {
	describe.Settings `mapstructure:",squash"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// Unmarshal reads the configuration; what the reader says of a key, such as that there is none of its name, gets the remedy.
func (c *Config) Unmarshal(conf *confmap.Conf) error {
	return describe.WithKeys(conf.Unmarshal(c))
}

// Validate tells every mistake with its key and the remedy.
func (c *Config) Validate() error { return c.Settings.Check() }

// NewFactory makes the factory of the connector `errata`.
func NewFactory() connector.Factory {
	return connector.NewFactory(metadata.Type, createDefaultConfig, connector.WithTracesToLogs(createTracesToLogs, metadata.TracesToLogsStability))
}

func createDefaultConfig() component.Config {
	return &Config{Settings: describe.DefaultSettings()}
}

func createTracesToLogs(_ context.Context, set connector.Settings, config component.Config, next consumer.Logs) (connector.Traces, error) {
	describer, err := describe.New(config.(*Config).Settings, describe.DefaultSelection())
	if err != nil {
		return nil, fmt.Errorf("cannot start connector %s: catalogs: %w", set.ID, err)
	}
	telemetry, err := metadata.NewTelemetryBuilder(set.TelemetrySettings)
	if err != nil {
		return nil, fmt.Errorf("cannot start connector %s: its metrics cannot be made: %w", set.ID, err)
	}
	return &errataConnector{next: next, describer: describer, telemetry: telemetry, instruments: describe.Instruments{
		Records:      telemetry.ConnectorErrataRecords,
		Errors:       telemetry.ConnectorErrataErrors,
		Unknown:      telemetry.ConnectorErrataUnknown,
		Redactions:   telemetry.ConnectorErrataRedactions,
		Limited:      telemetry.ConnectorErrataLimited,
		VoiceDropped: telemetry.ConnectorErrataVoiceDropped,
		Withheld:     telemetry.ConnectorErrataWithheld,
		Duration:     telemetry.ConnectorErrataDescribeDuration,
	}}, nil
}

type errataConnector struct {
	component.StartFunc
	next        consumer.Logs
	describer   *describe.Describer
	telemetry   *metadata.TelemetryBuilder
	instruments describe.Instruments
}

// Capabilities says that the traces are only read.
func (c *errataConnector) Capabilities() consumer.Capabilities {
	return consumer.Capabilities{MutatesData: false}
}

// ConsumeTraces sends the exceptions on, if there are any; the next component's error is returned as it is.
func (c *errataConnector) ConsumeTraces(ctx context.Context, traces ptrace.Traces) error {
	var tally describe.Tally
	logs := c.describer.Lift(traces, &tally)
	tally.Report(ctx, &c.instruments)
	if logs.LogRecordCount() == 0 {
		return nil
	}
	return c.next.ConsumeLogs(ctx, logs)
}

// Shutdown lets go of the metrics.
func (c *errataConnector) Shutdown(context.Context) error {
	c.telemetry.Shutdown()
	return nil
}
