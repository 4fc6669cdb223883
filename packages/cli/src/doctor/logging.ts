/** What each way of logging brought, as `errata doctor` tells it: a table, and what to conclude. Pure. */
import { safeLine } from "@errata/server/text";
import type { LoggingWay } from "@errata/store";
import { table } from "../terminal/layout.ts";

export interface ShownWay extends LoggingWay {
	/** The library, or what else it is. */
	readonly way: string;
}

/** Scopes that are not the name of what logs. */
const NAMES: Readonly<Record<string, string>> = {
	"@opentelemetry/instrumentation-pino": "pino",
	"@errata/node": "no logger: uncaught, frameworks, spans, capture",
	"": "unnamed",
};

/** Of the official bridges and errata's own, the library is what a person knows. */
export function shownWays(ways: readonly LoggingWay[]): ShownWay[] {
	return ways.map((way) => ({
		...way,
		way: NAMES[way.scope] ?? way.scope.replace(/^@opentelemetry\/instrumentation-/u, ""),
	}));
}

export function loggingTable(ways: readonly ShownWay[], width: number): string[] {
	const rows = ways.map(({ service, way, records, errors, alone }) =>
		[service, way, records, errors, alone].map((cell) => safeLine(String(cell))),
	);
	const number = (head: string) => ({ head, align: "right" as const });
	const columns = [
		{ head: "service" },
		{ head: "logged by", flexible: true },
		number("lines"),
		number("errors"),
		number("no other way"),
	];
	return table(columns, rows, width);
}
