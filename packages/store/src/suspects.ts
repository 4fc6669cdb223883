/** Which releases there were around the beginning of an issue. */
import type { Connection } from "./connection.ts";
import { dateTime } from "./time.ts";

export interface SeenRelease {
	readonly service: string;
	readonly release: string;
	readonly firstSeen: string;
	readonly firstMs: number;
	/** Records of it that were looked at. */
	readonly records: number;
	/** `vcs.ref.head.revision`, "" if it does not say. */
	readonly revision: string;
	/** `vcs.repository.url.full`, "" if it does not say. */
	readonly repository: string;
}

/** Releases that show the issue since a time, the earliest first. */
export function issueReleases(connection: Connection, issue: string, sinceMs: number): Promise<SeenRelease[]> {
	return connection.select<SeenRelease>("issue-releases", { issue, since: dateTime(sinceMs) });
}

/** Releases that wrote any log between two times, the earliest first. */
export function serviceReleases(
	connection: Connection,
	services: readonly string[],
	range: { readonly sinceMs: number; readonly untilMs: number },
): Promise<SeenRelease[]> {
	return connection.select<SeenRelease>("service-releases", {
		services,
		since: dateTime(range.sinceMs),
		until: dateTime(range.untilMs),
	});
}
