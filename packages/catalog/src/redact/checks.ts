/** Check digits. Each takes the bare characters of an identifier, separators dropped, and says whether they agree. */

function digit(text: string, i: number): number {
	return text.charCodeAt(i) - 48;
}

/** Sum of digits times weights; missing weights count 0. */
export function weighted(text: string, weights: readonly number[]): number {
	let sum = 0;
	for (let i = 0; i < weights.length; i++) sum += digit(text, i) * (weights[i] as number);
	return sum;
}

/** ISO/IEC 7812-1, annex B. */
export function luhn(digits: string): boolean {
	let sum = 0;
	for (let i = digits.length - 1, twice = false; i >= 0; i--, twice = !twice) {
		let d = digit(digits, i);
		if (twice) d = d > 4 ? d * 2 - 9 : d * 2;
		sum += d;
	}
	return sum % 10 === 0;
}

/** ISO/IEC 7064 mod 97-10 over digits and letters (A = 10), as ISO 13616 applies it: the first four go last. */
export function mod97(iban: string): boolean {
	const moved = iban.slice(4) + iban.slice(0, 4);
	let rest = 0;
	for (let i = 0; i < moved.length; i++) {
		const c = moved.charCodeAt(i);
		if (c >= 48 && c <= 57) rest = (rest * 10 + c - 48) % 97;
		else rest = (rest * 100 + (c | 32) - 87) % 97;
	}
	return rest === 1;
}

/** ISO/IEC 7064 mod 11,10: the German tax number, the Croatian OIB. */
export function mod11_10(digits: string): boolean {
	let product = 10;
	for (let i = 0; i < digits.length - 1; i++) {
		const sum = (digit(digits, i) + product) % 10 || 10;
		product = (sum * 2) % 11;
	}
	return (11 - product) % 10 === digit(digits, digits.length - 1);
}

/** Remainder of a decimal string. */
export function remainder(digits: string, by: number): number {
	let rest = 0;
	for (let i = 0; i < digits.length; i++) rest = (rest * 10 + digit(digits, i)) % by;
	return rest;
}

const D = "0123456789123406789523401789563401289567401239567859876043216598710432765982104387659321049876543210";
const P = "01234567891576283094580379614289160435279453126870428657390127938064157046913258";

/** Verhoeff's dihedral check: Aadhaar. */
export function verhoeff(digits: string): boolean {
	let c = 0;
	for (let i = 0; i < digits.length; i++) {
		const p = digit(P, (i % 8) * 10 + digit(digits, digits.length - 1 - i));
		c = digit(D, c * 10 + p);
	}
	return c === 0;
}

/** True if `month` and `day` could be one of any year. */
export function isMonthDay(month: number, day: number): boolean {
	return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/** The two digits at `i` as a number. */
export function two(text: string, i: number): number {
	return digit(text, i) * 10 + digit(text, i + 1);
}
