package catalog

// Check digits. Each takes the bare characters of an identifier, separators dropped, and says whether they agree. The
// twin of src/redact/checks.ts.

func digitOf(text string, i int) int { return int(byteAt(text, i)) - '0' }

// weighted is the sum of digits times weights; missing weights count 0.
func weighted(text string, weights ...int) int {
	sum := 0
	for i, weight := range weights {
		sum += digitOf(text, i) * weight
	}
	return sum
}

// luhn is ISO/IEC 7812-1, annex B.
func luhn(digits string) bool {
	sum, twice := 0, false
	for i := len(digits) - 1; i >= 0; i, twice = i-1, !twice {
		d := digitOf(digits, i)
		if twice {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// mod97 is ISO/IEC 7064 mod 97-10 over digits and letters (A = 10), as ISO 13616 applies it: the first four go last.
func mod97(iban string) bool {
	rest := 0
	for i := range len(iban) {
		c := iban[(i+4)%len(iban)]
		if isDigit(c) {
			rest = (rest*10 + int(c) - '0') % 97
		} else {
			rest = (rest*100 + int(c|0x20) - 87) % 97
		}
	}
	return rest == 1
}

// mod11x10 is ISO/IEC 7064 mod 11,10: the German tax number, the Croatian OIB.
func mod11x10(digits string) bool {
	product := 10
	for i := range len(digits) - 1 {
		sum := (digitOf(digits, i) + product) % 10
		if sum == 0 {
			sum = 10
		}
		product = sum * 2 % 11
	}
	return (11-product)%10 == digitOf(digits, len(digits)-1)
}

// remainder of a decimal string.
func remainder(digits string, by int) int {
	rest := 0
	for i := range len(digits) {
		rest = (rest*10 + digitOf(digits, i)) % by
	}
	return rest
}

const (
	verhoeffProduct     = "0123456789123406789523401789563401289567401239567859876043216598710432765982104387659321049876543210"
	verhoeffPermutation = "01234567891576283094580379614289160435279453126870428657390127938064157046913258"
)

// verhoeff is the dihedral check of Aadhaar.
func verhoeff(digits string) bool {
	c := 0
	for i := range len(digits) {
		p := digitOf(verhoeffPermutation, i%8*10+digitOf(digits, len(digits)-1-i))
		c = digitOf(verhoeffProduct, c*10+p)
	}
	return c == 0
}

// isMonthDay is true if month and day could be one of any year.
func isMonthDay(month, day int) bool {
	return month >= 1 && month <= 12 && day >= 1 && day <= 31
}

// two is the two digits at i as a number.
func two(text string, i int) int { return digitOf(text, i)*10 + digitOf(text, i+1) }
