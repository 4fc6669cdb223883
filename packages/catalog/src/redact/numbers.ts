/** Cards, IBANs, phones, passports and states' numbers: one walk over the places where a digit or a capital begins. */
import { contextBefore, digitsOf, hasTerm, isAlnum, isAlpha, isDigit, isUpper } from "./chars.ts";
import { luhn, mod97 } from "./checks.ts";
import { NATIONAL_IDS, type NationalId } from "./national-table.ts";
import { escapedPhoneAt, phoneAt } from "./phone.ts";
import type { RedactionType, Span } from "./spans.ts";

/** Lengths by country (ISO 13616 registry of SWIFT, release 99). */
const IBAN_LENGTHS: ReadonlyMap<string, number> = new Map(
	(
		"AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 " +
		"FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 " +
		"MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 " +
		"SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30"
	)
		.split(" ")
		.map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** How many digits and characters the cluster of digits and single separators at a place holds. */
interface Cluster {
	readonly digits: number;
	readonly end: number;
}

export function findNumbers(text: string, out: Span[]): void {
	for (let i = 0; i + 6 <= text.length; i++) {
		const c = text.charCodeAt(i);
		if (c === 37 && text[i + 1] === "2" && text[i + 2] === "B") {
			const end = escapedPhoneAt(text, i, out);
			if (end > i) i = end - 1;
			continue;
		}
		if (c === 43 || c === 40) {
			const end = phoneAt(text, i, out);
			if (end > i) i = end - 1;
			continue;
		}
		if (!isDigit(c) && !isAlpha(c)) continue;
		if (isAlnum(text.charCodeAt(i - 1))) continue;
		const end = isDigit(c) ? digitsAt(text, i, out) : lettersAt(text, i, out);
		if (end > i) i = end - 1;
	}
}

/** At most 26 characters of digits with single separators; the last character is a digit. */
function clusterAt(text: string, start: number): Cluster {
	let digits = 0;
	let end = start;
	const limit = Math.min(text.length, start + 30);
	for (let i = start; i < limit; i++) {
		const c = text.charCodeAt(i);
		if (isDigit(c)) {
			digits++;
			end = i + 1;
		} else if (c !== 32 && c !== 45 && c !== 46 && c !== 47 && c !== 41 && c !== 40 && c !== 43 && c !== 0xa0) break;
		else if (i > end) break;
	}
	return { digits, end };
}

function digitsAt(text: string, i: number, out: Span[]): number {
	const cluster = clusterAt(text, i);
	if (cluster.digits < 6) {
		// 6 digits may go on with a letter: 8 digits of a DNI, 7 of a PPS.
		return cluster.end;
	}
	if (isDate(text, i)) return i + 10;
	let context: string | undefined;
	const before = (): string => {
		context ??= contextBefore(text, i);
		return context;
	};
	// `blk_4029139044660806713`, `blk_-40...`: a name's own number, unless the name says card.
	const p = text[i - 1] === "-" ? text[i - 2] : text[i - 1];
	if (cluster.digits >= 12 && (p !== "_" || hasTerm(before(), CARD_WORDS))) {
		const end = cardAt(text, i, before);
		if (end > i) {
			out.push({ start: i, end, type: "card" });
			return end;
		}
	}
	return nationalAt(text, i, "d", before, out) || passportAt(text, i, before, out) || phoneAt(text, i, out) || 0;
}

/** `2024-03-11`, `2024/03/11`: what most clusters of digits in logs are. */
function isDate(text: string, i: number): boolean {
	const c = text[i + 4];
	if ((c !== "-" && c !== "/" && c !== ".") || text[i + 7] !== c) return false;
	const head = text.slice(i, i + 2);
	return (
		(head === "20" || head === "19") &&
		/^[0-9]{2}.[0-9]{2}.[0-9]{2}$/.test(text.slice(i + 2, i + 10)) &&
		!isDigit(text.charCodeAt(i + 10))
	);
}

function lettersAt(text: string, i: number, out: Span[]): number {
	let end = i;
	let digits = 0;
	while (end < text.length && isAlnum(text.charCodeAt(end))) {
		if (isDigit(text.charCodeAt(end))) digits++;
		end++;
	}
	// GB29 NWBK 6016: an IBAN in groups begins with two letters and two digits; AB 12 34 56 C with two letters.
	const grouped =
		end - i <= 4 && isUpper(text.charCodeAt(i)) && isDigit(text.charCodeAt(digits > 0 ? end : end + 1) || 0);
	if (digits < 4 && !grouped && !(digits === 2 && end - i === 4)) return end;
	const iban = ibanAt(text, i, end);
	if (iban > i) {
		out.push({ start: i, end: iban, type: "iban" });
		return iban;
	}
	if (!isUpper(text.charCodeAt(i))) return end;
	const before = (): string => contextBefore(text, i);
	return nationalAt(text, i, "u", before, out) || passportAt(text, i, before, out) || end;
}

/** Issuers (ISO/IEC 7812-1 and the networks' published ranges): prefixes as numbers of their length, and lengths. */
const ISSUERS: readonly {
	readonly from: number;
	readonly to: number;
	readonly lengths: readonly number[];
	readonly context?: true;
}[] = [
	{ from: 4, to: 4, lengths: [16] },
	{ from: 4, to: 4, lengths: [13, 19], context: true },
	{ from: 51, to: 55, lengths: [16] },
	{ from: 2221, to: 2720, lengths: [16] },
	{ from: 34, to: 34, lengths: [15] },
	{ from: 37, to: 37, lengths: [15] },
	{ from: 6011, to: 6011, lengths: [16] },
	{ from: 644, to: 659, lengths: [16] },
	{ from: 622, to: 628, lengths: [16] },
	{ from: 62, to: 62, lengths: [16, 17, 18, 19], context: true },
	{ from: 3528, to: 3589, lengths: [16] },
	{ from: 300, to: 305, lengths: [14] },
	{ from: 3095, to: 3095, lengths: [14] },
	{ from: 36, to: 36, lengths: [14] },
	{ from: 38, to: 39, lengths: [14, 16] },
	{ from: 2200, to: 2204, lengths: [16] },
	{ from: 60, to: 60, lengths: [16] },
	{ from: 8150, to: 8259, lengths: [16] },
	{ from: 5060, to: 5067, lengths: [16] },
	{ from: 50, to: 50, lengths: [12, 13, 14, 15, 16, 17, 18, 19], context: true },
	{ from: 56, to: 69, lengths: [12, 13, 14, 15, 16, 17, 18, 19], context: true },
	{ from: 9792, to: 9792, lengths: [16] },
];
const CARD_WORDS =
	"card|cards|pan|visa|mastercard|amex|maestro|debit|credit|cc|carte|karte|kreditkarte|tarjeta|cartao|cartão".split(
		"|",
	);

/** End of a card number at `i`, `i` if there is none: an issuer's prefix, its length, groups of one separator, Luhn. */
function cardAt(text: string, i: number, context: () => string): number {
	let digits = "";
	let separator = -1;
	let end = i;
	for (let j = i; j < text.length && digits.length < 20; j++) {
		const c = text.charCodeAt(j);
		if (isDigit(c)) {
			digits += text[j];
			end = j + 1;
			continue;
		}
		if ((c !== 32 && c !== 45 && c !== 0xa0 && c !== 46) || j !== end || (separator >= 0 && c !== separator)) break;
		// 4-4-4-4, 4-6-5, 4-6-4: the first group has four digits.
		if (separator < 0 && digits.length !== 4) break;
		if (!isDigit(text.charCodeAt(j + 1))) break;
		separator = c;
	}
	const next = text.charCodeAt(end);
	if (isAlnum(next) || ((next === 45 || next === 46) && isAlnum(text.charCodeAt(end + 1)) && separator < 0)) return i;
	// `4242 4242 4242 4242 12/30`: what follows a separated number may be its date.
	for (const length of separator < 0 ? [digits.length] : [digits.length, 16, 15, 14]) {
		if (length > digits.length || !isIssued(digits.slice(0, length), context) || !luhn(digits.slice(0, length)))
			continue;
		let stop = i;
		for (let n = 0; n < length; stop++) if (isDigit(text.charCodeAt(stop))) n++;
		if (!isDigit(text.charCodeAt(stop))) return stop;
	}
	return i;
}

function isIssued(digits: string, context: () => string): boolean {
	for (const issuer of ISSUERS) {
		if (!issuer.lengths.includes(digits.length)) continue;
		const head = Number(digits.slice(0, String(issuer.from).length));
		if (head < issuer.from || head > issuer.to) continue;
		if (issuer.context === undefined || hasTerm(context(), CARD_WORDS)) return true;
	}
	return false;
}

/** End of an IBAN at `i`, in one piece or in groups of four; `i` if there is none. */
function ibanAt(text: string, i: number, runEnd: number): number {
	const length = IBAN_LENGTHS.get(text.slice(i, i + 2).toUpperCase());
	if (length === undefined || !isDigit(text.charCodeAt(i + 2)) || !isDigit(text.charCodeAt(i + 3))) return i;
	let bare = "";
	let j = i;
	if (runEnd - i === length) {
		bare = text.slice(i, runEnd);
		j = runEnd;
	} else {
		while (j < text.length && bare.length < length) {
			const c = text.charCodeAt(j);
			if (isAlnum(c)) bare += text[j];
			else if ((c !== 32 && c !== 45 && c !== 0xa0) || bare.length % 4 !== 0) return i;
			j++;
		}
	}
	if (bare.length !== length || isAlnum(text.charCodeAt(j)) || !mod97(bare)) return i;
	return j;
}

/** Rules by the digits they begin with, so that few are tried at a place. */
const BY_LEAD: NationalId[][] = [];
for (const id of NATIONAL_IDS) {
	for (const lead of id.lead) BY_LEAD[lead] = [...(BY_LEAD[lead] ?? []), id];
}
const CAPITALS = NATIONAL_IDS.filter((id) => id.lead.length === 0);

/** How many digits stand together at `i`. */
function leadAt(text: string, i: number): number {
	let end = i;
	while (isDigit(text.charCodeAt(end))) end++;
	return end - i;
}

function nationalAt(text: string, i: number, first: "d" | "u", context: () => string, out: Span[]): number {
	const previous = text.charCodeAt(i - 1);
	const joined = (previous === 45 || previous === 46 || previous === 47) && isAlnum(text.charCodeAt(i - 2));
	if (joined || previous === 46) return 0;
	const head = text.slice(i, i + 24);
	for (const id of first === "d" ? (BY_LEAD[leadAt(text, i)] ?? []) : CAPITALS) {
		const m = id.shape.exec(head);
		if (m === null) continue;
		const end = i + m[0].length;
		const next = text.charCodeAt(end);
		if (isAlnum(next) || next === 95) continue;
		if ((next === 45 || next === 46 || next === 47 || next === 58) && isDigit(text.charCodeAt(end + 1))) continue;
		if (id.context !== undefined && !hasTerm(context(), id.context)) continue;
		if (id.check !== undefined && !id.check(m[0].replace(/[^0-9A-Za-z]/g, "").toUpperCase())) continue;
		out.push({ start: i, end, type: "national_id" });
		return end;
	}
	return 0;
}

const DOCUMENTS: readonly {
	readonly type: RedactionType;
	readonly words: readonly string[];
	readonly min: number;
	readonly max: number;
}[] = [
	{
		type: "passport",
		words: ["passport", "passport no", "passport number", "reisepass", "pasaporte", "passeport", "mrz"],
		min: 6,
		max: 10,
	},
	{ type: "device", words: ["imei", "imsi", "iccid"], min: 14, max: 20 },
	{
		type: "bank_account",
		words: [
			"account number",
			"account no",
			"acct no",
			"bank account",
			"konto",
			"kontonummer",
			"routing number",
			"sort code",
		],
		min: 6,
		max: 18,
	},
	{
		type: "national_id",
		words: [
			"driver license",
			"drivers license",
			"driver s license",
			"driving licence",
			"driving license",
			"medical record",
			"mrn",
			"health insurance",
			"insurance number",
			"policy number",
		],
		min: 6,
		max: 16,
	},
];

/** Numbers without a check digit, named by the words just before them: passports, devices, bank accounts, records. */
function passportAt(text: string, i: number, context: () => string, out: Span[]): number {
	// Right after a number stands none of the words: spares most of what `1-1-1-1...` would cost.
	if (text.charCodeAt(i - 1) < 0x80 && isDigit(text.charCodeAt(i - 2))) return 0;
	let end = i;
	let digits = 0;
	while (end - i <= 20 && (isAlnum(text.charCodeAt(end)) || (text[end] === "-" && isDigit(text.charCodeAt(end + 1))))) {
		if (isDigit(text.charCodeAt(end))) digits++;
		end++;
	}
	const size = end - i;
	if (digits < 5 || size < 6 || size > 20) return 0;
	for (const document of DOCUMENTS) {
		if (size < document.min || size > document.max) continue;
		// The words stand next to the number, with at most `no`, `number`, `is` or `#` between.
		const tail = context()
			.replace(/ (no|nr|number|num|is|was|id|of|for|with) $/, " ")
			.replace(/ (no|nr|number|num|is|was|id) $/, " ");
		if (!document.words.some((word) => context().endsWith(` ${word} `) || tail.endsWith(` ${word} `))) continue;
		if (document.type === "device" && (digits !== size || (size === 15 && !luhn(digitsOf(text.slice(i, end))))))
			continue;
		out.push({ start: i, end, type: document.type });
		return end;
	}
	return 0;
}
