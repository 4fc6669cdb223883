package compile

// How messages quote a value: as JSON.stringify prints it in the TypeScript twin's.

import (
	"math"
	"strconv"
	"strings"

	"github.com/errata-dev/errata/packages/catalog"
)

// json is the value's JSON, keys in the order given; an absent value is undefined.
func (v *value) json() string {
	if v == nil {
		return "undefined"
	}
	switch v.kind {
	case kindText:
		return quoteJSON(v.text)
	case kindBool:
		return strconv.FormatBool(v.truth)
	case kindNumber:
		if math.IsInf(v.number, 0) || math.IsNaN(v.number) {
			return "null"
		}
		return catalog.AnyText(v.number + 0)
	case kindList:
		items := make([]string, len(v.items))
		for i, item := range v.items {
			items[i] = item.json()
		}
		return "[" + strings.Join(items, ",") + "]"
	case kindMap:
		members := make([]string, len(v.members))
		for i, one := range v.members {
			members[i] = quoteJSON(one.key) + ":" + one.value.json()
		}
		return "{" + strings.Join(members, ",") + "}"
	}
	return "null"
}

// quoteJSON undoes what Go's encoder escapes beyond JSON.stringify.
func quoteJSON(text string) string {
	quoted := catalog.AnyText([]any{text})
	quoted = strings.ReplaceAll(quoted, `\u2028`, "\u2028")
	return strings.ReplaceAll(quoted, `\u2029`, "\u2029")[1 : len(quoted)-1]
}
