package catalog

// Message masking: a template keeps words and replaces values. This file is the front; the pass over the text is
// template_scan.go. See SPEC.md, "Template".

import (
	"slices"
	"strings"
)

// redactText is the default replace redactor. The redaction part of this package sets it when it is initialised; until
// then a text comes back as it was.
var redactText = func(text string) string { return text }

// Template is the message with ids, numbers, addresses, paths, quoted literals, durations, dates, emails, URLs and JSON
// masked, at most LimitTemplateBytes. A private value and what redaction put in its place give the same template.
func Template(message string) string {
	var r reader
	return r.template(message)
}

// reader reads the messages of one error: fingerprint and template read the same one after the other, and its last
// redacted and its last masked text are kept. Not for use by two goroutines.
type reader struct {
	text, redacted string
	// settled are texts that redactText gives back as they are; known to whoever redacted the record.
	settled []string
	// raw is what was masked last, of which the template is the whole; see maskedAlready.
	raw, masked string
	whole       bool
	// links has room for the chain of most errors.
	links [2]errorLink
	// known are lines of stacks that came before, outlines messages; nil if nobody keeps them.
	known    *lineMemory
	outlines *outlineMemory
	// room is what texts are masked in, sealed what is hashed.
	room, sealed []byte
}

// begin forgets the last error.
func (r *reader) begin(settled []string, known *lineMemory, outlines *outlineMemory) {
	*r = reader{settled: settled, known: known, outlines: outlines, room: r.room, sealed: r.sealed}
}

func (r *reader) template(message string) string {
	if r.outlines != nil {
		if known := r.outlines.clean(message, 0, message); known != nil {
			return known.template.of(message, known.text, (*reader).readTemplate, r)
		}
	}
	return r.readTemplate(message)
}

func (r *reader) readTemplate(message string) string {
	text := r.readable(message, true)
	s := scanOf(text, false)
	s.out = r.room[:0]
	masked := s.run(LimitTemplateBytes)
	r.raw, r.masked, r.whole, r.room = text, masked, s.isPlain(), s.out
	return trimEnd(CutUTF8(masked, LimitTemplateBytes))
}

// readable is a text as masking reads it: well-formed, cut, private values replaced as the redactor does it by default,
// and each redaction of any mode turned into a placeholder (<email>, or <redacted> where typed is false).
func (r *reader) readable(text string, typed bool) string {
	if text != r.text {
		cut := CutUTF8(text, LimitMessageBytes)
		if strings.Contains(cut, "&") {
			cut = decodeEntities(cut)
		}
		if !slices.Contains(r.settled, cut) {
			cut = redactText(cut)
		}
		r.text, r.redacted = text, cut
	}
	return placeholders(r.redacted, typed)
}

// placeholders turns [REDACTED], [REDACTED:type] and [PSEUDONYM:type:key:hex] into <type> or <redacted>.
func placeholders(text string, typed bool) string {
	if !strings.Contains(text, "[REDACTED") && !strings.Contains(text, "[PSEUDONYM:") {
		return text
	}
	var out strings.Builder
	for {
		at := tokenStart(text)
		if at < 0 {
			break
		}
		end := strings.IndexByte(text[at:], ']')
		if end < 0 {
			break
		}
		out.WriteString(text[:at])
		_, kind, _ := strings.Cut(text[at:at+end], ":")
		kind, _, _ = strings.Cut(kind, ":")
		if typed && isRedactionType(kind) {
			out.WriteString("<" + kind + ">")
		} else {
			out.WriteString("<redacted>")
		}
		text = text[at+end+1:]
	}
	out.WriteString(text)
	return out.String()
}

// tokenStart is where the first token of the redactor begins, -1 if there is none.
func tokenStart(text string) int {
	for from := 0; ; {
		at := strings.IndexByte(text[from:], '[')
		if at < 0 {
			return -1
		}
		at += from
		if rest := text[at:]; strings.HasPrefix(rest, "[REDACTED") || strings.HasPrefix(rest, "[PSEUDONYM:") {
			return at
		}
		from = at + 1
	}
}

func isRedactionType(kind string) bool {
	for i := range len(kind) {
		if kind[i] != '_' && !isLower(kind[i]) {
			return false
		}
	}
	return kind != "" && len(kind) <= 14
}

// entities are what pages and XML answers put into messages. Each is decoded in the whole text before the next is.
var entities = [...][2]string{
	{"&quot;", `"`}, {"&#39;", "'"}, {"&#x27;", "'"}, {"&apos;", "'"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"},
}

func decodeEntities(text string) string {
	for _, entity := range entities {
		text = strings.ReplaceAll(text, entity[0], entity[1])
	}
	return text
}
