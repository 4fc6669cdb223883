package catalog

// The rules of a catalog that tell one digit from another in a message: which they are, and whether one could hold if the
// digits of the message were others. Nearly all messages have none of their words.

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"
)

// digitRule is an expression for messages that tells one digit from another.
type digitRule struct {
	of *expression
	// parts are texts without digits of which every match has one, as the expression's literals are compared; nil if none
	// are known.
	parts []string
	// wide matches whatever the expression would with any other digits in the text; nil if there is none.
	wide func() *regexp.Regexp
}

// allDigits are classes with every digit, as most expressions name them: these tell none from another. Were it a text
// that stands so, its digits stand behind a letter, a bracket or a dash, where no number is blanked.
var classesOfDigits = strings.NewReplacer("[0-9", "", "[^0-9", "", "A-Z0-9", "", "a-z0-9", "", "0-9A-Z", "", "0-9a-z", "")

// repeats are numbers in an expression that are no text of it.
var repeats = regexp.MustCompile(`\{[0-9]+,?[0-9]*\}`)

// digitRulesOf are the expressions for messages in the rules that tell one digit from another.
func digitRulesOf(rules []*rule) []digitRule {
	var told []digitRule
	for _, one := range rules {
		if one.message == nil || !strings.ContainsAny(repeats.ReplaceAllString(classesOfDigits.Replace(one.message.source.RE), ""), "0123456789") {
			continue
		}
		source := one.message.source
		told = append(told, digitRule{one.message, partsWithoutDigits(source.Lits), sync.OnceValue(func() *regexp.Regexp {
			parsed, err := syntax.Parse(source.RE, syntax.Perl)
			if err != nil {
				return nil
			}
			if wide := widened(parsed); wide != nil {
				parsed = wide
			}
			built, _ := regexp.Compile(parsed.String())
			return built
		})})
	}
	return told
}

// mayHold is true if the expression could find something in the message if its digits were others.
func (d *digitRule) mayHold(message string) bool {
	if d.parts != nil && !d.of.hasAny(d.parts, message) {
		return false
	}
	wide := d.wide()
	return wide == nil || wide.MatchString(message)
}

// partsWithoutDigits are the longest parts without digits of the literals; nil if one has none.
func partsWithoutDigits(literals []string) []string {
	parts := make([]string, 0, len(literals))
	for _, literal := range literals {
		longest := ""
		for part := range strings.FieldsFuncSeq(literal, func(r rune) bool { return r >= '0' && r <= '9' }) {
			if len(part) > len(longest) {
				longest = part
			}
		}
		if longest == "" {
			return nil
		}
		parts = append(parts, longest)
	}
	if len(parts) == 0 {
		return nil
	}
	return parts
}

var anyDigit = &syntax.Regexp{Op: syntax.OpCharClass, Rune: []rune{'0', '9'}}

// widened is the expression with all digits where it has some of them; nil if it tells none from another.
func widened(re *syntax.Regexp) *syntax.Regexp {
	switch re.Op {
	case syntax.OpLiteral:
		return widenedLiteral(re)
	case syntax.OpCharClass:
		if n := digitsOfClass(re.Rune); n > 0 && n < 10 {
			return &syntax.Regexp{Op: syntax.OpAlternate, Sub: []*syntax.Regexp{re, anyDigit}}
		}
		return nil
	}
	var subs []*syntax.Regexp
	for i, sub := range re.Sub {
		if wide := widened(sub); wide != nil {
			if subs == nil {
				subs = slices.Clone(re.Sub)
			}
			subs[i] = wide
		}
	}
	if subs == nil {
		return nil
	}
	own := *re
	own.Sub = subs
	return &own
}

func widenedLiteral(re *syntax.Regexp) *syntax.Regexp {
	var parts []*syntax.Regexp
	found := false
	for _, char := range re.Rune {
		if char >= '0' && char <= '9' {
			parts, found = append(parts, anyDigit), true
		} else {
			parts = append(parts, &syntax.Regexp{Op: syntax.OpLiteral, Flags: re.Flags, Rune: []rune{char}})
		}
	}
	if !found {
		return nil
	}
	return &syntax.Regexp{Op: syntax.OpConcat, Sub: parts}
}

// digitsOfClass is how many of the ten digits are in the ranges.
func digitsOfClass(ranges []rune) int {
	count := 0
	for i := 0; i < len(ranges); i += 2 {
		count += int(max(0, min(ranges[i+1], '9')-max(ranges[i], '0')+1))
	}
	return count
}
