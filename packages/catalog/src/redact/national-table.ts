/**
 * Numbers that states give to people, as data. `shape` is anchored at the candidate's start; the characters on both
 * sides are no letters or digits. `bare` numbers are too common to go by their check digit alone: one of `context`
 * must stand before them.
 */
import { isMonthDay, luhn, mod11_10, remainder, two, verhoeff, weighted } from "./checks.ts";

export interface NationalId {
	readonly country: string;
	readonly name: string;
	/** RE2, anchored with `^`. */
	readonly shape: RegExp;
	/** Of the shape's match without separators, upper-case. Absent: no check digit exists. */
	readonly check?: (id: string) => boolean;
	/** Words before it, joined by single blanks; absent: the shape and the check are enough. */
	readonly context?: readonly string[];
	/** First characters: `d` digits, `u` capital letters. */
	readonly first: "d" | "u";
}

const DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE";
const HETU_LETTERS = "0123456789ABCDEFHJKLMNPRSTUVWXY";
/** What any form may call the number. */
const GENERIC = [
	"national id",
	"national identity",
	"identity number",
	"identity no",
	"id number",
	"id no",
	"personal number",
	"citizen id",
	"tax id",
	"tax number",
	"tax no",
	"national number",
];

function dni(id: string): boolean {
	return (
		DNI_LETTERS[remainder(id.slice(0, 8), 23)] === id[8] && !(id.startsWith("20") && isMonthDay(two(id, 4), two(id, 6)))
	);
}

function cpf(id: string): boolean {
	if (new Set(id).size === 1) return false;
	const one = ((weighted(id, [10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10) % 11) % 10;
	const second = ((weighted(id, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10) % 11) % 10;
	return one === Number(id[9]) && second === Number(id[10]);
}

const CF_ODD: Readonly<Record<string, number>> = Object.fromEntries(
	[1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23].map((v, i) => [
		String.fromCharCode(65 + i),
		v,
	]),
);

function codiceFiscale(id: string): boolean {
	let sum = 0;
	for (let i = 0; i < 15; i++) {
		const c = id.charCodeAt(i);
		const letter = c < 65 ? String.fromCharCode(c + 17) : (id[i] as string);
		sum += i % 2 === 0 ? (CF_ODD[letter] as number) : letter.charCodeAt(0) - 65;
	}
	return String.fromCharCode(65 + (sum % 26)) === id[15];
}

function nir(id: string): boolean {
	const digits = id.replace("2A", "19").replace("2B", "18");
	const month = two(digits, 3);
	if (month < 1 || (month > 12 && month < 20)) return false;
	return 97 - remainder(digits.slice(0, 13), 97) === two(digits, 13);
}

function chinese(id: string): boolean {
	if (!isMonthDay(two(id, 10), two(id, 12))) return false;
	const sum = weighted(id, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
	return "10X98765432"[sum % 11] === id[17];
}

function turkish(id: string): boolean {
	const tenth = weighted(id, [7, -1, 7, -1, 7, -1, 7, -1, 7]);
	const sum = weighted(id, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
	return (tenth + 100) % 10 === Number(id[9]) && sum % 10 === Number(id[10]);
}

function norwegian(id: string): boolean {
	if (weighted(id, [3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) % 11 !== 0) return false;
	return weighted(id, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0;
}

function nric(id: string): boolean {
	const offset = id[0] === "T" || id[0] === "G" ? 4 : id[0] === "M" ? 3 : 0;
	const rest = (weighted(id.slice(1), [2, 7, 6, 5, 4, 3, 2]) + offset) % 11;
	if (id[0] === "S" || id[0] === "T") return "JZIHGFEDCBA"[rest] === id[8];
	return id[0] === "M" ? true : "XWUTRQPNMLK"[rest] === id[8];
}

function curp(id: string): boolean {
	const alphabet = "0123456789ABCDEFGHIJKLMN#OPQRSTUVWXYZ";
	let sum = 0;
	for (let i = 0; i < 17; i++) sum += alphabet.indexOf(id[i] as string) * (18 - i);
	return (10 - (sum % 10)) % 10 === Number(id[17]);
}

function mod11Of(id: string, weights: readonly number[]): number {
	return (11 - (weighted(id, weights) % 11)) % 11;
}

function belgian(id: string): boolean {
	const check = two(id, 9);
	return 97 - remainder(id.slice(0, 9), 97) === check || 97 - remainder(`2${id.slice(0, 9)}`, 97) === check;
}

function czech(id: string): boolean {
	const month = two(id, 2) % 50;
	return isMonthDay(month > 20 ? month - 20 : month, two(id, 4)) && (id.length === 9 || remainder(id, 11) === 0);
}

function rut(id: string): boolean {
	const body = id.slice(0, -1);
	let sum = 0;
	for (let i = body.length - 1, w = 2; i >= 0; i--, w = w === 7 ? 2 : w + 1) sum += Number(body[i]) * w;
	const rest = 11 - (sum % 11);
	return (rest === 11 ? "0" : rest === 10 ? "K" : String(rest)) === id[id.length - 1];
}

function nhs(id: string): boolean {
	const rest = mod11Of(id, [10, 9, 8, 7, 6, 5, 4, 3, 2]);
	return rest === Number(id[9]);
}

const date6 = (id: string): boolean => isMonthDay(two(id, 2), two(id, 4));
const date8 = (id: string): boolean => isMonthDay(two(id, 4), two(id, 6));

export const NATIONAL_IDS: readonly NationalId[] = [
	{
		country: "US",
		name: "SSN and ITIN (SSA: area not 000 or 666)",
		first: "d",
		shape: /^[0-9]{3}-[0-9]{2}-[0-9]{4}/,
		check: ssn,
	},
	{
		country: "US",
		name: "SSN without dashes",
		first: "d",
		shape: /^[0-9]{3} ?[0-9]{2} ?[0-9]{4}/,
		check: ssn,
		context: ["ssn", "social security", "social security number", "itin", "socialsecurity"],
	},
	{
		country: "US",
		name: "EIN and Medicare",
		first: "d",
		shape: /^([0-9]{2}-[0-9]{7}|[1-9][A-Z][A-Z0-9][0-9]-?[A-Z][A-Z0-9][0-9]-?[A-Z]{2}[0-9]{2})/,
		context: ["ein", "medicare", "mbi"],
	},
	{ country: "ES", name: "DNI", first: "d", shape: /^[0-9]{8}-?[A-HJ-NP-TV-Z]/, check: dni },
	{
		country: "ES",
		name: "NIE",
		first: "u",
		shape: /^[XYZ]-?[0-9]{7}-?[A-HJ-NP-TV-Z]/,
		check: (id) => dni("XYZ".indexOf(id[0] as string) + id.slice(1)),
	},
	{ country: "BR", name: "CPF", first: "d", shape: /^[0-9]{3}[.][0-9]{3}[.][0-9]{3}-[0-9]{2}/, check: cpf },
	{ country: "BR", name: "CPF bare", first: "d", shape: /^[0-9]{11}/, check: cpf, context: ["cpf", ...GENERIC] },
	{
		country: "IT",
		name: "codice fiscale (D.M. 345/2004)",
		first: "u",
		shape: /^[A-Z]{6}[0-9]{2}[A-EHLMPRST][0-9]{2}[A-Z][0-9]{3}[A-Z]/,
		check: codiceFiscale,
	},
	{
		country: "FR",
		name: "NIR",
		first: "d",
		shape: /^[12] ?[0-9]{2} ?[0-9]{2} ?([0-9]{2}|2[AB]) ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}/,
		check: nir,
	},
	{
		country: "GB",
		name: "NINO spaced (HMRC NIM39110)",
		first: "u",
		shape: /^[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] [0-9]{2} [0-9]{2} [0-9]{2} [A-D]/,
	},
	{ country: "GB", name: "NINO", first: "u", shape: /^[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6}[A-D]/ },
	{
		country: "GB",
		name: "NHS number",
		first: "d",
		shape: /^[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}/,
		check: nhs,
		context: ["nhs", "nhs number", "nhs no"],
	},
	{
		country: "GB",
		name: "driving licence",
		first: "u",
		shape: /^[A-Z9]{5}[0-9]{6}[A-Z9]{2}[0-9][A-Z]{2}/,
		context: ["licence", "license", "driver", "driving"],
	},
	{
		country: "CN",
		name: "resident identity (GB 11643)",
		first: "d",
		shape: /^[1-9][0-9]{5}(18|19|20)[0-9]{9}[0-9Xx]/,
		check: chinese,
	},
	{
		country: "IN",
		name: "Aadhaar in groups",
		first: "d",
		shape: /^[2-9][0-9]{3}[ -][0-9]{4}[ -][0-9]{4}/,
		check: verhoeff,
	},
	{
		country: "IN",
		name: "Aadhaar",
		first: "d",
		shape: /^[2-9][0-9]{11}/,
		check: verhoeff,
		context: ["aadhaar", "aadhar", "uid", "uidai"],
	},
	{ country: "IN", name: "PAN of a person", first: "u", shape: /^[A-Z]{3}P[A-Z][0-9]{4}[A-Z]/ },
	{
		country: "NL",
		name: "BSN",
		first: "d",
		shape: /^[0-9]{4}[.]?[0-9]{2}[.]?[0-9]{3}/,
		check: (id) => (weighted(id, [9, 8, 7, 6, 5, 4, 3, 2]) - Number(id[8])) % 11 === 0,
		context: ["bsn", "burgerservicenummer", "sofinummer", "sofi"],
	},
	{
		country: "PL",
		name: "PESEL",
		first: "d",
		shape: /^[0-9]{11}/,
		check: (id) =>
			weighted(id, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0 && isMonthDay(two(id, 2) % 20, two(id, 4)),
		context: ["pesel", ...GENERIC],
	},
	{
		country: "DE",
		name: "Steuer-Identifikationsnummer",
		first: "d",
		shape: /^[1-9][0-9] ?[0-9]{3} ?[0-9]{3} ?[0-9]{3}/,
		check: mod11_10,
		context: [
			"steuer id",
			"steuerid",
			"steueridentifikationsnummer",
			"steuer identifikationsnummer",
			"idnr",
			"id nr",
			"tin",
			...GENERIC,
		],
	},
	{
		country: "DE",
		name: "Personalausweis, Rentenversicherung",
		first: "u",
		shape: /^[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ0-9]{8}[0-9]?/,
		context: ["ausweis", "ausweisnummer", "personalausweis", "personalausweisnummer"],
	},
	{
		country: "DE",
		name: "Rentenversicherungsnummer",
		first: "d",
		shape: /^[0-9]{2} ?[0-9]{6} ?[A-Z] ?[0-9]{3}/,
		check: (id) => date6(`00${id.slice(4, 6)}${id.slice(2, 4)}`),
		context: ["rentenversicherungsnummer", "sozialversicherungsnummer", "versicherungsnummer", "rvnr", "svnr"],
	},
	{
		country: "SE",
		name: "personnummer",
		first: "d",
		shape: /^[0-9]{6}[-+][0-9]{4}/,
		check: (id) => luhn(id) && isMonthDay(two(id, 2), two(id, 4) % 60),
	},
	{
		country: "SE",
		name: "personnummer with century",
		first: "d",
		shape: /^(19|20)[0-9]{6}-?[0-9]{4}/,
		check: (id) => luhn(id.slice(2)) && date8(id),
		context: ["personnummer", "pnr", "samordningsnummer", "personal identity", ...GENERIC],
	},
	{
		country: "FI",
		name: "henkilotunnus",
		first: "d",
		shape: /^[0-9]{6}[-+A-FU-Y][0-9]{3}[0-9A-Y]/,
		check: (id) => id.length >= 10 && hetu(id),
	},
	{
		country: "NO",
		name: "fodselsnummer",
		first: "d",
		shape: /^[0-9]{6} ?[0-9]{5}/,
		check: norwegian,
		context: ["fodselsnummer", "fødselsnummer", "personnummer", "fnr", "d nummer", ...GENERIC],
	},
	{
		country: "DK",
		name: "CPR",
		first: "d",
		shape: /^[0-9]{6}-?[0-9]{4}/,
		check: (id) => isMonthDay(two(id, 2), two(id, 0)),
		context: ["cpr", "cpr nummer", "cpr number", "personnummer"],
	},
	{
		country: "BE",
		name: "rijksregisternummer",
		first: "d",
		shape: /^[0-9]{2}[.][0-9]{2}[.][0-9]{2}-[0-9]{3}[.][0-9]{2}/,
		check: belgian,
	},
	{
		country: "CH",
		name: "AHV",
		first: "d",
		shape: /^756[.]?[0-9]{4}[.]?[0-9]{4}[.]?[0-9]{2}/,
		check: (id) => weighted(id, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 === 0,
	},
	{
		country: "AT",
		name: "Sozialversicherungsnummer",
		first: "d",
		shape: /^[0-9]{4} ?[0-9]{6}/,
		check: (id) => weighted(id, [3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11 === Number(id[3]),
		context: ["svnr", "sozialversicherungsnummer", "sv nummer"],
	},
	{
		country: "PT",
		name: "NIF",
		first: "d",
		shape: /^[1-3][0-9]{2} ?[0-9]{3} ?[0-9]{3}/,
		check: (id) => mod11Of(id, [9, 8, 7, 6, 5, 4, 3, 2]) % 10 === Number(id[8]),
		context: ["nif", "contribuinte"],
	},
	{ country: "CZ", name: "rodne cislo", first: "d", shape: /^[0-9]{6}\/[0-9]{3,4}/, check: czech },
	{
		country: "RO",
		name: "CNP",
		first: "d",
		shape: /^[1-8][0-9]{12}/,
		check: (id) =>
			date6(id.slice(1)) && (weighted(id, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11) % 10 === Number(id[12]),
		context: ["cnp", ...GENERIC],
	},
	{
		country: "BG",
		name: "EGN",
		first: "d",
		shape: /^[0-9]{10}/,
		check: (id) => (weighted(id, [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11) % 10 === Number(id[9]),
		context: ["egn", "ЕГН"],
	},
	{ country: "HR", name: "OIB", first: "d", shape: /^[0-9]{11}/, check: mod11_10, context: ["oib"] },
	{
		country: "IE",
		name: "PPS",
		first: "d",
		shape: /^[0-9]{7}[A-W][A-IW]?/,
		check: pps,
		context: ["pps", "ppsn", "pps number", "pps no"],
	},
	{ country: "GR", name: "AMKA", first: "d", shape: /^[0-9]{11}/, check: luhn, context: ["amka"] },
	{
		country: "TR",
		name: "TC kimlik",
		first: "d",
		shape: /^[1-9][0-9]{10}/,
		check: turkish,
		context: ["tc", "tckn", "kimlik", "tc kimlik", "tc kimlik no", "kimlik no", ...GENERIC],
	},
	{
		country: "IL",
		name: "teudat zehut",
		first: "d",
		shape: /^[0-9]{8,9}/,
		check: (id) => luhn(id.padStart(9, "0")),
		context: ["teudat zehut", "zehut", "israeli id", ...GENERIC],
	},
	{
		country: "ZA",
		name: "identity number",
		first: "d",
		shape: /^[0-9]{6} ?[0-9]{4} ?[01][89][0-9]/,
		check: (id) => luhn(id) && date6(id),
	},
	{ country: "KR", name: "RRN", first: "d", shape: /^[0-9]{6}-[1-8][0-9]{6}/, check: date6 },
	{
		country: "JP",
		name: "my number",
		first: "d",
		shape: /^[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}/,
		check: myNumber,
		context: ["my number", "mynumber", "マイナンバー", "個人番号"],
	},
	{
		country: "TW",
		name: "national identity",
		first: "u",
		shape: /^[A-Z][1289][0-9]{8}/,
		check: taiwan,
		context: ["身分證", "身分證字號", "arc", ...GENERIC],
	},
	{ country: "HK", name: "HKID", first: "u", shape: /^[A-Z]{1,2}[0-9]{6}\([0-9A]\)/ },
	{ country: "SG", name: "NRIC and FIN", first: "u", shape: /^[STFGM][0-9]{7}[A-Z]/, check: nric },
	{ country: "MY", name: "MyKad", first: "d", shape: /^[0-9]{6}-[0-9]{2}-[0-9]{4}/, check: date6 },
	{
		country: "TH",
		name: "citizen number",
		first: "d",
		shape: /^[1-8]-?[0-9]{4}-?[0-9]{5}-?[0-9]{2}-?[0-9]/,
		check: (id) => mod11Of(id, [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 10 === Number(id[12]),
		context: ["thai id", "citizen", "เลขประจำตัวประชาชน", ...GENERIC],
	},
	{
		country: "ID",
		name: "NIK",
		first: "d",
		shape: /^[1-9][0-9]{15}/,
		check: (id) => isMonthDay(two(id, 8), two(id, 6) % 40),
		context: ["nik", "ktp"],
	},
	{ country: "PK", name: "CNIC", first: "d", shape: /^[1-7][0-9]{4}-[0-9]{7}-[0-9]/ },
	{ country: "AE", name: "Emirates ID", first: "d", shape: /^784-?(19|20)[0-9]{2}-?[0-9]{7}-?[0-9]/, check: luhn },
	{ country: "MX", name: "CURP", first: "u", shape: /^[A-Z]{4}[0-9]{6}[HMX][A-Z]{5}[0-9A-Z][0-9]/, check: curp },
	{
		country: "MX",
		name: "RFC of a person",
		first: "u",
		shape: /^[A-Z]{4}[0-9]{6}[A-Z0-9]{3}/,
		check: (id) => date6(id.slice(4)),
		context: ["rfc"],
	},
	{
		country: "AR",
		name: "CUIL",
		first: "d",
		shape: /^(20|23|24|27)-?[0-9]{8}-?[0-9]/,
		check: (id) => mod11Of(id, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) === Number(id[10]),
		context: ["cuil", "cuit", "dni"],
	},
	{
		country: "AR",
		name: "DNI",
		first: "d",
		shape: /^[0-9]{2}[.]?[0-9]{3}[.]?[0-9]{3}/,
		context: ["dni", "documento", "cedula", "cédula"],
	},
	{ country: "CL", name: "RUT", first: "d", shape: /^[0-9]{1,2}[.][0-9]{3}[.][0-9]{3}-[0-9Kk]/, check: rut },
	{
		country: "CL",
		name: "RUT without dots",
		first: "d",
		shape: /^[0-9]{7,8}-[0-9Kk]/,
		check: rut,
		context: ["rut", "run"],
	},
	{
		country: "CA",
		name: "SIN",
		first: "d",
		shape: /^[1-79][0-9]{2}[ -]?[0-9]{3}[ -]?[0-9]{3}/,
		check: luhn,
		context: ["sin", "social insurance", "social insurance number"],
	},
	{
		country: "AU",
		name: "TFN",
		first: "d",
		shape: /^[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{2,3}/,
		check: (id) => id.length === 8 || weighted(id, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0,
		context: ["tfn", "tax file", "tax file number"],
	},
	{
		country: "AU",
		name: "Medicare",
		first: "d",
		shape: /^[2-6][0-9]{3} ?[0-9]{5} ?[0-9]/,
		check: (id) => weighted(id, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 === Number(id[8]),
		context: ["medicare"],
	},
	{
		country: "RU",
		name: "SNILS and passport",
		first: "d",
		shape: /^([0-9]{3}-[0-9]{3}-[0-9]{3} [0-9]{2}|[0-9]{2} ?[0-9]{2} ?[0-9]{6})/,
		context: ["snils", "снилс", "паспорт"],
	},
];

function ssn(id: string): boolean {
	const area = id.slice(0, 3);
	return area !== "000" && area !== "666" && id.slice(3, 5) !== "00" && id.slice(5) !== "0000" && new Set(id).size > 1;
}

/** Of the shape without its century sign, or with the letter that is one. */
function hetu(id: string): boolean {
	if (!isMonthDay(two(id, 2), two(id, 0))) return false;
	const tail = id.slice(-4);
	return HETU_LETTERS[Number(id.slice(0, 6) + tail.slice(0, 3)) % 31] === tail[3];
}

function pps(id: string): boolean {
	const second = id.length === 9 && id[8] !== "W" ? (id.charCodeAt(8) - 64) * 9 : 0;
	return "WABCDEFGHIJKLMNOPQRSTUV"[(weighted(id, [8, 7, 6, 5, 4, 3, 2]) + second) % 23] === id[7];
}

function myNumber(id: string): boolean {
	const rest = weighted(id, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
	return (rest <= 1 ? 0 : 11 - rest) === Number(id[11]);
}

function taiwan(id: string): boolean {
	const letter = "ABCDEFGHJKLMNPQRSTUVXYWZIO".indexOf(id[0] as string) + 10;
	return (Math.floor(letter / 10) + (letter % 10) * 9 + weighted(id.slice(1), [8, 7, 6, 5, 4, 3, 2, 1, 1])) % 10 === 0;
}
