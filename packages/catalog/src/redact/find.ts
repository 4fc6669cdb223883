/** All finders over one text, in the order that settles overlaps: what is known best comes first. */
import { findEmails } from "./email.ts";
import { findSchemes } from "./headers.ts";
import type { KeyJudge } from "./keys.ts";
import { findAddresses } from "./network.ts";
import { findNumbers } from "./numbers.ts";
import { findOpaque, findPem, findWebhooks } from "./opaque.ts";
import { findPairs } from "./pairs.ts";
import { findGermanStreets, findHomes, findPeople } from "./people.ts";
import { type Span, settle } from "./spans.ts";
import { findCommandSecrets, findNetrc, findSpokenCodes, findSpokenPasswords } from "./spoken.ts";
import { SEEN, survey } from "./survey.ts";
import { findDsnCredentials, findUrlCredentials } from "./urls.ts";

/** What the key of a value says cannot stand in it: addresses of people (it is a machine's, or a version), folders (it is a route). */
export interface Skip {
	readonly addresses: boolean;
	readonly homes: boolean;
}

export const SKIP_NOTHING: Skip = { addresses: false, homes: false };

/** The private values of `text`, sorted and apart. `skip`: what its key rules out. */
export function findAll(text: string, judge: KeyJudge, skip: Skip): Span[] {
	const seen = survey(text);
	const out: Span[] = [];
	const has = (bits: number): boolean => (seen & bits) !== 0;
	if (text.includes("-----BEGIN ")) findPem(text, out);
	if (has(SEEN.at) && has(SEEN.slash)) findUrlCredentials(text, out);
	if (has(SEEN.at)) findDsnCredentials(text, out);
	if (has(SEEN.slash) && text.includes("hook")) findWebhooks(text, out);
	if (has(SEEN.pair)) findPairs(text, judge, out);
	if (has(SEEN.run)) findOpaque(text, out);
	if (has(SEEN.schemes)) findSchemes(text, out);
	if (has(SEEN.at) || (has(SEEN.percent) && text.includes("%40"))) findEmails(text, out);
	if (has(SEEN.digits)) findNumbers(text, out);
	if (has(SEEN.address) && !skip.addresses) findAddresses(text, out);
	if (has(SEEN.codes)) findSpokenCodes(text, out);
	if (has(SEEN.commands)) {
		findSpokenPasswords(text, out);
		findCommandSecrets(text, out);
		findNetrc(text, out);
	}
	if (has(SEEN.people)) findPeople(text, out);
	if (text.includes("str")) findGermanStreets(text, out);
	if (has(SEEN.slash | SEEN.backslash) && !skip.homes) findHomes(text, out);
	return settle(out);
}
