package catalog

// One expression of a catalog with its literals: most texts are refused by the literals, and an expression that is
// nothing but literals needs no engine. Compiling and judging expressions is the package compile.

import (
	"regexp"
	"strings"
	"sync"
)

// PortableRegex is an expression as the compiled catalog holds it.
type PortableRegex struct {
	// RE is ready for RE2 and for V8's flag u alike; (?i) is already expanded to [aA] classes.
	RE string `json:"re"`
	// Lits: any match contains at least one of these (in ASCII lower case if Fold); nil is no prefilter.
	Lits []string `json:"lits,omitempty"`
	// Fold compares the literals with the ASCII-lower-cased text.
	Fold bool `json:"fold,omitempty"`
	// Names are the named captures in order of appearance.
	Names []string `json:"names"`
}

type expression struct {
	source *PortableRegex
	// plain are the texts that the expression stands for, if it stands for a few and nothing else: no engine is needed to
	// find it. In ASCII lower case if it folds.
	plain []string
	once  sync.Once
	built *regexp.Regexp
	// reach is the length of the longest match, and head what a text must have, once the expression is built.
	reach int
	head  expressionHead
}

func newExpression(source *PortableRegex) *expression {
	if source == nil {
		return nil
	}
	return &expression{source: source, plain: plainTexts(source)}
}

// regexp builds the expression on first use; nil if this engine refuses it, which the package compile rules out.
func (e *expression) regexp() *regexp.Regexp {
	e.once.Do(func() {
		e.built, _ = regexp.Compile(e.source.RE)
		e.reach = reachOf(e.source.RE)
		e.head = headOf(e.source)
	})
	return e.built
}

// found is true if the text holds a match.
func (e *expression) found(text string) bool {
	if e.plain != nil {
		return e.hasAny(e.plain, text)
	}
	return e.hasLiteral(text) && e.matches(text)
}

// matches asks the engine, whatever the literals say.
func (e *expression) matches(text string) bool {
	re := e.regexp()
	if re != nil && e.head.refuses(e, text) {
		return false
	}
	if re != nil && e.windowed(text) {
		return e.matchesAround(text)
	}
	return re != nil && re.MatchString(text)
}

// captures calls put with each named capture that took part in the first match.
func (e *expression) captures(text string, put func(name, value string)) {
	if e == nil || len(e.source.Names) == 0 || !e.hasLiteral(text) {
		return
	}
	re := e.regexp()
	if re == nil {
		return
	}
	at := re.FindStringSubmatchIndex(text)
	if at == nil {
		return
	}
	for i, name := range re.SubexpNames() {
		if name != "" && at[2*i] >= 0 {
			put(name, text[at[2*i]:at[2*i+1]])
		}
	}
}

func (e *expression) hasLiteral(text string) bool {
	return e.source.Lits == nil || e.hasAny(e.source.Lits, text)
}

func (e *expression) hasAny(literals []string, text string) bool {
	for _, literal := range literals {
		if e.source.Fold {
			if indexFold(text, literal) >= 0 {
				return true
			}
		} else if strings.Contains(text, literal) {
			return true
		}
	}
	return false
}

// indexFold is where lower stands in the text, in ASCII lower case; -1 if nowhere. It is not empty.
func indexFold(text, lower string) int {
	first := lower[0]
	for i := 0; i+len(lower) <= len(text); i++ {
		if lowerByte(text[i]) == first && equalFold(text[i:i+len(lower)], lower) {
			return i
		}
	}
	return -1
}

// equalFold compares two texts of equal length; the second is in ASCII lower case already.
func equalFold(text, lower string) bool {
	for i := range len(lower) {
		if lowerByte(text[i]) != lower[i] {
			return false
		}
	}
	return true
}

func lowerByte(c byte) byte {
	if isUpper(c) {
		return c | 0x20
	}
	return c
}
