/** Actions from proposal to outcome: real requests to a real receiver, real programs, killed workers; and what is never done. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { builtinCatalog, createRedactor } from "@errata/catalog";
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { signature } from "../alerts/channels/webhook.ts";
import { type Caller, perform } from "../call.ts";
import { implemented } from "../operations/index.ts";
import { type HttpReceiver, httpReceiver } from "../testing/receiver.ts";
import { errorRow, type Served, served } from "../testing/served.ts";
import { checkActions } from "./actions-file.ts";
import { type ActionBook, openActionBook } from "./book.ts";
import { createRunner } from "./runner.ts";

const HOUR = 3_600_000;
const SECRET = "0123456789abcdef";

let s: Served;
let receiver: HttpReceiver;
let fingerprint = "";
const directory = mkdtempSync(path.join(tmpdir(), "errata-actions-"));
beforeAll(async () => {
	s = await served(inject("clickhouseUrl"));
	receiver = await httpReceiver();
	const row = errorRow({ message: "connect ECONNREFUSED 10.0.3.7:5432 for ann@example.com" });
	fingerprint = row.LogAttributes["errata.fingerprint"] ?? "";
	const names = ["evil; touch /tmp/errata-owned", "$(reboot)", "--all"];
	const evil = names.map((service, i) => errorRow({ message: `disk ${"abc"[i]} broke`, type: "EvilError", service }));
	await s.store.insertLogs([row, ...evil]);
});
afterAll(async () => {
	await s.stop();
	await receiver.stop();
	rmSync(directory, { recursive: true, force: true });
});

let book: ActionBook;
let bookFile = "";
let now = 0;
beforeEach(() => {
	bookFile = path.join(directory, `${randomBytes(4).toString("hex")}.sqlite`);
	book = openActionBook(bookFile);
	now = Date.now();
});
const children: ChildProcess[] = [];
afterEach(() => {
	for (const child of children.splice(0)) child.kill("SIGKILL");
	book.close();
});

interface One {
	readonly id: string;
	readonly state: string;
	readonly detail: string;
	readonly decidedBy: string;
	readonly attempts: number;
	readonly link: string;
	readonly preview: string;
}

/** A desk with these actions: what its operations answer, and a look of a runner. */
function desk(actions: Record<string, object>, policies: object[] = [], proposals: object[] = []) {
	const file = checkActions({ actions, policies, proposals, link: "http://localhost:4390" }, "actions.yaml", {});
	const redactor = createRedactor();
	const ask = async <T>(name: string, input: object, caller: Partial<Caller> = {}): Promise<T> => {
		const who: Caller = { tenant: "", role: "admin", actor: "ann", ...caller };
		const signal = new AbortController().signal;
		const call = {
			store: s.store,
			catalog: builtinCatalog(),
			caller: who,
			actions: { file, book, redactor },
			now: () => now,
			signal,
		};
		return (await perform(implemented(name), input, call)) as T;
	};
	const decide = async (verb: string, id: string, caller?: Partial<Caller>) =>
		(await ask<{ action: One }>(`actions.${verb}`, { id }, caller)).action;
	return {
		ask,
		propose: async (action: string, more: object = {}, caller?: Partial<Caller>) =>
			(await ask<{ action: One }>("actions.propose", { fingerprint, action, ...more }, caller)).action,
		approve: (id: string, caller?: Partial<Caller>) => decide("approve", id, caller),
		decide,
		get: async (id: string) => (await ask<{ action: One }>("actions.get", { id })).action,
		log: async (id: string) =>
			(
				await ask<{ log: { event: string; actor: string; output: string; exitCode: number | null; detail: string }[] }>(
					"actions.log",
					{ id },
				)
			).log,
		runner: (more: object = {}) =>
			createRunner({
				file,
				book,
				store: () => s.store,
				catalog: builtinCatalog(),
				redactor,
				runs: true,
				now: () => now,
				env: { PATH: process.env.PATH },
				...more,
			}),
	};
}

const NODE = process.execPath;
/** A program that appends its arguments to a file. */
function appends(name: string, more = "") {
	const file = path.join(directory, `${name}-${randomBytes(4).toString("hex")}`);
	const code = `require("fs").appendFileSync(${JSON.stringify(file)}, JSON.stringify(process.argv.slice(1)) + "\\n");${more}`;
	return {
		argv: [NODE, "-e", code],
		lines: () => (existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : []),
	};
}
const hook = () => ({ type: "webhook", url: `${receiver.url}/runbook`, secret: SECRET });
const problem = (promise: Promise<unknown>) =>
	promise.then(
		() => ({}),
		(error: unknown) => error,
	);

test("nothing is done without approval, after a rejection, when it expired, or where nobody runs actions", async () => {
	const { argv, lines } = appends("unapproved");
	const d = desk({ run: { type: "command", argv }, hook: hook() });
	const before = receiver.received.length;
	const proposed = await d.propose("run");
	const rejected = await d.propose("hook");
	await d.decide("reject", rejected.id);
	await d.runner().look();
	expect((await d.get(proposed.id)).state).toBe("proposed");
	expect(await problem(d.approve(rejected.id))).toMatchObject({ code: "CONFLICT" });
	now += 25 * HOUR;
	expect(await problem(d.approve(proposed.id))).toMatchObject({
		code: "CONFLICT",
		message: expect.stringContaining("expired"),
	});
	const late = await d.propose("run");
	await d.approve(late.id);
	await d.runner({ runs: false }).look();
	expect((await d.get(late.id)).state).toBe("approved");
	now += 25 * HOUR;
	await d.runner().look();
	expect(await d.get(late.id)).toMatchObject({ state: "expired" });
	expect(lines()).toEqual([]);
	expect(receiver.received.length).toBe(before);
});

test("without a file of actions nothing can be proposed, and the list says so", async () => {
	const call = {
		store: s.store,
		catalog: builtinCatalog(),
		caller: { tenant: "", role: "admin", actor: "ann" } as const,
		now: () => now,
		signal: new AbortController().signal,
	};
	expect(await perform(implemented("actions.list"), {}, call)).toEqual({ actions: [], configured: [] });
	const refused = await problem(perform(implemented("actions.propose"), { fingerprint, action: "run" }, call));
	expect(refused).toMatchObject({ code: "NOT_FOUND", message: "No actions are configured, so nothing is done." });
});

test("roles: a viewer proposes nothing, a member approves what members may, another tenant sees nothing", async () => {
	const d = desk({ open: { ...hook(), approve: "member" }, shut: hook() });
	expect(await problem(d.propose("open", {}, { role: "viewer" }))).toMatchObject({ code: "FORBIDDEN" });
	const member = { role: "member", actor: "bob" } as const;
	const open = await d.propose("open", {}, member);
	const shut = await d.propose("shut", {}, member);
	expect(await d.approve(open.id, member)).toMatchObject({ state: "approved", decidedBy: "bob" });
	expect(await problem(d.approve(shut.id, member))).toMatchObject({ code: "FORBIDDEN" });
	for (const name of ["actions.get", "actions.approve", "actions.reject", "actions.cancel", "actions.log"])
		expect(await problem(d.ask(name, { id: shut.id }, { tenant: "other" }))).toMatchObject({ code: "NOT_FOUND" });
	expect(await d.ask("actions.list", {}, { tenant: "other" })).toMatchObject({ actions: [] });
	expect(await d.decide("cancel", open.id)).toMatchObject({ state: "cancelled" });
});

test("a webhook is signed, tried again under the same id until it is taken, and the trail is in ClickHouse", async () => {
	const d = desk({ hook: hook() });
	const { id } = await d.propose("hook", { reason: "mail ann@example.com" });
	// The same again is the same one.
	expect((await d.propose("hook")).id).toBe(id);
	await d.approve(id.slice(0, 8));
	const before = receiver.received.length;
	receiver.answer(500, { status: 429, retryAfter: "60" }, 200);
	await d.runner().look();
	expect(await d.get(id)).toMatchObject({ state: "approved", attempts: 1 });
	await d.runner().look();
	expect(receiver.received.length).toBe(before + 1);
	now += 20_000;
	await d.runner().look();
	now += 59_000;
	await d.runner().look();
	expect(receiver.received.length).toBe(before + 2);
	now += 1_001;
	await d.runner().look();
	expect(await d.get(id)).toMatchObject({ state: "done", attempts: 3, detail: "answered 200" });
	const sent = receiver.received.slice(before);
	expect(sent.map(({ headers }) => headers["errata-delivery"])).toEqual([id, id, id]);
	for (const { headers, text } of sent) {
		const [, seconds, hex] = /^t=(\d+),v1=([0-9a-f]{64})$/u.exec(String(headers["errata-signature"])) ?? [];
		expect(hex).toBe(signature(SECRET, Number(seconds), text));
		expect(JSON.parse(text)).toMatchObject({
			kind: "action",
			id,
			fingerprint,
			code: "NET_CONN_REFUSED",
			service: "checkout",
		});
		expect(text).not.toContain("ann@example.com");
	}
	expect(
		(await s.store.actionEvents(id)).map(({ event, actor }) => [event, actor.includes(":") ? "runner" : actor]),
	).toEqual([
		["proposed", "ann"],
		["approved", "ann"],
		["started", "runner"],
		["later", "runner"],
		["started", "runner"],
		["later", "runner"],
		["started", "runner"],
		["done", "runner"],
	]);
	expect(book.pending("", id)).toEqual([]);
	expect((await d.log(id)).map(({ event }) => event)).toHaveLength(8);
});

test("GitHub, GitLab and a template get the report; an answer that may hide a success is not repeated", async () => {
	const d = desk({
		github: { type: "github", repository: "acme/shop", token: "ghp_1234567", url: receiver.url, labels: ["errata"] },
		gitlab: { type: "gitlab", project: "acme/shop", token: "glpat-1234567", url: receiver.url },
		tracker: {
			type: "tracker",
			url: `${receiver.url}/t`,
			headers: { "x-key": "key-1234567" },
			body: { f: { s: "{{title}}", d: "{{report}}" } },
		},
	});
	const page = "https://github.example/acme/shop/issues/7";
	const before = receiver.received.length;
	for (const [name, reply, state] of [
		["github", { status: 201, text: JSON.stringify({ url: "x", html_url: page, echo: "ghp_1234567" }) }, "done"],
		["gitlab", 502, "unknown"],
		["tracker", { status: 400, text: "no key-1234567" }, "failed"],
	] as const) {
		const { id } = await d.propose(name);
		await d.approve(id);
		receiver.answer(reply);
		await d.runner().look();
		now += HOUR;
		await d.runner().look();
		const one = await d.get(id);
		expect(one).toMatchObject({ state, attempts: 1, link: name === "github" ? page : "" });
		const said = JSON.stringify([one, await d.log(id), await s.store.actionEvents(id)]);
		expect(said).not.toMatch(/ghp_1234567|glpat-1234567|key-1234567/u);
	}
	const [github, gitlab, tracker, ...rest] = receiver.received.slice(before);
	expect(rest).toEqual([]);
	expect(github?.path).toBe("/repos/acme/shop/issues");
	expect(github?.headers).toMatchObject({ authorization: "Bearer ghp_1234567", "user-agent": "errata" });
	const made = github?.body as unknown as { title: string; body: string; labels: string[] };
	expect(made).toMatchObject({ title: expect.stringContaining("NET_CONN_REFUSED in checkout: "), labels: ["errata"] });
	expect(made.body).toContain("errata-action: ");
	expect(made.body).toContain(`http://localhost:4390/issues/${fingerprint}`);
	expect(gitlab?.path).toBe("/api/v4/projects/acme%2Fshop/issues");
	expect(gitlab?.headers["private-token"]).toBe("glpat-1234567");
	expect(tracker?.body).toMatchObject({ f: { d: expect.stringContaining("NET_CONN_REFUSED") } });
	expect(receiver.received.slice(before).some(({ text }) => text.includes("ann@example.com"))).toBe(false);
});

test("a command gets its arguments as they are, its report on stdin, no secret of errata, and is told of with its exit code", async () => {
	const { argv, lines } = appends(
		"args",
		`let t="";process.stdin.on("data",c=>t+=c).on("end",()=>{console.log(t.length, Object.keys(process.env).filter(k=>!k.startsWith("__")).join(), "bob@example.com", "x".repeat(60000));process.exit(3)})`,
	);
	const d = desk({
		fix: { type: "agent", argv: [...argv, "$(id); {{service}}", "{{fingerprint}}"], services: ["checkout"] },
	});
	const { id, preview } = await d.propose("fix");
	expect(preview).toContain("$(id); checkout");
	await d.approve(id);
	await d.runner({ env: { PATH: process.env.PATH, ERRATA_SECRET: "s3cret" } }).look();
	expect(lines()).toEqual([JSON.stringify(["$(id); checkout", fingerprint])]);
	expect(await d.get(id)).toMatchObject({ state: "failed", detail: "it ended with 3", attempts: 1 });
	const end = (await d.log(id)).at(-1);
	expect(end).toMatchObject({ event: "failed", exitCode: 3 });
	expect(end?.output.length).toBeLessThanOrEqual(8_192);
	expect(end?.output).not.toContain("bob@example.com");
	now += HOUR;
	await d.runner().look();
	expect(lines()).toHaveLength(1);
});

test("services that call themselves by a command are refused before anybody is asked", async () => {
	const { issues } = (await perform(
		implemented("issues.list"),
		{},
		{
			store: s.store,
			catalog: builtinCatalog(),
			caller: { tenant: "", role: "viewer", actor: "x" },
			now: () => now,
			signal: new AbortController().signal,
		},
	)) as { issues: { issue: { fingerprint: string; services: string[] } }[] };
	const evil = issues.map(({ issue }) => issue).filter(({ services }) => services[0] !== "checkout");
	expect(evil).toHaveLength(3);
	const { argv, lines } = appends("evil");
	const d = desk({
		restart: { type: "command", argv: [...argv, "{{service}}"], services: evil.flatMap(({ services }) => services) },
	});
	for (const issue of evil) {
		const refused = await problem(d.propose("restart", { fingerprint: issue.fingerprint }));
		expect(refused).toMatchObject({
			code: "CONFLICT",
			message: expect.stringContaining("is no word that a command may get"),
		});
	}
	const foreign = desk({ restart: { type: "command", argv: [...argv, "{{service}}"], services: ["checkout"] } });
	expect(await problem(foreign.propose("restart", { fingerprint: evil[0]?.fingerprint }))).toMatchObject({
		code: "CONFLICT",
	});
	expect(await problem(foreign.propose("restart", { service: "sshd" }))).toMatchObject({ code: "BAD_REQUEST" });
	await d.runner().look();
	expect(lines()).toEqual([]);
	expect(existsSync("/tmp/errata-owned")).toBe(false);
});

test("a program that is not there, that hangs, and that is not the one that was approved", async () => {
	const d = desk({
		missing: { type: "command", argv: ["/nonexistent/program"] },
		hangs: {
			type: "command",
			argv: [NODE, "-e", "process.on('SIGTERM',()=>{console.log('told');process.exit(0)});setInterval(()=>{},1000)"],
			timeout: "1s",
		},
		changed: { type: "command", argv: ["true"] },
	});
	const ids: string[] = [];
	for (const name of ["missing", "hangs", "changed"]) {
		const { id } = await d.propose(name);
		await d.approve(id);
		ids.push(id);
	}
	const other = desk({ changed: { type: "command", argv: ["false"] } });
	await other.runner().look();
	await d.runner().look();
	const [missing, hangs, changed] = await Promise.all(ids.map((id) => d.get(id)));
	expect(missing).toMatchObject({ state: "failed", detail: "it could not be started: ENOENT" });
	expect(hangs).toMatchObject({ state: "failed", detail: "it did not end within 1 s and was killed" });
	expect((await d.log(hangs?.id ?? "")).at(-1)).toMatchObject({ exitCode: null, output: "told\n" });
	expect(changed).toMatchObject({ state: "failed", detail: expect.stringContaining("its definition was changed") });
});

test("a policy approves what it is for, so many an hour, and nothing else", async () => {
	const policies = [
		{ name: "network", actions: ["a", "b", "c"], categories: ["network"], services: ["checkout"], perHour: 2 },
	];
	const d = desk({ a: hook(), b: hook(), c: hook(), other: hook() }, policies);
	const wrong = desk({ a: hook() }, [{ name: "databases", actions: ["a"], categories: ["database"], perHour: 9 }]);
	expect((await wrong.propose("a", {}, { role: "member" })).state).toBe("proposed");
	await wrong.decide("cancel", (await wrong.propose("a")).id);
	const member = { role: "member", actor: "bot" } as const;
	const first = await d.propose("a", {}, member);
	expect(first).toMatchObject({ state: "approved", decidedBy: "policy:network" });
	expect((await d.propose("other", {}, member)).state).toBe("proposed");
	expect((await d.propose("b", {}, member)).state).toBe("approved");
	const third = await d.propose("c", {}, member);
	expect(third.state).toBe("proposed");
	await d.decide("cancel", third.id);
	now += HOUR + 1;
	expect((await d.propose("c", {}, member)).state).toBe("approved");
});

test("a rule proposes what an issue became, each once and so many an hour, and a policy may approve it", async () => {
	const proposals = [
		{ name: "fresh", action: "hook", when: ["new"], services: ["checkout"], perHour: 9 },
		{ name: "few", action: "other", when: ["new"], perHour: 1 },
	];
	const policies = [{ name: "all", actions: ["hook"], perHour: 9 }];
	const d = desk({ hook: hook(), other: hook() }, policies, proposals);
	const before = receiver.received.length;
	await d.runner({ runs: false }).look();
	expect(await d.ask("actions.list", {})).toMatchObject({ actions: [] });
	await d.runner().look();
	now += 16_000;
	await d.runner().look();
	const { actions } = await d.ask<{ actions: (One & { action: string; proposedBy: string; reason: string })[] }>(
		"actions.list",
		{},
	);
	expect(
		actions.map(({ action, state, proposedBy, decidedBy }) => [action, state, proposedBy, decidedBy]).toSorted(),
	).toEqual([
		["hook", "done", "rule:fresh", "policy:all"],
		["other", "proposed", "rule:few", ""],
	]);
	expect(actions[0]?.reason).toContain("new: first seen less than 24 hours ago");
	expect(receiver.received.length).toBe(before + 1);
});

/** A runner in a process of its own, which the test may kill. */
function workerProcess(file: object): ChildProcess {
	const actionsFile = path.join(directory, `${randomBytes(4).toString("hex")}.json`);
	writeFileSync(actionsFile, JSON.stringify(file));
	const main = new URL("../testing/action-runner.ts", import.meta.url).pathname;
	const database = s.store.database;
	const child = spawn(
		NODE,
		["--conditions=errata-source", main, inject("clickhouseUrl"), database, bookFile, actionsFile],
		{ stdio: "inherit" },
	);
	children.push(child);
	return child;
}

const until = async (what: () => boolean | Promise<boolean>): Promise<void> => {
	while (!(await what())) await sleep(50);
};

test.each([
	[false, 1, "unknown"],
	[true, 2, "done"],
])(
	"a worker that is killed in the middle: repeatable %s, so it is run %d time(s) and ends as %s",
	async (repeatable, times, state) => {
		const { argv, lines } = appends("killed");
		// The first one hangs, the second one ends.
		const flag = path.join(directory, randomBytes(4).toString("hex"));
		const hang = `const fs=require("fs");if(!fs.existsSync(${JSON.stringify(flag)})){fs.writeFileSync(${JSON.stringify(flag)}, String(process.pid));setInterval(()=>{},1000)}`;
		const actions = {
			run: { type: "command", argv: [NODE, "-e", `${argv[2]}${hang}`], repeatable, attempts: 3, timeout: "5m" },
		};
		const d = desk(actions);
		const { id } = await d.propose("run");
		await d.approve(id);
		const worker = workerProcess({ actions });
		await until(() => existsSync(flag) && readFileSync(flag, "utf8") !== "");
		const gone = new Promise((resolve) => worker.once("exit", resolve));
		worker.kill("SIGKILL");
		await gone;
		process.kill(Number(readFileSync(flag, "utf8")), "SIGKILL");
		// The lease holds for a while: nobody else takes it.
		await d.runner().look();
		expect(await d.get(id)).toMatchObject({ state: "running", attempts: 1 });
		now += 60_000;
		await d.runner().look();
		now += 60_000;
		await d.runner().look();
		expect(await d.get(id)).toMatchObject({ state, attempts: times });
		expect(lines()).toHaveLength(times);
		expect((await d.log(id)).map(({ event }) => event).filter((event) => event === "started")).toHaveLength(times);
	},
);

test("two processes and a third one share the work: each action is done once", async () => {
	const { argv, lines } = appends("shared");
	const names = Array.from({ length: 12 }, (_, i) => `run-${i}`);
	const actions = Object.fromEntries(names.map((name) => [name, { type: "command", argv: [...argv, name] }]));
	const d = desk(actions);
	for (const name of names) await d.approve((await d.propose(name)).id);
	workerProcess({ actions });
	workerProcess({ actions });
	const own = d.runner({ now: () => Date.now(), pollMs: 20 });
	own.start();
	await until(
		() => lines().length >= names.length && book.list("", { state: "done", limit: 50 }).length === names.length,
	);
	await own.stop();
	expect(lines().toSorted()).toEqual(names.map((name) => JSON.stringify([name])).toSorted());
});

test("a runner that is stopped ends its commands, and says so", async () => {
	const { argv, lines } = appends("stopped", "setInterval(()=>{},1000)");
	const d = desk({ run: { type: "command", argv } });
	const { id } = await d.propose("run");
	await d.approve(id);
	const runner = d.runner({ pollMs: 20 });
	runner.start();
	await until(() => lines().length === 1);
	await runner.stop();
	expect(await d.get(id)).toMatchObject({ state: "failed", detail: "errata stopped while it ran, and ended it" });
	expect((await d.ask<{ actions: One[] }>("actions.list", { state: "failed" })).actions.map((one) => one.id)).toEqual([
		id,
	]);
});
