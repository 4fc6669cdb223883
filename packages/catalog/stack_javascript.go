package catalog

// V8 stacks (Node, Chrome, Edge) with the causes that util.inspect prints, and the function@url:line:column of Firefox
// and Safari.

import "strings"

// oldCore are core modules of Node before it wrote "node:"; a path with a folder is never one.
var oldCore = words(`assert async_hooks buffer bootstrap_node child_process cluster crypto dgram dns domain events fs http
https inspector module net node os path process punycode querystring readline repl stream string_decoder timers tls tty url
util v8 vm zlib _http_agent _http_client _http_common _http_incoming _http_outgoing _http_server _stream_duplex
_stream_passthrough _stream_readable _stream_transform _stream_writable _tls_common _tls_legacy _tls_wrap _debugger`)

// jsTracers are packages of instrumentation, ours too: they wrap what they watch.
var jsTracers = strings.Fields(`@opentelemetry/ @errata/ @sentry/ dd-trace/ newrelic/ elastic-apm-node/
require-in-the-middle/ import-in-the-middle/`)

// compiledAwait are functions that a compiler made to carry async on old targets.
var compiledAwait = words("__awaiter asyncGeneratorStep fulfilled rejected _next _throw")

type v8Parser struct {
	blocks []StackBlock
	// block is the index of the block that frames belong to, -1 where they belong to none.
	block  int
	head   []string
	depth  int
	member bool
}

func parseV8(lines []string) []StackBlock {
	p := v8Parser{blocks: []StackBlock{openBlock(0)}}
	for _, raw := range lines {
		p.line(raw)
	}
	p.closeHead()
	return p.blocks
}

func (p *v8Parser) line(raw string) {
	line := trimSpace(raw)
	if strings.HasPrefix(line, "at ") {
		if one, ok := v8Frame(line); ok {
			p.closeHead()
			if p.block >= 0 {
				p.blocks[p.block].add(one)
			}
			if p.member && strings.HasSuffix(line, ",") {
				p.block = -1
			}
			return
		}
	}
	if cause, ok := causeHead(line); ok && len(p.blocks) <= LimitCauses {
		p.closeHead()
		p.depth++
		p.block = len(p.blocks)
		p.blocks = append(p.blocks, openBlock(p.depth))
		p.member = cause == ""
		if cause != "" {
			p.head = append(p.head, cause)
		}
		return
	}
	if p.member && (line == "}," || line == "]") {
		p.closeHead()
		p.block = -1
		return
	}
	if p.block < 0 {
		return
	}
	block := &p.blocks[p.block]
	if len(block.Frames) == 0 && (len(p.head) == 0 || !isProperty(line)) {
		p.head = append(p.head, raw)
	} else if block.Code == "" && strings.HasPrefix(line, "code: ") {
		block.Code = propertyValue(line[6:])
	}
}

func (p *v8Parser) closeHead() {
	if p.block >= 0 && len(p.head) > 0 {
		if block := &p.blocks[p.block]; block.Type == "" && block.Message == "" {
			fillV8Head(block, p.head)
		}
	}
	p.head = p.head[:0]
}

// causeHead gives the head behind "[cause]: ", "cause: " and "Caused by: ", "" for "[errors]: [", and false for others.
func causeHead(line string) (string, bool) {
	switch byteAt(line, 0) {
	case '[', 'c', 'C':
	default:
		return "", false
	}
	if head, ok := strings.CutPrefix(line, "[cause]: "); ok {
		return head, true
	}
	if line == "[errors]: [" {
		return "", true
	}
	if head, ok := strings.CutPrefix(line, "cause: "); ok {
		if _, isClass := readClassHead(head); isClass {
			return head, true
		}
	}
	if head, ok := strings.CutPrefix(line, "Caused by: "); ok {
		return head, true
	}
	return strings.CutPrefix(line, "caused by: ")
}

func isProperty(line string) bool {
	return strings.HasPrefix(line, "code: '") || strings.HasPrefix(line, "errno: ") || strings.HasPrefix(line, "syscall: ")
}

func propertyValue(text string) string {
	value := strings.TrimSuffix(text, ",")
	if open := byteAt(value, 0); open == '\'' || open == '"' {
		value = strings.TrimSuffix(value[1:], string(open))
	}
	if longerThan(value, 64) {
		return ""
	}
	return value
}

// fillV8Head reads what stands before the frames: class and message, after the source line and caret of Node's own
// printing.
func fillV8Head(block *StackBlock, lines []string) {
	from := 0
	for i, raw := range lines {
		if line := trimSpace(raw); line != "" && strings.Trim(line, "^") == "" {
			from = i + 1
		}
	}
	for from < len(lines) && trimSpace(lines[from]) == "" {
		from++
	}
	text := trimSpace(strings.Join(lines[from:], "\n"))
	for _, prefix := range []string{"Uncaught (in promise) ", "Uncaught Error ", "Uncaught "} {
		if rest, ok := strings.CutPrefix(text, prefix); ok {
			text = rest
			break
		}
	}
	text = strings.TrimSuffix(text, " {")
	// "[ERR_X]: message" of an error whose class has no name.
	if strings.HasPrefix(text, "[ERR_") {
		if code, message, ok := strings.Cut(text, "]: "); ok {
			block.Code = code[1:]
			text = message
		}
	}
	head, ok := readClassHead(text)
	if !ok {
		block.Message = text
		return
	}
	block.Type, block.Message = head.class, head.message
	if head.code != "" {
		block.Code = head.code
	}
}

// v8Frame reads one line "at ..."; false if what follows is prose.
func v8Frame(line string) (Frame, bool) {
	if longerThan(line, frameLine) {
		return Frame{}, false
	}
	rest := strings.TrimSuffix(line[3:], " {")
	rest = strings.TrimSuffix(rest, ",")
	rest = strings.TrimPrefix(rest, "async ")
	name, location, named := "", rest, false
	if strings.HasSuffix(rest, ")") {
		if name, location, named = strings.Cut(rest, " ("); named {
			location = location[:len(location)-1]
		} else {
			name, location = "", rest
			if strings.HasPrefix(rest, "(") {
				location = rest[1 : len(rest)-1]
			}
		}
	}
	if isNative(location) {
		return newFrame("", v8Function(name), "", 0, OriginRuntime), true
	}
	file, number := splitPosition(location)
	if number == 0 && (!named || !strings.ContainsAny(file, `/\`)) {
		return Frame{}, false
	}
	return jsFrame(unminified(v8Function(name), file), file, number), true
}

func isNative(location string) bool {
	switch location {
	case "<anonymous>", "native", "native code", "[native code]":
		return true
	}
	for _, prefix := range [...]string{"index ", "eval at ", "eval code", "<anonymous>:", "wasm://"} {
		if strings.HasPrefix(location, prefix) {
			return true
		}
	}
	return false
}

// v8Function is the last name of a V8 function: the receiver before it is the class of this at run time, which a
// subclass, an upgrade or a minifier changes, and other engines leave out.
func v8Function(name string) string {
	text, _, _ := strings.Cut(name, " [as ")
	text = strings.TrimPrefix(text, "new ")
	if text == "Anonymous function" || text == "Global code" {
		return ""
	}
	text = text[strings.LastIndexByte(text, '.')+1:]
	if strings.HasPrefix(text, "<") {
		return ""
	}
	return text
}

// unminified takes away names of one or two letters in what a bundler served: a minifier gave them, afresh with each
// build.
func unminified(function, file string) string {
	if longerThan(function, 2) {
		return function
	}
	if strings.HasPrefix(file, "http") || strings.Contains(file, ".min.") || strings.Contains(file, "/.next/") {
		return ""
	}
	return function
}

func jsFrame(function, file string, line int) Frame {
	origin, path := jsOrigin(file)
	switch {
	case in(compiledAwait, function):
		return newFrame(path, function, file, line, OriginRuntime)
	case origin == OriginLibrary:
		return newFrame(libraryModule(path), function, file, line, origin)
	case origin == OriginApp:
		return newFrame(appModule(path), function, file, line, origin)
	}
	return newFrame(path, function, file, line, origin)
}

func jsOrigin(file string) (FrameOrigin, string) {
	for _, prefix := range [...]string{"node:", "internal/", "bun:", "ext:"} {
		if strings.HasPrefix(file, prefix) {
			return OriginRuntime, file
		}
	}
	path := cleanPath(file)
	slash := strings.LastIndexByte(path, '/')
	if stem, ok := strings.CutSuffix(path, ".js"); ok && slash < 0 && in(oldCore, stem) {
		return OriginRuntime, path
	}
	if strings.HasPrefix(path, "evalmachine.") {
		return OriginRuntime, path
	}
	if inside := afterFolder(path, "node_modules/"); inside >= 0 {
		// Instrumentation wraps what it watches and comes and goes without a change of the program.
		if hasAnyPrefix(path[inside:], jsTracers) {
			return OriginRuntime, path[inside:]
		}
		return OriginLibrary, path[inside:]
	}
	if _, inside, ok := strings.Cut(path, ".yarn/"); ok {
		return OriginLibrary, inside
	}
	if strings.Contains(path, "bower_components/") || strings.Contains(file, "-extension://") {
		return OriginLibrary, path
	}
	if isVendorBundle(path[slash+1:]) {
		return OriginLibrary, path[slash+1:]
	}
	return OriginApp, path
}

// isVendorBundle: bundlers put third-party code into vendor.<hash>.js, chunk-vendors.js, polyfills.js.
func isVendorBundle(name string) bool {
	switch stem := fileStem(name); stem {
	case "vendor", "vendors", "chunk-vendors", "polyfills":
		return true
	default:
		return strings.HasPrefix(stem, "vendor~") || strings.HasPrefix(stem, "vendors~")
	}
}

// looksLikeV8 is true if some line is a V8 frame.
func looksLikeV8(lines []string) bool {
	for _, line := range lines {
		if text := trimSpace(line); strings.HasPrefix(text, "at ") {
			if _, ok := v8Frame(text); ok {
				return true
			}
		}
	}
	return false
}

// parseGecko reads Firefox and Safari: no head, one "function@location" a line.
func parseGecko(lines []string) []StackBlock {
	block := openBlock(0)
	var head []string
	for _, raw := range lines {
		line := trimSpace(raw)
		if one, ok := geckoFrame(line); ok {
			block.add(one)
		} else if len(block.Frames) == 0 && line != "" {
			head = append(head, line)
		}
	}
	if len(head) > 0 {
		fillV8Head(&block, head)
	}
	return []StackBlock{block}
}

func geckoFrame(line string) (Frame, bool) {
	if longerThan(line, frameLine) {
		return Frame{}, false
	}
	name, location, named := strings.Cut(line, "@")
	if !named {
		name, location = "", line
	}
	if strings.Contains(name, " ") && !strings.HasSuffix(name, " code") {
		return Frame{}, false
	}
	if isNative(location) || strings.Contains(location, " > eval") {
		return newFrame("", geckoFunction(name), "", 0, OriginRuntime), true
	}
	if !named && !strings.Contains(location, "://") {
		return Frame{}, false
	}
	file, number := splitPosition(location)
	if number == 0 {
		return Frame{}, false
	}
	return jsFrame(unminified(geckoFunction(name), file), file, number), true
}

// geckoFunction turns "async*", "outer/inner", "test/<" and "global code" as Firefox and Safari write them into the
// plain function.
func geckoFunction(name string) string {
	text := strings.TrimPrefix(name, "async*")
	if strings.HasSuffix(text, "<") || strings.HasSuffix(text, " code") {
		return ""
	}
	return v8Function(text[strings.LastIndexByte(text, '/')+1:])
}

func looksLikeGecko(lines []string) bool {
	for _, line := range lines {
		if strings.Contains(line, "@") || strings.Contains(line, "://") {
			if _, ok := geckoFrame(trimSpace(line)); ok {
				return true
			}
		}
	}
	return false
}
