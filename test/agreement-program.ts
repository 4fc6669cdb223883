/**
 * The program of agreement.test.ts: raises real errors and prints, as OTLP/JSON, what leaves it described by @errata/node
 * and what leaves it through the stock SDK. One line of JSON on stdout; nothing is sent.
 */
import { createRequire } from "node:module";
import { capture, ErrataLogRecordProcessor } from "@errata/node";
import { loadConfig } from "@errata/node/config";
import { logs } from "@opentelemetry/api";
import { JsonLogsSerializer } from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";

interface Case {
	readonly name: string;
	readonly fail: () => unknown;
}

const require = createRequire(import.meta.url);
const recorded: readonly (Case & { readonly report: string })[] = require("./languages/node/cases.js").CASES;

function recurse(depth: number): number {
	return recurse(depth + 1) + 1;
}

function cycle(): string {
	const order: { self?: unknown } = {};
	order.self = order;
	return JSON.stringify(order);
}

const CASES: readonly Case[] = [
	...recorded.filter((one) => one.report === "error"),
	{ name: "range", fail: () => new Array(-1) },
	{ name: "digits", fail: () => (7).toFixed(101) },
	{ name: "recursion", fail: () => recurse(0) },
	{ name: "bigint", fail: () => BigInt("seven") },
	{ name: "uri", fail: () => decodeURIComponent("%E0%A4%A") },
	{ name: "cycle", fail: cycle },
	{ name: "frozen", fail: () => Object.assign(Object.freeze({ a: 1 }), { a: 2 }) },
	{
		name: "several",
		fail: () =>
			Promise.any([
				Promise.reject(new Error("first mirror is down")),
				Promise.reject(new Error("second mirror is down")),
			]),
	},
	{
		name: "private",
		fail: () => {
			throw new Error("no account for ada@example.com with token sk_" + "live_4eC39HqLyjWDarjtT1zdp7dc");
		},
	},
];

interface Thrown {
	readonly name: string;
	readonly error: unknown;
}

async function thrown({ name, fail }: Case): Promise<Thrown> {
	try {
		await fail();
	} catch (error) {
		return { name, error };
	}
	throw new Error(`${name} did not fail`);
}

/** What leaves a program that logs the errors, as OTLP/JSON. */
async function exported(errors: readonly Thrown[], described: boolean): Promise<unknown> {
	const exporter = new InMemoryLogRecordExporter();
	const simple = new SimpleLogRecordProcessor({ exporter });
	const { config } = loadConfig({ env: {}, cwd: "/" });
	const processor = described ? new ErrataLogRecordProcessor({ downstream: simple, config }) : simple;
	const resource = resourceFromAttributes({ "service.name": "orders", "telemetry.sdk.language": "nodejs" });
	const provider = new LoggerProvider({ processors: [processor], resource });
	logs.disable();
	logs.setGlobalLoggerProvider(provider);
	const logger = provider.getLogger("orders");
	for (const { name, error } of errors) {
		const attributes = { "case.name": name };
		if (described) capture(error, { attributes });
		// Two refusals of one millisecond differ in nothing else: the body tells them apart, and is no fact of either.
		else logger.emit({ exception: error, body: name, severityNumber: 17, severityText: "ERROR", attributes });
	}
	await provider.forceFlush();
	const bytes = JsonLogsSerializer.serializeRequest(exporter.getFinishedLogRecords());
	await provider.shutdown();
	return JSON.parse(new TextDecoder().decode(bytes));
}

/** All that is known of the error is in what the SDK sends: class or code, message and stack. */
function isWhole(error: unknown): boolean {
	const { cause, errors } = error as { cause?: unknown; errors?: unknown };
	return cause === undefined && errors === undefined;
}

const errors = await Promise.all(CASES.map(thrown));
const whole = errors.filter(({ error }) => isWhole(error));
const told = {
	described: await exported(errors, true),
	stock: await exported(whole, false),
	names: errors.map(({ name }) => name),
	whole: whole.map(({ name }) => name),
};
process.stdout.write(JSON.stringify(told), () => process.exit());
