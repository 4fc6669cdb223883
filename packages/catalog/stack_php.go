package catalog

// PHP: "#0 file(line): Class->method()" traces, "Next" chains (the cause comes first), fatal errors.

import (
	"slices"
	"strings"
)

// phpCall is one line of a trace: where a call stands, and what was called.
type phpCall struct {
	file   string
	line   int
	callee string
}

type phpTrace struct {
	head  []string
	calls []phpCall
}

func parsePHP(lines []string) []StackBlock {
	traces := []phpTrace{{}}
	for _, raw := range lines {
		trace := &traces[len(traces)-1]
		line := trimSpace(raw)
		if call, ok := readPHPCall(line); ok {
			if len(trace.calls) < LimitFrames {
				trace.calls = append(trace.calls, call)
			}
			continue
		}
		if head, ok := strings.CutPrefix(line, "Next "); ok && len(trace.calls) > 0 {
			if len(traces) > LimitCauses {
				break
			}
			traces = append(traces, phpTrace{head: []string{head}})
		} else if len(trace.calls) == 0 && line != "Stack trace:" && line != "[stacktrace]" {
			trace.head = append(trace.head, raw)
		}
	}
	slices.Reverse(traces)
	blocks := make([]StackBlock, 0, len(traces))
	for depth, trace := range traces {
		blocks = append(blocks, trace.block(depth))
	}
	return blocks
}

func readPHPCall(line string) (phpCall, bool) {
	if strings.HasPrefix(line, "#") {
		return phpTraceCall(line)
	}
	return phpListedCall(line)
}

// phpTraceCall reads "#3 /app/src/A.php(61): App\A->run(Object(B))" and "#4 [internal function]: ..."; "#5 {main}" ends
// the trace.
func phpTraceCall(line string) (phpCall, bool) {
	if longerThan(line, frameLine) {
		return phpCall{}, false
	}
	i := 1
	for isDigit(byteAt(line, i)) {
		i++
	}
	if i == 1 || byteAt(line, i) != ' ' {
		return phpCall{}, false
	}
	rest := line[i+1:]
	if rest == "{main}" {
		return phpCall{}, true
	}
	place, callee, ok := strings.Cut(rest, ": ")
	if !ok {
		return phpCall{}, false
	}
	number := 0
	if strings.HasPrefix(place, "[") {
		place = ""
	} else {
		open := strings.LastIndexByte(place, '(')
		if open <= 0 || !strings.HasSuffix(place, ")") {
			return phpCall{}, false
		}
		place, number = place[:open], numberAt(place, open+1)
	}
	if args := strings.IndexByte(callee, '('); args > 0 {
		callee = callee[:args]
	}
	return phpCall{place, number, callee}, true
}

// phpListedCall reads "app/Http/Mail.php:1415 - App\Mail::send", as error services list a trace.
func phpListedCall(line string) (phpCall, bool) {
	at := strings.Index(line, ".php:")
	if at < 0 || longerThan(line, frameLine) {
		return phpCall{}, false
	}
	end := at + len(".php")
	number := numberAt(line, end+1)
	before, callee, ok := strings.Cut(line[end:], " - ")
	if number == 0 || !ok || longerThan(before, 8) {
		return phpCall{}, false
	}
	return phpCall{line[:end], number, callee}, true
}

// block: a frame stands where the next call was made, inside the function that the outer call entered.
func (t *phpTrace) block(depth int) StackBlock {
	block := openBlock(depth)
	file, line := fillPHPHead(&block, t.head)
	for _, call := range t.calls {
		if file != "" {
			block.Frames = append(block.Frames, phpFrame(file, line, call.callee))
		}
		file, line = call.file, call.line
	}
	if file != "" {
		block.Frames = append(block.Frames, phpFrame(file, line, ""))
	}
	return block
}

// fillPHPHead takes class and message, and gives where it was thrown, which stands behind " in " as "file:line".
func fillPHPHead(block *StackBlock, lines []string) (file string, line int) {
	text := trimSpace(strings.Join(lines, "\n"))
	for _, prefix := range [...]string{"PHP ", "Fatal error: ", "Uncaught "} {
		text = strings.TrimPrefix(trimStart(text), prefix)
	}
	text = trimSpace(text)
	at, colon := strings.LastIndex(text, " in "), strings.LastIndexByte(text, ':')
	if at > 0 && colon > at && strings.HasSuffix(text[at:colon], ".php") && numberAt(text, colon+1) > 0 {
		file, line = text[at+len(" in "):colon], numberAt(text, colon+1)
		text = text[:at]
	}
	block.Message = text
	if head, ok := readClassHead(text); ok {
		block.Type, block.Message = head.class, head.message
	}
	return file, line
}

func phpFrame(file string, line int, callee string) Frame {
	function := callee
	if arrow := max(strings.LastIndex(function, "->"), strings.LastIndex(function, "::")); arrow >= 0 {
		function = function[arrow+2:]
	}
	switch {
	case strings.Contains(function, "{closure"):
		function = ""
	// Statements that a trace lists like functions.
	case function == "require", function == "require_once", function == "include", function == "include_once":
		function = ""
	}
	function = function[strings.LastIndexByte(function, '\\')+1:]
	path := cleanPath(file)
	if inside := afterFolder(path, "vendor/"); inside >= 0 {
		return newFrame(libraryModule(path[inside:]), function, file, line, OriginLibrary)
	}
	return newFrame(appModule(path), function, file, line, OriginApp)
}

func looksLikePHP(lines []string) bool {
	for _, line := range lines {
		text := trimSpace(line)
		if strings.HasPrefix(line, "#0 ") {
			if _, ok := phpTraceCall(text); ok {
				return true
			}
		}
		if _, ok := phpListedCall(text); ok {
			return true
		}
	}
	return false
}
