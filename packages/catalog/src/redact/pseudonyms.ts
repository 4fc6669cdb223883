/** Which pseudonyms a value may have got: for the search for everything stored of one person. */
import { renderer } from "./atoms.ts";
import type { RedactionType } from "./spans.ts";

/** Every type of `RedactionType`; the compiler refuses a list with one missing. */
const TYPES: Readonly<Record<RedactionType, true>> = {
	email: true,
	phone: true,
	name: true,
	dob: true,
	address: true,
	national_id: true,
	passport: true,
	device: true,
	user: true,
	ip: true,
	mac: true,
	card: true,
	cvc: true,
	iban: true,
	bank_account: true,
	password: true,
	secret: true,
	token: true,
	api_key: true,
	private_key: true,
	jwt: true,
	authorization: true,
	cookie: true,
	session: true,
	signature: true,
	otp: true,
	oauth_code: true,
};

/**
 * The pseudonym of a value as each type that it may have been taken for (an address in a key `user.name` is a `name`). Empty
 * if the key is under 32 bytes: then nothing was pseudonymised with it.
 */
export function pseudonymsOf(value: string, key: string | Uint8Array): string[] {
	const render = renderer("pseudonym", key);
	const tokens = (Object.keys(TYPES) as RedactionType[]).map((type) => render(value, type));
	return tokens.filter((token) => token.startsWith("[PSEUDONYM:"));
}
