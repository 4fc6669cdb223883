/** Check digits of states' numbers. Each takes the number without separators, upper-case, in the shape its rule names. */
import { isMonthDay, remainder, two, weighted } from "./checks.ts";

const DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE";
const HETU_LETTERS = "0123456789ABCDEFHJKLMNPRSTUVWXY";

export function dni(id: string): boolean {
	return (
		DNI_LETTERS[remainder(id.slice(0, 8), 23)] === id[8] && !(id.startsWith("20") && isMonthDay(two(id, 4), two(id, 6)))
	);
}

export function cpf(id: string): boolean {
	if (new Set(id).size === 1) return false;
	const one = ((weighted(id, [10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10) % 11) % 10;
	const second = ((weighted(id, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10) % 11) % 10;
	return one === Number(id[9]) && second === Number(id[10]);
}

export function cnpj(id: string): boolean {
	const one = weighted(id, [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
	const second = weighted(id, [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
	const digit = (sum: number): number => (sum < 2 ? 0 : 11 - sum);
	return new Set(id).size > 1 && digit(one) === Number(id[12]) && digit(second) === Number(id[13]);
}

const CF_ODD: Readonly<Record<string, number>> = Object.fromEntries(
	[1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23].map((v, i) => [
		String.fromCharCode(65 + i),
		v,
	]),
);

export function codiceFiscale(id: string): boolean {
	let sum = 0;
	for (let i = 0; i < 15; i++) {
		const c = id.charCodeAt(i);
		const letter = c < 65 ? String.fromCharCode(c + 17) : (id[i] as string);
		sum += i % 2 === 0 ? (CF_ODD[letter] as number) : letter.charCodeAt(0) - 65;
	}
	return String.fromCharCode(65 + (sum % 26)) === id[15];
}

export function nir(id: string): boolean {
	const digits = id.replace("2A", "19").replace("2B", "18");
	const month = two(digits, 3);
	if (month < 1 || (month > 12 && month < 20)) return false;
	return 97 - remainder(digits.slice(0, 13), 97) === two(digits, 13);
}

export function chinese(id: string): boolean {
	if (!isMonthDay(two(id, 10), two(id, 12))) return false;
	const sum = weighted(id, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
	return "10X98765432"[sum % 11] === id[17];
}

export function turkish(id: string): boolean {
	const tenth = weighted(id, [7, -1, 7, -1, 7, -1, 7, -1, 7]);
	const sum = weighted(id, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
	return (tenth + 100) % 10 === Number(id[9]) && sum % 10 === Number(id[10]);
}

export function norwegian(id: string): boolean {
	if (weighted(id, [3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) % 11 !== 0) return false;
	return weighted(id, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0;
}

export function nric(id: string): boolean {
	const offset = id[0] === "T" || id[0] === "G" ? 4 : id[0] === "M" ? 3 : 0;
	const rest = (weighted(id.slice(1), [2, 7, 6, 5, 4, 3, 2]) + offset) % 11;
	if (id[0] === "S" || id[0] === "T") return "JZIHGFEDCBA"[rest] === id[8];
	return id[0] === "M" ? true : "XWUTRQPNMLK"[rest] === id[8];
}

export function curp(id: string): boolean {
	const alphabet = "0123456789ABCDEFGHIJKLMN#OPQRSTUVWXYZ";
	let sum = 0;
	for (let i = 0; i < 17; i++) sum += alphabet.indexOf(id[i] as string) * (18 - i);
	return (10 - (sum % 10)) % 10 === Number(id[17]);
}

export function mod11Of(id: string, weights: readonly number[]): number {
	return (11 - (weighted(id, weights) % 11)) % 11;
}

export function belgian(id: string): boolean {
	const check = two(id, 9);
	return 97 - remainder(id.slice(0, 9), 97) === check || 97 - remainder(`2${id.slice(0, 9)}`, 97) === check;
}

export function czech(id: string): boolean {
	const month = two(id, 2) % 50;
	return isMonthDay(month > 20 ? month - 20 : month, two(id, 4)) && (id.length === 9 || remainder(id, 11) === 0);
}

export function rut(id: string): boolean {
	const body = id.slice(0, -1);
	let sum = 0;
	for (let i = body.length - 1, w = 2; i >= 0; i--, w = w === 7 ? 2 : w + 1) sum += Number(body[i]) * w;
	const rest = 11 - (sum % 11);
	return (rest === 11 ? "0" : rest === 10 ? "K" : String(rest)) === id[id.length - 1];
}

export function nhs(id: string): boolean {
	const rest = mod11Of(id, [10, 9, 8, 7, 6, 5, 4, 3, 2]);
	return rest === Number(id[9]);
}

export const date6 = (id: string): boolean => isMonthDay(two(id, 2), two(id, 4));
export const date8 = (id: string): boolean => isMonthDay(two(id, 4), two(id, 6));

export function ssn(id: string): boolean {
	const area = id.slice(0, 3);
	return area !== "000" && area !== "666" && id.slice(3, 5) !== "00" && id.slice(5) !== "0000" && new Set(id).size > 1;
}

/** Of the shape without its century sign, or with the letter that is one. */
export function hetu(id: string): boolean {
	if (!isMonthDay(two(id, 2), two(id, 0))) return false;
	const tail = id.slice(-4);
	return HETU_LETTERS[Number(id.slice(0, 6) + tail.slice(0, 3)) % 31] === tail[3];
}

export function pps(id: string): boolean {
	const second = id.length === 9 && id[8] !== "W" ? (id.charCodeAt(8) - 64) * 9 : 0;
	return "WABCDEFGHIJKLMNOPQRSTUV"[(weighted(id, [8, 7, 6, 5, 4, 3, 2]) + second) % 23] === id[7];
}

export function myNumber(id: string): boolean {
	const rest = weighted(id, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
	return (rest <= 1 ? 0 : 11 - rest) === Number(id[11]);
}

export function taiwan(id: string): boolean {
	const letter = "ABCDEFGHJKLMNPQRSTUVXYWZIO".indexOf(id[0] as string) + 10;
	return (Math.floor(letter / 10) + (letter % 10) * 9 + weighted(id.slice(1), [8, 7, 6, 5, 4, 3, 2, 1, 1])) % 10 === 0;
}
