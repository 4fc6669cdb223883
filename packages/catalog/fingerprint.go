package catalog

// The group key of an error. This file says what goes in and in which order; which frames count is in
// fingerprint_frames.go, what of a message counts in fingerprint_message.go. See SPEC.md, "Fingerprint".

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
)

// FingerprintVersion is the version of the algorithm; it is hashed in and travels with the record.
const FingerprintVersion = 1

// FingerprintRule says what made a fingerprint: "user", "entry", "stack" or "message".
type FingerprintRule string

const (
	RuleUser    FingerprintRule = "user"
	RuleEntry   FingerprintRule = "entry"
	RuleStack   FingerprintRule = "stack"
	RuleMessage FingerprintRule = "message"
)

// Fingerprint is the group key of an error with what it was made of.
type Fingerprint struct {
	// Value is 32 lower-case hex digits: the first 16 bytes of SHA-256 over the components.
	Value   string          `json:"value"`
	Version int             `json:"version"`
	Rule    FingerprintRule `json:"rule"`
	// Components are what went into the hash, in order, each as name:value: the answer to "why was it grouped".
	Components []string `json:"components"`
}

// FingerprintOf makes the fingerprint of facts. given is the user's own key (errata.fingerprint or error.fingerprint),
// entry the key a catalog entry rendered; "" if none. The user beats the entry, the entry beats stack and message.
func FingerprintOf(facts *ErrorFacts, given, entry string) Fingerprint {
	var r reader
	return r.fingerprint(facts, given, entry, true)
}

// fingerprint has its components only if why.
func (r *reader) fingerprint(facts *ErrorFacts, given, entry string, why bool) Fingerprint {
	s := sealing{input: r.sealed[:0], why: why}
	defer func() { r.sealed = s.input[:0] }()
	if given != "" {
		s.begin(RuleUser)
		s.add("key:", r.plainKey(given))
		return s.seal()
	}
	if entry != "" {
		s.begin(RuleEntry)
		s.add("key:", r.plainKey(entry))
		return s.seal()
	}
	chain := r.linksOf(facts)
	deciding := decidingLink(chain)
	root := &chain[len(chain)-1]
	frames, written := r.frames(deciding.block, deciding.class)
	if len(frames) == 0 {
		s.begin(RuleMessage)
	} else {
		s.begin(RuleStack)
	}
	last := ""
	for i := range chain {
		// Neighbours that repeat are there once.
		if class := chain[i].class; class != "" && class != last {
			s.add("type:", class)
			last = class
		}
	}
	if code := stableCode(root.code, root.class); code != "" {
		s.add("code:", code)
	}
	if message := r.firstSignature(chain, len(frames) > 0); message != "" {
		s.add("message:", message)
	}
	// Behind the message, which is the text that was read last.
	if !written {
		frames = r.collapseFrames(frames)
		r.keepFrames(deciding.block, deciding.class, frames)
	}
	for _, one := range frames {
		s.add("frame:", one)
	}
	return s.seal()
}

// sealing hashes version, rule and components, with a zero byte between each two.
type sealing struct {
	input      []byte
	rule       FingerprintRule
	why        bool
	components []string
	some       bool
}

func (s *sealing) begin(rule FingerprintRule) {
	s.rule = rule
	s.input = append(s.input, "errata.fingerprint/"...)
	s.input = strconv.AppendInt(s.input, FingerprintVersion, 10)
	s.input = append(s.input, 0)
	s.input = append(s.input, rule...)
	s.input = append(s.input, 0)
	if s.why {
		s.components = []string{}
	}
}

func (s *sealing) add(name, value string) {
	if s.some {
		s.input = append(s.input, 0)
	}
	s.some = true
	s.input = append(append(s.input, name...), value...)
	if s.why {
		s.components = append(s.components, name+value)
	}
}

func (s *sealing) seal() Fingerprint {
	sum := sha256.Sum256(s.input)
	return Fingerprint{hex.EncodeToString(sum[:16]), FingerprintVersion, s.rule, s.components}
}

func (r *reader) plainKey(key string) string {
	return r.readable(CutUTF8(key, LimitAttributeBytes), false)
}

// errorLink is one error of the chain: what its head and its frames say.
type errorLink struct {
	// class is the last segment of the class.
	class   string
	message string
	code    string
	block   *StackBlock
}

// linksOf gives the thrown error and its causes, outermost first: one link a depth, from the facts or from the stack
// text itself.
func (r *reader) linksOf(facts *ErrorFacts) []errorLink {
	blocks := stackOf(facts)
	thrown := &blocks[0]
	class := WellFormed(facts.Type)
	code := WellFormed(facts.Code)
	if (class == "" || isCodeLike(class, code)) && thrown.Type != "" {
		class = thrown.Type
	}
	first := errorLink{classSegment(class), facts.Message, code, thrown}
	// The head is what was thrown; an SDK's message may be its first argument or a logger's sentence.
	if thrown.Type != "" || (thrown.Message != "" && len(thrown.Frames) > 0) {
		first.message = thrown.Message
	}
	if code == "" || code == class {
		first.code = thrown.Code
	}
	links := append(r.links[:0], first)
	for i := range facts.Causes {
		if facts.Causes[i].Depth == len(links) && len(links) <= LimitCauses {
			links = append(links, causeLink(&facts.Causes[i], blocks, facts.Language))
		}
	}
	for i := range blocks {
		if block := &blocks[i]; block.Depth == len(links) && len(links) <= LimitCauses {
			links = append(links, errorLink{classSegment(block.Type), block.Message, block.Code, block})
		}
	}
	return links
}

// causeLink: a cause of the facts; where it has no stack of its own, the thrown error's text may hold its frames.
func causeLink(cause *CauseFacts, blocks []StackBlock, language string) errorLink {
	class := WellFormed(cause.Type)
	block := toldBlock(cause, class, blocks)
	if block == nil {
		block = &ParseStack(cause.Stacktrace, language)[0]
	}
	if class == "" {
		class = block.Type
	}
	link := errorLink{classSegment(class), cause.Message, cause.Code, block}
	if block.Type != "" {
		link.message = block.Message
	}
	if link.code == "" {
		link.code = block.Code
	}
	return link
}

// toldBlock is what the thrown error's text says of a cause without a stack; nil if nothing.
func toldBlock(cause *CauseFacts, class string, blocks []StackBlock) *StackBlock {
	if cause.Stacktrace != "" {
		return nil
	}
	for i := range blocks {
		block := &blocks[i]
		if block.Depth != cause.Depth {
			continue
		}
		if class == "" || classSegment(block.Type) == classSegment(class) {
			return block
		}
		return nil
	}
	return nil
}

// decidingLink is the innermost link with a frame of the application; without one, the innermost with any frame that
// counts.
func decidingLink(chain []errorLink) *errorLink {
	for i := len(chain) - 1; i >= 0; i-- {
		if chain[i].block.hasFrame(OriginApp) {
			return &chain[i]
		}
	}
	for i := len(chain) - 1; i >= 0; i-- {
		if chain[i].block.hasFrame(OriginLibrary) {
			return &chain[i]
		}
	}
	return &chain[len(chain)-1]
}

// firstSignature is the innermost message that says something.
func (r *reader) firstSignature(chain []errorLink, placed bool) string {
	for i := len(chain) - 1; i >= 0; i-- {
		link := &chain[i]
		if saysNothing(link.class, link.code, placed) {
			return ""
		}
		text := ""
		if isResourceText(link.block) {
			text = r.quotedNames(link.message)
		} else {
			text = r.signature(link.message)
		}
		// A root cause whose class or code says it all keeps the wrappers' sentences out.
		if text != "" || stableCode(link.code, link.class) != "" {
			return text
		}
	}
	return ""
}

// isResourceText is true if the .NET runtime itself threw: its messages follow the language of the thread.
func isResourceText(block *StackBlock) bool {
	return strings.HasPrefix(block.Type, "System.") && len(block.Frames) > 0 &&
		block.Frames[0].Origin == OriginRuntime && block.hasFrame(OriginApp)
}

// goWrappers are Go's anonymous errors: none says more than the others.
var goWrappers = words(`error *errors.errorString *fmt.wrapError *fmt.wrapErrors *errors.joinError *errors.fundamental
*errors.withStack *errors.withMessage`)

// classSegment takes the last name of pkg.Outer$Inner, *url.Error, ns::Type, System.Exception; Go's anonymous wrappers
// are "error".
func classSegment(class string) string {
	text := CutUTF8(class, LimitTypeBytes)
	if bracket := strings.Index(text, " ["); bracket > 0 {
		text = text[:bracket]
	}
	if tick := strings.IndexByte(text, '`'); tick > 0 {
		text = text[:tick]
	}
	if in(goWrappers, text) {
		return "error"
	}
	for i := len(text) - 2; i > 0; i-- {
		switch text[i] {
		case '.', '$', ':', '\\', '/', '+':
			return text[i+1:]
		}
	}
	return text
}

// isCodeLike is true for what an SDK puts in place of the class: the errno, SQLSTATE or status itself.
func isCodeLike(class, code string) bool {
	if class == code {
		return true
	}
	for i := range len(class) {
		if isLower(class[i]) {
			return false
		}
	}
	return longerThan(class, 2)
}

// stableCode is a code that is the same whenever the same thing fails; generated ones and class names are none.
func stableCode(code, class string) string {
	if code == "" || code == "_OTHER" || len(code) > 64 || classSegment(code) == class {
		return ""
	}
	digits := 0
	for i := range len(code) {
		switch c := code[i]; {
		case isDigit(c):
			digits++
		case c <= ' ' || c >= 0x7F:
			return ""
		}
	}
	if digits > 6 {
		return ""
	}
	return code
}

// frames are those that count, and whether they are as they are written.
func (r *reader) frames(block *StackBlock, class string) (frames []string, written bool) {
	if r.isTail(block, class) && r.known.tail.counted != nil {
		return r.known.tail.counted, true
	}
	return countedFrames(block, class), false
}

// keepFrames remembers with a tail how its frames are written.
func (r *reader) keepFrames(block *StackBlock, class string, frames []string) {
	if r.isTail(block, class) {
		r.known.tail.counted = frames
	}
}

// isTail is true if the block's frames are a known tail's, and the class has no part in which of them count.
func (r *reader) isTail(block *StackBlock, class string) bool {
	return r.known != nil && r.known.tail.holds(block) && !isOverflow(block, class)
}

// collapseFrames: private values that a path or a function may hold go the way of the message's; names without digits
// hold none.
func (r *reader) collapseFrames(frames []string) []string {
	joined := strings.Join(frames, "\n")
	if !strings.ContainsAny(joined, "0123456789@[=") {
		return frames
	}
	return strings.Split(strings.ReplaceAll(r.readable(joined, false), "<redacted>", "<*>"), "\n")
}
