package catalog

// The shapes a parsed stack text has, whatever language wrote it. Parsing lives in stack*.go, choosing frames in
// fingerprint*.go.

import "encoding/json"

// FrameOrigin says whose code a frame is, decided by the text alone.
type FrameOrigin string

const (
	// OriginApp is the application's own code; that is what "in-app" means everywhere.
	OriginApp FrameOrigin = "app"
	// OriginLibrary is a third party's: node_modules, site-packages, gems, packages of frameworks.
	OriginLibrary FrameOrigin = "library"
	// OriginRuntime is the language's own: node:internal, java., GOROOT.
	OriginRuntime FrameOrigin = "runtime"
)

// Frame is one call of a stack.
type Frame struct {
	// Module is where the code lives, without what a deploy, an upgrade or a build changes: workers/action,
	// com.shop.Checkout, express-jwt/lib/index.
	Module string
	// Function is without async, anonymous and generated parts; "" if it has no name.
	Function string
	// File is as the text has it, "" if none.
	File string
	// Line counts from 1; 0 if unknown.
	Line   int
	Origin FrameOrigin
}

// InApp is true for the application's own code.
func (f Frame) InApp() bool { return f.Origin == OriginApp }

type frameJSON struct {
	Module   string      `json:"module"`
	Function string      `json:"function"`
	File     string      `json:"file"`
	InApp    bool        `json:"inApp"`
	Origin   FrameOrigin `json:"origin"`
	Line     int         `json:"line,omitempty"`
}

// MarshalJSON gives a frame the shape that the TypeScript twin prints.
func (f Frame) MarshalJSON() ([]byte, error) {
	return json.Marshal(frameJSON{f.Module, f.Function, f.File, f.InApp(), f.Origin, f.Line})
}

// UnmarshalJSON reads what MarshalJSON wrote and what vectors/stack.jsonl holds.
func (f *Frame) UnmarshalJSON(data []byte) error {
	var read frameJSON
	if err := json.Unmarshal(data, &read); err != nil {
		return err
	}
	*f = Frame{read.Module, read.Function, read.File, max(read.Line, 0), read.Origin}
	return nil
}

// StackBlock is one error of a stack text: its head and the frames under it, nearest the throw first.
type StackBlock struct {
	// Type is the class as written (requests.exceptions.SSLError, Error); "" if the text has no head.
	Type    string `json:"type"`
	Message string `json:"message"`
	// Code is what the text itself tells (Error [ERR_X], code: 'ECONNREFUSED', Win32Exception (258)); "" if none.
	Code string `json:"code"`
	// Depth is 0 for the thrown error, 1 for its cause or its group's members, and so on.
	Depth  int     `json:"depth"`
	Frames []Frame `json:"frames"`
}

// add keeps a frame unless the block has all that are kept.
func (b *StackBlock) add(one Frame) {
	if len(b.Frames) == LimitFrames {
		return
	}
	if cap(b.Frames) == 0 {
		b.Frames = make([]Frame, 0, 16)
	}
	b.Frames = append(b.Frames, one)
}

func (b *StackBlock) hasFrame(origin FrameOrigin) bool {
	for i := range b.Frames {
		if b.Frames[i].Origin == origin {
			return true
		}
	}
	return false
}

func newFrame(module, function, file string, line int, origin FrameOrigin) Frame {
	return Frame{module, function, file, max(line, 0), origin}
}

// parsedStack is the answer of ParseStack with the question it belongs to: facts are copied and changed by their
// holders, and an answer to another text must never be taken for theirs.
type parsedStack struct {
	text, language string
	blocks         []StackBlock
	// number is a memory's, the same for the same text and language; 0 if it is none's.
	number uint64
}

// rememberStack keeps the parsed stack with the facts, so that it is parsed once however many readers ask. Not for
// facts that others read at the same time.
func (f *ErrorFacts) rememberStack(blocks []StackBlock) {
	f.stack = parsedStack{text: f.Stacktrace, language: f.Language, blocks: blocks}
}

// stackOf is the parsed stack of the facts; it only reads them.
func stackOf(facts *ErrorFacts) []StackBlock {
	kept := &facts.stack
	if kept.blocks != nil && kept.text == facts.Stacktrace && kept.language == facts.Language {
		return kept.blocks
	}
	return ParseStack(facts.Stacktrace, facts.Language)
}
