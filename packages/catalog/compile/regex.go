package compile

// The regular expressions of a catalog: the subset on which RE2 and V8 agree in meaning (SPEC.md, "Regular
// expressions"). Here an expression is judged, freed of (?i) and given its literal prefilter; this runs when a catalog is
// compiled, never while an error is matched.

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/errata-dev/errata/packages/catalog"
)

const (
	// maxRepeat: RE2 refuses more, also as the product of repeats one in the other.
	maxRepeat = 1000
	// maxGroupRepeat keeps nested repeats cheap in a backtracking engine.
	maxGroupRepeat = 16
	// indexable are the characters of a literal that an index finds; where a run is shorter the alternatives of a group
	// are looked at.
	indexable = 3
)

// RegexRefusedError says why an expression is refused, and what to write instead.
type RegexRefusedError struct {
	Message string
	Remedy  string
}

func (e *RegexRefusedError) Error() string { return e.Message + ". " + e.Remedy }

func refuse(remedy, format string, values ...any) {
	panic(&RegexRefusedError{Message: fmt.Sprintf(format, values...), Remedy: remedy})
}

// Regex parses and judges an expression; the error is a *RegexRefusedError.
func Regex(source string) (compiled *catalog.PortableRegex, err error) {
	defer func() {
		if thrown := recover(); thrown != nil {
			refused, ok := thrown.(*RegexRefusedError)
			if !ok {
				panic(thrown)
			}
			compiled, err = nil, refused
		}
	}()
	bare, fold := strings.CutPrefix(source, "(?i)")
	alternatives, problem := parseRegex(bare)
	if problem != "" {
		refuse("Mend the expression's syntax", "%s", problem)
	}
	compiled = &catalog.PortableRegex{RE: bare, Names: []string{}}
	judgeAll(alternatives, &compiled.Names)
	judgeStart(alternatives)
	compiled.Lits = distinct(literalsOf(alternatives), fold)
	if fold {
		compiled.RE = expandCase(alternatives, bare)
		compiled.Fold = compiled.Lits != nil
	}
	if _, failed := regexp.Compile(compiled.RE); failed != nil {
		refuse("Make it shorter or simpler", "RE2 refuses it: %v", failed)
	}
	return compiled, nil
}

func judgeAll(alternatives [][]*node, names *[]string) {
	for _, alternative := range alternatives {
		for _, one := range alternative {
			judge(one, names)
		}
	}
}

func judge(n *node, names *[]string) {
	switch n.kind {
	case nodeLookaround:
		refuse("RE2 has none: match the surrounding text itself", "lookaround %s", n.raw)
	case nodeWordBoundary:
		refuse("Write the allowed neighbours as a class: (?:^|[^A-Za-z0-9_])", "word boundary %s", n.raw)
	case nodeBackreference:
		refuse("RE2 has none: write the alternatives out", "backreference %s", n.raw)
	case nodeCharacter:
		judgeCharacter(n)
	case nodeSet:
		judgeSet(n)
	case nodeClass:
		judgeClass(n)
	case nodeCapture:
		judgeCapture(n, names)
	case nodeQuantifier:
		judgeQuantifier(n)
		judge(n.element, names)
	}
	judgeAll(n.alternatives, names)
}

func judgeCharacter(n *node) {
	for _, prefix := range []string{`\u`, `\c`, `\b`} {
		if strings.HasPrefix(n.raw, prefix) {
			refuse(`Write the character itself, or \xHH for one below U+0100`, "escape %s differs between engines", n.raw)
		}
	}
}

func judgeSet(n *node) {
	remedy := "Write an ASCII class such as [A-Za-z0-9_]"
	switch n.name {
	case "any":
		remedy = `Write [^\n]`
	case "digit":
		remedy = "Write [0-9]"
	case "space":
		remedy = `Write [ \t]`
	}
	refuse(remedy, "%s differs between engines", n.raw)
}

func judgeClass(n *node) {
	if len(n.members) == 0 {
		refuse("Name at least one character", "empty class %s", n.raw)
	}
	if strings.Contains(n.raw[1:], "[:") {
		refuse(`Write the [ of a class as \[`, "[: in class %s differs between engines", n.raw)
	}
	for _, member := range n.members {
		judge(member.low, nil)
		if member.high != nil {
			judge(member.high, nil)
		}
	}
}

var captureName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

func judgeCapture(n *node, names *[]string) {
	if n.name == "" {
		refuse("Write (?:...) or name it (?<host>...)", "unnamed capture %s", n.raw)
	}
	if !captureName.MatchString(n.name) {
		refuse("Name it with letters, digits and _", "capture name %s", n.name)
	}
	*names = append(*names, n.name)
}

func judgeStart(alternatives [][]*node) {
	for _, alternative := range alternatives {
		if len(alternative) > 0 && alternative[0].kind == nodeQuantifier && alternative[0].max == infinite {
			refuse("Start with a literal, or bound the repeat: {1,100}", "%s at the start retries at every position", alternative[0].raw)
		}
	}
}

func judgeQuantifier(n *node) {
	if n.min > maxRepeat || (n.max != infinite && n.max > maxRepeat) {
		refuse(fmt.Sprintf("Repeat at most %d times", maxRepeat), "%s repeats over %d", n.raw, maxRepeat)
	}
	switch n.element.kind {
	case nodeCharacter, nodeClass, nodeSet:
		return
	}
	if n.max > maxGroupRepeat {
		refuse(
			fmt.Sprintf("Use *, + and {n,} on one character or class only; a group takes ? or {m,n} with n <= %d", maxGroupRepeat),
			"%s repeats a group without a small bound", n.raw,
		)
	}
	judgeInside(n, n.element, repeatsOf(n))
}

// repeatsOf is how often a quantifier counts in RE2's product.
func repeatsOf(n *node) int {
	if n.max == infinite {
		return max(1, n.min)
	}
	return max(1, n.max)
}

// judgeInside looks at what an outer repeat repeats; product is how often the repeats around it do.
func judgeInside(outer, n *node, product int) {
	switch n.kind {
	case nodeCapture:
		refuse("Move the capture out of the repeat", "capture %s under %s", n.raw, outer.raw)
	case nodeQuantifier:
		if outer.max > 1 && n.max == infinite {
			refuse("Bound the inner repeat: {0,100}", "%s inside %s", n.raw, outer.raw)
		}
		// A repeat alone is judged by itself, later.
		product = min(product, maxRepeat+1) * repeatsOf(n)
		if product > maxRepeat {
			refuse("Make the product of repeats one in the other smaller", "%s inside %s repeats over %d", n.raw, outer.raw, maxRepeat)
		}
		judgeInside(outer, n.element, product)
	}
	for _, alternative := range n.alternatives {
		for _, one := range alternative {
			judgeInside(outer, one, product)
		}
	}
}

// literalsOf gives literals of which whatever matches contains at least one; nil if an alternative has none.
func literalsOf(alternatives [][]*node) []string {
	var all []string
	for _, alternative := range alternatives {
		run := longestLiteral(alternative)
		literals := []string{run}
		if utf16Length(run) < indexable {
			if inGroup := literalsOfGroups(alternative); inGroup != nil {
				literals = inGroup
			}
		}
		if shortest(literals) < 2 {
			return nil
		}
		all = append(all, literals...)
	}
	return all
}

// literalsOfGroups gives those of the group of alternatives whose shortest is the longest; nil if no group has any.
func literalsOfGroups(alternative []*node) []string {
	var best []string
	for _, element := range alternative {
		if element.kind != nodeGroup && element.kind != nodeCapture {
			continue
		}
		if literals := literalsOf(element.alternatives); literals != nil && (best == nil || shortest(literals) > shortest(best)) {
			best = literals
		}
	}
	return best
}

func shortest(literals []string) int {
	length := utf16Length(literals[0])
	for _, literal := range literals[1:] {
		length = min(length, utf16Length(literal))
	}
	return length
}

// distinct leaves out what stands before already, in ASCII lower case if the expression folds.
func distinct(literals []string, fold bool) []string {
	var kept []string
	for _, literal := range literals {
		if fold {
			literal = strings.Map(lowerASCII, literal)
		}
		if !slices.Contains(kept, literal) {
			kept = append(kept, literal)
		}
	}
	return kept
}

func lowerASCII(r rune) rune {
	if r >= 'A' && r <= 'Z' {
		return r | 0x20
	}
	return r
}

func utf16Length(text string) int {
	units := 0
	for _, r := range text {
		units++
		if r > 0xFFFF {
			units++
		}
	}
	return units
}

// longestLiteral is the longest run of plain characters at the top of an alternative: whatever matches contains it.
func longestLiteral(alternative []*node) string {
	best, run := "", ""
	closeRun := func() {
		if utf16Length(run) > utf16Length(best) {
			best = run
		}
		run = ""
	}
	var walk func([]*node)
	walk = func(elements []*node) {
		for _, element := range elements {
			switch {
			case element.kind == nodeCharacter:
				run += string(element.value)
			case (element.kind == nodeGroup || element.kind == nodeCapture) && len(element.alternatives) == 1:
				walk(element.alternatives[0])
			case element.kind != nodeEdge:
				closeRun()
			}
		}
	}
	walk(alternative)
	closeRun()
	return best
}

// expandCase is the expression with every ASCII letter matched in both cases.
func expandCase(alternatives [][]*node, bare string) string {
	var out strings.Builder
	from := 0
	replace := func(n *node, text string) {
		out.WriteString(bare[from:n.start])
		out.WriteString(text)
		from = n.start + len(n.raw)
	}
	var walk func([][]*node)
	visit := func(n *node) {
		switch n.kind {
		case nodeCharacter:
			if other, ok := otherCase(n.value); ok {
				replace(n, "["+string(n.value)+string(other)+"]")
			}
		case nodeClass:
			for _, member := range n.members {
				whole := &node{start: member.start, raw: member.raw}
				if member.high != nil {
					extra := mirrored(member.low.value, member.high.value, 'a', -0x20) +
						mirrored(member.low.value, member.high.value, 'A', 0x20)
					replace(whole, member.raw+extra)
				} else if other, ok := otherCase(member.low.value); ok {
					replace(whole, string(member.low.value)+string(other))
				}
			}
		}
	}
	walk = func(alternatives [][]*node) {
		for _, alternative := range alternatives {
			for _, n := range alternative {
				if n.kind == nodeQuantifier {
					n = n.element
				}
				visit(n)
				walk(n.alternatives)
			}
		}
	}
	walk(alternatives)
	out.WriteString(bare[from:])
	return out.String()
}

func otherCase(r rune) (rune, bool) {
	if r < utf8.RuneSelf && (r|0x20 >= 'a' && r|0x20 <= 'z') {
		return r ^ 0x20, true
	}
	return r, false
}

// mirrored is the part of low..high that lies among the 26 letters from first, moved by shift; "" if none.
func mirrored(low, high, first, shift rune) string {
	from, to := max(low, first), min(high, first+25)
	if from > to {
		return ""
	}
	return string(from+shift) + "-" + string(to+shift)
}
