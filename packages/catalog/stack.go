package catalog

// Stack texts of all languages to blocks and frames. This file chooses the parser and owns the limits; each format
// lives in stack_<format>.go. What of it makes a group is decided in fingerprint.go. See SPEC.md, "Stacks".

import "strings"

type stackFormat int

const (
	formatNone stackFormat = iota
	formatV8
	formatGecko
	formatPython
	formatJava
	formatGo
	formatDotnet
	formatRuby
	formatPHP
	formatRust
)

// usualFormat is the format that the stacks of a telemetry.sdk.language, or of a name people use, usually have.
func usualFormat(language string) stackFormat {
	switch language {
	case "nodejs", "webjs", "javascript", "typescript":
		return formatV8
	case "python":
		return formatPython
	case "java", "kotlin", "scala":
		return formatJava
	case "go":
		return formatGo
	case "dotnet", "csharp":
		return formatDotnet
	case "ruby":
		return formatRuby
	case "php":
		return formatPHP
	case "rust":
		return formatRust
	}
	return formatNone
}

// ParseStack gives the blocks of a stack text: the thrown error first, then its causes and group members as the text
// itself holds them. It reads at most LimitStackBytes and never fails; there is always at least one block, without
// frames if none were understood. language is telemetry.sdk.language; without it, or when the text is another's, the
// text decides.
func ParseStack(text, language string) []StackBlock { return parseStack(text, language, nil) }

// parseStack is ParseStack with the frames of lines that came before out of a memory; nil is none. lines are the memory's,
// for as long as this takes.
func parseStack(text, language string, known *lineMemory) []StackBlock {
	cut := CutUTF8(text, LimitStackBytes)
	usual := usualFormat(language)
	if usual == formatJava {
		if blocks, ok := known.blocks(cut); ok {
			return blocks
		}
	}
	lines := known.linesOf(cut)
	if usual != formatNone {
		blocks := parseAs(usual, lines, known)
		for i := range blocks {
			if len(blocks[i].Frames) > 0 {
				return blocks
			}
		}
	}
	if seen := formatOf(cut, lines); seen != formatNone && seen != usual {
		return parseAs(seen, lines, known)
	}
	if usual == formatNone {
		usual = formatV8
	}
	return parseAs(usual, lines, known)
}

// StackHead is class and message of the error a stack text is about, where the text says them: ConnectionRefusedError
// and not the errno, Python's whole str(e) and not its first argument. False if the text has no head.
func StackHead(text, language string) (class, message string, ok bool) {
	first := ParseStack(text, language)[0]
	if first.Type == "" {
		return "", "", false
	}
	return first.Type, first.Message, true
}

func splitLines(text string) []string {
	lines := make([]string, 0, 1+strings.Count(text, "\n"))
	for line := range strings.SplitSeq(text, "\n") {
		lines = append(lines, strings.TrimSuffix(line, "\r"))
	}
	return lines
}

func openBlock(depth int) StackBlock { return StackBlock{Depth: depth, Frames: []Frame{}} }

// parseAs gives at least one block: a text without a head or a frame of the format is one empty block.
func parseAs(format stackFormat, lines []string, known *lineMemory) []StackBlock {
	blocks := parseFormat(format, lines, known)
	if len(blocks) == 0 {
		return []StackBlock{openBlock(0)}
	}
	return blocks
}

func parseFormat(format stackFormat, lines []string, known *lineMemory) []StackBlock {
	switch format {
	case formatGecko:
		return parseGecko(lines)
	case formatPython:
		return parsePython(lines)
	case formatJava:
		return parseJava(lines, known)
	case formatGo:
		return parseGo(lines)
	case formatDotnet:
		return parseDotnet(lines)
	case formatRuby:
		return parseRuby(lines)
	case formatPHP:
		return parsePHP(lines)
	case formatRust:
		return parseRust(lines)
	}
	return parseV8(lines)
}

// formatOf is the format the text shows, most distinctive first.
func formatOf(text string, lines []string) stackFormat {
	switch {
	case looksLikePython(text):
		return formatPython
	case looksLikeRust(text):
		return formatRust
	case looksLikeJava(lines):
		return formatJava
	case looksLikeV8(lines):
		return formatV8
	case looksLikeDotnet(lines):
		return formatDotnet
	case looksLikeGo(lines):
		return formatGo
	case looksLikePHP(lines):
		return formatPHP
	case looksLikeRuby(lines):
		return formatRuby
	case looksLikeGecko(lines):
		return formatGecko
	}
	return formatNone
}
