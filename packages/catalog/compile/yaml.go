package compile

// Authored YAML as values with lines: YAML 1.2's core schema (yes is a text, 010 is ten), no aliases, no key twice. The
// library reads the syntax; what a plain scalar means is decided here, as in the TypeScript twin.

import (
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

const (
	syntaxRemedy = "Write YAML 1.2; quote scalars that hold `: `, `#` or a leading special character"
	aliasRemedy  = "Write the value out where it is used"
)

type valueKind int

const (
	kindNull valueKind = iota
	kindText
	kindNumber
	kindBool
	kindList
	kindMap
)

// value is a node of the document.
type value struct {
	kind   valueKind
	line   int
	text   string
	number float64
	truth  bool
	items  []*value
	// members of a map, in the order given.
	members []member
}

type member struct {
	key   string
	line  int
	value *value
}

func (v *value) get(key string) *value {
	if v == nil {
		return nil
	}
	for i := range v.members {
		if v.members[i].key == key {
			return v.members[i].value
		}
	}
	return nil
}

// texts are those of a list, or the one that the value is; nil if it is absent.
func (v *value) texts() []string {
	switch {
	case v == nil:
		return nil
	case v.kind == kindText:
		return []string{v.text}
	}
	list := make([]string, len(v.items))
	for i, item := range v.items {
		list[i] = item.text
	}
	return list
}

// readYAML gives the document; nil with a text that is empty.
func readYAML(text, file string) (*value, []Problem) {
	decoder := yaml.NewDecoder(strings.NewReader(text))
	var document, second yaml.Node
	if err := decoder.Decode(&document); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		return nil, []Problem{syntaxProblem(text, file, err)}
	}
	if err := decoder.Decode(&second); !errors.Is(err, io.EOF) {
		if err != nil {
			return nil, []Problem{syntaxProblem(text, file, err)}
		}
		return nil, []Problem{{file, second.Line, "", "Source contains multiple documents", syntaxRemedy}}
	}
	reader := yamlReader{file: file}
	root := reader.read(document.Content[0])
	return root, reader.problems
}

var (
	errorLine     = regexp.MustCompile(`^(?:yaml: )?(?:line ([0-9]+): )?`)
	unknownAnchor = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)
)

// syntaxProblem is what the library found. It names no line where that is the first, and none for what it finds before
// or behind its scanner.
func syntaxProblem(text, file string, err error) Problem {
	message := err.Error()
	found := errorLine.FindStringSubmatch(message)
	message = strings.TrimPrefix(message, found[0])
	if anchor := unknownAnchor.FindStringSubmatch(message); anchor != nil {
		return Problem{file, lineAt(text, strings.Index(text, "*"+anchor[1])), "", "alias *" + anchor[1], aliasRemedy}
	}
	if found[1] == "" {
		return Problem{file, lineAt(text, strings.IndexFunc(text, isControl)), "", message, syntaxRemedy}
	}
	line, _ := strconv.Atoi(found[1])
	return Problem{file, line, "", message, syntaxRemedy}
}

// isControl is true for what YAML allows nowhere.
func isControl(r rune) bool { return r < 0x20 && !strings.ContainsRune("\t\n\r", r) || r == 0x7F }

// lineAt is the line of a place in the text, the first if there is none.
func lineAt(text string, place int) int { return 1 + strings.Count(text[:max(place, 0)], "\n") }

type yamlReader struct {
	file     string
	problems []Problem
}

func (r *yamlReader) report(line int, message, remedy string) {
	r.problems = append(r.problems, Problem{r.file, line, "", message, remedy})
}

func (r *yamlReader) read(node *yaml.Node) *value {
	switch node.Kind {
	case yaml.AliasNode:
		r.report(node.Line, "alias *"+node.Value, aliasRemedy)
		return &value{line: node.Line}
	case yaml.SequenceNode:
		list := &value{kind: kindList, line: node.Line}
		for _, item := range node.Content {
			list.items = append(list.items, r.read(item))
		}
		return list
	case yaml.MappingNode:
		return r.readMap(node)
	}
	return readScalar(node)
}

func (r *yamlReader) readMap(node *yaml.Node) *value {
	read := &value{kind: kindMap, line: node.Line}
	seen := map[string]bool{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i]
		name := keyText(r.read(key))
		if seen[name] {
			r.report(key.Line, fmt.Sprintf("Map keys must be unique at line %d, column %d:", key.Line, key.Column), syntaxRemedy)
		}
		seen[name] = true
		read.members = append(read.members, member{name, key.Line, r.read(node.Content[i+1])})
	}
	return read
}

func keyText(key *value) string {
	switch key.kind {
	case kindText:
		return key.text
	case kindNull:
		return ""
	}
	return key.json()
}

var (
	coreInt   = regexp.MustCompile(`^[-+]?[0-9]+$`)
	coreFloat = regexp.MustCompile(`^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$`)
	coreOctal = regexp.MustCompile(`^0o[0-7]+$`)
	coreHex   = regexp.MustCompile(`^0x[0-9a-fA-F]+$`)
	coreInf   = regexp.MustCompile(`^[-+]?\.(?:inf|Inf|INF)$`)
	coreNaN   = regexp.MustCompile(`^\.(?:nan|NaN|NAN)$`)
)

const quotedStyles = yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle

func readScalar(node *yaml.Node) *value {
	text := &value{kind: kindText, line: node.Line, text: node.Value}
	tagged := node.Style&yaml.TaggedStyle != 0
	switch {
	case tagged && !strings.HasPrefix(node.ShortTag(), "!!"), tagged && node.ShortTag() == "!!str":
		return text
	case !tagged && node.Style&quotedStyles != 0:
		return text
	}
	switch node.Value {
	case "", "~", "null", "Null", "NULL":
		return &value{kind: kindNull, line: node.Line}
	case "true", "True", "TRUE", "false", "False", "FALSE":
		return &value{kind: kindBool, line: node.Line, truth: node.Value[0]|0x20 == 't'}
	}
	if number, ok := coreNumber(node.Value); ok {
		return &value{kind: kindNumber, line: node.Line, number: number}
	}
	return text
}

func coreNumber(text string) (float64, bool) {
	switch {
	case coreOctal.MatchString(text):
		number, _ := strconv.ParseUint(text[2:], 8, 64)
		return float64(number), true
	case coreHex.MatchString(text):
		number, _ := strconv.ParseUint(text[2:], 16, 64)
		return float64(number), true
	case coreInt.MatchString(text), coreFloat.MatchString(text):
		number, _ := strconv.ParseFloat(text, 64)
		return number, true
	case coreInf.MatchString(text):
		return math.Inf(1 - 2*strings.Count(text, "-")), true
	case coreNaN.MatchString(text):
		return math.NaN(), true
	}
	return 0, false
}
