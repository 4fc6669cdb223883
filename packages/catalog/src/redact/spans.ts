/** What a finder answers, and how answers that overlap are settled. */

/** A private value: UTF-16 offsets into the text a finder was given, and the type that names it. */
export interface Span {
	readonly start: number;
	readonly end: number;
	readonly type: RedactionType;
}

/**
 * The names that stand in tokens and counts. Closed: a name once published stays.
 * - people: email, phone, name, dob, address, national_id, passport, device, user (a home folder's), ip, mac
 * - money: card, cvc, iban, bank_account
 * - secrets: password, secret, token, api_key, private_key, jwt, authorization, cookie, session, signature, otp, oauth_code
 */
export type RedactionType =
	| "email"
	| "phone"
	| "name"
	| "dob"
	| "address"
	| "national_id"
	| "passport"
	| "device"
	| "user"
	| "ip"
	| "mac"
	| "card"
	| "cvc"
	| "iban"
	| "bank_account"
	| "password"
	| "secret"
	| "token"
	| "api_key"
	| "private_key"
	| "jwt"
	| "authorization"
	| "cookie"
	| "session"
	| "signature"
	| "otp"
	| "oauth_code";

/** Looks through a whole text once and adds what it finds. Linear in the text's length. */
export type Finder = (text: string, out: Span[]) => void;

/** `spans`, sorted by start, without overlaps: of two that overlap the one found first (finders run in order) stays. */
export function settle(spans: Span[]): Span[] {
	if (spans.length < 2) return spans;
	const ranked = spans.map((span, rank) => ({ span, rank }));
	ranked.sort((a, b) => a.span.start - b.span.start || a.rank - b.rank);
	const kept: typeof ranked = [];
	for (const next of ranked) {
		const last = kept[kept.length - 1];
		if (last === undefined || next.span.start >= last.span.end) kept.push(next);
		else if (next.rank < last.rank) kept[kept.length - 1] = next;
	}
	return kept.map((k) => k.span);
}
