package catalog

// Redaction passes over lines that are known to hold nothing: the frames of a stack, which are the same under every message.
// A text without most of them is looked at in place of the whole; where that could tell anything else, the whole is. It is
// nobody's twin: what the redactor answers is redact.go's, and a fuzz test compares.
//
// Why the part tells what the whole does: a finder finds something at a place where it begins to look, its anchor, and by
// what stands near. A line is inert if no finder that begins in it finds anything, whatever the lines around it are: it is
// "at ..." behind blanks, of few plain characters, without words that finders begin at, without a key that says something,
// and all finders find nothing in it (isInert has the conditions, each with the finder it is for). What begins in another
// line does not see beyond the blanks and the "at " of the next line, and nothing more than linesReach before its own, but
// for three: a key that says something, the text between two quotes, and a key in PEM. Where one of these could be, the
// whole text is read.

import (
	"strings"
	"unsafe"
)

const (
	// linesReach is how many bytes before a line a finder may look into: an element's start tag has 256.
	linesReach = 320
	// linesWorth is how many bytes must go, for what is left to be worth looking at by itself.
	linesWorth = 512
)

// holdsNothing is true if a look at the text, which is well-formed, finds nothing. False says nothing.
func (r *Redactor) holdsNothing(text string, skip redactSkip, lines *lineMemory) bool {
	if lines == nil || r.allowed || len(text) < 2*linesWorth {
		return false
	}
	part, ok := r.withoutTail(text, lines)
	if !ok {
		part, ok = r.withoutInert(text, lines)
	}
	if !ok || strings.Contains(part, "BEGIN") {
		return false
	}
	scratch := spanLists.Get().(*spanList)
	defer spanLists.Put(scratch)
	draft := draftOf(unitsFrom(part), nil)
	return len(draft.work.findAll(r.judge, skip, scratch)) == 0 && !scratch.spoke
}

// withoutTail is the text without a known tail of inert lines; false if it has none.
func (r *Redactor) withoutTail(text string, lines *lineMemory) (string, bool) {
	tail, from := lines.tailOf(text)
	if tail == nil {
		return "", false
	}
	if !tail.judged {
		tail.inert, tail.judged = true, true
		for line := range strings.SplitSeq(strings.TrimSuffix(text[from:], "\n"), "\n") {
			tail.inert = tail.inert && r.isInert(line)
		}
	}
	return text[:seenOfTail(text, from)], tail.inert
}

// withoutInert is the text without inert lines that no finder sees from elsewhere; false if too few would go, or if two
// quotes of a kind stand on both sides of what would.
func (r *Redactor) withoutInert(text string, lines *lineMemory) (string, bool) {
	split := lines.split(text)
	out := lines.kept[:0]
	var before, now quoteKinds
	for at := 0; at < len(split); {
		if !r.passes(split[at].known) || at == 0 {
			quotes := quotesIn(split[at].text)
			if quotes&before != 0 {
				return "", false
			}
			now |= quotes
			out = appendLine(out, split[at].text)
			at++
			continue
		}
		end := at
		for end < len(split) && r.passes(split[end].known) {
			end++
		}
		to := keptBefore(split, at, end)
		if at < to {
			// What is seen of the next line.
			line := split[at].text
			out = appendLine(out, line[:strings.IndexByte(line, 'a')+len("at ")])
			before |= now
		}
		for at = to; at < end; at++ {
			out = appendLine(out, split[at].text)
		}
	}
	lines.kept = out
	if len(out)+linesWorth > len(text) {
		return "", false
	}
	// The last line has no end. The text is read before the next is written in its place.
	return unsafe.String(&out[0], len(out)-1), true
}

// keptBefore is where the last of the inert lines from at to end begin that finders of the line behind them see.
func keptBefore(split []textLine, at, end int) int {
	// Nothing begins in an empty line.
	if end == len(split) || end+1 == len(split) && split[end].text == "" {
		return end
	}
	for seen := 0; end > at && seen < linesReach; {
		end--
		seen += len(split[end].text) + 1
	}
	return end
}

func appendLine(out []byte, line string) []byte {
	return append(append(out, line...), '\n')
}

// quoteKinds has a bit for each kind of quote.
type quoteKinds uint8

func quotesIn(line string) quoteKinds {
	kinds := quoteKinds(0)
	for i, quote := range [...]byte{'"', '\'', '`'} {
		if strings.IndexByte(line, quote) >= 0 {
			kinds |= 1 << i
		}
	}
	return kinds
}

// passes is true of a line that is known to be inert.
func (r *Redactor) passes(line *knownLine) bool {
	if line == nil {
		return false
	}
	if !line.judged {
		line.inert, line.judged = r.isInert(line.text), true
	}
	return line.inert
}

// inertUnits are the characters of an inert line: no quote; no `@`, `=`, `%`, `&`, `\` and `;` of credentials, addresses and
// values; nothing beyond ASCII.
var inertUnits = func() (units [256]bool) {
	for c := range units {
		units[c] = c < 0x80 && (isAlnumUnit(byte(c)) || strings.IndexByte(" \t_$./:()<>[],-+~?!", byte(c)) >= 0)
	}
	return units
}()

// isInert is true if no finder that begins in the line, which mayBeFrame, finds anything, whatever stands around it.
func (r *Redactor) isInert(line string) bool {
	round, angle := 0, 0
	for i := range len(line) {
		switch c := line[i]; c {
		case '(':
			round++
		case ')':
			round--
		case '<':
			angle++
		case '>':
			angle--
		default:
			if !inertUnits[c] {
				return false
			}
		}
		// Pairs look for what opened a bracket, in the lines before too.
		if round < 0 || angle < 0 {
			return false
		}
	}
	// A `value` looks for its name in the lines before, a login of a .netrc for its password in the next; a token's beginning
	// takes part of the text out of sight.
	lower := lowerASCII(line)
	if strings.Contains(lower, "value") || strings.Contains(lower, "login ") || containsAny(line, redactedPrefix, pseudonymPrefix) {
		return false
	}
	alone := units{b: "\n" + line + "\n"}
	// Of an address it counts what stands up to 40 characters before it.
	if seen := alone.survey(); seen&(seenAddress|seenAt|seenPem) != 0 || alone.announces() {
		return false
	}
	var found spanList
	// Also finders that a survey of the line leaves out: that of a text may not.
	for i := range redactFinders {
		redactFinders[i].find(alone, r.judge, &found)
	}
	return len(found.spans) == 0 && !found.spoke
}

// announces is true if a word of the line could say what the next words are. Within a dotted name none does: finders of
// people, codes, passwords and commands want a blank, a colon, a quote or the like on one side, or nothing that joins names
// on the other.
func (t units) announces() bool {
	const announced = seenPeople | seenCodes | seenSchemes | seenCommands | seenSecrets
	for i := 0; i < len(t.b); {
		if !isAlphaUnit(t.b[i]) {
			i++
			continue
		}
		from := i
		for i < len(t.b) && isAlphaUnit(t.b[i]) {
			i++
		}
		if i-from < 2 || surveyWords.of(t.cut(from, i))&announced == 0 {
			continue
		}
		if t.at(from-1) != '.' || strings.IndexByte(".($", t.at(i)) < 0 {
			return true
		}
	}
	return false
}
