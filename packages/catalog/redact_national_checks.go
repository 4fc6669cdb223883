package catalog

// Check digits of states' numbers. Each takes the number without separators, upper-case, in the shape its rule names. The
// twin of src/redact/national-checks.ts.

import (
	"strconv"
	"strings"
)

const (
	dniLetters  = "TRWAGMYFPDXBNJZSQVHLCKE"
	hetuLetters = "0123456789ABCDEFHJKLMNPRSTUVWXY"
)

func dni(id string) bool {
	return dniLetters[remainder(id[:8], 23)] == id[8] && (!strings.HasPrefix(id, "20") || !isMonthDay(two(id, 4), two(id, 6)))
}

func nie(id string) bool {
	return dni(strconv.Itoa(strings.IndexByte("XYZ", id[0])) + id[1:])
}

// isOneDigit is true of a number that is one character over and over.
func isOneDigit(id string) bool { return strings.Count(id, id[:1]) == len(id) }

func cpf(id string) bool {
	one := weighted(id, 10, 9, 8, 7, 6, 5, 4, 3, 2) * 10 % 11 % 10
	second := weighted(id, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2) * 10 % 11 % 10
	return !isOneDigit(id) && one == digitOf(id, 9) && second == digitOf(id, 10)
}

func cnpj(id string) bool {
	digit := func(sum int) int {
		if sum < 2 {
			return 0
		}
		return 11 - sum
	}
	one := weighted(id, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2) % 11
	second := weighted(id, 6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2) % 11
	return !isOneDigit(id) && digit(one) == digitOf(id, 12) && digit(second) == digitOf(id, 13)
}

var fiscalOdd = [26]int{1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23}

func codiceFiscale(id string) bool {
	sum := 0
	for i := range 15 {
		letter := int(id[i]) - 'A'
		if id[i] < 'A' {
			letter = digitOf(id, i)
		}
		if i%2 == 0 {
			letter = fiscalOdd[letter]
		}
		sum += letter
	}
	return byte('A'+sum%26) == id[15]
}

func nir(id string) bool {
	digits := strings.Replace(strings.Replace(id, "2A", "19", 1), "2B", "18", 1)
	if month := two(digits, 3); month < 1 || (month > 12 && month < 20) {
		return false
	}
	return 97-remainder(digits[:13], 97) == two(digits, 13)
}

func chinese(id string) bool {
	sum := weighted(id, 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
	return isMonthDay(two(id, 10), two(id, 12)) && "10X98765432"[sum%11] == id[17]
}

func turkish(id string) bool {
	tenth := weighted(id, 7, -1, 7, -1, 7, -1, 7, -1, 7)
	sum := weighted(id, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)
	return (tenth+100)%10 == digitOf(id, 9) && sum%10 == digitOf(id, 10)
}

func norwegian(id string) bool {
	return weighted(id, 3, 7, 6, 1, 8, 9, 4, 5, 2, 1)%11 == 0 && weighted(id, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)%11 == 0
}

func nric(id string) bool {
	offset := 0
	switch id[0] {
	case 'T', 'G':
		offset = 4
	case 'M':
		return true
	}
	rest := (weighted(id[1:], 2, 7, 6, 5, 4, 3, 2) + offset) % 11
	if id[0] == 'S' || id[0] == 'T' {
		return "JZIHGFEDCBA"[rest] == id[8]
	}
	return "XWUTRQPNMLK"[rest] == id[8]
}

func curp(id string) bool {
	const alphabet = "0123456789ABCDEFGHIJKLMN#OPQRSTUVWXYZ"
	sum := 0
	for i := range 17 {
		sum += strings.IndexByte(alphabet, id[i]) * (18 - i)
	}
	return (10-sum%10)%10 == digitOf(id, 17)
}

func mod11Of(id string, weights ...int) int { return (11 - weighted(id, weights...)%11) % 11 }

func belgian(id string) bool {
	check := two(id, 9)
	return 97-remainder(id[:9], 97) == check || 97-remainder("2"+id[:9], 97) == check
}

func czech(id string) bool {
	month := two(id, 2) % 50
	if month > 20 {
		month -= 20
	}
	return isMonthDay(month, two(id, 4)) && (len(id) == 9 || remainder(id, 11) == 0)
}

func rut(id string) bool {
	sum, weight := 0, 2
	for i := len(id) - 2; i >= 0; i-- {
		sum += digitOf(id, i) * weight
		if weight++; weight > 7 {
			weight = 2
		}
	}
	return "0K987654321"[sum%11] == id[len(id)-1]
}

func nhs(id string) bool { return mod11Of(id, 10, 9, 8, 7, 6, 5, 4, 3, 2) == digitOf(id, 9) }

func date6(id string) bool { return isMonthDay(two(id, 2), two(id, 4)) }

func date8(id string) bool { return isMonthDay(two(id, 4), two(id, 6)) }

func ssn(id string) bool {
	return id[:3] != "000" && id[:3] != "666" && id[3:5] != "00" && id[5:] != "0000" && !isOneDigit(id)
}

// hetu is of the shape without its century sign, or with the letter that is one.
func hetu(id string) bool {
	if !isMonthDay(two(id, 2), two(id, 0)) {
		return false
	}
	tail := id[len(id)-4:]
	return hetuLetters[remainder(id[:6]+tail[:3], 31)] == tail[3]
}

func pps(id string) bool {
	second := 0
	if len(id) == 9 && id[8] != 'W' {
		second = (int(id[8]) - 64) * 9
	}
	return "WABCDEFGHIJKLMNOPQRSTUV"[(weighted(id, 8, 7, 6, 5, 4, 3, 2)+second)%23] == id[7]
}

func myNumber(id string) bool {
	rest := weighted(id, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2) % 11
	if rest <= 1 {
		return digitOf(id, 11) == 0
	}
	return 11-rest == digitOf(id, 11)
}

func taiwan(id string) bool {
	letter := strings.IndexByte("ABCDEFGHJKLMNPQRSTUVXYWZIO", id[0]) + 10
	return (letter/10+letter%10*9+weighted(id[1:], 8, 7, 6, 5, 4, 3, 2, 1, 1))%10 == 0
}
