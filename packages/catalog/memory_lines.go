package catalog

// What lines of stacks say: a program has some thousand places to fail at, and their callers are the same, while the
// message above them is new each time. A line that may be a frame is kept with the frame it is and with whether redaction
// may pass it over, see redact_lines.go.

import "strings"

const (
	// linesKept of each of two generations; memoryBytes bounds them too.
	linesKept = 8_192
	// lineBytes is what a kept line takes besides its text, frameBytes a frame of a tail.
	lineBytes, frameBytes = 256, 96
	// leastTail is how many frames are worth being remembered together.
	leastTail = 8
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
	// tails are by a hash of their lines' numbers; last is that of the text that was parsed last, nil if it has none.
	tails Recent[uint64, *knownTail]
	last  *knownTail
	count uint64
}

// knownTail is known lines one behind the other up to the end of a text, all of them frames of Java.
type knownTail struct {
	lines  []*knownLine
	frames []Frame
	// counted is what goes into a fingerprint; nil until somebody wrote it.
	counted []string
}

// textLine is a line as it stands; known is nil if it did not come before, or can be no frame.
type textLine struct {
	text  string
	known *knownLine
}

type knownLine struct {
	// text is the memory's own, number nobody else's.
	text   string
	number uint64
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
func mayBeFrame(line string) bool {
	at := 0
	for at < len(line) && (line[at] == '\t' || line[at] == ' ') {
		at++
	}
	return at > 0 && len(line) <= frameLine && strings.HasPrefix(line[at:], "at ")
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
	m.count++
	known = &knownLine{text: strings.Clone(line), number: m.count}
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

// javaTail gives the frames of the lines from at on, if they are known and frames, all of them up to the end. They are the
// memory's: nobody may write them.
func (m *lineMemory) javaTail(at int) ([]Frame, bool) {
	end := len(m.lines)
	if m.lines[end-1].text == "" {
		end--
	}
	if end-at < leastTail || end-at > LimitFrames {
		return nil, false
	}
	hash := uint64(end - at)
	for i := at; i < end; i++ {
		if _, ok := m.javaFrame(i); !ok {
			return nil, false
		}
		hash = (hash ^ m.lines[i].known.number) * 0x9E37_79B9_7F4A_7C15
	}
	known, ok, again := m.tails.Get(hash)
	switch {
	case ok && known.is(m.lines[at:end]):
	case again:
		known = newTail(m.lines[at:end])
		m.tails.Put(hash, known, len(known.lines)*frameBytes)
	default:
		return nil, false
	}
	m.last = known
	return known.frames, true
}

func newTail(lines []textLine) *knownTail {
	tail := &knownTail{lines: make([]*knownLine, len(lines)), frames: make([]Frame, len(lines))}
	for i, line := range lines {
		tail.lines[i], tail.frames[i] = line.known, line.known.frame
	}
	return tail
}

func (t *knownTail) is(lines []textLine) bool {
	if len(t.lines) != len(lines) {
		return false
	}
	for i, line := range t.lines {
		if line != lines[i].known {
			return false
		}
	}
	return true
}

// holds is true if the block's frames are the tail's.
func (t *knownTail) holds(block *StackBlock) bool {
	return t != nil && len(block.Frames) == len(t.frames) && &block.Frames[0] == &t.frames[0]
}
