package catalog

// Limits that every implementation of SPEC.md shares, each with unit and reason. Limits of one part alone live there.
const (
	// LimitTypeBytes: class names are short; a longer one is an attack or a bug. Bytes of UTF-8.
	LimitTypeBytes = 256
	// LimitMessageBytes is what match, template and fingerprint read of a message: real ones with SQL stay below it.
	LimitMessageBytes = 16_384
	// LimitStackBytes bounds a stack text: 1,024 Java frames (a StackOverflowError) are 35 kB. Bytes of UTF-8.
	LimitStackBytes = 65_536
	// LimitFrames is the number of frames parsed of one stack: recursion is folded before this.
	LimitFrames = 256
	// LimitFingerprintFrames is the number of in-app frames that go into a fingerprint.
	LimitFingerprintFrames = 5
	// LimitFingerprintMessage bounds the masked message in a fingerprint: sentences differ at their beginning, dumps do
	// not. Bytes of UTF-8.
	LimitFingerprintMessage = 512
	// LimitCauses is the number of links (the error, its causes, members of aggregates) that are matched.
	LimitCauses = 16
	// LimitCaptureBytes bounds one captured value in a suggestion.
	LimitCaptureBytes = 120
	// LimitSuggestionBytes bounds one rendered suggestion.
	LimitSuggestionBytes = 500
	// LimitSuggestions is the number of suggestions kept of each kind.
	LimitSuggestions = 5
	// LimitTemplateBytes bounds a template as exported.
	LimitTemplateBytes = 2_048
	// LimitAttributeBytes bounds a value read for a rule on an attribute.
	LimitAttributeBytes = 1_024
)
