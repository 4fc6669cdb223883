package catalog

// The part of a message that decides a group: one wording (fingerprint_wording.go), masked, in one form.

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"
)

var (
	// wordless are classes whose message the runtime writes, differently by version and flags: the place says it all.
	wordless = words(`NullPointerException ArrayIndexOutOfBoundsException StringIndexOutOfBoundsException
IndexOutOfBoundsException StackOverflowError NullReferenceException`)
	// osWorded are classes whose message is the operating system's wording of their code, in its language.
	osWorded = words("Win32Exception SocketException")
)

var (
	// minified is a name of one or two letters, as a minifier makes them, that V8 says is wrong.
	minified = regexp.MustCompile(`^[A-Za-z_$]{1,2}(?:[.][A-Za-z_$]{1,2})*` +
		`( is not (?:a function|defined|iterable|a constructor|an object))`)
	// klog, glog and absl: "E1116 15:01:02.492690    5299 file.go:263] ".
	klogHeader = regexp.MustCompile(`^[IWEF][0-9]{4} [0-9:.]+ +[0-9]+ [A-Za-z0-9_.-]+:[0-9]+\] `)
)

// readBytes of a message are read for what counts: its head says what failed, and the expressions stay cheap.
const readBytes = 4 * LimitFingerprintMessage

// saysNothing is true if the message of an error of this class (last segment) says nothing that place and code do not:
// the runtime wrote it (and the place is known), or the system did (and the code is known).
func saysNothing(class, code string, placed bool) bool {
	return (placed && in(wordless, class)) || (code != "" && in(osWorded, class))
}

// signature is what of a message counts; "" if nothing does.
func (r *reader) signature(message string) string {
	if message == "" || message == "null" {
		return ""
	}
	if r.outlines != nil {
		if known := r.outlines.clean(message, 0, message); known != nil {
			return known.signature.of(message, known.text, (*reader).readSignature, r)
		}
	}
	return r.readSignature(message)
}

func (r *reader) readSignature(message string) string {
	text := oneWording(CutUTF8(r.readable(message, false), readBytes))
	if strings.Contains(text, " is not ") {
		if match := minified.FindStringSubmatchIndex(text); match != nil {
			text = "<id>" + text[match[2]:]
		}
	}
	switch byteAt(text, 0) {
	case 'E', 'W', 'F', 'I':
		if isDigit(byteAt(text, 1)) {
			text = text[len(klogHeader.FindString(text)):]
		}
	}
	if !r.whole || text != r.raw {
		return collapse(CutUTF8(mask(text, LimitFingerprintMessage, true), LimitFingerprintMessage))
	}
	return collapse(CutUTF8(r.masked, LimitFingerprintMessage))
}

// quotedNames are the names a message quotes, in order, and nothing else: what stays of a message that the .NET runtime
// took from its resources, in the language of the thread.
func (r *reader) quotedNames(message string) string {
	text := CutUTF8(r.readable(message, false), readBytes)
	masked := CutUTF8(mask(text, LimitFingerprintMessage, false), LimitFingerprintMessage)
	var names []string
	for {
		open := strings.IndexFunc(masked, isQuote)
		if open < 0 {
			break
		}
		masked = masked[open+runeSize(masked, open):]
		end := strings.IndexFunc(masked, isQuote)
		if end < 0 {
			break
		}
		if name := collapse(masked[:end]); name != "" && !strings.Contains(name, " ") {
			names = append(names, name)
		}
		masked = masked[end+runeSize(masked, end):]
	}
	return strings.Join(names, " ")
}

// collapse gives one form for every way to write the masked text: placeholders are <*>, neighbours that only
// punctuation parts are one, quotes go, letters are lower case, blanks single.
func collapse(masked string) string {
	var small [LimitFingerprintMessage + 32]byte
	out := small[:0]
	// Punctuation and blanks held back since the last mask.
	var few [32]byte
	held := few[:0]
	afterMask, endsInMask := true, false
	for i := 0; i < len(masked); {
		c := masked[i]
		if c == '<' {
			if end := placeholderEnd(masked, i); end > 0 {
				if !afterMask || !endsInMask {
					out = append(append(out, held...), "<*>"...)
				}
				held = held[:0]
				afterMask, endsInMask = true, true
				i = end + 1
				continue
			}
		}
		size, quote := 1, c == '\'' || c == '"' || c == '`'
		if c >= utf8.RuneSelf {
			var r rune
			r, size = utf8.DecodeRuneInString(masked[i:])
			quote = isQuote(r)
		}
		switch {
		case quote:
		case isLetter(c) || isDigit(c) || c >= utf8.RuneSelf:
			if len(held) > 0 {
				out, held = append(out, held...), held[:0]
			}
			out = append(out, masked[i:i+size]...)
			afterMask, endsInMask = false, false
		case c != ' ' || len(held) == 0 || held[len(held)-1] != ' ':
			held = append(held, c)
		}
		i += size
	}
	if !bytes.Contains(out, listEndBytes) {
		for i := range out {
			out[i] = lowerByte(out[i])
		}
		return trimSpace(string(out))
	}
	text := string(out)
	// The last of a list: "5, 6 and 9".
	for strings.Contains(text, listEnd) {
		text = strings.ReplaceAll(text, listEnd, "<*>")
	}
	return lowerASCII(trimSpace(text))
}

var listEndBytes = []byte(listEnd)

const listEnd = "<*> and <*>"

func isQuote(r rune) bool {
	switch r {
	case '\'', '"', '`', '«', '»':
		return true
	}
	return r >= 0x2018 && r <= 0x201F
}
