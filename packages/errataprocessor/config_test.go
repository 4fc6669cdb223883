package errataprocessor

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/confmaptest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/processor/processortest"

	"github.com/errata-dev/errata/packages/errataprocessor/internal/metadata"
)

// check reads a configuration as the collector does, and validates it.
func check(t *testing.T, yaml string) error {
	t.Helper()
	file := filepath.Join(t.TempDir(), "config.yaml")
	require.NoError(t, os.WriteFile(file, []byte(yaml), 0o600))
	read, err := confmaptest.LoadConf(file)
	require.NoError(t, err)
	config := createDefaultConfig()
	if err := read.Unmarshal(config); err != nil {
		return err
	}
	return confmap.Validate(config)
}

func TestDefaultConfigIsValid(t *testing.T) {
	require.NoError(t, check(t, "trust_incoming: true"))
}

func TestInvalidConfigSaysKeyAndRemedy(t *testing.T) {
	catalog := filepath.Join(t.TempDir(), "catalog.yaml")
	unsafe := "format: 1\nname: app\nversion: \"1\"\nentries:\n" +
		"  - {code: APP_X, id: app.x, title: t, description: d, category: network, severity: low, since: \"0.1.0\",\n" +
		"     match: [{message: '(a+)+b'}], suggestions: {immediate: [x], preventive: [y]}}\n"
	require.NoError(t, os.WriteFile(catalog, []byte(unsafe), 0o600))
	for _, one := range []struct{ name, yaml, key, remedy string }{
		{"unknown key", "redact: {mode: off}", "invalid keys: redact", "Every key is listed in packages/errataprocessor/README.md, Configuration"},
		{"unknown key inside", "redaction: {modes: off}", "invalid keys: modes", "Every key is listed in packages/errataprocessor/README.md, Configuration"},
		{"mode", "redaction: {mode: mask}", `redaction.mode is "mask"`, "use replace, pseudonym, remove, keep or off"},
		{"records", "redaction: {records: some}", `redaction.records is "some"`, "use errors or all"},
		{"no pseudonym key", "redaction: {mode: pseudonym}", "redaction.pseudonym_key is 0 bytes long", "${env:ERRATA_PSEUDONYM_KEY}"},
		{"short pseudonym key", "redaction: {mode: pseudonym, pseudonym_key: short}", "redaction.pseudonym_key is 5 bytes long", "at least 32 bytes"},
		{"empty deny", "redaction: {deny: ['']}", "redaction.deny[0] is empty", "name a key"},
		{"empty allow", "redaction: {allow: [a, '']}", "redaction.allow[1] is empty", "name a key"},
		{"text bytes", "limits: {text_bytes: 10}", "limits.text_bytes is 10", "use at least 1024 bytes"},
		{"record bytes", "limits: {record_bytes: 5000}", "limits.record_bytes is 5000", "no less than limits.text_bytes"},
		{"values", "limits: {values: 0}", "limits.values is 0", "use at least 64"},
		{"no depth", "limits: {depth: 0}", "limits.depth is 0", "use at least 1"},
		{"depth", "limits: {depth: 101}", "limits.depth is 101", "use at most 100"},
		{"past", "times: {past: 1h}", "times.past is 1h0m0s", "use 24h to 2160h"},
		{"future", "times: {future: 999h}", "times.future is 999h0m0s", "use 24h to 168h"},
		{"severity", "errors: {min_severity: 25}", "errors.min_severity is 25", "use 1 to 24"},
		{"nothing is an error", "errors: {min_severity: 0, exception_attributes: false, event_name: false}", "errors is all off", "leave at least one"},
		{"missing catalog", "catalogs: [/nowhere/app.yaml]", "/nowhere/app.yaml", "Name a readable YAML file"},
		{"unsafe expression", "catalogs: [" + catalog + "]", catalog + ":6 entries[0].match[0].message", "Mend the file"},
	} {
		t.Run(one.name, func(t *testing.T) {
			err := check(t, one.yaml)
			require.Error(t, err)
			assert.Equal(t, 1, strings.Count(err.Error(), one.remedy), err)
			assert.Contains(t, err.Error(), one.key)
			assert.Contains(t, err.Error(), one.remedy)
		})
	}
}

// A configuration that nobody validated stops the start too.
func TestMissingCatalogStopsTheStart(t *testing.T) {
	config := createDefaultConfig().(*Config)
	config.Catalogs = []string{"/nowhere/app.yaml"}
	_, err := NewFactory().CreateLogs(t.Context(), processortest.NewNopSettings(metadata.Type), config, consumertest.NewNop())
	require.ErrorContains(t, err, "cannot start processor errata")
	require.ErrorContains(t, err, "/nowhere/app.yaml")
}

func TestPseudonymKeyIsNotShown(t *testing.T) {
	config := createDefaultConfig().(*Config)
	config.Redaction.PseudonymKey = "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk"
	shown := confmap.New()
	require.NoError(t, shown.Marshal(config))
	assert.Equal(t, "[REDACTED]", shown.Get("redaction::pseudonym_key"))
}

// Every key of the configuration has its row in the README, every row its key, and the defaults agree.
func TestReadmeTable(t *testing.T) {
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	rows := map[string]string{}
	_, after, _ := strings.Cut(string(text), "<!-- config -->")
	table, _, _ := strings.Cut(after, "<!-- end config -->")
	for line := range strings.SplitSeq(table, "\n") {
		if cells := strings.Split(line, "|"); len(cells) > 3 && strings.Contains(cells[1], "`") {
			rows[strings.Trim(cells[1], " `")] = strings.Trim(cells[2], " `")
		}
	}
	keys := map[string]string{}
	read := confmap.New()
	defaults := createDefaultConfig().(*Config)
	require.Empty(t, defaults.Redaction.PseudonymKey)
	require.NoError(t, read.Marshal(defaults))
	keysOf(reflect.TypeFor[Config](), "", read, keys)
	// A secret is never shown, not even an empty one.
	keys["redaction.pseudonym_key"] = ""
	assert.Equal(t, keys, rows)
}

func keysOf(kind reflect.Type, prefix string, values *confmap.Conf, keys map[string]string) {
	for i := range kind.NumField() {
		field := kind.Field(i)
		tag := field.Tag.Get("mapstructure")
		switch {
		case tag == ",squash":
			keysOf(field.Type, prefix, values, keys)
		case tag == "":
		case field.Type.Kind() == reflect.Struct:
			keysOf(field.Type, prefix+tag+".", values, keys)
		default:
			keys[prefix+tag] = shown(values.Get(strings.ReplaceAll(prefix+tag, ".", "::")))
		}
	}
}

func shown(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case []any:
		return "[]"
	case interface{ String() string }:
		return v.String()
	}
	return fmt.Sprint(value)
}
