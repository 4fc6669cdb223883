package catalog

// One wording for what runtimes, drivers and systems say in several: old and new releases, Unix and Windows, engines of
// browsers. A rule belongs here if it is known from the product that words it, never because one message needs it.

import (
	"regexp"
	"strings"
)

// wordingCuts: what follows one of these is the row, the statement or a guess, not the failure. Each cuts the text in
// turn.
var wordingCuts = [...]string{
	"\nDETAIL: ",
	" DETAIL: ",
	"\nHINT: ",
	"\nLINE 1: ",
	"\n  Detail: ",
	" The duplicate key value is (",
	"\n[SQL: ",
	" [SQL: ",
	" (SQL: ",
	" (Connection: ",
	"(Background on this error at",
	"\nRequire stack:",
	"\nDid you mean?",
	". Did you mean: ",
	". Did you forget to import ",
	" - Local (",
	", referrer: ",
}

// wording turns one wording into another. needle must be in the text before the expression is tried; all matches are
// replaced.
type wording struct {
	needle string
	from   *regexp.Regexp
	to     string
	// any are texts of which a match holds one behind its needle, so that most texts with the needle alone spare the
	// expression; nil is no such list.
	any []string
	// clip makes a match as long as the specification has it, and gives what stands in its place.
	clip func(text string, match []int) (start, end int, with string)
}

// clips: RE2 unrolls {1,200}, and a text that is hostile to it is then read a hundred times slower. The two expressions
// with such repeats are written with "+" here, and their matches clipped.
var clips = map[string]func(string, []int) (int, int, string){
	" cannot be cast to ": clipCast,
	"argument":            clipMethod,
}

// behindNeedle is any of the wordings whose needle is common in messages that need no other wording.
var behindNeedle = map[string][]string{
	"Connection refused": {"refused (Connection refused)", "refused: connect", "refused: no further information"},
}

const (
	longestClass  = 200
	longestMethod = 100
)

func clipCast(text string, match []int) (start, end int, with string) {
	start, from := match[0], text[match[2]:match[3]]
	if len(from) > longestClass {
		start = match[3] - longestClass
		from = text[start:match[3]]
	}
	to := text[match[4]:match[5]]
	return start, match[1], from + " cannot be cast to " + to[:min(len(to), longestClass)]
}

func clipMethod(text string, match []int) (start, end int, with string) {
	name := text[match[2]:match[3]]
	if len(name) > longestMethod {
		// No match: reading goes on behind the name.
		return match[3], match[3], ""
	}
	dot := match[2] - 1
	return max(match[0], dot-longestClass), match[1], name + "() " + text[match[4]:match[5]]
}

var wordings = compileWordings([][3]string{
	// V8 before 9.3, SpiderMonkey, JavaScriptCore: reading or setting a property of nothing.
	{
		"Cannot read property ",
		`Cannot read property '([^']*)' of (undefined|null)`,
		"Cannot read properties of ${2} (reading '${1}')",
	},
	{
		"Cannot set property ",
		`Cannot set property '([^']*)' of (undefined|null)`,
		"Cannot set properties of ${2} (setting '${1}')",
	},
	{
		"can't access property",
		`can't access property "?([A-Za-z0-9_$]+)"?, [^\n]* is (undefined|null)`,
		"Cannot read properties of ${2} (reading '${1}')",
	},
	{
		"is not an object (evaluating '",
		`(undefined|null) is not an object \(evaluating '[^'\n]*[.]([A-Za-z0-9_$]+)'\)`,
		"Cannot read properties of ${1} (reading '${2}')",
	},
	// V8 with and without asynchronous stacks, quoted in a message.
	{"at async ", `at async `, "at "},
	// JSON.parse of V8 before and after 11, and of SpiderMonkey.
	{
		"JSON",
		`Unexpected token [^\n]* in JSON at position [0-9]+|` +
			`Unexpected token [^\n]* is not valid JSON|` +
			`JSON[.]parse: unexpected character at line [0-9]+ column [0-9]+ of the JSON data|` +
			`(?:Expected|Bad|Unterminated) [^\n]* in JSON at position [0-9]+(?: \(line [0-9]+ column [0-9]+\))?`,
		"Unexpected token in JSON",
	},
	// Node: what newer releases leave out or add.
	{"getaddrinfo ", `(getaddrinfo [A-Z_]+ [^ \n]+) [^ \n]+:[0-9]+`, "${1}"},
	{"EADDRINUSE: ", `EADDRINUSE: address already in use`, "EADDRINUSE"},
	{
		"Connect Timeout Error (",
		`Connect Timeout Error \(attempted address(?:es)?: [^)\n]*\)`,
		"Connect Timeout Error",
	},
	// OpenSSL 1.1 and 3, with and without the place in its sources.
	{"self signed", `self signed`, "self-signed"},
	{
		":SSL routines:",
		`(?:[0-9A-Fa-f]{1,20}:)?error:[0-9A-Fa-f]{8}:SSL routines:[A-Za-z0-9_]*:([^:\n]+)(?::[^ \n]*)?`,
		"SSL routines ${1}",
	},
	// Prisma prints the source around the call before it says what failed.
	{"` invocation", "` invocation(?: in)?:?\\n(?:[^\\n]*\\n)*", "` invocation "},
	// Ruby 2.7 to 3.4 print the receiver in four ways.
	{"undefined ", "(undefined (?:local variable or )?method ['`][^'\\n]+') for [^\\n]*", "${1}"},
	// PHP 7 and 8.
	{"Undefined ", `Undefined (?:index|offset|array key):? "?([A-Za-z0-9_.-]+)"?`, "Undefined array key ${1}"},
	{"Undefined variable", `Undefined variable:? [$]?([A-Za-z0-9_]+)`, "Undefined variable ${1}"},
	{
		"property",
		`Trying to get property '?([A-Za-z0-9_]+)'? of non-object|` +
			`Attempt to read property "([A-Za-z0-9_]+)" on [a-z]+`,
		"Attempt to read property ${1}${2}",
	},
	{"on value of type ", `on value of type ([a-z]+)`, "on ${1}"},
	// MySQL names the table before the key since 8.0.19.
	{"for key '", `for key '[^'.\n]*[.]([^'\n]+)'`, "for key '${1}'"},
	// HikariCP 5.1 counts its connections.
	{"(total=", ` \(total=[0-9]+, active=[0-9]+, idle=[0-9]+, waiting=[0-9]+\)`, ""},
	// Java 8, and 11 and later; sockets on Unix and Windows.
	{
		" cannot be cast to ",
		`(?:class )?([A-Za-z0-9_.$]+) cannot be cast to (?:class )?([A-Za-z0-9_.$]+)[^\n]*`,
		"${1} cannot be cast to ${2}",
	},
	{
		"Connection refused",
		`Connection refused(?: \(Connection refused\)|: connect|: no further information)`,
		"Connection refused",
	},
	{
		"connectex: ",
		`connectex: No connection could be made because the target machine actively refused it[.]?`,
		"connect: connection refused",
	},
	// Doctrine DBAL 2 and 3.
	{"while executing a query: ", `while executing a query: `, "while executing "},
	// AWS SDKs list the request after what failed.
	{"Request ID: ", `[;,] (?:[A-Za-z0-9]+ )?(?:Extended )?Request ID: [^)\n]*`, ""},
	{"RequestId: ", `[;,] RequestId: [^)\n]*`, ""},
	// CPython: numbers of errno differ by system, the words of Windows by language; 3.10 qualifies function names.
	{"[WinError ", `\[WinError ([0-9]+)\][^:'\n]*`, "[WinError ${1}] "},
	{"[Errno ", `\[Errno -?[0-9]+\] `, ""},
	{"nodename nor servname", `nodename nor servname provided, or not known`, "Name or service not known"},
	{
		"local variable '",
		`local variable '([^'\n]+)' referenced before assignment|` +
			`cannot access local variable '([^'\n]+)' where it is not associated with a value`,
		"local variable '${1}${2}' has no value",
	},
	// urllib3 1 and 2 print a connection as an object and as a call.
	{"urllib3.connection.", `<urllib3[.]connection[.](HTTPS?Connection) object at 0x[0-9a-f]+>`, "${1}"},
	{"Connection(host=", `(HTTPS?Connection)\(host='[^'\n]*', port=[0-9]+\)`, "${1}"},
	{"argument", `[A-Za-z0-9_<>.]+[.]([A-Za-z0-9_]+)\(\) (takes|missing|got)`, "${1}() ${2}"},
})

func compileWordings(rows [][3]string) []wording {
	compiled := make([]wording, len(rows))
	for i, row := range rows {
		compiled[i] = wording{row[0], regexp.MustCompile(row[1]), row[2], behindNeedle[row[0]], clips[row[0]]}
	}
	return compiled
}

// needleBytes is the length of the part of a needle that is looked up; no needle is shorter.
const needleBytes = 4

// needleBits has, by the hash of four bytes, a bit for each cut, then for each wording, whose needle begins with such.
var needleBits = func() (bits [1 << 10]uint64) {
	at := 0
	learn := func(needle string) {
		bits[needleHash(needleAt(needle))] |= 1 << at
		at++
	}
	for _, cut := range wordingCuts {
		learn(cut)
	}
	for i := range wordings {
		learn(wordings[i].needle)
	}
	if at > 64 {
		panic("fingerprint_wording.go: more needles than bits")
	}
	return bits
}()

func needleAt(text string) uint32 {
	return uint32(text[0])<<24 | uint32(text[1])<<16 | uint32(text[2])<<8 | uint32(text[3])
}

func needleHash(four uint32) uint32 { return four * 0x9E37_79B1 >> 22 }

// needlesIn has the bits of all needles that the text may hold: one pass instead of one for each of them.
func needlesIn(text string) uint64 {
	if len(text) < needleBytes {
		return 0
	}
	four, seen := needleAt(text), needleBits[needleHash(needleAt(text))]
	for i := needleBytes; i < len(text); i++ {
		four = four<<8 | uint32(text[i])
		seen |= needleBits[needleHash(four)]
	}
	return seen
}

// oneWording is a message without its appendices and in the newest wording.
func oneWording(message string) string {
	text := message
	seen := needlesIn(text)
	for i, cut := range wordingCuts {
		if seen>>i&1 == 0 {
			continue
		}
		if at := strings.Index(text, cut); at > 0 {
			text = text[:at]
		}
	}
	for i := range wordings {
		if seen>>(len(wordingCuts)+i)&1 == 0 {
			continue
		}
		if one := &wordings[i]; strings.Contains(text, one.needle) {
			if changed := one.apply(text); changed != text {
				text, seen = changed, needlesIn(changed)
			}
		}
	}
	return text
}

func (w *wording) apply(text string) string {
	if w.any != nil && !containsAny(text, w.any...) {
		return text
	}
	if w.clip == nil {
		return w.from.ReplaceAllString(text, w.to)
	}
	out := ""
	for {
		match := w.from.FindStringSubmatchIndex(text)
		if match == nil {
			return out + text
		}
		start, end, with := w.clip(text, match)
		out += text[:start] + with
		text = text[end:]
	}
}
