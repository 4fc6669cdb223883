package catalog

// Card numbers: issuers' ranges and lengths, one separator, Luhn. The third of src/redact/numbers.ts that reads cards.

import (
	"slices"
	"strings"
)

// cardIssuer is a range of prefixes (ISO/IEC 7812-1 and the networks' published ranges) and the lengths it has.
type cardIssuer struct {
	// from and to are prefixes as numbers of size digits.
	from, to, size int
	lengths        []int
	// context: only after a word for cards.
	context bool
}

var (
	lengthsOfMany = []int{12, 13, 14, 15, 16, 17, 18, 19}
	cardIssuers   = []cardIssuer{
		{4, 4, 1, []int{16}, false},
		{4, 4, 1, []int{13, 19}, true},
		{51, 55, 2, []int{16}, false},
		{2221, 2720, 4, []int{16}, false},
		{34, 34, 2, []int{15}, false},
		{37, 37, 2, []int{15}, false},
		{6011, 6011, 4, []int{16}, false},
		{644, 659, 3, []int{16}, false},
		{622, 628, 3, []int{16}, false},
		{62, 62, 2, []int{16, 17, 18, 19}, true},
		{3528, 3589, 4, []int{16}, false},
		{300, 305, 3, []int{14}, false},
		{3095, 3095, 4, []int{14}, false},
		{36, 36, 2, []int{14}, false},
		{38, 39, 2, []int{14, 16}, false},
		{2200, 2204, 4, []int{16}, false},
		{60, 60, 2, []int{16}, false},
		{8150, 8259, 4, []int{16}, false},
		{5060, 5067, 4, []int{16}, false},
		{50, 50, 2, lengthsOfMany, true},
		{56, 69, 2, lengthsOfMany, true},
		{9792, 9792, 4, []int{16}, false},
	}
	cardWords = termsOf(strings.Split(
		"card|cards|pan|visa|mastercard|amex|maestro|debit|credit|cc|carte|karte|kreditkarte|tarjeta|cartao|cartão", "|"))
)

// cardMost is one more than a card has digits.
const cardMost = 20

// cardAt is the end of a card number at i, i if there is none: an issuer's prefix, its length, groups of one separator,
// Luhn.
func (t units) cardAt(i int, context *numberContext) int {
	digits := make([]byte, 0, cardMost)
	var separator byte
	end := i
	for j := i; j < t.len() && len(digits) < cardMost; j++ {
		c := t.b[j]
		if isDigit(c) {
			digits = append(digits, c)
			end = j + 1
			continue
		}
		if (c != ' ' && c != '-' && c != unitNoBreak && c != '.') || j != end || (separator != 0 && c != separator) {
			break
		}
		// 4-4-4-4, 4-6-5, 4-6-4: the first group has four digits.
		if (separator == 0 && len(digits) != 4) || !isDigit(t.at(j+1)) {
			break
		}
		separator = c
	}
	next := t.at(end)
	if isAlnumUnit(next) || ((next == '-' || next == '.') && isAlnumUnit(t.at(end+1)) && separator == 0) {
		return i
	}
	if separator == 0 {
		return t.cardOf(i, string(digits), context)
	}
	// `4242 4242 4242 4242 12/30`: what follows a separated number may be its date.
	for _, length := range [4]int{len(digits), 16, 15, 14} {
		if length > len(digits) {
			continue
		}
		if stop := t.cardOf(i, string(digits[:length]), context); stop > i {
			return stop
		}
	}
	return i
}

// cardOf is the end of the card of these digits at i, i if they are none's.
func (t units) cardOf(i int, digits string, context *numberContext) int {
	if !isIssued(digits, context) || !luhn(digits) {
		return i
	}
	stop := i
	for n := 0; n < len(digits); stop++ {
		if isDigit(t.b[stop]) {
			n++
		}
	}
	if isDigit(t.at(stop)) {
		return i
	}
	return stop
}

func isIssued(digits string, context *numberContext) bool {
	for k := range cardIssuers {
		issuer := &cardIssuers[k]
		if !slices.Contains(issuer.lengths, len(digits)) {
			continue
		}
		head := 0
		for n := range issuer.size {
			head = head*10 + digitOf(digits, n)
		}
		if head < issuer.from || head > issuer.to {
			continue
		}
		if !issuer.context || context.saysCard() {
			return true
		}
	}
	return false
}
