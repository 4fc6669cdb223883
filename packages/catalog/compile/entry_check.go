package compile

// The shape of one authored entry: each field, what it must be, what to write instead. No expression is judged here.

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/errata-dev/errata/packages/catalog"
)

// reporter takes a mistake: where in the value, what, and what to write instead. A step is a key or a place in a list.
type reporter func(path []any, message, remedy string)

type check func(v *value, at []any, report reporter)

// field of a map, in the order in which messages name them.
type field struct {
	name     string
	check    check
	required bool
}

func at(path []any, step any) []any { return append(slices.Clip(path), step) }

func checkText(v *value, path []any, report reporter) {
	if v.kind != kindText || strings.TrimFunc(v.text, isBlank) == "" {
		report(path, "not a text", "Write a text; quote numbers and yes/no")
	}
}

// isBlank is what String.prototype.trim takes off.
func isBlank(r rune) bool {
	return strings.ContainsRune("\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff", r) || (r >= 0x2000 && r <= 0x200a)
}

func matching(pattern, remedy string) check {
	expression := regexp.MustCompile(pattern)
	return func(v *value, path []any, report reporter) {
		if v.kind != kindText || !expression.MatchString(v.text) {
			report(path, v.json()+" does not fit", remedy)
		}
	}
}

func oneOf[T ~string](values []T) check {
	names := make([]string, len(values))
	for i, one := range values {
		names[i] = string(one)
	}
	return func(v *value, path []any, report reporter) {
		if v.kind != kindText || !slices.Contains(names, v.text) {
			report(path, v.json()+" is not allowed", "One of: "+strings.Join(names, ", "))
		}
	}
}

func checkBool(v *value, path []any, report reporter) {
	if v.kind != kindBool {
		report(path, v.json()+" is not allowed", "One of: true, false")
	}
}

func checkTexts(v *value, path []any, report reporter) {
	if v.kind != kindList {
		report(path, "not a list", "Give a list of texts")
		return
	}
	for i, item := range v.items {
		checkText(item, at(path, i), report)
	}
}

func checkTextOrTexts(v *value, path []any, report reporter) {
	if v.kind == kindList && len(v.items) > 0 {
		checkTexts(v, path, report)
		return
	}
	checkText(v, path, report)
}

func mapOf(fields ...field) check {
	names := make([]string, len(fields))
	for i, one := range fields {
		names[i] = one.name
	}
	return func(v *value, path []any, report reporter) {
		if v.kind != kindMap {
			report(path, "not a map", "Give a map with "+strings.Join(names, ", "))
			return
		}
		for _, one := range v.members {
			known := slices.Index(names, one.key)
			if known < 0 {
				report(at(path, one.key), "unknown key "+one.key, "Allowed: "+strings.Join(names, ", "))
				continue
			}
			fields[known].check(one.value, at(path, one.key), report)
		}
		for _, one := range fields {
			if one.required && v.get(one.name) == nil {
				report(path, one.name+" is missing", "Add "+one.name)
			}
		}
	}
}

func listOf(item check) check {
	return func(v *value, path []any, report reporter) {
		if v.kind != kindList {
			report(path, "not a list", "Give a list")
			return
		}
		for i, one := range v.items {
			item(one, at(path, i), report)
		}
	}
}

func checkAttributes(v *value, path []any, report reporter) {
	if v.kind != kindMap || len(v.members) == 0 {
		report(path, "not a map of attribute names", "For example attributes: { http.response.status_code: 5xx }")
		return
	}
	for _, one := range v.members {
		checkTextOrTexts(one.value, at(path, one.key), report)
	}
}

var checkCondition = mapOf(
	field{name: "type", check: checkTextOrTexts},
	field{name: "code", check: checkTextOrTexts},
	field{name: "message", check: checkText},
	field{name: "stack", check: checkText},
	field{name: "attributes", check: checkAttributes},
	field{name: "language", check: checkTextOrTexts},
)

func checkRule(v *value, path []any, report reporter) {
	checkCondition(v, path, report)
	conditions := slices.ContainsFunc(v.members, func(one member) bool { return one.key != "language" })
	if v.kind == kindMap && !conditions || v.kind == kindList && len(v.items) == 0 {
		report(path, "a rule without a condition would match every error", "Add type, code, message, stack or attributes")
	}
}

var checkCaptureMap = mapOf(
	field{name: "message", check: checkText},
	field{name: "stack", check: checkText},
	field{name: "attribute", check: checkText},
	field{name: "as", check: matching(`^[A-Za-z][A-Za-z0-9_]*$`, "A name of letters, digits and _")},
)

func checkCapture(v *value, path []any, report reporter) {
	checkCaptureMap(v, path, report)
	if v.get("attribute") != nil && v.get("as") == nil {
		report(path, "as is missing", "Say under which name the attribute fills {{...}}")
	}
}

const maxPriority = 100

func checkPriority(v *value, path []any, report reporter) {
	if v.kind != kindNumber || v.number != math.Trunc(v.number) || math.Abs(v.number) > maxPriority {
		report(path, v.json()+" is no priority", fmt.Sprintf("A whole number from -%d to %d", maxPriority, maxPriority))
	}
}

var checkEntryMap = mapOf(
	field{"code", matching(`^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$`, "UPPER_SNAKE, for example NET_CONN_REFUSED"), true},
	field{"id", matching(`^[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*$`, "Dotted lower case, for example network.connection_refused"), true},
	field{"title", checkText, true},
	field{"description", checkText, true},
	field{"category", oneOf(catalog.Categories()), true},
	field{"severity", oneOf(catalog.Severities()), true},
	field{"retryable", checkBool, false},
	field{"inferred", checkText, false},
	field{"priority", checkPriority, false},
	field{"match", listOf(checkRule), true},
	field{"captures", listOf(checkCapture), false},
	field{"suggestions", mapOf(field{"immediate", checkTexts, true}, field{"preventive", checkTexts, true}), true},
	field{"docs", listOf(matching(`^https://[^ ]+$`, "An https link to the failing system's own reference")), false},
	field{"fingerprint", checkText, false},
	field{"since", matching(`^[0-9]+\.[0-9]+\.[0-9]+$`, `The version that brought it, quoted: "0.1.0"`), true},
	field{"retired", mapOf(field{"in", checkText, true}, field{"successor", checkText, true}), false},
)

// checkEntry is true if the shape of an entry is right; otherwise every mistake has been reported.
func checkEntry(raw *value, report reporter) bool {
	good := true
	checkEntryMap(raw, nil, func(path []any, message, remedy string) {
		good = false
		report(path, message, remedy)
	})
	return good
}
