/**
 * `errata.self.*`: `health.ts` as metrics of the application's own MeterProvider, found through the API; without one, nothing
 * is made. `METRICS.md` is generated from the table here, and a test compares both ways.
 */
import { type Attributes, type Meter, metrics, type ObservableResult } from "@opentelemetry/api";
import { health } from "./health.ts";
import { attempt } from "./values.ts";
import { VERSION } from "./version.ts";

export interface SelfMetric {
	readonly kind: "counter" | "updowncounter";
	readonly unit: string;
	readonly doc: string;
	/** The attribute that tells the values apart, and what it can be. */
	readonly by?: { readonly attribute: string; readonly doc: string };
	readonly read: () => number | Readonly<Record<string, number>>;
}

export const SELF_METRICS: Readonly<Record<string, SelfMetric>> = {
	"errata.self.records": {
		kind: "counter",
		unit: "{record}",
		doc: "Log records that are no errors and went through errata's processor.",
		read: () => health.records,
	},
	"errata.self.errors": {
		kind: "counter",
		unit: "{record}",
		doc: "Errors described. What a rate limit counts on another record is not among them.",
		read: () => health.errors,
	},
	"errata.self.exported": {
		kind: "counter",
		unit: "{record}",
		doc: "Error records that the receiver took when they were sent.",
		read: () => health.exported,
	},
	"errata.self.spooled": {
		kind: "counter",
		unit: "{record}",
		doc: "Error records written to disk because the receiver was away, or the process was about to die.",
		read: () => health.spooled,
	},
	"errata.self.replayed": {
		kind: "counter",
		unit: "{record}",
		doc: "Error records sent from disk, also those that earlier processes of the service left.",
		read: () => health.replayed,
	},
	"errata.self.dropped": {
		kind: "counter",
		unit: "{record}",
		doc: "Error records that never arrive.",
		by: {
			attribute: "errata.self.reason",
			doc: "`queue`: neither receiver nor disk took them and memory was full; `spool`: the oldest on disk, for newer ones; `refused`: the receiver will not take them",
		},
		read: () => health.dropped,
	},
	"errata.self.sampled": {
		kind: "counter",
		unit: "{record}",
		doc: "Records that sampling left out.",
		by: {
			attribute: "errata.self.outcome",
			doc: "`out`: all of them; `released`: those of them that left after all, because their trace failed",
		},
		read: () => health.sampled,
	},
	"errata.self.lines_lost": {
		kind: "counter",
		unit: "{line}",
		doc: "Lines of the sinks console and file that nobody took: no reader, no room on the disk.",
		read: () => health.linesLost,
	},
	"errata.self.outages": {
		kind: "counter",
		unit: "{outage}",
		doc: "Times the receiver was found to be away.",
		read: () => health.outages,
	},
	"errata.self.redactions": {
		kind: "counter",
		unit: "{value}",
		doc: "Private values that did not leave.",
		by: { attribute: "errata.self.type", doc: "What was found: `email`, `card`, `secret`, ..." },
		read: () => health.redactions,
	},
	"errata.self.duration": {
		kind: "counter",
		unit: "s",
		doc: "Time the application's thread spent on describing errors.",
		read: () => health.seconds,
	},
	"errata.self.queue": {
		kind: "updowncounter",
		unit: "{record}",
		doc: "Error records that wait in memory to be sent.",
		read: () => [...health.waiting].reduce((sum, waiting) => sum + waiting(), 0),
	},
};

let bound: unknown;

/** Shows the metrics to the MeterProvider of now, once. Cheap when there is nothing new; an application may set its own late. */
export function showHealth(): void {
	attempt(() => {
		const provider = metrics.getMeterProvider();
		if (provider === bound) return;
		bound = provider;
		const meter = provider.getMeter("@errata/node", VERSION);
		for (const [name, metric] of Object.entries(SELF_METRICS)) make(meter, name, metric);
	}, undefined);
}

function make(meter: Meter, name: string, { kind, unit, doc, by, read }: SelfMetric): void {
	const options = { unit, description: doc };
	const instrument =
		kind === "counter"
			? meter.createObservableCounter(name, options)
			: meter.createObservableUpDownCounter(name, options);
	instrument.addCallback((result: ObservableResult<Attributes>) => {
		const value = read();
		if (typeof value === "number") result.observe(value);
		else for (const [key, number] of Object.entries(value)) result.observe(number, { [by?.attribute ?? "key"]: key });
	});
}

/** The text of `METRICS.md`. */
export function metricsDoc(): string {
	const rows = Object.entries(SELF_METRICS).map(([name, { kind, unit, doc, by }]) => {
		const split = by === undefined ? "" : ` By \`${by.attribute}\`: ${by.doc}.`;
		return `| \`${name}\` | ${kind} | \`${unit}\` | ${doc}${split} |`;
	});
	return [
		"# errata's own health",
		"",
		"Generated from `src/self-metrics.ts`. Metrics of the application's own MeterProvider; without one there are none. With",
		"`register` that is `OTEL_METRICS_EXPORTER=otlp` (or `console`); an application that sets a global MeterProvider itself sees",
		"them from the next error on.",
		"",
		"| metric | instrument | unit | meaning |",
		"| --- | --- | --- | --- |",
		...rows,
		"",
		"Trouble is also said in words, as one log record of severity WARN in the scope `@errata/node`, at most once a minute: what",
		"failed, since when, how many records waited and how many were lost. Nothing is printed.",
		"",
	].join("\n");
}
