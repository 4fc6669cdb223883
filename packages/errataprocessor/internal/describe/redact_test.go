package describe

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A record of texts and numbers is redacted in place and out of memory; a map anywhere in it makes the redactor walk over a
// copy. Both say the same, in every mode, the first time and again.
func TestPlainRecordsAreRedactedAsOthers(t *testing.T) {
	files, err := filepath.Glob(shapes + "*.json")
	require.NoError(t, err)
	for _, mode := range []string{"replace", "remove", "pseudonym", "keep", "off"} {
		d := newTest(t, func(s *Settings, _ *Selection) {
			s.Redaction.Mode = mode
			s.Redaction.PseudonymKey = "errata-test-key-of-32-bytes-long"
			s.Redaction.Deny = []string{"employee_no"}
			s.Redaction.Allow = []string{"support_mail"}
		})
		for range 4 {
			for _, file := range files {
				name := strings.TrimSuffix(filepath.Base(file), ".json")
				assert.Equal(t, redactedAs(t, d, name, true), redactedAs(t, d, name, false), "%s %s", mode, name)
			}
		}
	}
}

func redactedAs(t *testing.T, d *Describer, name string, walked bool) map[string]any {
	logs := readLogs(t, name)
	record := logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
	attributes := record.Attributes()
	attributes.PutStr("password", "hunter2hunter2")
	attributes.PutStr("employee_no", "4711")
	attributes.PutStr("support_mail", "help@example.com")
	attributes.PutStr("mail", "ada@example.com \xff")
	attributes.PutInt("card.number", 4111111111111111)
	attributes.PutDouble("pin", 1234)
	attributes.PutEmpty("nothing")
	attributes.PutBool("token", true)
	if walked {
		attributes.PutEmptyMap("zz")
	}
	d.Logs(logs, &Tally{})
	attributes.Remove("zz")
	raw := attributes.AsRaw()
	raw["the body"] = record.Body().AsRaw()
	return raw
}
