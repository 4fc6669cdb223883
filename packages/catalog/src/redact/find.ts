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

interface Row {
	/** Bits of the survey without all of which it finds nothing: a test holds that. */
	readonly needs: number;
	readonly skip?: keyof Skip;
	readonly find: (text: string, out: Span[], judge: KeyJudge) => void;
}

/** The finders in order. */
export const FINDERS: readonly Row[] = [
	{ needs: SEEN.pair, find: findPem },
	{ needs: SEEN.at | SEEN.slash, find: findUrlCredentials },
	{ needs: SEEN.at, find: findDsnCredentials },
	{ needs: SEEN.run | SEEN.slash, find: findWebhooks },
	{ needs: SEEN.pair, find: (text, out, judge) => findPairs(text, judge, out) },
	{ needs: SEEN.run, find: findOpaque },
	{ needs: SEEN.schemes, find: findSchemes },
	{ needs: SEEN.at, find: findEmails },
	{ needs: SEEN.digits, find: findNumbers },
	{ needs: SEEN.address, skip: "addresses", find: findAddresses },
	{ needs: SEEN.codes, find: findSpokenCodes },
	{ needs: SEEN.commands, find: findSpokenPasswords },
	{ needs: SEEN.commands, find: findCommandSecrets },
	{ needs: SEEN.commands, find: findNetrc },
	{ needs: SEEN.people, find: findPeople },
	{ needs: 0, find: findGermanStreets },
	{ needs: SEEN.slash, skip: "homes", find: findHomes },
];

/** The private values of `text`, sorted and apart. `skip`: what its key rules out. */
export function findAll(text: string, judge: KeyJudge, skip: Skip): Span[] {
	const seen = survey(text);
	const out: Span[] = [];
	for (const row of FINDERS) {
		if ((seen & row.needs) !== row.needs) continue;
		if (row.skip === undefined || !skip[row.skip]) row.find(text, out, judge);
	}
	return settle(out);
}
