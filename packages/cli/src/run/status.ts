/** What the guard of `@errata/node` said about each process it met, and what that means for the reader. Pure. */

export interface GuardLine {
	readonly pid: number;
	readonly node: string;
	readonly instrumented: boolean;
	readonly reason: string;
}

/** Lines of the file ERRATA_RUN_STATUS names; what is no line of the guard is left out. */
export function parseStatus(text: string): GuardLine[] {
	const lines: GuardLine[] = [];
	for (const line of text.split("\n")) {
		try {
			const value = JSON.parse(line) as Partial<GuardLine> | null;
			if (typeof value?.pid === "number" && typeof value.instrumented === "boolean")
				lines.push({
					pid: value.pid,
					node: String(value.node ?? ""),
					instrumented: value.instrumented,
					reason: String(value.reason ?? ""),
				});
		} catch {
			// A line that a dying process did not finish.
		}
	}
	return lines;
}

/** Reasons that need no words: package managers and errata are left alone on purpose. */
const EXPECTED = /is (?:a package manager|errata itself)$/u;

export interface Coverage {
	/** Processes that errata looked into. */
	readonly instrumented: number;
	/** Why the others were not, each reason once, package managers apart. */
	readonly reasons: readonly string[];
}

export function coverageOf(lines: readonly GuardLine[]): Coverage {
	const reasons = lines.filter((line) => !line.instrumented && !EXPECTED.test(line.reason)).map((line) => line.reason);
	return { instrumented: lines.filter((line) => line.instrumented).length, reasons: [...new Set(reasons)] };
}

/** What to do about a reason. */
export function remedyOf(reason: string): string {
	if (/older than 22\.15/u.test(reason)) return "Run it with Node 22.15 or newer to see its errors explained.";
	if (/could not be loaded/u.test(reason)) return "Install errata again; `errata doctor` checks the installation.";
	return "`errata doctor` says more.";
}
