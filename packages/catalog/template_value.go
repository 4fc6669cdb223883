package catalog

// What kind of value one word of a message is: scans over ASCII, no expressions, linear in the word. Where a word
// stands is template_scan.go's business.

import (
	"strings"
	"unicode/utf8"
)

var (
	// numberedNames are words with three digits or more that are names, not counted things.
	numberedNames = words("sha224 sha256 sha384 sha512 x509 int128 uint128 ed25519 secp256k1 p256 p384 p521")
	// durationUnits has the two micro signs as narrow writes them.
	durationUnits = words("ns us " + narrowMicro + "s ms s m h d sec secs min mins hr hrs")
	sizeUnits     = words("b k kb kib ki mb mib mi gb gib gi tb tib ti g")
	durationWords = words("ns us \u00B5s " + `ms msec msecs s sec secs second seconds millisecond milliseconds
microsecond microseconds nanosecond nanoseconds minute minutes min mins hour hours hr hrs day days`)
	sizeWords = words("byte bytes b kb kib mb mib gb gib tb tib")
	// topTwo are last labels of host names that are no file extension, property or package part.
	topTwo  = words("com net org io edu gov local")
	topMany = words(`com net org io edu gov mil int info biz dev app co ai cloud local internal lan svc cluster intra
intranet corp home arpa test example invalid consul`)
	// notCountry are two-letter endings that are file extensions as often as countries.
	notCountry = words("js ts py rs go rb cs cc so sh pl pm md ps mm my in is id do to it at be no or if on vb")
)

// narrowMicro is a micro sign, in either of its two encodings, in what narrow gives.
const narrowMicro = "\xB5"

// narrow gives one byte for each UTF-16 unit of a word: ASCII as it is, 0xB5 for a micro sign and 0xFF for all else.
// What kind a word is depends on positions and lengths in units, and on nothing else of what lies beyond ASCII.
func narrow(word string) string {
	plain := true
	for i := range len(word) {
		if word[i] >= utf8.RuneSelf {
			plain = false
			break
		}
	}
	if plain {
		return word
	}
	units := make([]byte, 0, len(word))
	for _, r := range word {
		switch {
		case r < utf8.RuneSelf:
			units = append(units, byte(r))
		case r == 0xB5 || r == 0x3BC:
			units = append(units, narrowMicro[0])
		case r > 0xFFFF:
			units = append(units, 0xFF, 0xFF)
		default:
			units = append(units, 0xFF)
		}
	}
	return string(units)
}

// wordShape is how many characters of each class a word has.
type wordShape struct{ digits, letters, hex, lower, dots, dashes, colons, others int }

func shapeOf(word string) wordShape {
	var shape wordShape
	for i := range len(word) {
		switch c := word[i]; {
		case isDigit(c):
			shape.digits++
		case isLetter(c):
			shape.letters++
			if c >= 'a' {
				shape.lower++
			}
			if isHexLetter(c) {
				shape.hex++
			}
		case c == '.':
			shape.dots++
		case c == '-':
			shape.dashes++
		case c == ':':
			shape.colons++
		default:
			shape.others++
		}
	}
	return shape
}

// kindOf is the kind of the whole word, without brackets, or "" if it is a word.
func kindOf(text string) string {
	word := narrow(text)
	shape := shapeOf(word)
	hexLetters := shape.letters == shape.hex
	bare := shape.others == 0 && shape.colons == 0
	switch {
	case shape.dots >= 1 && shape.lower > 0 && bare && isHost(word):
		return "host"
	case shape.dots >= 1 && len(word) >= 20 && strings.HasPrefix(word, "eyJ"):
		return "token"
	case shape.digits == 0:
		return ""
	case bare && hexLetters && shape.dashes == 4 && shape.dots == 0 && isUUID(word):
		return "uuid"
	case bare && shape.dots == 3 && shape.letters == 0 && shape.dashes == 0 && isIPv4(word):
		return "ip"
	case isDate(word):
		return "date"
	}
	if kind := numberKind(word); kind != "" {
		return kind
	}
	if len(word) > 2 && word[0] == '0' && word[1]|0x20 == 'x' {
		if isHex(word[2:]) {
			return "hex"
		}
		return ""
	}
	plain := shape.dashes+shape.others == 0
	switch {
	case isVersion(word):
		return "version"
	case shape.colons >= 2 && hexLetters && plain && shape.colons == 5 && len(word) == 17:
		return "mac"
	case shape.colons >= 2 && hexLetters && plain && isIPv6(word):
		return "ip"
	case shape.dots+shape.colons > 0:
		return ""
	case plain && hexLetters && shape.letters > 0 && len(word) >= 7:
		return "hex"
	case isRandom(word, shape, plain):
		return "id"
	}
	return ""
}

// isRandom: ids of services, base64: letters and digits in a disorder that no name has. A word with capital letters and
// two runs of four small ones (Utf8EncodingTable1252) is made of names.
func isRandom(word string, shape wordShape, plain bool) bool {
	length := shape.digits + shape.letters
	if length < 8 {
		return false
	}
	const small, capital, digit = 1, 2, 3
	cases, switches, runs, run, before := 0, 0, 0, 0, 0
	for i := range len(word) {
		now := digit
		switch c := word[i]; {
		case isLower(c):
			now = small
		case isUpper(c):
			now = capital
		case isDigit(c):
		// "+ / = - _" of base64.
		case c == '+' || c == '/' || c == '=' || c == '-' || c == '_':
			continue
		default:
			return false
		}
		if now == small {
			run++
		} else {
			run = 0
		}
		if run == 4 {
			runs++
		}
		if before != 0 && now != before {
			cases++
			if now == digit || before == digit {
				switches++
			}
		}
		before = now
	}
	upper := shape.letters - shape.lower
	switch {
	case upper > 0 && runs >= 2:
		return false
	case plain && switches >= 3:
		return true
	case upper < 2 || shape.lower == 0 || length < 12:
		return false
	case length >= 20:
		return shape.digits >= 2 && cases*5 >= length*2
	}
	return cases*2 >= length
}

// isHost: db1.internal.example.com: lower case, a known ending, and at least three labels where the ending is
// ambiguous.
func isHost(word string) bool {
	labels, first, last := 0, "", ""
	for label := range strings.SplitSeq(word, ".") {
		if label == "" || len(label) > 63 {
			return false
		}
		for i := range len(label) {
			if c := label[i]; !isDigit(c) && !isLower(c) && c != '-' {
				return false
			}
		}
		if labels == 0 {
			first = label
		}
		labels, last = labels+1, label
	}
	if labels == 2 {
		return in(topTwo, last) && len(first) > 1
	}
	return in(topMany, last) || (len(last) == 2 && !in(notCountry, last) && isLetter(last[0]))
}

func isUUID(word string) bool {
	return len(word) == 36 && word[8] == '-' && word[13] == '-' && word[18] == '-' && word[23] == '-'
}

// isIPv4: four numbers to 255; the word holds three dots and digits alone.
func isIPv4(word string) bool {
	for part := range strings.SplitSeq(word, ".") {
		if len(part) < 1 || len(part) > 3 || numberAt(part, 0) > 255 {
			return false
		}
	}
	return true
}

// isIPv6: hexadecimal groups with "::", or eight of them; there must be a digit, so that Bee::Bad is none.
func isIPv6(word string) bool {
	colons, digits, run, double := 0, 0, 0, false
	for i := 0; i < len(word); i++ {
		c := word[i]
		if c == '%' && colons >= 2 {
			break
		}
		switch {
		case c == ':':
			colons++
			run = 0
			double = double || byteAt(word, i+1) == ':'
		case isDigit(c) || isHexLetter(c):
			run++
			if run > 5 {
				return false
			}
			if isDigit(c) {
				digits++
			}
		case c != '.':
			return false
		}
	}
	return digits > 0 && colons >= 2 && (double || colons >= 7)
}
