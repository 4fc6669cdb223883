/** What sets failures apart from other requests, and what must not be taken for it. */
import type { AttributeSamples, CarriedRequest } from "@errata/store";
import { expect, test } from "vitest";
import { randomOf } from "../testing/hourly-series.ts";
import { overRepresented } from "./attributes.ts";

const HOUR = 3_600_000;
const roll = randomOf(7);
const pick = <T>(of: readonly T[]): T => of[Math.floor(roll() * of.length)] as T;

interface Made {
	readonly at: number;
	readonly fails: boolean;
	readonly resource: Record<string, string>;
	readonly attributes?: Record<string, string>;
	/** Trace of what sent it, if it came by a queue. */
	readonly sender?: string;
}

function samples(made: readonly Made[]): AttributeSamples {
	const requests = made.map(
		({ at, fails, resource, attributes = {}, sender }, i): CarriedRequest => ({
			...{ atMs: at, traceId: `t${i}`, service: "orders", attributes, resource, failed: fails },
			rootTrace: sender ?? `t${i}`,
		}),
	);
	const events = requests
		.filter((one) => one.failed)
		.map(({ atMs, traceId, service, resource }) => ({ atMs, traceId, service, resource, attributes: {} }));
	return { events, requests, others: [], otherServices: false };
}

const told = (made: readonly Made[]) => overRepresented(samples(made)).attributes.filter((one) => !one.implied);
const names = (made: readonly Made[]) => told(made).map((one) => `${one.key}=${one.value}`);
const many = (n: number, make: (i: number) => Made): Made[] => Array.from({ length: n }, (_, i) => make(i));

test("a release that most requests meet anyway is told, when all failures have it", () => {
	const made = many(240, (i) => {
		const version = i % 5 === 0 ? "1.1" : "1.2";
		return { at: i * 60_000, fails: version === "1.2" && i % 4 === 1, resource: { "service.version": version } };
	});
	const [first] = told(made);
	expect(first).toMatchObject({ key: "service.version", value: "1.2", share: 1 });
	expect(first?.lift).toBeLessThan(1.5);
});

test("what only the failures' time has in common is not told: a release that came before them", () => {
	const made = many(200, (i) => ({
		at: i * 60_000,
		fails: i >= 140 && i < 190 && i % 3 === 0,
		resource: { "service.version": i < 100 ? "1.1" : "1.2" },
		attributes: { "app.tenant.id": pick(["a", "b", "c", "d"]) },
	}));
	expect(names(made)).toEqual([]);
});

test("a customer whose requests nearly all fail is told though few others came at that time", () => {
	const made = many(200, (i) => {
		const tenant = pick(["a", "b", "c", "d"]);
		return {
			at: i * 60_000,
			fails: tenant === "a" && i > 60 && i < 160,
			resource: { "service.version": "1.1" },
			attributes: { "app.tenant.id": tenant },
		};
	});
	expect(names(made)).toEqual(["app.tenant.id=a"]);
});

test("deliveries of one message are one request: five messages are not thirty failures of their customers", () => {
	const calm = many(120, (i) => ({
		...{ at: (i * 3 * HOUR) / 120, fails: false, resource: {} },
		attributes: { "app.tenant.id": pick(["a", "b", "c", "d"]) },
	}));
	const delivered = many(5, (i) => ({
		...(calm[i] as Made),
		fails: true,
		attributes: { "app.tenant.id": i < 3 ? "a" : "b" },
	}));
	const again = delivered.flatMap((one, i) =>
		many(6, (k) => ({ ...one, at: one.at + k * 1_000, sender: `sender${i}` })),
	);
	const answer = overRepresented(samples([...calm, ...again]));
	expect([answer.occurrences, answer.attributes]).toEqual([5, []]);
	// The same as thirty requests of their own would be told.
	const alone = again.map(({ sender: _, ...one }) => one);
	expect(overRepresented(samples([...calm, ...alone])).attributes.length).toBeGreaterThan(0);
});
