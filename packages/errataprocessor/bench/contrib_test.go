package bench

// The peer: a transform processor with 40 patterns, masking and a hash, and a redaction processor with nine kinds of
// private values. It says what it can of what errata says: code, category, severity, retryability, suggestions, template
// and group of an error. Statements are written so that they cost the peer least: one statement per pattern, none after
// the first that matched, conditions on the whole group, summaries off.

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/redactionprocessor"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/transformprocessor"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processortest"
)

const patterns = 40

// entry is what the peer takes of an entry of the catalog.
type entry struct {
	Code      string
	Category  string
	Severity  string
	Retryable *bool
	Match     []struct {
		Message *struct {
			Lits []string
			Fold bool
		}
	}
	Suggestions struct{ Immediate, Preventive []string }
}

// catalogEntries are the entries that the catalog finds by their messages.
func catalogEntries(t testing.TB) []entry {
	text, err := os.ReadFile("../../catalog/catalog.json")
	require.NoError(t, err)
	var file struct{ Entries []entry }
	require.NoError(t, json.Unmarshal(text, &file))
	var usable []entry
	for _, one := range file.Entries {
		for _, rule := range one.Match {
			// What is general would have to come after what is particular, and the peer has no order of precedence.
			if rule.Message != nil && len(rule.Message.Lits) > 0 && !strings.HasPrefix(one.Code, "GENERIC_") {
				usable = append(usable, one)
				break
			}
		}
	}
	return usable
}

// peerEntries: 40 of them, spread over the catalog, the one that the measured errors match in the middle.
func peerEntries(t testing.TB) []entry {
	all := catalogEntries(t)
	step := len(all) / patterns
	var chosen []entry
	for i := range patterns {
		chosen = append(chosen, all[i*step])
	}
	for _, one := range all {
		if one.Code == measuredCode {
			chosen[patterns/2] = one
		}
	}
	return chosen
}

// measuredCode is what the measured errors are.
const measuredCode = "NET_CONN_REFUSED"

// expression is the plainest for the entry: the literals of the first of its messages.
func (e *entry) expression() string {
	if e.Code == measuredCode {
		return "ECONNREFUSED|Connection refused"
	}
	for _, rule := range e.Match {
		if rule.Message == nil || len(rule.Message.Lits) == 0 {
			continue
		}
		words := make([]string, len(rule.Message.Lits))
		for i, word := range rule.Message.Lits {
			words[i] = quoteMeta(word)
		}
		if rule.Message.Fold {
			return "(?i)" + strings.Join(words, "|")
		}
		return strings.Join(words, "|")
	}
	return ""
}

func quoteMeta(word string) string {
	var out strings.Builder
	for _, c := range word {
		if strings.ContainsRune(`\.+*?()|[]{}^$`, c) {
			out.WriteByte('\\')
		}
		out.WriteRune(c)
	}
	return out.String()
}

func (e *entry) statement() string {
	said := []string{
		`"errata.code": ` + strconv.Quote(e.Code),
		`"errata.category": ` + strconv.Quote(e.Category),
		`"errata.severity": ` + strconv.Quote(e.Severity),
	}
	if e.Retryable != nil {
		said = append(said, fmt.Sprintf(`"errata.retryable": %t`, *e.Retryable))
	}
	for name, texts := range map[string][]string{"immediate": e.Suggestions.Immediate, "preventive": e.Suggestions.Preventive} {
		quoted := make([]string, len(texts))
		for i, text := range texts {
			quoted[i] = strconv.Quote(text)
		}
		said = append(said, fmt.Sprintf(`"errata.suggestions.%s": [%s]`, name, strings.Join(quoted, ", ")))
	}
	return fmt.Sprintf(`merge_maps(attributes, {%s}, "upsert") where attributes["errata.code"] == nil and IsMatch(attributes["exception.message"], %s)`,
		strings.Join(said, ", "), strconv.Quote(e.expression()))
}

func transformConfig(t testing.TB) map[string]any {
	var statements []any
	for _, one := range peerEntries(t) {
		statements = append(statements, one.statement())
	}
	mask := func(target, expression, by string) {
		statements = append(statements, fmt.Sprintf(`replace_pattern(attributes[%q], %s, %q)`, target, strconv.Quote(expression), by))
	}
	statements = append(statements, `set(attributes["errata.template"], attributes["exception.message"])`)
	mask("errata.template", `[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}`, "<uuid>")
	mask("errata.template", `[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}(:[0-9]+)?`, "<ip>")
	mask("errata.template", `'[^']*'|"[^"]*"`, "<quoted>")
	mask("errata.template", `\b[0-9]+\b`, "<number>")
	// The group: class, template and the stack without its first line and its line numbers.
	statements = append(statements, `set(cache["group"], attributes["exception.stacktrace"]) where attributes["exception.stacktrace"] != nil`)
	statements = append(statements, `replace_pattern(cache["group"], "^[^\\n]*\\n", "") where cache["group"] != nil`)
	statements = append(statements, `replace_pattern(cache["group"], ":[0-9]+\\)", ")") where cache["group"] != nil`)
	statements = append(statements, `set(attributes["errata.fingerprint"], SHA256(Concat([attributes["exception.type"], attributes["errata.template"], cache["group"]], "|")))`)
	return map[string]any{
		"error_mode": "ignore",
		"log_statements": []any{map[string]any{
			"context":    "log",
			"conditions": []any{`severity_number >= 17 or attributes["exception.type"] != nil or attributes["exception.message"] != nil`},
			"statements": statements,
		}},
	}
}

// redactionConfig has nine of the kinds of values that errata knows, and the keys in any case, as errata takes them.
func redactionConfig() map[string]any {
	return map[string]any{
		"allow_all_keys":       true,
		"summary":              "silent",
		"blocked_key_patterns": []any{`(?i)password|passwd|secret|token|authorization|cookie|api[_.-]?key`},
		"blocked_values": []any{
			`[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}`,
			`4[0-9]{12}(?:[0-9]{3})?`,
			`5[1-5][0-9]{14}`,
			`[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}`,
			`eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+`,
			`(?i)bearer [A-Za-z0-9._~+/-]+=*`,
			`AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}|sk_live_[A-Za-z0-9]{16,}`,
			`://[^/\s:@]+:[^/\s@]+@`,
			`(?i)(?:password|passwd|secret|token)[=:]\s*\S+`,
		},
	}
}

// leastConfig is as cheap as such a configuration gets: every expression a literal, or one that begins with a literal, so
// that it misses what is written in another case.
func leastConfig() map[string]any {
	return map[string]any{
		"allow_all_keys":       true,
		"summary":              "silent",
		"blocked_key_patterns": []any{"password", "secret", "token", "authorization", "cookie"},
		"blocked_values": []any{
			`[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}`,
			`4[0-9]{12}(?:[0-9]{3})?`,
			`5[1-5][0-9]{14}`,
			`[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}`,
			`eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+`,
			`Bearer [A-Za-z0-9._~+/-]+=*`,
			`AKIA[0-9A-Z]{16}`,
			`://[^/\s:@]+:[^/\s@]+@`,
			`password=\S+`,
		},
	}
}

func chain(t testing.TB, factory processor.Factory, settings map[string]any, next consumer.Logs) consumer.Logs {
	config := factory.CreateDefaultConfig()
	require.NoError(t, confmap.NewFromStringMap(settings).Unmarshal(config))
	made, err := factory.CreateLogs(context.Background(), processortest.NewNopSettings(factory.Type()), config, next)
	require.NoError(t, err)
	require.NoError(t, made.Start(context.Background(), nil))
	return made
}

// peer gives the records of transform to redaction.
func peer(t testing.TB, redaction map[string]any, next consumer.Logs) consumer.Logs {
	last := chain(t, redactionprocessor.NewFactory(), redaction, next)
	return chain(t, transformprocessor.NewFactory(), transformConfig(t), last)
}
