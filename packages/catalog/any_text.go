package catalog

// A value of any type as text, to the byte as the Collector's exporter stores it (pdata's AsString): so that an error
// says the same in the program, in the Collector and when it is read back from ClickHouse. Which values are read is
// record.go.

import (
	"encoding/base64"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"
)

// anyTextDepth is the number of levels of lists and maps written out; what lies deeper is "[DEPTH]".
const anyTextDepth = 100

// AnyText is the text of a value by itself: "" for none, lists and maps as Go's JSON with keys sorted by their bytes.
// The order of a map's entries is therefore nothing that could be lost.
func AnyText(value AnyValue) string {
	switch v := value.(type) {
	case string:
		return WellFormed(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return doubleText(v)
	case bool:
		return strconv.FormatBool(v)
	case []byte:
		return base64.StdEncoding.EncodeToString(v)
	case []any, map[string]any:
		if out, ok := appendJSON(nil, value, 0); ok {
			return string(out)
		}
	}
	return ""
}

// doubleText is ECMAScript's text of a number, but for the sign of zero, which Go keeps.
func doubleText(value float64) string {
	switch {
	case math.IsNaN(value):
		return "NaN"
	case math.IsInf(value, 1):
		return "Infinity"
	case math.IsInf(value, -1):
		return "-Infinity"
	}
	return string(appendDouble(nil, value))
}

// appendDouble writes a finite number.
func appendDouble(out []byte, value float64) []byte {
	abs := math.Abs(value)
	if abs == 0 || (abs >= 1e-6 && abs < 1e21) {
		return strconv.AppendFloat(out, value, 'f', -1, 64)
	}
	out = strconv.AppendFloat(out, value, 'e', -1, 64)
	// e-09 is e-9 in ECMAScript.
	if n := len(out); n >= 4 && out[n-4] == 'e' && out[n-3] == '-' && out[n-2] == '0' {
		out[n-2] = out[n-1]
		out = out[:n-1]
	}
	return out
}

// appendJSON is false if the value holds what JSON cannot say: a NaN or an infinity.
func appendJSON(out []byte, value AnyValue, depth int) ([]byte, bool) {
	switch v := value.(type) {
	case string:
		return appendQuoted(out, v), true
	case int64:
		return strconv.AppendInt(out, v, 10), true
	case bool:
		return strconv.AppendBool(out, v), true
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return out, false
		}
		return appendDouble(out, v), true
	case []byte:
		// An empty byte slice prints as nil does.
		if len(v) > 0 {
			out = append(out, '"')
			out = base64.StdEncoding.AppendEncode(out, v)
			return append(out, '"'), true
		}
	case []any:
		if depth == anyTextDepth {
			return append(out, `"[DEPTH]"`...), true
		}
		return appendList(out, v, depth)
	case map[string]any:
		if depth == anyTextDepth {
			return append(out, `"[DEPTH]"`...), true
		}
		return appendMap(out, v, depth)
	}
	return append(out, "null"...), true
}

func appendList(out []byte, list []any, depth int) ([]byte, bool) {
	out = append(out, '[')
	for i, item := range list {
		if i > 0 {
			out = append(out, ',')
		}
		var ok bool
		if out, ok = appendJSON(out, item, depth+1); !ok {
			return out, false
		}
	}
	return append(out, ']'), true
}

func appendMap(out []byte, entries map[string]any, depth int) ([]byte, bool) {
	keys := make([]string, 0, len(entries))
	for key := range entries {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	out = append(out, '{')
	for i, key := range keys {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(appendQuoted(out, key), ':')
		var ok bool
		if out, ok = appendJSON(out, entries[key], depth+1); !ok {
			return out, false
		}
	}
	return append(out, '}'), true
}

const hexDigits = "0123456789abcdef"

// appendQuoted escapes what JSON must, and U+2028 and U+2029 as Go's encoder does.
func appendQuoted(out []byte, text string) []byte {
	text = WellFormed(text)
	out = append(out, '"')
	from := 0
	for i := 0; i < len(text); {
		size := 1
		escape := jsonEscape(text[i])
		if text[i] >= utf8.RuneSelf {
			var r rune
			r, size = utf8.DecodeRuneInString(text[i:])
			if r == '\u2028' || r == '\u2029' {
				escape = `\u202` + string(hexDigits[r&0xF])
			}
		}
		if escape != "" {
			out = append(append(out, text[from:i]...), escape...)
			from = i + size
		}
		i += size
	}
	out = append(out, text[from:]...)
	return append(out, '"')
}

// jsonEscape is how a byte is written in a JSON string; "" if as it is.
func jsonEscape(c byte) string {
	switch c {
	case '"':
		return `\"`
	case '\\':
		return `\\`
	case '\b':
		return `\b`
	case '\f':
		return `\f`
	case '\n':
		return `\n`
	case '\r':
		return `\r`
	case '\t':
		return `\t`
	}
	if c < 0x20 {
		return `\u00` + string(hexDigits[c>>4]) + string(hexDigits[c&0xF])
	}
	return ""
}
