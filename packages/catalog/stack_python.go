package catalog

// Python tracebacks: chains (the cause is printed first), ExceptionGroup trees, caret lines, folded recursion.

import (
	"slices"
	"strings"
)

// pythonTracers are packages of instrumentation: they come and go without a change of the program.
var pythonTracers = strings.Fields("opentelemetry/ ddtrace/ sentry_sdk/ newrelic/ elasticapm/ wrapt/")

func parsePython(lines []string) []StackBlock {
	var blocks []StackBlock
	for _, segment := range pythonSegments(lines) {
		chain := parsePythonChain(segment.lines)
		if len(chain) == 0 && segment.depth > 0 {
			// A member of a group that was made but never raised has a head and no traceback.
			block := openBlock(0)
			fillPlainHead(&block, segment.lines)
			chain = append(chain, block)
		}
		for i, block := range chain {
			if len(blocks) >= LimitCauses {
				return blocks
			}
			block.Depth = segment.depth + i
			blocks = append(blocks, block)
		}
	}
	return blocks
}

type pythonSegment struct {
	depth int
	lines []string
}

// pythonSegments is the text of each member of an ExceptionGroup on its own, gutters removed; one segment if there is
// no group.
func pythonSegments(lines []string) []pythonSegment {
	isGroup := func(line string) bool { return strings.Contains(line, "Exception Group Traceback") }
	if !slices.ContainsFunc(lines, isGroup) {
		return []pythonSegment{{0, lines}}
	}
	var out []pythonSegment
	fresh := true
	for _, line := range lines {
		inner := strings.TrimLeft(line, " ")
		column := len(line) - len(inner)
		mark := byteAt(inner, 0)
		gutter := mark == '|' || (mark == '+' && column > 0)
		if gutter && mark == '+' && byteAt(inner, 1) == '-' {
			fresh = true
			continue
		}
		depth := 0
		if gutter {
			depth = max(0, column>>1-1)
			line = strings.TrimPrefix(inner[1:], " ")
		}
		if len(out) == 0 || fresh || out[len(out)-1].depth != depth {
			if len(out) >= LimitCauses {
				break
			}
			out = append(out, pythonSegment{depth: depth})
			fresh = false
		}
		current := &out[len(out)-1]
		current.lines = append(current.lines, line)
	}
	return slices.DeleteFunc(out, func(segment pythonSegment) bool {
		return !slices.ContainsFunc(segment.lines, func(line string) bool { return trimSpace(line) != "" })
	})
}

// pythonChain reads the blocks of one chain.
type pythonChain struct {
	blocks []StackBlock
	// frames are the open block's, in the order of the text: nearest the throw last.
	frames  []Frame
	head    []string
	inHead  bool
	started bool
	// flat: some writers strip the indentation, then a source line looks like a head until the next frame.
	flat bool
}

// parsePythonChain gives the blocks of one chain, the thrown error first.
func parsePythonChain(lines []string) []StackBlock {
	var c pythonChain
	for _, line := range lines {
		c.line(line)
	}
	c.close()
	slices.Reverse(c.blocks)
	return c.blocks
}

func (c *pythonChain) line(line string) {
	text := trimStart(line)
	unindented := len(line) == len(text)
	if isTracebackLine(text) {
		c.close()
		c.started = true
		return
	}
	if !c.inHead || !unindented || c.flat {
		if one, ok := pythonFrame(text); ok {
			if c.inHead && !c.flat {
				c.close()
			}
			c.head, c.inHead, c.started = nil, false, true
			c.flat = c.flat || unindented
			c.frames = append(c.frames, one)
			return
		}
	}
	if isPythonSeparator(text) {
		c.close()
		return
	}
	if c.started && (c.inHead || (unindented && text != "")) {
		c.inHead = true
		c.head = append(c.head, line)
	}
}

func (c *pythonChain) close() {
	if !c.started {
		return
	}
	if c.flat && len(c.head) > 1 {
		c.head = c.head[1:]
	}
	block := openBlock(0)
	fillPlainHead(&block, c.head)
	// The last frames are the ones nearest the throw.
	kept := c.frames[max(0, len(c.frames)-LimitFrames):]
	slices.Reverse(kept)
	block.Frames = append(block.Frames, kept...)
	*c = pythonChain{blocks: append(c.blocks, block), frames: c.frames[:0]}
}

func isTracebackLine(text string) bool {
	return strings.HasPrefix(text, "Traceback (most recent call last)") || text == "Traceback:" ||
		strings.HasPrefix(text, "Exception Group Traceback")
}

func isPythonSeparator(text string) bool {
	return strings.HasPrefix(text, "The above exception was the direct cause of") ||
		strings.HasPrefix(text, "During handling of the above exception")
}

// fillPlainHead takes class and message from lines that hold nothing else.
func fillPlainHead(block *StackBlock, lines []string) {
	text := trimSpace(strings.Join(lines, "\n"))
	if head, ok := readClassHead(text); ok {
		block.Type, block.Message = head.class, head.message
		return
	}
	block.Message = text
}

// pythonFrame reads `File "path", line N, in name`; the name is missing in a SyntaxError, the line in Django's own
// format.
func pythonFrame(text string) (Frame, bool) {
	rest, ok := strings.CutPrefix(text, `File "`)
	if !ok || longerThan(text, frameLine) {
		return Frame{}, false
	}
	end := strings.IndexByte(rest, '"')
	if end < 0 {
		return Frame{}, false
	}
	file, line, name := rest[:end], 0, ""
	if _, number, ok := strings.Cut(rest[end:], ", line "); ok {
		line = numberAt(number, 0)
	}
	if _, function, ok := strings.Cut(rest[end:], " in "); ok {
		name = trimSpace(function)
	}
	switch name {
	// Comprehensions have frames of their own before Python 3.12 and none after.
	case "<listcomp>", "<dictcomp>", "<setcomp>":
		return newFrame("", name, file, line, OriginRuntime), true
	case "<lambda>", "<genexpr>":
		name = ""
	}
	origin, module := pythonOrigin(file)
	return newFrame(module, name, file, line, origin), true
}

func pythonOrigin(file string) (FrameOrigin, string) {
	if strings.HasPrefix(file, "<") {
		for _, prefix := range [...]string{"<frozen", "<attrs", "<__array_function__"} {
			if strings.HasPrefix(file, prefix) {
				return OriginRuntime, file
			}
		}
		return OriginApp, file
	}
	path := cleanPath(file)
	for _, folder := range [...]string{"site-packages/", "dist-packages/", ".egg/"} {
		at := strings.LastIndex(path, folder)
		if at < 0 {
			continue
		}
		inside := path[at+len(folder):]
		if hasAnyPrefix(inside, pythonTracers) {
			return OriginRuntime, libraryModule(inside)
		}
		return OriginLibrary, libraryModule(inside)
	}
	if isPythonStandardLibrary(path) {
		return OriginRuntime, path
	}
	return OriginApp, appModule(path)
}

// isPythonStandardLibrary: .../lib/python3.11/asyncio/tasks.py, C:\Python311\Lib\asyncio\tasks.py.
func isPythonStandardLibrary(path string) bool {
	before := lowerASCII(path)
	for at := strings.Index(before, "/python"); at >= 0; {
		rest := before[at+len("/python"):]
		if isDigit(byteAt(rest, 0)) {
			if strings.HasSuffix(before[:at], "/lib") || strings.HasSuffix(before[:at], "/lib64") {
				return true
			}
			if slash := strings.IndexByte(rest, '/'); slash >= 0 && strings.HasPrefix(rest[slash:], "/lib/") {
				return true
			}
		}
		next := strings.Index(rest, "/python")
		if next < 0 {
			return false
		}
		at += len("/python") + next
	}
	return false
}

func looksLikePython(text string) bool {
	return strings.Contains(text, "Traceback (most recent call last)") || strings.Contains(text, `File "`)
}
