package catalog

// What may stand behind the digits that a state's number begins with, read out of its expression: two looks spare nearly
// all of the expressions, for most numbers in logs are followed by a blank and a word. It only narrows. It is nobody's
// twin: V8 compiles these expressions, Go interprets them.

import "regexp/syntax"

// nextUnits are the characters that may follow, by place, and whether a number may end before each.
type nextUnits struct {
	ends [2]bool
	may  [2][128]bool
}

// nextOf reads the shape, which begins with so many digits.
func nextOf(shape string, lead int) *nextUnits {
	parsed, err := syntax.Parse(shape, syntax.Perl)
	if err != nil {
		panic("redact-tables.jsonl: " + shape + ": " + err.Error())
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		panic("redact-tables.jsonl: " + shape + ": " + err.Error())
	}
	next := &nextUnits{}
	places := map[uint32]bool{}
	reach(program, uint32(program.Start), places)
	for range lead {
		places = pass(program, places, '0', '9', nil)
	}
	for at := range next.may {
		for place := range places {
			next.ends[at] = next.ends[at] || program.Inst[place].Op == syntax.InstMatch
		}
		places = pass(program, places, 0, 127, &next.may[at])
	}
	return next
}

// reach adds the places that are got to from one without a character.
func reach(program *syntax.Prog, at uint32, places map[uint32]bool) {
	if places[at] {
		return
	}
	places[at] = true
	one := &program.Inst[at]
	switch one.Op {
	case syntax.InstAlt, syntax.InstAltMatch:
		reach(program, one.Out, places)
		reach(program, one.Arg, places)
	case syntax.InstCapture, syntax.InstNop, syntax.InstEmptyWidth:
		reach(program, one.Out, places)
	}
}

// pass gives the places after one character of the range, and marks those that were possible.
func pass(program *syntax.Prog, places map[uint32]bool, from, to rune, possible *[128]bool) map[uint32]bool {
	after := map[uint32]bool{}
	for place := range places {
		one := &program.Inst[place]
		switch one.Op {
		case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
			for c := from; c <= to; c++ {
				if one.MatchRune(c) {
					reach(program, one.Out, after)
					if possible != nil {
						possible[c] = true
					}
				}
			}
		}
	}
	return after
}

// allow is false if no number of the shape is the beginning of the text, whose first digits are those it was read for: a
// number does not end within digits.
func (n *nextUnits) allow(behind string) bool {
	if n == nil {
		return true
	}
	for at := range n.may {
		if n.ends[at] {
			return true
		}
		if at >= len(behind) || (behind[at] < 0x80 && !n.may[at][behind[at]]) {
			return false
		}
	}
	return true
}
