package errataprocessor

import (
	"errors"

	"go.opentelemetry.io/collector/confmap"

	"github.com/errata-dev/errata/packages/errataprocessor/internal/describe"
)

// Config is the processor's configuration. README.md has every key with its default.
type Config struct {
	describe.Settings `mapstructure:",squash"`
	// Errors says which records count as errors.
	Errors describe.Selection `mapstructure:"errors"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// Unmarshal reads the configuration; what the reader says of a key, such as that there is none of its name, gets the remedy.
func (c *Config) Unmarshal(conf *confmap.Conf) error {
	return describe.WithKeys(conf.Unmarshal(c))
}

// Validate tells every mistake with its key and the remedy.
func (c *Config) Validate() error {
	return errors.Join(c.Settings.Check(), c.Errors.Check())
}
