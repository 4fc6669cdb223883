package catalog

// The shapes that cross the catalog's border: what is known of one error, what errata says of it. No logic lives here.
// The Go twin of src/types.ts and of the types in src/record.ts.

// Category is one of the closed list of SPEC.md, "Categories".
type Category string

// Severity is "low", "medium", "high" or "critical"; it never changes a record's SeverityNumber.
type Severity string

// CauseFacts is one cause, or one member of an aggregate, as errata.causes carries it. Outermost cause first.
type CauseFacts struct {
	Type    string `json:"type"`
	Message string `json:"message"`
	// Code is errno, SQLSTATE, status or any other code the value carried; "" if none.
	Code string `json:"code"`
	// Stacktrace is the stack text of the cause, in its language's own format; "" if none.
	Stacktrace string `json:"stacktrace"`
	// Depth is 1 for the direct cause, 2 for its cause; members of an aggregate share the depth of a direct cause.
	Depth int `json:"depth"`
}

// ErrorFacts is all that matching and fingerprinting may read of one error: exported strings, well-formed UTF-8, cut at
// the limits of limits.go. Whoever holds the same facts computes the same answer.
type ErrorFacts struct {
	// Type is the class of the error (exception.type), never an errno; "" if unknown.
	Type       string `json:"type"`
	Message    string `json:"message"`
	Stacktrace string `json:"stacktrace"`
	// Language is telemetry.sdk.language or what the stack's format tells: nodejs, python, java, go, dotnet, ruby, php,
	// rust; "" if unknown.
	Language string `json:"language"`
	// Code is error.type: errno, SQLSTATE, status or exit code of the error itself; "" if none.
	Code string `json:"code"`
	// Attributes are the record's attributes as strings (numbers and booleans in their JSON form).
	Attributes map[string]string `json:"attributes"`
	Causes     []CauseFacts      `json:"causes"`

	// stack is the parsed Stacktrace where somebody parsed it already: see rememberStack. Comparing facts ignores it.
	stack parsedStack
	// unread are the record's attributes where Attributes was not made of them: see attribute.
	unread map[string]AnyValue
}

// Description is what errata says about one error: its own voice.
type Description struct {
	// Code is permanent, UPPER_SNAKE; UNKNOWN when no entry matched.
	Code string `json:"code"`
	// Pattern is the dotted id of the entry that matched; "" when none did.
	Pattern  string   `json:"pattern"`
	Category Category `json:"category"`
	Severity Severity `json:"severity"`
	// Retryable is nil where it depends. It points to a shared value: do not write through it.
	Retryable *bool `json:"retryable,omitempty"`
	// Fingerprint is 32 lower-case hex digits.
	Fingerprint        string `json:"fingerprint"`
	FingerprintVersion int    `json:"fingerprintVersion"`
	// Template is the message with its values masked.
	Template    string      `json:"template"`
	Suggestions Suggestions `json:"suggestions"`
	Docs        []string    `json:"docs"`
	// Catalog is the version of the catalog that spoke, with +name@version for each application catalog.
	Catalog string `json:"catalog"`
}

// Suggestions are rendered texts, at most LimitSuggestions of each kind.
type Suggestions struct {
	Immediate  []string `json:"immediate"`
	Preventive []string `json:"preventive"`
}

// AnyValue is a value as OTLP carries it. Its dynamic type is one of string, int64, float64, bool, nil, []byte, []any
// and map[string]any (of the same); any other type counts as absent.
type AnyValue = any

// RecordInput is a log record, or the event of a span, as far as errata reads it.
type RecordInput struct {
	EventName string
	// SeverityNumber is 0 if unset.
	SeverityNumber int
	Body           AnyValue
	Attributes     map[string]AnyValue
	// Language is telemetry.sdk.language of the resource; "" if absent.
	Language string
}
