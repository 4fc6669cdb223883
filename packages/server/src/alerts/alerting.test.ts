/** The worker over real ClickHouse and real receivers: errors come and go, rules see them, people are told. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { openStore, type Store } from "@errata/store";
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { type HttpReceiver, httpReceiver } from "../testing/receiver.ts";
import { errorRow, type Served, served } from "../testing/served.ts";
import { createWorker, type Worker } from "../work/worker.ts";
import type { Message } from "./message.ts";
import { checkRules, type Rule } from "./rules-file.ts";

const MINUTE = 60_000;
let s: Served;
/** Of a tenant of the test's own. */
let store: Store;
let tenant: string;
let http: HttpReceiver;
let dir: string;
let now: number;
const workers: Worker[] = [];
const lines: string[] = [];

beforeAll(async () => {
	s = await served(inject("clickhouseUrl"));
});
afterAll(() => s.stop());
beforeEach(async () => {
	tenant = randomBytes(4).toString("hex");
	store = openStore({ url: inject("clickhouseUrl"), database: s.store.database, tenant });
	http = await httpReceiver();
	dir = mkdtempSync(path.join(tmpdir(), "errata-worker-"));
	now = Date.now();
	lines.length = 0;
});
afterEach(async () => {
	for (const worker of workers.splice(0)) await worker.stop();
	await Promise.all([http.stop(), store.close()]);
	rmSync(dir, { recursive: true });
});

function worker(rules: readonly object[], file = "work.sqlite", more: object = {}): Worker {
	const channels = { ops: { type: "webhook", url: `${http.url}/ops`, secret: "a-secret-of-the-test" } };
	const made = createWorker({
		file: path.join(dir, file),
		store: () => store,
		rules: checkRules({ channels, rules, ...more }, "rules.yaml", {}),
		now: () => now,
		log: (line) => lines.push(line),
		deliverMs: 500,
	});
	workers.push(made);
	return made;
}

const rule = (over: Partial<Rule> & { readonly when: string }) => ({ name: `${over.when} rule`, to: ["ops"], ...over });
const messages = (): Message[] => http.received.map(({ body }) => body as Message);
const said = (): string[] =>
	messages().map((m) => `${m.state}: ${m.alerts.map((a) => `${a.state} ${a.summary}`).join("; ")}`);

async function fail(message: string, over: Partial<Parameters<typeof errorRow>[0]> = {}, times = 1): Promise<void> {
	await store.insertLogs(Array.from({ length: times }, () => errorRow({ message, at: now - 1000, tenant, ...over })));
}

test("a new error is told once, and that it went away; both stay in the list with their deliveries", async () => {
	const w = worker([rule({ when: "new", quiet: "30m" })]);
	await w.tick();
	expect(messages()).toEqual([]);
	await fail("connect ECONNREFUSED 10.0.3.7:5432");
	for (let i = 0; i < 3; i++) await w.tick();
	expect(said()).toEqual(["firing: firing New error NET_CONN_REFUSED in checkout: connect ECONNREFUSED 10.0.3.7:5432"]);
	expect(await store.listAlerts()).toMatchObject([
		{ rule: "new rule", kind: "new", state: "firing", code: "NET_CONN_REFUSED", resolvedAt: null, flapping: false },
	]);
	now += 31 * MINUTE;
	await w.tick();
	expect(said()[1]).toMatch(/^resolved: resolved New error/u);
	const [alert] = await store.listAlerts();
	expect(alert).toMatchObject({ state: "resolved", resolvedAt: new Date(now).toISOString() });
	expect(alert?.deliveries.map(({ channel, outcome, attempts }) => [channel, outcome, attempts])).toEqual([
		["ops", "delivered", 1],
		["ops", "delivered", 1],
	]);
	expect(lines).toEqual([]);
});

test("what a person resolves and what comes back", async () => {
	const w = worker([rule({ when: "new" }), rule({ when: "regressed" })]);
	await fail("connect ECONNREFUSED 10.0.3.7:5432");
	await w.tick();
	const [issue] = await store.listIssues();
	const issueId = issue?.fingerprint ?? "";
	const eventId = randomBytes(8).toString("hex");
	await store.addIssueEvent({ issueId, eventId, actor: "ada", action: "resolve", detail: "{}", atMs: now });
	now += 6 * MINUTE;
	await w.tick();
	expect(said()[1]).toMatch(/^resolved: /u);
	now += MINUTE;
	await fail("connect ECONNREFUSED 10.0.3.7:5432");
	now += MINUTE;
	await w.tick();
	expect(messages().map((m) => `${m.rule} ${m.state}`)).toContain("regressed rule firing");
	expect(said().some((text) => text.startsWith("firing: firing It is back: NET_CONN_REFUSED"))).toBe(true);
});

test("a burst escalates", async () => {
	const w = worker([rule({ when: "escalating" })]);
	for (const hour of [30, 28, 26]) await fail("socket hang up", { at: now - hour * 60 * MINUTE });
	await w.tick();
	expect(messages()).toEqual([]);
	await fail("socket hang up", {}, 40);
	await w.tick();
	expect(said()).toEqual([expect.stringContaining("firing Escalating:")]);
});

test("a rate over its threshold, per service; it resolves when it was down for a while", async () => {
	const w = worker([rule({ when: "rate", over: 5, window: "5m", by: "service", clear: "2m", every: "1m" } as never)]);
	await fail("socket hang up", { service: "checkout" }, 6);
	await fail("socket hang up", { service: "billing" }, 5);
	await w.tick();
	expect(said()).toEqual(["firing: firing 6 errors in 5m, more than 5 in checkout"]);
	now += 6 * MINUTE;
	await w.tick();
	expect(messages()).toHaveLength(1);
	now += 2 * MINUTE;
	await w.tick();
	expect(said()[1]).toMatch(/^resolved: /u);
});

test("a count unlike the weeks before", async () => {
	const w = worker([rule({ when: "anomaly", services: ["checkout"] } as never)]);
	const usual = (hour: number) => errorRow({ message: "socket hang up", tenant, at: now - hour * 60 * MINUTE });
	await store.insertLogs(Array.from({ length: 20 * 24 }, (_, hour) => usual(hour + 1)));
	await w.tick();
	expect(messages()).toEqual([]);
	await fail("socket hang up", {}, 120);
	await fail("socket hang up", { service: "billing" }, 120);
	now += 2 * MINUTE;
	await w.tick();
	expect(said()).toEqual([
		expect.stringMatching(/^firing: firing Unusual: 12[01] errors in an hour in checkout, about [01] were expected$/u),
	]);
});

test("a service that falls silent, and speaks again", async () => {
	await fail("socket hang up", { service: "billing" });
	const w = worker([rule({ when: "absence", services: ["billing", "checkout"], window: "10m", every: "1m" } as never)]);
	await w.tick();
	expect(said()).toEqual(["firing: firing Nothing heard from checkout for 10m"]);
	await fail("socket hang up", { service: "checkout" });
	now += 2 * MINUTE;
	await w.tick();
	expect(said()[1]).toMatch(/^resolved: resolved Nothing heard from checkout/u);
});

test("many at once are one message, or one per service; the rest is counted", async () => {
	const w = worker([rule({ when: "new" }), rule({ when: "new", name: "per service", groupBy: "service" })]);
	const words = ["apple", "bread", "chair", "door", "egg", "fork", "glass", "hat", "ink", "jar", "kite", "lamp"];
	for (const word of words) await fail(`the ${word} handler broke`, { service: word < "f" ? "one" : "two" });
	await w.tick();
	const [all, ...services] = messages();
	expect(all).toMatchObject({ title: "new rule: 12 firing", more: 2 });
	expect(all?.alerts).toHaveLength(10);
	expect(services.map(({ group }) => group).toSorted()).toEqual(["per service service:one", "per service service:two"]);
});

test("while it is silenced nobody is told; afterwards those are who should know", async () => {
	const w = worker([rule({ when: "new" })]);
	const silence = { id: "s-1", actor: "ada", rule: "", issue: "", service: "checkout", code: "", comment: "deploying" };
	await store.appendSilence({ ...silence, untilMs: now + 10 * MINUTE }, now);
	await fail("socket hang up");
	await w.tick();
	expect(messages()).toEqual([]);
	expect(await store.listAlerts()).toMatchObject([{ state: "firing", deliveries: [] }]);
	now += 11 * MINUTE;
	await w.tick();
	expect(said()).toEqual([expect.stringMatching(/^firing: /u)]);
});

test("what goes up and down all the time is told once, and that it is calm when it is", async () => {
	const w = worker([rule({ when: "absence", services: ["billing"], window: "2m", every: "1s" } as never)]);
	for (let i = 0; i < 6; i++) {
		await w.tick();
		now += 3 * MINUTE;
		await fail("socket hang up", { service: "billing" });
		await w.tick();
		now += 3 * MINUTE;
	}
	const states = messages().map(({ state, alerts }) => `${state}${alerts[0]?.flapping === true ? " flapping" : ""}`);
	// Two ups and one down were told before it counted as flapping; from there on it is one alert.
	expect(states).toEqual(["firing", "resolved", "firing"]);
	expect(await store.listAlerts({ state: "firing" })).toEqual([]);
	const quietly = async (minutes: number): Promise<void> => {
		for (const until = now + minutes * MINUTE; now < until; ) {
			now += 10 * MINUTE;
			await fail("socket hang up", { service: "billing" });
			await w.tick();
		}
	};
	await quietly(30);
	expect(messages()).toHaveLength(3);
	await quietly(40);
	expect(messages().at(-1)).toMatchObject({ state: "resolved", alerts: [{ state: "resolved", flapping: false }] });
	expect(messages()).toHaveLength(4);
});

test("a restart tells nothing twice, also when the worker's file is lost", async () => {
	const rules = [rule({ when: "new" })];
	const first = worker(rules);
	await fail("socket hang up");
	await first.tick();
	await first.stop();
	const second = worker(rules);
	await second.tick();
	await second.stop();
	await worker(rules, "another.sqlite").tick();
	expect(messages()).toHaveLength(1);
	expect(await store.listAlerts()).toHaveLength(1);
});

test("a second worker waits, and takes over when the first one ends", async () => {
	const rules = [rule({ when: "new" })];
	const first = worker(rules);
	const second = worker(rules);
	expect(await first.tick()).toBe(true);
	expect(await second.tick()).toBe(false);
	expect(lines).toEqual(["another errata does the background work; this one waits for it to end"]);
	await first.stop();
	expect(await second.tick()).toBe(true);
});

test("it goes on telling while it lasts, each time again after the rule's time", async () => {
	const w = worker([rule({ when: "absence", services: ["billing"], window: "10m", repeat: "1h" } as never)]);
	await w.tick();
	now += 30 * MINUTE;
	await w.tick();
	expect(messages()).toHaveLength(1);
	now += 31 * MINUTE;
	await w.tick();
	expect(messages().map(({ state }) => state)).toEqual(["firing", "firing"]);
});

test("what nobody can ask leaves alerts as they are: an outage of ClickHouse resolves nothing", async () => {
	const w = worker([rule({ when: "absence", services: ["billing"], window: "10m", every: "1m" } as never)]);
	await w.tick();
	now += 20 * MINUTE;
	const broken = createWorkerAt("http://127.0.0.1:1");
	await w.stop();
	await broken.tick();
	expect(lines.some((line) => line.startsWith("rule absence rule: cannot query"))).toBe(true);
	expect(messages()).toHaveLength(1);
});

function createWorkerAt(url: string): Worker {
	const away = openStore({ url });
	const channels = { ops: { type: "webhook", url: `${http.url}/ops`, secret: "a-secret-of-the-test" } };
	const rules = [rule({ when: "absence", services: ["billing"], window: "10m", every: "1m" } as never)];
	const made = createWorker({
		file: path.join(dir, "work.sqlite"),
		store: () => away,
		rules: checkRules({ channels, rules }, "rules.yaml", {}),
		now: () => now,
		log: (line) => lines.push(line),
	});
	workers.push(made);
	return made;
}
