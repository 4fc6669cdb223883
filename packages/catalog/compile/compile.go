// Package compile turns authored YAML into a compiled catalog: every mistake is found here, with file, line and remedy,
// so that matching trusts its input. It is the twin of src/compile.ts, and the only part of the module with a dependency.
package compile

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/errata-dev/errata/packages/catalog"
)

// Problem is one mistake in a catalog file.
type Problem struct {
	File string
	// Line counts from 1; 0 when the file as a whole is meant.
	Line int
	// Path is where in the file: entries[3].match[0].message.
	Path    string
	Message string
	Remedy  string
}

// String is "file:line path: message. remedy".
func (p Problem) String() string {
	where := p.File
	if p.Line > 0 {
		where += fmt.Sprintf(":%d", p.Line)
	}
	if p.Path != "" {
		where += " " + p.Path
	}
	return where + ": " + p.Message + ". " + p.Remedy
}

// InvalidError is a catalog file with mistakes.
type InvalidError struct {
	File     string
	Problems []Problem
}

func (e *InvalidError) Error() string {
	told := make([]string, len(e.Problems))
	for i, problem := range e.Problems {
		told[i] = problem.String()
	}
	return fmt.Sprintf("cannot read catalog %s: %s. Mend the file; `errata catalog check %s` shows it line by line",
		e.File, strings.Join(told, "; "), e.File)
}

// LoadCatalog is the built-in catalog with application catalogs over it; the first path beats the second. The error is an
// *InvalidError.
func LoadCatalog(paths []string) (*catalog.Catalog, error) {
	if len(paths) == 0 {
		return catalog.BuiltinCatalog(), nil
	}
	var layers []catalog.CompiledCatalog
	for _, file := range paths {
		layer, problems := CheckCatalogFile(file)
		if len(problems) > 0 {
			return nil, &InvalidError{file, problems}
		}
		layers = append(layers, *layer)
	}
	return catalog.NewCatalog(append(layers, catalog.BuiltinCatalog().Layers()...)...), nil
}

// CheckCatalogFile reads, checks and compiles one YAML file; a file that cannot be read is a problem too. The catalog is
// nil when there are problems.
func CheckCatalogFile(file string) (*catalog.CompiledCatalog, []Problem) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, []Problem{{File: file, Message: err.Error(), Remedy: "Name a readable YAML file"}}
	}
	return Catalog(string(text), file)
}

// Catalog checks and compiles YAML; file is for messages. The catalog is nil when there are problems.
func Catalog(text, file string) (*catalog.CompiledCatalog, []Problem) {
	root, problems := readYAML(text, file)
	if len(problems) > 0 {
		return nil, problems
	}
	report := func(path []any, message, remedy string) {
		problems = append(problems, Problem{file, lineOf(root, path), pathText(path), message, remedy})
	}
	entries := checkHead(root, report)
	compiled := &catalog.CompiledCatalog{Format: 1, Entries: []catalog.CompiledEntry{}}
	seen := map[string]int{}
	for i, raw := range entries {
		below := func(path []any, message, remedy string) {
			report(append([]any{"entries", i}, path...), message, remedy)
		}
		if !checkEntry(raw, below) {
			continue
		}
		for _, key := range []string{"code " + raw.get("code").text, "id " + raw.get("id").text} {
			if before, taken := seen[key]; taken {
				below(nil, fmt.Sprintf("%s is already taken by entries[%d]", key, before), "A code and an id name one entry")
			}
			seen[key] = i
		}
		compiled.Entries = append(compiled.Entries, compileEntry(raw, below))
	}
	if len(problems) > 0 {
		return nil, problems
	}
	compiled.Name, compiled.Version = root.get("name").text, root.get("version").text
	return compiled, nil
}

var (
	headKeys    = []string{"format", "name", "version", "entries"}
	headName    = regexp.MustCompile(`^[a-z][a-z0-9-]{0,62}$`)
	headVersion = regexp.MustCompile(`^[0-9A-Za-z.-]{1,40}$`)
)

func checkHead(root *value, report reporter) []*value {
	if root == nil || root.kind != kindMap {
		report(nil, "not a map", "Begin with format: 1, name, version and entries")
		return nil
	}
	for _, one := range root.members {
		if !slices.Contains(headKeys, one.key) {
			report([]any{one.key}, "unknown key", "Allowed: format, name, version, entries")
		}
	}
	if format := root.get("format"); format == nil || format.kind != kindNumber || format.number != 1 {
		report([]any{"format"}, "format is "+format.json(), "This errata reads format: 1")
	}
	if name := root.get("name"); name == nil || name.kind != kindText || !headName.MatchString(name.text) {
		report([]any{"name"}, "name is missing or not a lower-case word", "For example name: shop")
	}
	if version := root.get("version"); version == nil || version.kind != kindText || !headVersion.MatchString(version.text) {
		report([]any{"version"}, "version is missing or not a string", `Quote it: version: "1.0.0"`)
	}
	entries := root.get("entries")
	if entries == nil || entries.kind != kindList {
		report([]any{"entries"}, "entries is not a list", "Give a list of entries, or [] for none")
		return nil
	}
	return entries.items
}

func compileEntry(raw *value, report reporter) catalog.CompiledEntry {
	textOf := func(key string) string {
		if found := raw.get(key); found != nil {
			return found.text
		}
		return ""
	}
	entry := catalog.CompiledEntry{
		Code:        textOf("code"),
		ID:          textOf("id"),
		Title:       textOf("title"),
		Description: textOf("description"),
		Category:    catalog.Category(textOf("category")),
		Severity:    catalog.Severity(textOf("severity")),
		Inferred:    textOf("inferred"),
		Match:       []catalog.CompiledRule{},
		Suggestions: catalog.Suggestions{
			Immediate:  raw.get("suggestions").get("immediate").texts(),
			Preventive: raw.get("suggestions").get("preventive").texts(),
		},
		Docs:        raw.get("docs").texts(),
		Fingerprint: textOf("fingerprint"),
		Since:       textOf("since"),
	}
	if retryable := raw.get("retryable"); retryable != nil {
		entry.Retryable = &retryable.truth
	}
	if priority := raw.get("priority"); priority != nil {
		entry.Priority = int(priority.number)
	}
	if retired := raw.get("retired"); retired != nil {
		entry.Retired = &catalog.Retired{In: retired.get("in").text, Successor: retired.get("successor").text}
	}
	compileRules(&entry, raw, report)
	checkPlaceholders(&entry, report)
	return entry
}

func compileRules(entry *catalog.CompiledEntry, raw *value, report reporter) {
	expression := func(in *value, list string, i int, key string) *catalog.PortableRegex {
		source := in.get(key)
		if source == nil {
			return nil
		}
		compiled, err := Regex(source.text)
		if refused, ok := err.(*RegexRefusedError); ok {
			report([]any{list, i, key}, refused.Message, refused.Remedy)
			return &catalog.PortableRegex{Names: []string{}}
		}
		return compiled
	}
	for i, rule := range raw.get("match").items {
		compiled := catalog.CompiledRule{
			Type:     rule.get("type").texts(),
			Code:     rule.get("code").texts(),
			Message:  expression(rule, "match", i, "message"),
			Stack:    expression(rule, "match", i, "stack"),
			Language: rule.get("language").texts(),
		}
		if attributes := rule.get("attributes"); attributes != nil {
			compiled.Attributes = map[string][]string{}
			for _, one := range attributes.members {
				compiled.Attributes[one.key] = one.value.texts()
			}
		}
		entry.Match = append(entry.Match, compiled)
	}
	captures := raw.get("captures")
	if captures == nil {
		return
	}
	for i, capture := range captures.items {
		compiled := catalog.CompiledCapture{
			Message: expression(capture, "captures", i, "message"),
			Stack:   expression(capture, "captures", i, "stack"),
		}
		if attribute := capture.get("attribute"); attribute != nil {
			compiled.Attribute, compiled.As = attribute.text, capture.get("as").text
		}
		entry.Captures = append(entry.Captures, compiled)
	}
}

// builtinPlaceholders every entry may use without capturing them.
var builtinPlaceholders = []string{
	"error.type", "error.code", "error.message", "frame.function", "frame.file", "frame.line",
}

var placeholder = regexp.MustCompile(`\{\{([^}|]*)(?:\|[^}]*)?\}\}`)

func checkPlaceholders(entry *catalog.CompiledEntry, report reporter) {
	known := slices.Clone(builtinPlaceholders)
	learn := func(expressions ...*catalog.PortableRegex) {
		for _, one := range expressions {
			if one != nil {
				known = append(known, one.Names...)
			}
		}
	}
	for i := range entry.Match {
		learn(entry.Match[i].Message, entry.Match[i].Stack)
	}
	for i := range entry.Captures {
		learn(entry.Captures[i].Message, entry.Captures[i].Stack)
		if as := entry.Captures[i].As; as != "" {
			known = append(known, as)
		}
	}
	slices.Sort(known)
	known = slices.Compact(known)
	kinds := []string{"immediate", "preventive"}
	for k, texts := range [][]string{entry.Suggestions.Immediate, entry.Suggestions.Preventive} {
		for i, text := range texts {
			languages, rest := catalog.Addressed(text)
			for _, name := range languages {
				if !slices.Contains(catalog.AdviceLanguages(), name) {
					report([]any{"suggestions", kinds[k], i}, "no language is called "+strconv.Quote(name), "Known: "+strings.Join(catalog.AdviceLanguages(), ", "))
					break
				}
			}
			for _, found := range placeholder.FindAllStringSubmatch(rest, -1) {
				if !slices.Contains(known, found[1]) {
					report([]any{"suggestions", kinds[k], i}, "nothing captures {{"+found[1]+"}}", "Known here: "+strings.Join(known, ", "))
				}
			}
		}
	}
}

// lineOf is the line of the last step of a path that the document has.
func lineOf(root *value, path []any) int {
	if root == nil {
		return 1
	}
	line, now := root.line, root
	for _, step := range path {
		switch place := step.(type) {
		case string:
			found := slices.IndexFunc(now.members, func(one member) bool { return one.key == place })
			if found < 0 {
				return line
			}
			line, now = now.members[found].line, now.members[found].value
		case int:
			if place >= len(now.items) {
				return line
			}
			now = now.items[place]
			line = now.line
		}
	}
	return line
}

func pathText(path []any) string {
	text := ""
	for _, step := range path {
		switch place := step.(type) {
		case int:
			text += fmt.Sprintf("[%d]", place)
		case string:
			if text != "" {
				text += "."
			}
			text += place
		}
	}
	return text
}
