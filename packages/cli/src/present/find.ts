/** From what a user typed to the one group it means. */
import { ErrataError } from "@errata/catalog";
import { cutText, safeLine } from "@errata/server/text";
import type { ErrorEvent, Issue } from "@errata/store";
import type { Store } from "../backend.ts";
import { EXIT } from "../exit.ts";
import { LIMITS } from "../limits.ts";
import { messageText, shortId } from "./issue.ts";

/** The group whose fingerprint begins with `prefix`, `undefined` if none does; throws when several do. */
export async function findIssue(store: Store, prefix: string): Promise<Issue | undefined> {
	const found = await store.getIssue(prefix);
	const exact = found.find((issue) => issue.fingerprint === prefix);
	if (exact !== undefined || found.length <= 1) return exact ?? found[0];
	const lines = found
		.slice(0, LIMITS.candidates)
		.map(
			(issue) => `  ${longer(issue.fingerprint, found)}  ${safeLine(issue.code)}  ${cutText(messageText(issue), 70)}`,
		);
	const more = found.length > lines.length ? "\n  and more" : "";
	throw new ErrataError({
		operation: "tell which group is meant by",
		subject: prefix,
		cause: "several begin with it",
		remedy: `Give more digits:\n${lines.join("\n")}${more}`,
		code: "GROUP_AMBIGUOUS",
		exitCode: EXIT.ambiguous,
	});
}

/** As much of a fingerprint as tells it from the others. */
function longer(fingerprint: string, all: readonly Issue[]): string {
	for (let length = shortId(fingerprint).length; length < fingerprint.length; length++) {
		const prefix = fingerprint.slice(0, length);
		if (all.filter((issue) => issue.fingerprint.startsWith(prefix)).length === 1) return prefix;
	}
	return fingerprint;
}

export function noSuchGroup(store: Store, id: string, alsoTrace: boolean): ErrataError {
	return new ErrataError({
		operation: alsoTrace ? "find a group or trace" : "find a group",
		subject: id,
		cause: `none of that id in database ${store.database} at ${store.url}`,
		remedy: `\`errata issues list --since 7d\` shows the groups there are${alsoTrace ? "; a trace needs its whole id of 32 digits" : ""}.`,
		code: "NOT_FOUND",
		exitCode: EXIT.notFound,
	});
}

/** The latest occurrence of each group, by fingerprint. */
export async function latestEvents(store: Store, issues: readonly Issue[]): Promise<Map<string, ErrorEvent>> {
	const events = new Map<string, ErrorEvent>();
	for (const issue of issues) {
		const [event] = await store.issueEvents(issue.fingerprint, { limit: 1 });
		if (event !== undefined) events.set(issue.fingerprint, event);
	}
	return events;
}
