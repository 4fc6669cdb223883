package catalog

// Expressions that stand for a few texts: "out of (?:memory|space)" is two. A search for them answers what the engine
// would, at a small part of its price.

import (
	"regexp/syntax"
	"strings"
	"unicode"
	"unicode/utf8"
)

// mostPlain is how many texts an expression may stand for; beyond it the engine is no dearer.
const mostPlain = 96

// plainTexts gives the texts of which an expression finds any, and finds nothing else; nil if it is no such expression.
func plainTexts(source *PortableRegex) []string {
	parsed, err := syntax.Parse(source.RE, syntax.Perl)
	if err != nil {
		return nil
	}
	texts, ok := (&plainReader{fold: source.Fold}).read(parsed)
	if !ok {
		return nil
	}
	for _, text := range texts {
		if text == "" {
			return nil
		}
	}
	return texts
}

// plainReader walks an expression. All letters must fold, or none: texts are compared in one way.
type plainReader struct{ fold bool }

func (r *plainReader) read(re *syntax.Regexp) ([]string, bool) {
	switch re.Op {
	case syntax.OpEmptyMatch:
		return []string{""}, true
	case syntax.OpLiteral:
		return r.literal(re)
	case syntax.OpCharClass:
		return r.class(re)
	case syntax.OpCapture:
		return r.read(re.Sub[0])
	case syntax.OpQuest:
		texts, ok := r.read(re.Sub[0])
		return append(texts, ""), ok && len(texts) < mostPlain
	case syntax.OpAlternate:
		return r.alternate(re.Sub)
	case syntax.OpConcat:
		return r.concat(re.Sub)
	}
	return nil, false
}

func (r *plainReader) literal(re *syntax.Regexp) ([]string, bool) {
	folds := re.Flags&syntax.FoldCase != 0
	var text strings.Builder
	for _, char := range re.Rune {
		if unicode.SimpleFold(char) != char {
			ascii := char < utf8.RuneSelf
			if folds && (!ascii || !r.fold) || !folds && ascii && r.fold {
				return nil, false
			}
			if folds {
				char = unicode.ToLower(char)
			}
		}
		text.WriteRune(char)
	}
	return []string{text.String()}, true
}

// class reads [aA] as one letter that folds, and [ :] as either of a few characters.
func (r *plainReader) class(re *syntax.Regexp) ([]string, bool) {
	const most = 8
	var chars []rune
	for i := 0; i < len(re.Rune); i += 2 {
		if re.Rune[i+1]-re.Rune[i] >= most || len(chars) > most {
			return nil, false
		}
		for char := re.Rune[i]; char <= re.Rune[i+1]; char++ {
			chars = append(chars, char)
		}
	}
	var texts []string
	for _, char := range chars {
		if char < utf8.RuneSelf && isLetter(byte(char)) && r.fold {
			if !strings.ContainsRune(string(chars), char^0x20) {
				return nil, false
			}
			if isUpper(byte(char)) {
				continue
			}
		}
		texts = append(texts, string(char))
	}
	return texts, len(texts) > 0
}

func (r *plainReader) alternate(subs []*syntax.Regexp) ([]string, bool) {
	var all []string
	for _, sub := range subs {
		texts, ok := r.read(sub)
		if !ok || len(all)+len(texts) > mostPlain {
			return nil, false
		}
		all = append(all, texts...)
	}
	return all, true
}

func (r *plainReader) concat(subs []*syntax.Regexp) ([]string, bool) {
	all := []string{""}
	for _, sub := range subs {
		texts, ok := r.read(sub)
		if !ok || len(all)*len(texts) > mostPlain {
			return nil, false
		}
		joined := make([]string, 0, len(all)*len(texts))
		for _, before := range all {
			for _, behind := range texts {
				joined = append(joined, before+behind)
			}
		}
		all = joined
	}
	return all, true
}
