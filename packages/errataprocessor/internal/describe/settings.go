// Package describe is what happens to a record: who is trusted, what is dropped, where the error is found, what is
// redacted and where errata's words go. The processor and the connector are plumbing around it; what an error means is
// the catalog's.
package describe

import (
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/config/configopaque"

	"github.com/errata-dev/errata/packages/catalog"
	"github.com/errata-dev/errata/packages/catalog/compile"
)

// Settings is the configuration that the processor and the connector share.
type Settings struct {
	// Catalogs are paths of application catalogs; the first beats the second, all beat the built-in one.
	Catalogs []string `mapstructure:"catalogs"`
	// TrustIncoming leaves records alone (but for redaction) that an errata elsewhere described already.
	TrustIncoming bool `mapstructure:"trust_incoming"`
	// Redaction says which private values go, and how.
	Redaction Redaction `mapstructure:"redaction"`
	// Limits bound what one record may cost.
	Limits Limits `mapstructure:"limits"`
	// Attach says what is written besides code, category, severity and fingerprint.
	Attach Attach `mapstructure:"attach"`
	// Times bounds timestamps.
	Times Times `mapstructure:"times"`
}

// Redaction modes beyond the catalog's own.
const (
	// RedactionOff looks at nothing.
	RedactionOff = "off"
	// RecordsErrors redacts errors and what belongs to them.
	RecordsErrors = "errors"
	// RecordsAll redacts every record and span.
	RecordsAll = "all"
)

// Redaction is the key `redaction`.
type Redaction struct {
	// Mode is replace, pseudonym, remove, keep (count only) or off.
	Mode string `mapstructure:"mode"`
	// Records is errors or all.
	Records string `mapstructure:"records"`
	// PseudonymKey has at least 32 bytes and is the same as the applications' ERRATA_PSEUDONYM_KEY.
	PseudonymKey configopaque.String `mapstructure:"pseudonym_key"`
	// Deny are keys whose values always go.
	Deny []string `mapstructure:"deny"`
	// Allow are keys whose values always stay.
	Allow []string `mapstructure:"allow"`
}

// Limits is the key `limits`: what one error record may hold; the rest is cut and counted in errata.dropped.
type Limits struct {
	// TextBytes is of one text.
	TextBytes int `mapstructure:"text_bytes"`
	// RecordBytes is of all texts and keys of one record.
	RecordBytes int `mapstructure:"record_bytes"`
	// Values is the number of attributes, list items and map entries of one record.
	Values int `mapstructure:"values"`
	// Depth is the number of levels of lists and maps.
	Depth int `mapstructure:"depth"`
}

// Attach is the key `attach`.
type Attach struct {
	Suggestions bool `mapstructure:"suggestions"`
	Docs        bool `mapstructure:"docs"`
	Template    bool `mapstructure:"template"`
	TaskContext bool `mapstructure:"task_context"`
}

// Times is the key `times`: times outside [now - past, now + future] are moved inside.
type Times struct {
	Clamp  bool          `mapstructure:"clamp"`
	Past   time.Duration `mapstructure:"past"`
	Future time.Duration `mapstructure:"future"`
}

const (
	day = 24 * time.Hour
	// leastTextBytes: what the interpreter reads of a stack should come whole to it; below a stack's head nothing is left.
	leastTextBytes = 1_024
	// deepestDepth: the text of a value (AnyText) ends here.
	deepestDepth = 100
	// longestPast: an insert that touches more than 100 daily partitions is refused whole by ClickHouse.
	longestPast = 90 * day
)

// DefaultSettings are the defaults; README.md holds them too, and a test compares.
func DefaultSettings() Settings {
	return Settings{
		Catalogs:  []string{},
		Redaction: Redaction{Mode: string(catalog.RedactReplace), Records: RecordsErrors, Deny: []string{}, Allow: []string{}},
		Limits: Limits{
			// Four times what is read of a stack: a longer text says nothing more to a person either.
			TextBytes: 4 * catalog.LimitStackBytes,
			// A record of 1 MiB takes tens of milliseconds to redact.
			RecordBytes: 1 << 20,
			// Real records have tens.
			Values: 10_000,
			// Real ones have a handful; each level costs stack.
			Depth: deepestDepth,
		},
		Attach: Attach{Suggestions: true, Docs: true, Template: true, TaskContext: true},
		// 32 daily partitions, below ClickHouse's 100 for one insert.
		Times: Times{Clamp: true, Past: 30 * day, Future: day},
	}
}

// invalid says which key, what it is and what to do.
func invalid(key string, got any, remedy string) error {
	return fmt.Errorf("%s is %v: %s", key, got, remedy)
}

// WithKeys adds to what the reader says of a configuration where the keys are listed.
func WithKeys(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w. Every key is listed in packages/errataprocessor/README.md, Configuration", err)
}

// Check tells every mistake with its key and the remedy. It is not called Validate: the collector would call it for the
// configuration that embeds it and for itself.
func (s *Settings) Check() error {
	problems := []error{s.Redaction.check(), s.Limits.check(), s.Times.check()}
	if _, err := compile.LoadCatalog(s.Catalogs); err != nil {
		problems = append(problems, fmt.Errorf("catalogs: %w", err))
	}
	return errors.Join(problems...)
}

func (r *Redaction) check() error {
	var problems []error
	switch r.Mode {
	case string(catalog.RedactReplace), string(catalog.RedactRemove), string(catalog.RedactKeep), RedactionOff:
	case string(catalog.RedactPseudonym):
		if len(r.PseudonymKey) < 32 {
			problems = append(problems, invalid("redaction.pseudonym_key", fmt.Sprintf("%d bytes long", len(r.PseudonymKey)),
				"mode pseudonym needs at least 32 bytes; use ${env:ERRATA_PSEUDONYM_KEY}, the same as the applications have"))
		}
	default:
		problems = append(problems, invalid("redaction.mode", fmt.Sprintf("%q", r.Mode), "use replace, pseudonym, remove, keep or off"))
	}
	if r.Records != RecordsErrors && r.Records != RecordsAll {
		problems = append(problems, invalid("redaction.records", fmt.Sprintf("%q", r.Records), "use errors or all"))
	}
	for name, keys := range map[string][]string{"redaction.deny": r.Deny, "redaction.allow": r.Allow} {
		for i, key := range keys {
			if key == "" {
				problems = append(problems, invalid(fmt.Sprintf("%s[%d]", name, i), "empty", "name a key, such as employee_no"))
			}
		}
	}
	return errors.Join(problems...)
}

func (l *Limits) check() error {
	var problems []error
	least := func(key string, got, min int, unit string) {
		if got < min {
			problems = append(problems, invalid("limits."+key, got, fmt.Sprintf("use at least %d %s", min, unit)))
		}
	}
	least("text_bytes", l.TextBytes, leastTextBytes, "bytes")
	least("record_bytes", l.RecordBytes, max(l.TextBytes, leastTextBytes), "bytes, no less than limits.text_bytes")
	least("values", l.Values, 64, "values")
	least("depth", l.Depth, 1, "level")
	if l.Depth > deepestDepth {
		problems = append(problems, invalid("limits.depth", l.Depth, fmt.Sprintf("use at most %d levels", deepestDepth)))
	}
	return errors.Join(problems...)
}

func (t *Times) check() error {
	var problems []error
	if t.Past < day || t.Past > longestPast {
		problems = append(problems, invalid("times.past", t.Past, "use 24h to 2160h: ClickHouse refuses an insert over 100 daily partitions"))
	}
	if t.Future < day || t.Future > 7*day {
		problems = append(problems, invalid("times.future", t.Future, "use 24h to 168h"))
	}
	return errors.Join(problems...)
}
