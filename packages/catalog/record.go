package catalog

// From a log record (or a span event) to the facts of an error, and from a description back to attributes. The one place
// that knows where each SDK puts what.

import (
	"maps"
	"strings"
)

// errorSeverity is the lowest SeverityNumber that makes a record an error: ERROR.
const errorSeverity = 17

// IsErrorRecord is true if the record is an error in errata's sense: exception.* present, or SeverityNumber >= 17, or the
// event name is, or ends in, exception.
func IsErrorRecord(record *RecordInput) bool {
	if record.SeverityNumber >= errorSeverity || strings.HasSuffix(record.EventName, "exception") {
		return true
	}
	a := record.Attributes
	return a["exception.type"] != nil || a["exception.message"] != nil || a["exception.stacktrace"] != nil
}

// FactsFromRecord gives the facts of an error record; false if it is not one. Texts are well-formed and cut at the limits
// of limits.go. Facts hold parts of the record's texts: they live as long as these do.
func FactsFromRecord(record *RecordInput) (*ErrorFacts, bool) {
	return (*Memory)(nil).FactsFromRecord(record)
}

// FactsFromRecord is the function of that name; the facts live until the memory's next ones.
func (m *Memory) FactsFromRecord(record *RecordInput) (*ErrorFacts, bool) {
	if !IsErrorRecord(record) {
		return nil, false
	}
	if found := FindError(record); len(found) > 0 {
		whole := *record
		whole.Attributes = maps.Clone(record.Attributes)
		if whole.Attributes == nil {
			whole.Attributes = make(map[string]AnyValue, len(found))
		}
		for _, one := range found {
			whole.Attributes[one.Name] = one.Value
		}
		record = &whole
	}
	return m.FactsAsFound(record), true
}

// FactsAsFound gives the facts of a record that counts as an error and on which what FindError found is written already.
func FactsAsFound(record *RecordInput) *ErrorFacts { return (*Memory)(nil).FactsAsFound(record) }

// FactsAsFound is the function of that name; the facts live until the memory's next ones.
func (m *Memory) FactsAsFound(record *RecordInput) *ErrorFacts {
	a := record.Attributes
	facts := m.blankFacts()
	*facts = ErrorFacts{
		Stacktrace: cutText(a["exception.stacktrace"], LimitStackBytes),
		Language:   WellFormed(record.Language),
		Causes:     causesOf(a),
	}
	if m != nil && a[errorProperties] == nil {
		// Of a record's attributes, rules read few.
		facts.unread = a
	} else {
		facts.Attributes = scalarAttributes(a, make(map[string]string, len(a)))
	}
	if facts.Language == "webjs" {
		facts.Language = "javascript"
	}
	var head StackBlock
	if facts.Stacktrace == "" {
		facts.stack = parsedStack{language: facts.Language, blocks: noStack}
	} else {
		known := m.parse(facts.Stacktrace, facts.Language)
		facts.Stacktrace, facts.stack = known.text, known
		if known.blocks[0].Type != "" {
			head = known.blocks[0]
		}
	}
	given := namedError{class: AnyText(a["exception.type"]), message: AnyText(a["exception.message"])}
	named := nameError(given, &head, facts.Language, len(facts.stack.blocks) > 1)
	message := named.message
	if given.class == "" && given.message == "" && facts.Stacktrace == "" {
		message = AnyText(record.Body)
	}
	facts.Type = CutUTF8(named.class, LimitTypeBytes)
	facts.Message = CutUTF8(message, LimitMessageBytes)
	facts.Code = CutUTF8(firstText(AnyText(a["error.type"]), named.code, head.Code), LimitTypeBytes)
	return facts
}

// cutText is the text of a value, cut; of a text it is read once.
func cutText(value AnyValue, limit int) string {
	if text, ok := value.(string); ok {
		return CutUTF8(text, limit)
	}
	return CutUTF8(AnyText(value), limit)
}

func firstText(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

type namedError struct{ class, message, code string }

// nameError makes class, message and code out of what the SDK sent and what the stack's head says. SDKs put an errno or
// SQLSTATE in place of the class (JS), cut the message to the first argument (Python), leave it out (Java) or add the
// causes' (pino): the head knows better. A head without a class says nothing. chained: the stack holds causes.
func nameError(given namedError, head *StackBlock, language string, chained bool) namedError {
	named := namedError{class: given.class, message: given.message}
	coded := looksLikeCode(given.class)
	if coded {
		named.class, named.code = "", given.class
	}
	sameClass := given.class == "" || coded || lastSegment(head.Type) == lastSegment(given.class)
	if head.Type == "" || !sameClass {
		return named
	}
	named.class = head.Type
	if head.Message != "" && (given.message == "" || language == "python" || chained && isJoined(given.message, head.Message)) {
		named.message = head.Message
	}
	return named
}

// isJoined: the message is the head's with the causes' behind it.
func isJoined(message, head string) bool {
	return strings.HasPrefix(message, head) && strings.HasPrefix(message[len(head):], ": ")
}

// looksLikeCode is true for an errno, SQLSTATE, driver code or status in the place of a class name.
func looksLikeCode(class string) bool {
	if class == "" {
		return false
	}
	if isDigit(class[0]) {
		return len(class) <= 5 && onlyUpperAndDigits(class)
	}
	if !isUpper(class[0]) || len(class) < 3 || class[len(class)-1] == '_' || strings.Contains(class, "__") {
		return false
	}
	digits, underscores := false, false
	for i := range len(class) {
		switch c := class[i]; {
		case isDigit(c):
			digits = true
		case c == '_':
			underscores = true
		case !isUpper(c):
			return false
		}
	}
	return digits || underscores || (class[0] == 'E' && len(class) >= 4)
}

func onlyUpperAndDigits(text string) bool {
	for i := range len(text) {
		if !isUpper(text[i]) && !isDigit(text[i]) {
			return false
		}
	}
	return true
}

func causesOf(a map[string]AnyValue) []CauseFacts {
	causes := noCauses
	list := listOf(a["errata.causes"])
	for _, item := range list[:min(len(list), LimitCauses)] {
		if entries, ok := item.(map[string]any); ok {
			causes = append(causes, newCause(entries, "", causeDepth(AnyText(entries["depth"]), len(causes)+1)))
		}
	}
	if len(causes) > 0 {
		return causes
	}
	for i := range causeNames {
		one := &causeNames[i]
		if a[one.class] != nil || a[one.message] != nil || a[one.code] != nil {
			return append(causes, newCause(a, one.prefix, 1))
		}
	}
	return causes
}

// noCauses has no room: to append to it makes a list.
var noCauses = []CauseFacts{}

// causeNames are where loggers put a cause flat.
var causeNames = func() (names [3]struct{ prefix, class, message, code string }) {
	for i, prefix := range [...]string{"err.cause.", "cause.", "exception.cause."} {
		names[i].prefix, names[i].class, names[i].message, names[i].code = prefix, prefix+"type", prefix+"message", prefix+"code"
	}
	return names
}()

// newCause reads a cause from the entries whose names begin with prefix.
func newCause(entries map[string]AnyValue, prefix string, depth int) CauseFacts {
	return CauseFacts{
		Type:       cutText(entries[prefix+"type"], LimitTypeBytes),
		Message:    cutText(entries[prefix+"message"], LimitMessageBytes),
		Code:       cutText(entries[prefix+"code"], LimitTypeBytes),
		Stacktrace: cutText(entries[prefix+"stacktrace"], LimitStackBytes),
		Depth:      depth,
	}
}

// causeDepth reads 1 to 9999; anything else is the place in the list.
func causeDepth(text string, place int) int {
	if len(text) > 4 || !allDigits(text) || text[0] == '0' {
		return place
	}
	depth := 0
	for i := range len(text) {
		depth = depth*10 + int(text[i]-'0')
	}
	return depth
}

// listOf is errata.causes as a list: OTLP carries a list, a row of ClickHouse carries its JSON text.
func listOf(value AnyValue) []any {
	if text, ok := value.(string); ok && strings.HasPrefix(text, "[") {
		value, _ = parseJSON(WellFormed(text))
	}
	list, _ := value.([]any)
	return list
}

// mapOf is a map as OTLP carries it, or its JSON text as ClickHouse does.
func mapOf(value AnyValue) map[string]any {
	if text, ok := value.(string); ok && strings.HasPrefix(text, "{") {
		value, _ = parseJSON(WellFormed(text))
	}
	entries, _ := value.(map[string]any)
	return entries
}

// noStack is what every format reads of an empty text.
var noStack = ParseStack("", "")

// blankFacts are the memory's own, if there is a memory.
func (m *Memory) blankFacts() *ErrorFacts {
	if m == nil {
		return &ErrorFacts{}
	}
	return &m.facts
}

// errorProperties is where Node keeps the error's own properties.
const errorProperties = "errata.context.error_properties"

// attribute is the attribute as a text; false if there is none.
func (f *ErrorFacts) attribute(name string) (string, bool) {
	if f.unread == nil {
		text, found := f.Attributes[name]
		return text, found
	}
	if strings.Contains(name, replacement) {
		// The attribute's own name may be broken.
		text, found := scalarAttributes(f.unread, map[string]string{})[name]
		return text, found
	}
	if isScalarName(name) {
		switch value := f.unread[name].(type) {
		case string, int64, float64, bool:
			return cutText(value, LimitAttributeBytes), true
		}
	}
	return "", false
}

func isScalarName(name string) bool {
	return !strings.HasPrefix(name, "errata.") && !strings.HasPrefix(name, "exception.")
}

func scalarAttributes(a map[string]AnyValue, scalars map[string]string) map[string]string {
	for name, value := range a {
		if isScalarName(name) {
			putScalar(scalars, name, value)
		}
	}
	// The error's own properties (pg's table and constraint, a driver's address) are named error.<property>.
	for name, value := range mapOf(a[errorProperties]) {
		if _, taken := scalars["error."+name]; !taken {
			putScalar(scalars, "error."+name, value)
		}
	}
	return scalars
}

func putScalar(scalars map[string]string, name string, value AnyValue) {
	switch value.(type) {
	case string, int64, float64, bool:
		scalars[WellFormed(name)] = cutText(value, LimitAttributeBytes)
	}
}

// Attribute is a name with its value.
type Attribute struct {
	Name  string
	Value AnyValue
}

// TaskContext is the task context that a program logs without knowing of errata: each of task.id, task.name, task.version,
// job.id, execution.id and retry_count among the attributes, as errata.context.<name> where that name is free.
func TaskContext(attributes map[string]AnyValue) []Attribute {
	var context []Attribute
	for _, name := range [...]string{"task.id", "task.name", "task.version", "job.id", "execution.id", "retry_count"} {
		switch value := attributes[name].(type) {
		case string, int64, float64:
			if full := "errata.context." + name; attributes[full] == nil {
				context = append(context, Attribute{full, value})
			}
		}
	}
	return context
}

// AttributeSink takes attributes one by one, by the type of their value.
type AttributeSink interface {
	Text(name, value string)
	Int(name string, value int64)
	Bool(name string, value bool)
	// Texts is a list that is not empty.
	Texts(name string, values []string)
}

// WriteDescription gives the attributes a description puts on its record: errata.schema, errata.code, ... Absent values
// stay absent.
func WriteDescription(d *Description, to AttributeSink) {
	to.Int("errata.schema", SchemaVersion)
	to.Text("errata.code", d.Code)
	if d.Pattern != "" {
		to.Text("errata.pattern", d.Pattern)
	}
	to.Text("errata.category", string(d.Category))
	to.Text("errata.severity", string(d.Severity))
	if d.Retryable != nil {
		to.Bool("errata.retryable", *d.Retryable)
	}
	to.Text("errata.fingerprint", d.Fingerprint)
	to.Int("errata.fingerprint_version", int64(d.FingerprintVersion))
	to.Text("errata.template", CutUTF8(d.Template, LimitTemplateBytes))
	for _, list := range [...]struct {
		name  string
		texts []string
	}{
		{"errata.suggestions.immediate", d.Suggestions.Immediate},
		{"errata.suggestions.preventive", d.Suggestions.Preventive},
		{"errata.docs", d.Docs},
	} {
		if len(list.texts) > 0 {
			to.Texts(list.name, list.texts)
		}
	}
	to.Text("errata.catalog", d.Catalog)
}

// DescriptionAttributes are what WriteDescription gives, as a list.
func DescriptionAttributes(d *Description) []Attribute {
	list := make(attributeList, 0, 13)
	WriteDescription(d, &list)
	return list
}

type attributeList []Attribute

func (l *attributeList) Text(name, value string)      { *l = append(*l, Attribute{name, value}) }
func (l *attributeList) Int(name string, value int64) { *l = append(*l, Attribute{name, value}) }
func (l *attributeList) Bool(name string, value bool) { *l = append(*l, Attribute{name, value}) }
func (l *attributeList) Texts(name string, values []string) {
	items := make([]any, len(values))
	for i, value := range values {
		items[i] = value
	}
	*l = append(*l, Attribute{name, items})
}
