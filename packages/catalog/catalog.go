package catalog

// A catalog ready for matching: compiled JSON in, rules indexed once, shared and never changed. Checking and compiling
// YAML is the package compile; deciding which rule wins is match.go.

import (
	_ "embed" // catalog.json
	"encoding/json"
	"slices"
	"strings"
	"sync"
)

// UnknownCode is the code of the entry without rules that answers for everything no entry names.
const UnknownCode = "UNKNOWN"

//go:embed catalog.json
var builtinJSON []byte

// CompiledRule is a rule as compiled: lists where the source allows one or many, expressions judged. Nil is no condition.
type CompiledRule struct {
	Type       []string            `json:"type,omitempty"`
	Code       []string            `json:"code,omitempty"`
	Message    *PortableRegex      `json:"message,omitempty"`
	Stack      *PortableRegex      `json:"stack,omitempty"`
	Attributes map[string][]string `json:"attributes,omitempty"`
	Language   []string            `json:"language,omitempty"`
}

// CompiledCapture is a named value taken from the error to fill suggestions; it never decides a match.
type CompiledCapture struct {
	Message   *PortableRegex `json:"message,omitempty"`
	Stack     *PortableRegex `json:"stack,omitempty"`
	Attribute string         `json:"attribute,omitempty"`
	As        string         `json:"as,omitempty"`
}

// Retired says since when an entry's rules are silent, and which entry speaks instead.
type Retired struct {
	In        string `json:"in"`
	Successor string `json:"successor"`
}

// CompiledEntry is one entry; see SPEC.md, "Entries".
type CompiledEntry struct {
	Code        string   `json:"code"`
	ID          string   `json:"id"`
	Title       string   `json:"title"`
	Description string   `json:"description"`
	Category    Category `json:"category"`
	Severity    Severity `json:"severity"`
	// Retryable is nil where it depends.
	Retryable *bool `json:"retryable,omitempty"`
	// Inferred says what the answer rests on when no system's own text says it; "" is knowledge.
	Inferred    string            `json:"inferred,omitempty"`
	Priority    int               `json:"priority,omitempty"`
	Match       []CompiledRule    `json:"match"`
	Captures    []CompiledCapture `json:"captures,omitempty"`
	Suggestions Suggestions       `json:"suggestions"`
	Docs        []string          `json:"docs,omitzero"`
	// Fingerprint is what goes into the fingerprint in place of stack and message, as a template; "" if nothing does.
	Fingerprint string   `json:"fingerprint,omitempty"`
	Since       string   `json:"since"`
	Retired     *Retired `json:"retired,omitempty"`
}

// CompiledCatalog is what catalog.json holds, and what a user's file compiles to.
type CompiledCatalog struct {
	Format  int             `json:"format"`
	Name    string          `json:"name"`
	Version string          `json:"version"`
	Entries []CompiledEntry `json:"entries"`
}

// Catalog is ready for matching and safe for concurrent use.
type Catalog struct {
	version string
	layers  []CompiledCatalog
	// byCode holds the rules that name exact codes alone, byType those of the others that name whole classes, by their last
	// segment; each list is in order of precedence.
	byCode, byType map[string][]*rule
	// rest holds all other rules, by the literals of their message.
	rest literalIndex
	// unknown speaks when no rule matched; nil if no layer has it.
	unknown *entry
	// decides are the attributes that rules read.
	decides []string
	// digitRules are the expressions for messages that tell one digit from another, stackRules the rules that read stacks
	// and are not in byType.
	digitRules []digitRule
	stackRules []*rule
}

type entry struct {
	source   *CompiledEntry
	layer    int
	captures []capture
	// The texts of the source, ready to be filled.
	immediate, preventive []advice
	fingerprint           suggestion
	// own is true if these are filled from the entry's captures alone.
	own bool
}

type capture struct {
	message, stack *expression
	attribute, as  string
}

type rule struct {
	entry          *entry
	types, codes   []string
	message, stack *expression
	attributes     []attributeRule
	languages      []string
	// specificity: exact beats prefix beats expression, more conditions beat fewer. See SPEC.md, "Matching".
	specificity int
	// place in its entry: of two rules that are equal in everything else the first speaks.
	place int
}

type attributeRule struct {
	name   string
	values []string
}

var builtin = sync.OnceValue(func() *Catalog {
	var layer CompiledCatalog
	if err := json.Unmarshal(builtinJSON, &layer); err != nil {
		panic("errata: the embedded catalog.json is no catalog: " + err.Error())
	}
	return NewCatalog(layer)
})

// BuiltinCatalog is the catalog of this module, built on first call.
func BuiltinCatalog() *Catalog { return builtin() }

// NewCatalog indexes compiled layers, which nobody may change afterwards: application catalogs, of which the first beats
// the second, and last the built-in one. Layers come from the package compile, which checks them.
func NewCatalog(layers ...CompiledCatalog) *Catalog {
	c := &Catalog{layers: layers, byCode: map[string][]*rule{}, byType: map[string][]*rule{}}
	var all, rest []*rule
	for number := range layers {
		for i := range layers[number].Entries {
			source := &layers[number].Entries[i]
			added := newEntry(source, number)
			if source.Code == UnknownCode && c.unknown == nil {
				c.unknown = added
			}
			if source.Retired != nil {
				continue
			}
			for j := range source.Match {
				one := newRule(added, j)
				all = append(all, one)
				rest = c.index(one, rest)
			}
		}
	}
	for _, lists := range []map[string][]*rule{c.byCode, c.byType} {
		for _, list := range lists {
			slices.SortStableFunc(list, compareRules)
		}
	}
	slices.SortStableFunc(rest, compareRules)
	c.rest = newLiteralIndex(rest)
	c.version = versionOf(layers)
	c.decides = namesOf(all)
	c.digitRules = digitRulesOf(all)
	for _, one := range all {
		if one.stack != nil && !one.isByType() {
			c.stackRules = append(c.stackRules, one)
		}
	}
	return c
}

// Version is that of the built-in catalog, with +name@version for each application catalog.
func (c *Catalog) Version() string { return c.version }

// Layers are the compiled catalogs, application catalogs first; read only.
func (c *Catalog) Layers() []CompiledCatalog { return c.layers }

func versionOf(layers []CompiledCatalog) string {
	if len(layers) == 0 {
		return "0"
	}
	last := len(layers) - 1
	version := layers[last].Version
	for _, layer := range layers[:last] {
		version += "+" + layer.Name + "@" + layer.Version
	}
	return version
}

// namesOf are the attributes that the rules read, and those that hold codes.
func namesOf(rules []*rule) []string {
	names := slices.Clone(codeNames[:])
	for _, one := range rules {
		for i := range one.attributes {
			if name := one.attributes[i].name; !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// index puts a rule where an error that it may hold on is looked up; what has no such place goes to rest.
func (c *Catalog) index(one *rule, rest []*rule) []*rule {
	switch {
	case one.codes != nil && !slices.ContainsFunc(one.codes, isPrefix):
		addTo(c.byCode, one.codes, one)
	case one.isByType():
		keys := make([]string, len(one.types))
		for i, class := range one.types {
			keys[i] = lastSegment(class)
		}
		addTo(c.byType, keys, one)
	default:
		return append(rest, one)
	}
	return rest
}

// isByType is true of a rule that names whole classes, and no exact codes.
func (r *rule) isByType() bool {
	return r.types != nil && !slices.ContainsFunc(r.types, isSuffix) && (r.codes == nil || slices.ContainsFunc(r.codes, isPrefix))
}

func addTo(lists map[string][]*rule, keys []string, one *rule) {
	for i, key := range keys {
		if !slices.Contains(keys[:i], key) {
			lists[key] = append(lists[key], one)
		}
	}
}

func isPrefix(item string) bool { return strings.HasSuffix(item, "*") }

func isSuffix(item string) bool { return strings.HasPrefix(item, "*") }

// lastSegment is the part of a class name after the last '.', ':', '\' or '/'.
func lastSegment(class string) string {
	return class[strings.LastIndexAny(class, `.:\/`)+1:]
}

func newEntry(source *CompiledEntry, layer int) *entry {
	added := &entry{
		source:      source,
		layer:       layer,
		captures:    make([]capture, len(source.Captures)),
		immediate:   newAdvice(source.Suggestions.Immediate),
		preventive:  newAdvice(source.Suggestions.Preventive),
		fingerprint: newSuggestion(source.Fingerprint),
	}
	added.own = added.fillsOwn()
	for i, one := range source.Captures {
		as := one.As
		if as == "" {
			as = one.Attribute
		}
		added.captures[i] = capture{newExpression(one.Message), newExpression(one.Stack), one.Attribute, as}
	}
	return added
}

// fillsOwn is true if no text of the entry asks for more than captures: see builtinValue.
func (e *entry) fillsOwn() bool {
	own := func(text suggestion) bool {
		return !slices.ContainsFunc(text, func(part suggestionPart) bool {
			return strings.HasPrefix(part.name, "error.") || strings.HasPrefix(part.name, "frame.")
		})
	}
	for _, list := range [...][]advice{e.immediate, e.preventive} {
		for i := range list {
			if !own(list[i].text) {
				return false
			}
		}
	}
	return own(e.fingerprint)
}

func newRule(of *entry, place int) *rule {
	source := &of.source.Match[place]
	added := &rule{
		entry:     of,
		types:     source.Type,
		codes:     source.Code,
		message:   newExpression(source.Message),
		stack:     newExpression(source.Stack),
		languages: source.Language,
		place:     place,
	}
	for name, values := range source.Attributes {
		added.attributes = append(added.attributes, attributeRule{name, values})
	}
	weigh := func(condition bool, weight int) {
		if condition {
			added.specificity += weight
		}
	}
	prefix := slices.ContainsFunc(source.Code, isPrefix)
	weigh(source.Code != nil && !prefix, 32)
	weigh(source.Code != nil && prefix, 20)
	weigh(source.Message != nil, 24)
	suffix := slices.ContainsFunc(source.Type, isSuffix)
	weigh(source.Type != nil && !suffix, 16)
	weigh(source.Type != nil && suffix, 8)
	weigh(source.Attributes != nil, 4*min(len(source.Attributes), 3))
	weigh(source.Stack != nil, 2)
	weigh(source.Language != nil, 1)
	return added
}

// compareRules is the order of precedence as far as it does not depend on the link: see precedes.
func compareRules(a, b *rule) int {
	x, y := a.entry, b.entry
	switch {
	case x.layer != y.layer:
		return x.layer - y.layer
	case x.source.Priority != y.source.Priority:
		return y.source.Priority - x.source.Priority
	case a.specificity != b.specificity:
		return b.specificity - a.specificity
	}
	if order := CompareUTF8(x.source.Code, y.source.Code); order != 0 {
		return order
	}
	return a.place - b.place
}
