package catalog

// Phones: international with `+` and a country's code (ITU E.164), North American by shape, others by context. The twin
// of src/redact/phone.ts.

import (
	"regexp"
	"strings"
)

var (
	// phoneSureWords say that a phone follows.
	phoneSureWords = termsOf(strings.Split("phone|phones|telephone|tel|mobile|cell|cellphone|called|calling|callback|sms|text message|texted|msisdn|fax|whatsapp|telegram|dialed|"+
		"caller|callee|telefon|telefonnummer|rufnummer|handynummer|mobilnummer|cellulare|móvil|movil|telefone|телефона|telefono|teléfono|téléphone|celular|手机号|手机|电话|電話|携帯|전화|телефон", "|"))
	// phoneNearWords may mean other things: they must stand right before the number.
	phoneNearWords = termsOf(strings.Split("call|contact|recipient|ring|dial|mobil|portable|handy", "|"))
)

const (
	phoneSureReach = 32
	phoneNearReach = 14
	phoneMost      = 15
)

// takePhone adds a phone that begins at i (`+`, `(` or a digit); answers its end, or 0.
func (t units) takePhone(i int, context *numberContext, out *spanList) int {
	if before := t.at(i - 1); isAlnumUnit(before) || before == '_' || before == '@' {
		return 0
	}
	var end int
	if t.at(i) == '+' {
		end = t.internationalPhone(i)
	} else {
		end = t.nationalPhone(i, context)
	}
	if end != 0 {
		out.add(i, end, "phone")
	}
	return end
}

// takeEscapedPhone is takePhone behind `%2B`, a `+` in a query string.
func (t units) takeEscapedPhone(i int, out *spanList) int {
	end := t.internationalPhone(i + 2)
	if end != 0 {
		out.add(i, end, "phone")
	}
	return end
}

// phoneGroups is where digits with single spaces, dashes, dots, slashes and one pair of brackets between groups end, and
// how many.
func (t units) phoneGroups(i, most int) (end, count int) {
	end = i
	for j := i; j < t.len() && count <= most; j++ {
		c := t.b[j]
		if isDigit(c) {
			count++
			end = j + 1
			continue
		}
		switch c {
		case ' ', '-', '.', '(', ')', '/', unitNoBreak, unitHyphen:
		default:
			return end, count
		}
		if j-end > 1 || (j > end && c != '(' && c != ' ') {
			break
		}
	}
	return end, count
}

// groupSizes is the sizes of the groups of digits between i and end.
func (t units) groupSizes(i, end int) []int {
	var groups []int
	run := 0
	for j := i; j <= end; j++ {
		if j < end && isDigit(t.b[j]) {
			run++
			continue
		}
		if run > 0 {
			groups = append(groups, run)
		}
		run = 0
	}
	return groups
}

// internationalPhone: `+` and 8 to 15 digits that begin with a code the ITU has given out.
func (t units) internationalPhone(i int) int {
	if first := t.at(i + 1); first < '1' || first > '9' {
		return 0
	}
	end, count := t.phoneGroups(i+1, phoneMost)
	if count < 8 || isAlnumUnit(t.at(end)) {
		return 0
	}
	digits := t.cut(i+1, end).digitsOf()
	if count <= phoneMost && isCountryCode(digits) {
		return end
	}
	// More digits follow a space: the phone ended before them.
	stop := 0
	for _, group := range t.groupSizes(i+1, end) {
		if stop+group > phoneMost {
			break
		}
		stop += group
	}
	if stop < 10 || stop == count || !isCountryCode(digits) {
		return 0
	}
	at := i + 1
	for n := 0; n < stop; at++ {
		if isDigit(t.b[at]) {
			n++
		}
	}
	return at
}

// isCountryCode: assigned E.164 country codes: one digit, two digits, or a zone whose codes have three.
func isCountryCode(digits string) bool {
	b, c := digitOf(digits, 1), digitOf(digits, 2)
	switch digits[0] {
	case '1':
		return len(digits) == 11 && b >= 2
	case '7':
		return len(digits) == 11
	case '2':
		return b != 8
	case '4':
		return b != 2 || c == 0 || c == 1 || c == 3
	case '8':
		return b != 3 && b != 9
	}
	return true
}

var americanPhone = regexp.MustCompile(`^(1[-. ])?(\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}[-.])[2-9][0-9]{2}[-. ][0-9]{4}`)

// mayBeAmerican spares the expression where the third to fifth character is no separator.
func (t units) mayBeAmerican(i int) bool {
	if t.at(i) == '(' {
		return t.at(i+4) == ')'
	}
	c := t.at(i + 3)
	return c == '-' || c == '.' || t.at(i) == '1'
}

// nationalPhone: without `+`: `(202) 555-0178` and its kin by shape; other forms after a word that says phone.
func (t units) nationalPhone(i int, context *numberContext) int {
	// Most digits of a text go on from a number before them: no more than this is done for those.
	if !t.isOpenBefore(i) {
		return 0
	}
	if t.mayBeAmerican(i) {
		if m := americanPhone.FindStringIndex(t.ascii(i, i+20)); m != nil && t.isClosedAt(i+m[1]) &&
			(t.b[i] == '(' || t.b[i+3] == '-' || t.b[i+1] == '-' || t.saysPhone(i, context)) {
			return i + m[1]
		}
	}
	from := i
	if t.at(i) == '(' {
		from++
	}
	end, count := t.phoneGroups(from, phoneMost)
	if count < 7 || count > phoneMost || !t.isClosedAt(end) {
		return 0
	}
	digits := t.cut(from, end).digitsOf()
	groups := t.groupSizes(from, end)
	// French and Belgian: five pairs, the first begins with 0.
	if count == 10 && len(groups) == 5 && digits[0] == '0' && digits[1] != '0' && areAll(groups, 2) {
		return end
	}
	if t.at(i) == '(' && digits[0] != '0' {
		return 0
	}
	if t.saysPhone(i, context) && !isDateLike(digits, groups) {
		return end
	}
	return 0
}

func areAll(groups []int, size int) bool {
	for _, group := range groups {
		if group != size {
			return false
		}
	}
	return true
}

// isOpenBefore is true if no number goes on at i.
func (t units) isOpenBefore(i int) bool {
	c, before := t.at(i-1), t.at(i-2)
	switch c {
	case '.', '-', '/':
		return !isAlnumUnit(before)
	case ':':
		return !isDigit(before)
	}
	return true
}

// isClosedAt is true if no number goes on at end.
func (t units) isClosedAt(end int) bool {
	c := t.at(end)
	if isAlnumUnit(c) || c == '_' || c == '@' {
		return false
	}
	return (c != '-' && c != '.' && c != '/' && c != ':') || !isAlnumUnit(t.at(end+1))
}

// isDateLike: 2024-03-12, 20240312101112, 1700000000: dates and epochs.
func isDateLike(digits string, groups []int) bool {
	if len(groups) >= 3 {
		if a, b, c := groups[0], groups[1], groups[2]; (a == 4 && b == 2 && c == 2) || (a == 2 && b == 2 && c == 4) {
			return true
		}
	}
	return (strings.HasPrefix(digits, "20") || strings.HasPrefix(digits, "19")) && len(groups) == 1 &&
		(len(digits) == 8 || len(digits) == 14)
}

// saysPhone is true if a word for phones stands near before i.
func (t units) saysPhone(i int, context *numberContext) bool {
	if !context.may(contextPhone) {
		return false
	}
	return hasTerm(t.contextBefore(i, phoneSureReach), phoneSureWords) || hasTerm(t.contextBefore(i, phoneNearReach), phoneNearWords)
}
