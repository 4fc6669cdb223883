/** Which release an issue came with: the first that shows it, and the last before that does not. */
import { parseStack } from "@errata/catalog";
import type { ErrorEvent, SeenRelease, Store } from "@errata/store";
import type { IssueState } from "./states.ts";

const DAY = 86_400_000;
/** Days before the first bad release in which a good one is looked for. */
const LOOK_BACK_DAYS = 30;
const FILES = 20;

export interface ShownRelease {
	readonly release: string;
	readonly firstSeen: string;
	readonly revision: string;
	readonly repository: string;
}

export interface Suspects {
	/** When a resolution was, for an issue that came back. */
	readonly since: string | null;
	/** One for each service. */
	readonly suspects: readonly {
		readonly service: string;
		readonly firstBad: ShownRelease;
		readonly lastGood: ShownRelease | null;
	}[];
}

export async function suspectsOf(store: Store, fingerprint: string, state: IssueState | undefined): Promise<Suspects> {
	// What came back is judged from its return: the releases between were good.
	const resolvedMs = state?.status === "regressed" ? ((await store.issueActions([fingerprint]))[0]?.atMs ?? 0) : 0;
	const bad = await store.issueReleases(fingerprint, resolvedMs);
	const first = new Map<string, SeenRelease>();
	for (const one of bad) if (!first.has(one.service)) first.set(one.service, one);
	const services = [...first.keys()];
	const seen =
		services.length === 0
			? []
			: await store.serviceReleases(services, {
					sinceMs: Math.min(...bad.map(({ firstMs }) => firstMs)) - LOOK_BACK_DAYS * DAY,
					untilMs: Math.max(...[...first.values()].map(({ firstMs }) => firstMs)),
				});
	const isBad = new Set(bad.map(({ service, release }) => `${service}\0${release}`));
	return {
		since: resolvedMs === 0 ? null : new Date(resolvedMs).toISOString(),
		suspects: [...first.values()].map((firstBad) => ({
			service: firstBad.service,
			firstBad: shown(firstBad),
			lastGood: lastGoodOf(firstBad, seen, isBad),
		})),
	};
}

/** The release that came latest before the bad one, by when each was first heard of. */
function lastGoodOf(firstBad: SeenRelease, seen: readonly SeenRelease[], isBad: ReadonlySet<string>) {
	const own = seen.filter(({ service }) => service === firstBad.service);
	const begun = own.find(({ release }) => release === firstBad.release)?.firstMs ?? firstBad.firstMs;
	const good = own.filter((one) => one.firstMs < begun && !isBad.has(`${one.service}\0${one.release}`)).at(-1);
	return good === undefined ? null : shown(good);
}

function shown({ release, firstSeen, revision, repository }: SeenRelease) {
	return { release, firstSeen, revision, repository };
}

/** Files of the application's own frames, the innermost cause first. */
export function ownFiles(event: ErrorEvent): string[] {
	const blocks = parseStack(event.stacktrace, event.resource["telemetry.sdk.language"] ?? "");
	const frames = blocks.toReversed().flatMap((block) => block.frames);
	return [...new Set<string>(frames.filter(({ inApp, file }) => inApp && file !== "").map(({ file }) => file))].slice(
		0,
		FILES,
	);
}
