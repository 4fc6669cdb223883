package catalog

// Stacks and classes within texts that people and loggers wrote. Where such texts stand is find.go.

import "strings"

// stackMarks are what only a stack has; one of them is needed before a text that should be none is read as one.
var stackMarks = [...]string{
	"Traceback (most recent call last)", "\n\tat ", "\n    at ", "\n   at ", "goroutine ", "\n\t/", " panicked at ", "\n#0 ", ":in `", ":in '",
}

// HasStackMark is true if the text has more than one line and something in it that only a stack has.
func HasStackMark(text string) bool {
	if !strings.Contains(text, "\n") {
		return false
	}
	for _, mark := range stackMarks {
		if strings.Contains(text, mark) {
			return true
		}
	}
	return false
}

func hasFrames(text, language string) bool {
	if !strings.Contains(text, "\n") {
		return false
	}
	for _, block := range ParseStack(text, language) {
		if len(block.Frames) > 0 {
			return true
		}
	}
	return false
}

// introLines is the number of lines that a program may write before its stack.
const introLines = 6

// stackIn is the stack within a text: the text without the lines before the one that names the class; "" if it has no
// frames.
func stackIn(text, language string) string {
	if !hasFrames(text, language) {
		return ""
	}
	if _, _, ok := StackHead(text, language); ok {
		return text
	}
	rest := text
	for range introLines {
		_, after, more := strings.Cut(rest, "\n")
		if !more {
			break
		}
		rest = after
		if _, _, ok := StackHead(rest, language); ok && hasFrames(rest, language) {
			return rest
		}
	}
	return text
}

// namedText is what classIn tells.
type namedText struct {
	// class is "" if the text names none.
	class string
	// message is the text, without "Class: " at its very beginning.
	message string
	// code is as in "Class [CODE]: ".
	code string
}

// classIn is the first class of an error that the beginning of a text names: a word, perhaps with ".", "::" or "\" in it,
// whose last part begins with a capital, ends in Error or Exception, and is more than that, or has a part before it.
func classIn(text string) namedText {
	// A sentence names it early.
	end := len(CutUTF8(text, LimitAttributeBytes))
	for at := 0; at < end; at++ {
		if !isLetter(text[at]) && text[at] != '_' {
			continue
		}
		from := at
		at = namedWordEnd(text, from, end)
		stop := at
		if text[at-1] == '.' {
			stop--
		}
		class := text[from:stop]
		if !startsWord(text, from) || !endsWord(text, stop) || !namesError(class) {
			continue
		}
		if from == 0 {
			if head, ok := readClassHead(text); ok && head.class == class && head.message != "" {
				return namedText(head)
			}
		}
		return namedText{class: class, message: text}
	}
	return namedText{message: text}
}

func namedWordEnd(text string, from, end int) int {
	at := from
	for ; at < end; at++ {
		c := text[at]
		if isLetter(c) || isDigit(c) || c == '_' || c == '.' || c == '$' || c == '\\' {
			continue
		}
		if c != ':' || byteAt(text, at+1) != ':' || !isLetter(byteAt(text, at+2)) {
			break
		}
		at++
	}
	return at
}

// startsWord: not in a path, an address or a longer word.
func startsWord(text string, from int) bool {
	if from == 0 {
		return true
	}
	before := text[from-1]
	return before < 0x80 && !isDigit(before) && strings.IndexByte("/-@#%&:", before) < 0
}

func endsWord(text string, at int) bool {
	if at == len(text) {
		return true
	}
	next := byteAt(text, at+1)
	switch text[at] {
	case '\n', '(', ')':
		return true
	case ':', '.':
		return at+1 == len(text) || next == ' ' || next == '\n'
	case ' ':
		return next == '[' || next == '('
	}
	return false
}

func namesError(class string) bool {
	start := 1 + strings.LastIndexAny(class, `.:\$`)
	last := class[start:]
	suffix := 0
	switch {
	case strings.HasSuffix(last, "Error"):
		suffix = len("Error")
	case strings.HasSuffix(last, "Exception"):
		suffix = len("Exception")
	default:
		return false
	}
	return isUpper(last[0]) && (len(last) > suffix || start > 0) && len(class) <= LimitTypeBytes
}
