package catalog

// Rust: panics in the old and new wording, with or without a backtrace; anyhow's "Caused by:".

import (
	"slices"
	"strings"
)

var (
	rustRuntime = strings.Fields("std:: core:: alloc:: __rust rust_ _start __libc backtrace:: test::")
	rustLibrary = strings.Fields("tokio:: futures hyper:: tower:: axum:: actix rayon anyhow:: eyre:: tracing")
)

type rustParser struct {
	block       StackBlock
	message     []string
	place       Frame
	placed      bool
	inBacktrace bool
	symbol      string
}

func parseRust(lines []string) []StackBlock {
	p := rustParser{block: openBlock(0)}
	for i, raw := range lines {
		p.line(i, raw)
	}
	p.bareSymbol()
	p.block.Message = trimSpace(strings.Join(p.message, "\n"))
	// A panic always names its place; the backtrace is there only if RUST_BACKTRACE is set. The place decides.
	if p.placed && p.place.InApp() {
		p.block.Frames = []Frame{p.place}
	} else if p.placed {
		p.block.Frames = slices.Insert(p.block.Frames, 0, p.place)
	}
	return []StackBlock{p.block}
}

func (p *rustParser) line(index int, raw string) {
	line := trimSpace(raw)
	if !p.placed {
		if _, said, ok := strings.Cut(line, " panicked at "); ok {
			p.panicAt(said)
			return
		}
	}
	switch {
	case lowerASCII(line) == "stack backtrace:":
		p.inBacktrace = true
	case p.inBacktrace && !longerThan(line, frameLine):
		if place, ok := strings.CutPrefix(line, "at "); ok && p.symbol != "" {
			file, number := splitPosition(place)
			p.block.add(rustFrame(p.symbol, file, number))
			p.symbol = ""
			return
		}
		p.bareSymbol()
		if _, symbol, ok := strings.Cut(line, ": "); ok && isDigit(line[0]) {
			p.symbol = symbol
		}
	case !strings.HasPrefix(line, "note: ") && index < 64:
		p.message = append(p.message, raw)
	}
}

// bareSymbol closes a symbol that no place follows.
func (p *rustParser) bareSymbol() {
	if p.symbol != "" {
		p.block.add(rustFrame(p.symbol, "", 0))
		p.symbol = ""
	}
}

// panicAt reads "src/x.rs:1:2:" (message on the next line) or "'message', src/x.rs:1:2".
func (p *rustParser) panicAt(text string) {
	p.block.Type = "panic"
	place, message := text, ""
	if strings.HasPrefix(text, "'") {
		end := strings.LastIndex(text, "', ")
		if end < 0 {
			place, message = "", text
		} else {
			place, message = text[end+len("', "):], text[min(1, end):end]
		}
	}
	if file, number := splitPosition(strings.TrimSuffix(place, ":")); number > 0 {
		p.place, p.placed = rustFrame("", file, number), true
	}
	p.message = p.message[:0]
	if message != "" {
		p.message = append(p.message, message)
	}
}

func rustFrame(symbol, file string, line int) Frame {
	path := cleanPath(file)
	function := plainSymbol(symbol)
	if strings.HasPrefix(path, "/rustc/") || strings.Contains(path, "/rustlib/") || hasAnyPrefix(function, rustRuntime) {
		return newFrame("", function, file, line, OriginRuntime)
	}
	// ~/.cargo/registry/src/<index>/<crate>-<version>/src/x.rs, ~/.cargo/git/checkouts/<crate>-<hash>/<commit>/src/x.rs
	if cargo := strings.Index(path, "/.cargo/"); cargo >= 0 {
		inside := strings.Split(path[cargo+len("/.cargo/"):], "/")
		outer := 2
		if strings.Contains(path[cargo:], "/registry/") {
			outer = 3
		}
		inside = inside[min(outer, len(inside)):]
		return newFrame(libraryModule(strings.Join(inside, "/")), function, file, line, OriginLibrary)
	}
	switch {
	case hasAnyPrefix(function, rustLibrary):
		return newFrame("", function, file, line, OriginLibrary)
	case path != "":
		return newFrame(appModule(path), function, file, line, OriginApp)
	case strings.Contains(function, "::"):
		return newFrame("", function, file, line, OriginApp)
	}
	return newFrame("", function, file, line, OriginRuntime)
}

// plainSymbol is a symbol without its hash, closures and type arguments.
func plainSymbol(symbol string) string {
	text := symbol
	if hash := strings.LastIndex(text, "::h"); hash > 0 && utf16Length(text[hash:]) == 19 {
		text = text[:hash]
	}
	text = strings.ReplaceAll(text, "::{{closure}}", "")
	return strings.ReplaceAll(text, "::{closure#0}", "")
}

func looksLikeRust(text string) bool {
	return containsAny(text, " panicked at ", "stack backtrace:", "Stack backtrace:")
}
