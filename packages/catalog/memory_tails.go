package catalog

// The ends of Java's stacks, from the first frame on: what failed at one place has the same under every message. Those that
// are frames to the last line are kept with what they are read as, so that nothing of them is looked at line by line.

import "strings"

const (
	// leastTail is how many bytes are worth being remembered together.
	leastTail = 512
	// headLines is how many lines a message may have above them.
	headLines = 16
	// frameBytes is what a frame of a tail takes.
	frameBytes = 96
)

// knownTail is lines up to the end of a text, all of them frames of Java.
type knownTail struct {
	// number is another for every tail.
	number uint64
	// frames are the memory's: nobody may write them. Empty if the lines are no such lines.
	frames []Frame
	// inert is redact_lines.go's, once it was judged.
	inert, judged bool
	// counted is what goes into a fingerprint; nil until somebody wrote it.
	counted []string
}

// tailOf gives the tail of the text, nil if that is none or did not come before, and where it begins.
func (m *lineMemory) tailOf(text string) (tail *knownTail, from int) {
	if m == nil {
		return nil, 0
	}
	if m.tailText != text {
		m.tailText = text
		m.tail, m.tailAt = m.findTail(text)
	}
	return m.tail, m.tailAt
}

func (m *lineMemory) findTail(text string) (*knownTail, int) {
	from := 0
	for range headLines {
		next := strings.IndexByte(text[from:], '\n') + 1
		if next == 0 {
			return nil, 0
		}
		from += next
		if beginsFrame(text[from:]) {
			break
		}
	}
	if len(text)-from < leastTail || !beginsFrame(text[from:]) {
		return nil, 0
	}
	known, ok, again := m.tails.Get(text[from:])
	if !ok && again {
		own := strings.Clone(text[from:])
		known = newTail(own)
		m.lastTail++
		known.number = m.lastTail
		m.tails.Put(own, known, len(own)+len(known.frames)*frameBytes)
	}
	if known == nil || len(known.frames) == 0 {
		return nil, 0
	}
	return known, from
}

// seenOfTail is where what finders see of the tail's first line from the lines above ends.
func seenOfTail(text string, from int) int {
	return from + strings.IndexByte(text[from:], 'a') + len("at ")
}

func newTail(text string) *knownTail {
	tail := &knownTail{}
	lines := splitLines(strings.TrimSuffix(text, "\n"))
	if len(lines) > LimitFrames {
		return tail
	}
	for _, line := range lines {
		frame, ok := javaFrame(trimSpace(line))
		if !ok || !mayBeFrame(line) {
			return &knownTail{}
		}
		tail.frames = append(tail.frames, frame)
	}
	return tail
}

// blocks is what Java's reader says of the text if it has a known tail, and one head above it.
func (m *lineMemory) blocks(text string) ([]StackBlock, bool) {
	tail, from := m.tailOf(text)
	if tail == nil {
		return nil, false
	}
	head := splitLines(text[:from-1])
	for _, line := range head {
		if strings.HasPrefix(trimSpace(line), "Suppressed: ") {
			return nil, false
		}
	}
	blocks := parseJava(head, nil)
	if len(blocks) != 1 || len(blocks[0].Frames) > 0 {
		return nil, false
	}
	blocks[0].Frames = tail.frames[:len(tail.frames):len(tail.frames)]
	return blocks, true
}

// holds is true if the block's frames are the tail's.
func (t *knownTail) holds(block *StackBlock) bool {
	return t != nil && len(block.Frames) == len(t.frames) && &block.Frames[0] == &t.frames[0]
}
