package catalog

// What lines of stacks say: a program has some thousand places to fail at, and their callers are the same, while the
// message above them is new each time. A line that may be a frame is kept with the frame it is and with whether redaction
// may pass it over, see redact_lines.go.

import "strings"

const (
	// linesKept of each of two generations; memoryBytes bounds them too.
	linesKept = 8_192
	// lineBytes is what a kept line takes besides its text.
	lineBytes = 256
)

// lineMemory keeps lines, and the lines of the text that was split last. A nil one keeps nothing.
type lineMemory struct {
	known Recent[string, *knownLine]
	// text was split last, into lines.
	text  string
	lines []textLine
	// texts are the lines without a return at their end.
	texts []string
	// kept is what redaction reads of a text.
	kept []byte
	// frames are of the stack that was read last, where nobody keeps that; reuse is true while one is read.
	frames []Frame
	reuse  bool
	// tails are of texts; tail is that of tailText, which has it from tailAt on.
	tails    Recent[string, *knownTail]
	tail     *knownTail
	tailText string
	tailAt   int
	lastTail uint64
}

// textLine is a line as it stands; known is nil if it did not come before, or can be no frame.
type textLine struct {
	text  string
	known *knownLine
}

type knownLine struct {
	// text is the memory's own.
	text string
	// frame is what Java's reader says of it.
	frame        Frame
	isJava, read bool
	// inert is redact_lines.go's, once it was judged.
	inert, judged bool
}

// split gives the lines of a text.
func (m *lineMemory) split(text string) []textLine {
	if m.lines != nil && m.text == text {
		return m.lines
	}
	m.text, m.lines = text, m.lines[:0]
	for more := true; more; {
		line := text
		if line, text, more = strings.Cut(text, "\n"); mayBeFrame(line) {
			m.lines = append(m.lines, textLine{line, m.of(line)})
		} else {
			m.lines = append(m.lines, textLine{line, nil})
		}
	}
	return m.lines
}

// mayBeFrame: `at ` behind blanks; messages are new each time.
func mayBeFrame(line string) bool { return len(line) <= frameLine && beginsFrame(line) }

// beginsFrame is true if the text begins as a frame does.
func beginsFrame(text string) bool {
	at := 0
	for at < len(text) && (text[at] == '\t' || text[at] == ' ') {
		at++
	}
	return at > 0 && strings.HasPrefix(text[at:], "at ")
}

// of is nil the first time.
func (m *lineMemory) of(line string) *knownLine {
	if m.known.most == 0 {
		m.known.most = linesKept
	}
	known, ok, again := m.known.Get(line)
	if ok || !again {
		return known
	}
	known = &knownLine{text: strings.Clone(line)}
	m.known.Put(known.text, known, 2*len(line)+lineBytes)
	return known
}

// linesOf gives the lines of a text as the readers of stacks want them.
func (m *lineMemory) linesOf(text string) []string {
	if m == nil {
		return splitLines(text)
	}
	m.texts = m.texts[:0]
	for _, line := range m.split(text) {
		m.texts = append(m.texts, strings.TrimSuffix(line.text, "\r"))
	}
	return m.texts
}

// javaFrame is what javaFrame says of the line of the text that was split last, if that is a known line and a frame.
func (m *lineMemory) javaFrame(at int) (frame *Frame, ok bool) {
	if m == nil || m.lines[at].known == nil {
		return nil, false
	}
	known := m.lines[at].known
	if !known.read {
		known.frame, known.isJava = javaFrame(trimSpace(known.text))
		known.read = true
	}
	return &known.frame, known.isJava
}

// roomFor is room for so many frames: the memory's own where nobody keeps the stack.
func (m *lineMemory) roomFor(frames int) []Frame {
	if m == nil || !m.reuse {
		return make([]Frame, 0, frames)
	}
	if cap(m.frames) < frames {
		m.frames = make([]Frame, 0, frames)
	}
	return m.frames[:0:frames]
}
