/** All finders over one text, in the order that settles overlaps: what is known best comes first. */
import { isAlnum, isHex } from "./chars.ts";
import { findEmails } from "./email.ts";
import { findSchemes } from "./headers.ts";
import type { KeyJudge } from "./keys.ts";
import { findAddresses } from "./network.ts";
import { findNumbers } from "./numbers.ts";
import { findHashes, findOpaque, findPem, findWebhooks } from "./opaque.ts";
import { findPairs } from "./pairs.ts";
import { findGermanStreets, findHomes, findPeople } from "./people.ts";
import { type Span, settle } from "./spans.ts";
import {
	findCommandSecrets,
	findNetrc,
	findSpokenCodes,
	findSpokenPasswords,
	findSpokenSecrets,
	findToldPasswords,
} from "./spoken.ts";
import { SEEN, survey } from "./survey.ts";
import { findDsnCredentials, findUrlCredentials } from "./urls.ts";

/** What the key of a value says cannot stand in it: addresses of people (it is a machine's, or a version), folders (it is a route). */
export interface Skip {
	readonly addresses: boolean;
	readonly homes: boolean;
}

export const SKIP_NOTHING: Skip = { addresses: false, homes: false };

/** What was met on the way, whether or not it led to a value. */
export interface Heard {
	/** A key that says something of its value. */
	spoke: boolean;
}

interface Row {
	/** Bits of the survey without all of which it finds nothing: a test holds that. */
	readonly needs: number;
	readonly skip?: keyof Skip;
	readonly find: (text: string, out: Span[], judge: KeyJudge, heard: Heard) => void;
}

/** The finders in order. */
export const FINDERS: readonly Row[] = [
	{ needs: SEEN.pem, find: findPem },
	{ needs: SEEN.at | SEEN.slash, find: findUrlCredentials },
	{ needs: SEEN.at, find: findDsnCredentials },
	{ needs: SEEN.run | SEEN.slash | SEEN.hooks, find: findWebhooks },
	{ needs: SEEN.pair, find: (text, out, judge, heard) => findPairs(text, judge, out, heard) },
	{ needs: SEEN.run, find: findOpaque },
	{ needs: SEEN.dollar, find: findHashes },
	{ needs: SEEN.schemes, find: findSchemes },
	{ needs: SEEN.at, find: findEmails },
	{ needs: SEEN.digits, find: findNumbers },
	{ needs: SEEN.address, skip: "addresses", find: findAddresses },
	{ needs: SEEN.codes, find: findSpokenCodes },
	{ needs: SEEN.commands, find: findSpokenPasswords },
	{ needs: SEEN.commands, find: findToldPasswords },
	{ needs: SEEN.secrets | SEEN.run, find: findSpokenSecrets },
	{ needs: SEEN.commands, find: findCommandSecrets },
	{ needs: SEEN.commands, find: findNetrc },
	{ needs: SEEN.people, find: findPeople },
	{ needs: SEEN.streets, find: findGermanStreets },
	{ needs: SEEN.homes | SEEN.slash, skip: "homes", find: findHomes },
];

/** The private values of `text`, sorted and apart. `skip`: what its key rules out. */
export function findAll(text: string, judge: KeyJudge, skip: Skip, heard: Heard = { spoke: false }): Span[] {
	const seen = survey(text);
	const out: Span[] = [];
	for (const row of FINDERS) {
		if ((seen & row.needs) !== row.needs) continue;
		if (row.skip === undefined || !skip[row.skip]) row.find(text, out, judge, heard);
	}
	return settle(
		out.length === 0 ? out : out.filter((span) => !cutsUuid(text, span.start) && !cutsUuid(text, span.end)),
	);
}

/** Characters of a UUID. */
const UUID = 36;

/** True if `at` lies within a UUID: a group of one may pass for an IBAN or a code, and half a UUID serves nobody. */
function cutsUuid(text: string, at: number): boolean {
	for (let i = Math.max(0, at - UUID + 1); i < at; i++) if (isUuid(text, i)) return true;
	return false;
}

function isUuid(text: string, start: number): boolean {
	if (text.charCodeAt(start + 8) !== 45 || text.charCodeAt(start + 13) !== 45 || isAlnum(text.charCodeAt(start - 1)))
		return false;
	for (let n = 0; n < UUID; n++) {
		const c = text.charCodeAt(start + n);
		if (n === 8 || n === 13 || n === 18 || n === 23 ? c !== 45 : !isHex(c)) return false;
	}
	return !isAlnum(text.charCodeAt(start + UUID));
}
