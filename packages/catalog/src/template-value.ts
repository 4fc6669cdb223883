/**
 * What kind of value one word of a message is. Hand-written scans over ASCII, no expressions: the Go twin reads the same
 * way, and every call is linear in the word. Where a word stands is `template-scan.ts`' business.
 */
import { isDigit, isHexLetter, isLetter, lowerAscii } from "./stack/ascii.ts";

/** Words with three digits or more that are names, not counted things. */
const NUMBERED_NAMES = new Set(
	"sha224 sha256 sha384 sha512 x509 int128 uint128 ed25519 secp256k1 p256 p384 p521".split(" "),
);
const DURATION_UNITS = new Set("ns us µs μs ms s m h d sec secs min mins hr hrs".split(" "));
const SIZE_UNITS = new Set("b k kb kib ki mb mib mi gb gib gi tb tib ti g".split(" "));
export const DURATION_WORDS = new Set(
	"ns us µs ms msec msecs s sec secs second seconds millisecond milliseconds microsecond microseconds nanosecond nanoseconds minute minutes min mins hour hours hr hrs day days".split(
		" ",
	),
);
export const SIZE_WORDS = new Set("byte bytes b kb kib mb mib gb gib tb tib".split(" "));
/** Last labels of host names that are no file extension, property or package part. */
const TOP_TWO = new Set("com net org io edu gov local".split(" "));
const TOP_MANY = new Set(
	"com net org io edu gov mil int info biz dev app co ai cloud local internal lan svc cluster intra intranet corp home arpa test example invalid consul".split(
		" ",
	),
);
/** Two-letter endings that are file extensions as often as countries. */
const NOT_COUNTRY = new Set(
	"js ts py rs go rb cs cc so sh pl pm md ps mm my in is id do to it at be no or if on vb".split(" "),
);

/** How many characters of each class a word has. */
interface Shape {
	digits: number;
	letters: number;
	hex: number;
	lower: number;
	dots: number;
	dashes: number;
	colons: number;
	others: number;
}

function shapeOf(word: string): Shape {
	const shape: Shape = { digits: 0, letters: 0, hex: 0, lower: 0, dots: 0, dashes: 0, colons: 0, others: 0 };
	for (let i = 0; i < word.length; i++) {
		const unit = word.charCodeAt(i);
		if (isDigit(unit)) shape.digits++;
		else if (isLetter(unit)) {
			shape.letters++;
			if (unit >= 97) shape.lower++;
			if (isHexLetter(unit)) shape.hex++;
		} else if (unit === 46) shape.dots++;
		else if (unit === 45) shape.dashes++;
		else if (unit === 58) shape.colons++;
		else shape.others++;
	}
	return shape;
}

/** Kind of the whole word, without brackets, or "" if it is a word. */
export function kindOf(word: string): string {
	const shape = shapeOf(word);
	const { digits, letters, hex, dots, dashes, colons, others } = shape;
	if (dots >= 1 && shape.lower > 0 && others === 0 && colons === 0 && isHost(word)) return "host";
	if (dots >= 1 && word.length >= 20 && word.startsWith("eyJ")) return "token";
	if (digits === 0) return "";
	if (others === 0 && colons === 0) {
		if (letters === hex && dashes === 4 && dots === 0 && isUuid(word)) return "uuid";
		if (dots === 3 && letters === 0 && dashes === 0 && isIpv4(word)) return "ip";
	}
	if (isDate(word)) return "date";
	const number = numberKind(word);
	if (number !== "") return number;
	if (word.length > 2 && word.charCodeAt(0) === 48 && (word.charCodeAt(1) | 32) === 120)
		return isHexFrom(word, 2) ? "hex" : "";
	if (isVersion(word)) return "version";
	if (colons >= 2 && letters === hex && dashes === 0 && others === 0) {
		if (colons === 5 && word.length === 17) return "mac";
		if (isIpv6(word)) return "ip";
	}
	if (dots + colons > 0) return "";
	const plain = dashes + others === 0;
	if (plain && letters === hex && letters > 0 && word.length >= 7) return "hex";
	return isRandom(word, shape, plain) ? "id" : "";
}

/**
 * Ids of services, base64: letters and digits in a disorder that no name has. A word with capital letters and two runs
 * of four small ones (`Utf8EncodingTable1252`) is made of names.
 */
function isRandom(word: string, shape: Shape, plain: boolean): boolean {
	const { digits, letters, lower } = shape;
	const length = digits + letters;
	if (length < 8) return false;
	let cases = 0;
	let switches = 0;
	let runs = 0;
	let run = 0;
	let before = 0;
	for (let i = 0; i < word.length; i++) {
		const unit = word.charCodeAt(i);
		let now = 3;
		if (unit >= 97 && unit <= 122) now = 1;
		else if (unit >= 65 && unit <= 90) now = 2;
		else if (!isDigit(unit)) {
			// `+ / = - _` of base64.
			if (unit !== 43 && unit !== 47 && unit !== 61 && unit !== 45 && unit !== 95) return false;
			continue;
		}
		run = now === 1 ? run + 1 : 0;
		if (run === 4) runs++;
		if (before !== 0 && now !== before) {
			cases++;
			if ((now === 3) !== (before === 3)) switches++;
		}
		before = now;
	}
	const upper = letters - lower;
	if (upper > 0 && runs >= 2) return false;
	if (plain && switches >= 3) return true;
	if (upper < 2 || lower === 0 || length < 12) return false;
	return length >= 20 ? digits >= 2 && cases * 5 >= length * 2 : cases * 2 >= length;
}

/** `db1.internal.example.com`: lower case, a known ending, and at least three labels where the ending is ambiguous. */
function isHost(word: string): boolean {
	const labels = word.split(".");
	const last = labels[labels.length - 1] as string;
	for (const label of labels) {
		if (label === "" || label.length > 63) return false;
		for (let i = 0; i < label.length; i++) {
			const unit = label.charCodeAt(i);
			if (!isDigit(unit) && unit !== 45 && (unit < 97 || unit > 122)) return false;
		}
	}
	if (labels.length === 2) return TOP_TWO.has(last) && (labels[0] as string).length > 1;
	return TOP_MANY.has(last) || (last.length === 2 && !NOT_COUNTRY.has(last) && isLetter(last.charCodeAt(0)));
}

function isUuid(word: string): boolean {
	return (
		word.length === 36 &&
		word.charCodeAt(8) === 45 &&
		word.charCodeAt(13) === 45 &&
		word.charCodeAt(18) === 45 &&
		word.charCodeAt(23) === 45
	);
}

function isIpv4(word: string): boolean {
	return word.split(".").every((part) => part.length >= 1 && part.length <= 3 && Number(part) <= 255);
}

/** Hexadecimal groups with `::`, or eight of them; there must be a digit, so that `Bee::Bad` is none. */
export function isIpv6(word: string): boolean {
	let colons = 0;
	let double = false;
	let digits = 0;
	let run = 0;
	for (let i = 0; i < word.length; i++) {
		const unit = word.charCodeAt(i);
		if (unit === 58) {
			colons++;
			run = 0;
			if (word.charCodeAt(i + 1) === 58) double = true;
		} else if (unit === 37 && colons >= 2) break;
		else if (isDigit(unit) || ((unit | 32) >= 97 && (unit | 32) <= 102)) {
			run++;
			if (run > 5) return false;
			if (isDigit(unit)) digits++;
		} else if (unit !== 46) return false;
	}
	return digits > 0 && colons >= 2 && (double || colons >= 7);
}

/** `2024-06-25`, `2024-06-25T19:22:58.186Z`, `2024/06/25`, `25/06/2024`, `19:22:58`, `02/Jan/2006:15:04:05`. */
function isDate(word: string): boolean {
	const c0 = word.charCodeAt(0);
	if (!isDigit(c0) || word.length < 8) return false;
	const c2 = word.charCodeAt(2);
	if (c2 === 58)
		return digitsAt(word, 0, 2) && digitsAt(word, 3, 2) && word.charCodeAt(5) === 58 && digitsAt(word, 6, 2);
	if (c2 === 47 || c2 === 46 || c2 === 45) {
		if (word.length >= 10 && digitsAt(word, 3, 2) && word.charCodeAt(5) === c2 && digitsAt(word, 6, 4)) return true;
		return word.length >= 11 && isLetter(word.charCodeAt(3)) && word.charCodeAt(6) === c2 && digitsAt(word, 7, 4);
	}
	const c4 = word.charCodeAt(4);
	if (c4 !== 45 && c4 !== 47 && c4 !== 46) return false;
	if (word.length < 10 || !digitsAt(word, 0, 4) || !digitsAt(word, 5, 2)) return false;
	if (word.charCodeAt(7) !== c4 || !digitsAt(word, 8, 2)) return false;
	const c10 = word.charCodeAt(10);
	return word.length === 10 || c10 === 84 || c10 === 95 || c10 === 45 || c10 === 58 || c10 === 43 || c10 === 90;
}

function digitsAt(word: string, from: number, count: number): boolean {
	for (let i = from; i < from + count; i++) if (!isDigit(word.charCodeAt(i))) return false;
	return true;
}

/** A number, with sign, fraction, exponent, `%` or an attached unit; Go's compound durations too. */
function numberKind(word: string): string {
	let i = 0;
	const first = word.charCodeAt(0);
	if (first === 43 || first === 45) i = 1;
	if (!isDigit(word.charCodeAt(i))) return "";
	let compound = false;
	for (;;) {
		const start = i;
		while (isDigit(word.charCodeAt(i))) i++;
		if (word.charCodeAt(i) === 46 && isDigit(word.charCodeAt(i + 1))) {
			i++;
			while (isDigit(word.charCodeAt(i))) i++;
		}
		if (i === word.length) return compound ? "" : "num";
		if (i === start) return "";
		const unit = word.charCodeAt(i);
		if (unit === 37 && i + 1 === word.length) return "num";
		if ((unit | 32) === 101 && !compound) {
			let j = i + 1;
			if (word.charCodeAt(j) === 43 || word.charCodeAt(j) === 45) j++;
			if (isDigit(word.charCodeAt(j)) && digitsAt(word, j, word.length - j)) return "num";
		}
		let j = i;
		while (j < word.length && (isLetter(word.charCodeAt(j)) || word.charCodeAt(j) >= 0x80)) j++;
		const name = lowerAscii(word.slice(i, j));
		if (j === word.length) {
			if (DURATION_UNITS.has(name)) return "duration";
			if (SIZE_UNITS.has(name)) return "size";
			return name === "st" || name === "nd" || name === "rd" || name === "th" || name === "x" ? "num" : "";
		}
		if (!DURATION_UNITS.has(name)) return "";
		compound = true;
		i = j;
	}
}

/** `1.2.3`, `v1.2`, `1.2.3-rc.1`, `10.11.4+build.5`. */
function isVersion(word: string): boolean {
	let i = (word.charCodeAt(0) | 32) === 118 ? 1 : 0;
	const prefixed = i === 1;
	let dots = 0;
	if (!isDigit(word.charCodeAt(i))) return false;
	while (i < word.length) {
		const unit = word.charCodeAt(i);
		if (unit === 46) {
			if (!isDigit(word.charCodeAt(i + 1))) return false;
			dots++;
		} else if (!isDigit(unit)) break;
		i++;
	}
	if (dots < (prefixed ? 1 : 2)) return false;
	const tail = word.charCodeAt(i);
	return i === word.length || tail === 45 || tail === 43;
}

function isHexFrom(word: string, from: number): boolean {
	for (let i = from; i < word.length; i++) {
		const unit = word.charCodeAt(i);
		if (!isDigit(unit) && ((unit | 32) < 97 || (unit | 32) > 102)) return false;
	}
	return from < word.length;
}

/** With at least `least` digits at its end, `task1345` is `task<num>`; `utf8`, `sha256`, `E11000` and `db1` are names. */
export function maskTrailingDigits(word: string, least: number): string {
	let i = word.length;
	while (i > 0 && isDigit(word.charCodeAt(i - 1))) i--;
	if (i === 0 || word.length - i < least) return word;
	let lower = false;
	for (let j = 0; j < i; j++) {
		const unit = word.charCodeAt(j);
		if (unit >= 97 && unit <= 122) lower = true;
	}
	if (!lower || NUMBERED_NAMES.has(lowerAscii(word))) return word;
	return `${word.slice(0, i)}<num>`;
}

/** The five characters that Kubernetes puts behind a replica set's hash: no vowels, no 0, 1 or 3. */
export function isPodSuffix(word: string): boolean {
	if (word.length !== 5) return false;
	for (let i = 0; i < 5; i++) if (!"bcdfghjklmnpqrstvwxz2456789".includes(word.charAt(i))) return false;
	return true;
}
