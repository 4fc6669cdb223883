package catalog

// Cards, IBANs, phones, passports and states' numbers: one walk over the places where a digit or a capital begins. The
// twin of src/redact/numbers.ts.

import "strings"

// ibanLengths by country (ISO 13616 registry of SWIFT, release 99).
var ibanLengths = func() map[string]int {
	lengths := make(map[string]int)
	for entry := range strings.FieldsSeq(
		"AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 " +
			"FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 " +
			"MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 " +
			"SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30") {
		lengths[entry[:2]] = digitOf(entry, 2)*10 + digitOf(entry, 3)
	}
	return lengths
}()

// numberContext is the words before a number, read when first asked for.
type numberContext struct {
	t    units
	at   int
	text string
	// bits say which lists the words could be of.
	bits uint8
}

// Lists of words that numbers stand behind.
const (
	contextCard uint8 = 1 << iota
	contextNational
	contextDocument
	contextPhone
)

// contextBits has the last word of every term that a number may stand behind: one look spares most of them.
var contextBits = func() map[string]uint8 {
	bits := make(map[string]uint8)
	learn := func(terms contextTerms, bit uint8) {
		for _, term := range terms {
			list := strings.Fields(term)
			bits[list[len(list)-1]] |= bit
		}
	}
	learn(cardWords, contextCard)
	learn(phoneSureWords, contextPhone)
	learn(phoneNearWords, contextPhone)
	for _, row := range redactTables().national {
		learn(termsOf(row.Context), contextNational)
	}
	for _, document := range documents {
		learn(document.words, contextDocument)
	}
	return bits
}()

// contextMaybe says by a small hash that a word of two units and more is none of them.
var contextMaybe = func() (maybe [1 << 14]bool) {
	for word := range contextBits {
		if len(word) > 1 {
			maybe[surveySlot(word)] = true
		}
	}
	return maybe
}()

func (c *numberContext) words() string {
	if c.text != "" {
		return c.text
	}
	c.text = c.t.contextBefore(c.at, contextReach)
	if c.t.wide != nil {
		// Words of East Asia may stand within one.
		c.bits = contextCard | contextNational | contextDocument | contextPhone
		return c.text
	}
	for from := 1; from < len(c.text); {
		end := from + strings.IndexByte(c.text[from:], ' ')
		if end > from+1 && !contextMaybe[surveySlot(c.text[from:end])] {
			from = end + 1
			continue
		}
		c.bits |= contextBits[c.text[from:end]]
		from = end + 1
	}
	return c.text
}

// may is false if none of the list's words stands before the number.
func (c *numberContext) may(list uint8) bool {
	c.words()
	return c.bits&list != 0
}

// saysCard is true if a word for cards stands before the number.
func (c *numberContext) saysCard() bool { return c.may(contextCard) && hasTerm(c.words(), cardWords) }

func (t units) findNumbers(out *spanList) {
	for i := 0; i+6 <= t.len(); i++ {
		c := t.b[i]
		if c == '%' && t.b[i+1] == '2' && t.b[i+2] == 'B' {
			i = max(i, t.takeEscapedPhone(i, out)-1)
			continue
		}
		if c == '+' || c == '(' {
			if end := t.takePhone(i, &numberContext{t: t, at: i}, out); end > i {
				i = end - 1
			}
			continue
		}
		if !isAlnumUnit(c) || isAlnumUnit(t.at(i-1)) {
			continue
		}
		var end int
		if isDigit(c) {
			end = t.takeDigits(i, out)
		} else {
			end = t.takeLetters(i, out)
		}
		if end > i {
			i = end - 1
		}
	}
}

// clusterUnits bounds a cluster of digits.
const clusterUnits = 30

// clusterAt is how many digits, with single separators, stand at start, and where the last of them ends.
func (t units) clusterAt(start int) (digits, end int) {
	end = start
	limit := min(t.len(), start+clusterUnits)
	for i := start; i < limit; i++ {
		switch c := t.b[i]; c {
		case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
			digits++
			end = i + 1
		case ' ', '-', '.', '/', ')', '(', '+', unitNoBreak:
			if i > end {
				return digits, end
			}
		default:
			return digits, end
		}
	}
	return digits, end
}

func (t units) takeDigits(i int, out *spanList) int {
	digits, end := t.clusterAt(i)
	if digits < 6 {
		// 6 digits may go on with a letter: 8 digits of a DNI, 7 of a PPS.
		return end
	}
	if t.isDateAt(i) {
		return i + 10
	}
	context := numberContext{t: t, at: i}
	// `blk_4029139044660806713`, `blk_-40...`: a name's own number, unless the name says card.
	p := t.at(i - 1)
	if p == '-' {
		p = t.at(i - 2)
	}
	if digits >= 12 && (p != '_' || context.saysCard()) {
		if end := t.cardAt(i, &context); end > i {
			out.add(i, end, "card")
			return end
		}
	}
	if end := t.takeNational(i, true, &context, out); end != 0 {
		return end
	}
	if end := t.takeDocument(i, &context, out); end != 0 {
		return end
	}
	return t.takePhone(i, &context, out)
}

// isDateAt: `2024-03-11`, `2024/03/11`: what most clusters of digits in logs are.
func (t units) isDateAt(i int) bool {
	c := t.at(i + 4)
	if (c != '-' && c != '/' && c != '.') || t.at(i+7) != c {
		return false
	}
	if head := t.ascii(i, i+2); head != "20" && head != "19" {
		return false
	}
	for n := 2; n < 10; n++ {
		if n != 4 && n != 7 && !isDigit(t.at(i+n)) {
			return false
		}
	}
	return !isDigit(t.at(i + 10))
}

func (t units) takeLetters(i int, out *spanList) int {
	end, digits := i, 0
	for end < t.len() && isAlnumUnit(t.b[end]) {
		if isDigit(t.b[end]) {
			digits++
		}
		end++
	}
	// GB29 NWBK 6016: an IBAN in groups begins with two letters and two digits; AB 12 34 56 C with two letters.
	next := end
	if digits == 0 {
		next++
	}
	grouped := end-i <= 4 && isUpper(t.b[i]) && isDigit(t.at(next))
	if digits < 4 && !grouped && (digits != 2 || end-i != 4) {
		return end
	}
	if iban := t.ibanAt(i, end); iban > i {
		out.add(i, iban, "iban")
		return iban
	}
	if !isUpper(t.b[i]) {
		return end
	}
	context := numberContext{t: t, at: i}
	if stop := t.takeNational(i, false, &context, out); stop != 0 {
		return stop
	}
	if stop := t.takeDocument(i, &context, out); stop != 0 {
		return stop
	}
	return end
}

// ibanAt is the end of an IBAN at i, in one piece or in groups of four; i if there is none.
func (t units) ibanAt(i, runEnd int) int {
	if !isDigit(t.at(i+2)) || !isDigit(t.at(i+3)) {
		return i
	}
	length, found := ibanLengths[capitalsAndDigits(t.ascii(i, i+2))]
	if !found {
		return i
	}
	if runEnd-i == length {
		if mod97(t.b[i:runEnd]) {
			return runEnd
		}
		return i
	}
	bare := make([]byte, 0, length)
	j := i
	for ; j < t.len() && len(bare) < length; j++ {
		c := t.b[j]
		if isAlnumUnit(c) {
			bare = append(bare, c)
		} else if (c != ' ' && c != '-' && c != unitNoBreak) || len(bare)%4 != 0 {
			return i
		}
	}
	if len(bare) != length || isAlnumUnit(t.at(j)) || !mod97(string(bare)) {
		return i
	}
	return j
}

// documentRow is numbers without a check digit, named by the words just before them.
type documentRow struct {
	kind     RedactionType
	words    contextTerms
	min, max int
}

var documents = []documentRow{
	{"passport", termsOf([]string{"passport", "passport no", "passport number", "reisepass", "pasaporte", "passeport", "mrz"}), 6, 10},
	{"device", termsOf([]string{"imei", "imsi", "iccid"}), 14, 20},
	{"bank_account", termsOf([]string{
		"account number", "account no", "acct no", "bank account", "konto", "kontonummer", "routing number", "sort code",
	}), 6, 18},
	{"national_id", termsOf([]string{
		"driver license", "drivers license", "driver s license", "driving licence", "driving license", "medical record", "mrn",
		"health insurance", "insurance number", "policy number",
	}), 6, 16},
}

// documentLinks may stand between the words and the number; after the first only the first nine may.
var (
	documentLinks = termsOf(strings.Fields("no nr number num is was id of for with"))
	documentMost  = 20
)

// takeDocument takes passports, devices, bank accounts, records.
func (t units) takeDocument(i int, context *numberContext, out *spanList) int {
	// Right after a number stands none of the words: spares most of what `1-1-1-1...` would cost.
	if t.at(i-1) < 0x80 && isDigit(t.at(i-2)) {
		return 0
	}
	end, digits := i, 0
	for end-i <= documentMost && (isAlnumUnit(t.at(end)) || (t.at(end) == '-' && isDigit(t.at(end+1)))) {
		if isDigit(t.at(end)) {
			digits++
		}
		end++
	}
	size := end - i
	if digits < 5 || size < 6 || size > documentMost {
		return 0
	}
	if !context.may(contextDocument) {
		return 0
	}
	// The words stand next to the number, with at most `no`, `number`, `is` or `#` between.
	tail := withoutLink(withoutLink(context.words(), documentLinks), documentLinks[:7])
	for _, document := range documents {
		if size < document.min || size > document.max || !(endsWithTerm(context.words(), document.words) || endsWithTerm(tail, document.words)) {
			continue
		}
		if document.kind == "device" && (digits != size || (size == 15 && !luhn(t.b[i:end]))) {
			continue
		}
		out.add(i, end, document.kind)
		return end
	}
	return 0
}

// withoutLink is the context without its last word if that is one of the links.
func withoutLink(context string, links contextTerms) string {
	for _, link := range links {
		if strings.HasSuffix(context, link) {
			return context[:len(context)-len(link)+1]
		}
	}
	return context
}

func endsWithTerm(context string, terms contextTerms) bool {
	for _, term := range terms {
		if strings.HasSuffix(context, term) {
			return true
		}
	}
	return false
}
