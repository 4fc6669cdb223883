package catalog

// Values that are written with numbers: dates, numbers with and without a unit, versions.

import "unicode/utf8"

// isDate: 2024-06-25, 2024-06-25T19:22:58.186Z, 2024/06/25, 25/06/2024, 19:22:58, 02/Jan/2006:15:04:05.
func isDate(word string) bool {
	if len(word) < 8 || !isDigit(word[0]) {
		return false
	}
	switch mark := word[2]; mark {
	case ':':
		return digitsAt(word, 0, 2) && digitsAt(word, 3, 2) && word[5] == ':' && digitsAt(word, 6, 2)
	case '/', '.', '-':
		if len(word) >= 10 && digitsAt(word, 3, 2) && word[5] == mark && digitsAt(word, 6, 4) {
			return true
		}
		return len(word) >= 11 && isLetter(word[3]) && word[6] == mark && digitsAt(word, 7, 4)
	}
	mark := word[4]
	if (mark != '-' && mark != '/' && mark != '.') || len(word) < 10 || word[7] != mark {
		return false
	}
	if !digitsAt(word, 0, 4) || !digitsAt(word, 5, 2) || !digitsAt(word, 8, 2) {
		return false
	}
	switch byteAt(word, 10) {
	case 'T', '_', '-', ':', '+', 'Z':
		return true
	}
	return len(word) == 10
}

func digitsAt(word string, from, count int) bool {
	return from+count <= len(word) && allDigits(word[from:from+count])
}

// numberKind reads a number, with sign, fraction, exponent, "%" or an attached unit; Go's compound durations too.
func numberKind(word string) string {
	i := 0
	if word[0] == '+' || word[0] == '-' {
		i = 1
	}
	if !isDigit(byteAt(word, i)) {
		return ""
	}
	for compound := false; ; compound = true {
		start := i
		i = numberEnd(word, i)
		switch {
		case i == len(word) && !compound:
			return "num"
		case i == len(word) || i == start:
			return ""
		case word[i] == '%' && i+1 == len(word):
			return "num"
		case !compound && isExponent(word[i:]):
			return "num"
		}
		end := i
		for end < len(word) && (isLetter(word[end]) || word[end] >= utf8.RuneSelf) {
			end++
		}
		unit := lowerASCII(word[i:end])
		if end == len(word) {
			return unitKind(unit)
		}
		if !in(durationUnits, unit) {
			return ""
		}
		i = end
	}
}

// numberEnd is where the digits at i end, with their fraction.
func numberEnd(word string, i int) int {
	for isDigit(byteAt(word, i)) {
		i++
	}
	if byteAt(word, i) == '.' && isDigit(byteAt(word, i+1)) {
		i++
		for isDigit(byteAt(word, i)) {
			i++
		}
	}
	return i
}

// isExponent: "e10", "E-7", to the end of the word.
func isExponent(text string) bool {
	if text[0]|0x20 != 'e' {
		return false
	}
	digits := text[1:]
	if sign := byteAt(digits, 0); sign == '+' || sign == '-' {
		digits = digits[1:]
	}
	return allDigits(digits)
}

// unitKind is the kind of a number with this unit attached.
func unitKind(unit string) string {
	switch {
	case in(durationUnits, unit):
		return "duration"
	case in(sizeUnits, unit):
		return "size"
	}
	switch unit {
	case "st", "nd", "rd", "th", "x":
		return "num"
	}
	return ""
}

// isVersion: 1.2.3, v1.2, 1.2.3-rc.1, 10.11.4+build.5.
func isVersion(word string) bool {
	i, least := 0, 2
	if word[0]|0x20 == 'v' {
		i, least = 1, 1
	}
	if !isDigit(byteAt(word, i)) {
		return false
	}
	dots := 0
	for ; i < len(word); i++ {
		if word[i] == '.' {
			if !isDigit(byteAt(word, i+1)) {
				return false
			}
			dots++
		} else if !isDigit(word[i]) {
			break
		}
	}
	return dots >= least && (i == len(word) || word[i] == '-' || word[i] == '+')
}

func isHex(text string) bool {
	for i := range len(text) {
		if !isDigit(text[i]) && !isHexLetter(text[i]) {
			return false
		}
	}
	return text != ""
}
