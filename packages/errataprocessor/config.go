package errataprocessor

import (
	"errors"

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

// Validate tells every mistake with its key and the remedy.
func (c *Config) Validate() error {
	return errors.Join(c.Settings.Check(), c.Errors.Check())
}
