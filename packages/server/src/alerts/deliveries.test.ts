/** Deliveries against real receivers: what arrives, and what happens when they are away, busy, broken, slow, or we are. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createRedactor } from "@errata/catalog";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type HttpReceiver, httpReceiver, type MailReceiver, mailReceiver } from "../testing/receiver.ts";
import { openWorkDatabase, type WorkDatabase } from "../work/database.ts";
import { createOutbox } from "../work/outbox.ts";
import type { AlertState } from "./alert-state.ts";
import { signature } from "./channels/webhook.ts";
import { createDeliveries, type Deliveries } from "./deliveries.ts";
import { createMessage } from "./message.ts";
import { isMetadata, waitOf } from "./post.ts";
import type { Channel } from "./rules-file.ts";

const SECRET = "a-secret-of-the-test";
const EMAIL = ["ada", "example.com"].join("@");
const NOW = Date.parse("2026-11-24T09:00:00Z");

let dir: string;
let http: HttpReceiver;
let mail: MailReceiver;
let database: WorkDatabase;
let channels: Record<string, Channel>;
let deliveries: Deliveries;
let now: number;
const lines: string[] = [];

beforeEach(async () => {
	dir = mkdtempSync(path.join(tmpdir(), "errata-deliveries-"));
	http = await httpReceiver();
	mail = await mailReceiver();
	channels = channelsAt(http.port, mail.port);
	now = NOW;
	lines.length = 0;
	open();
});
afterEach(async () => {
	database.close();
	await Promise.all([http.stop(), mail.stop()]);
	rmSync(dir, { recursive: true });
});

function channelsAt(port: number, smtp: number): Record<string, Channel> {
	const url = `http://127.0.0.1:${port}`;
	return {
		webhook: { type: "webhook", url: `${url}/hook`, secret: SECRET },
		slack: { type: "slack", url: `${url}/slack` },
		teams: { type: "teams", url: `${url}/teams` },
		pagerduty: { type: "pagerduty", url: `${url}/pd`, routingKey: "R0UT1NG" },
		email: { type: "email", smtp: `smtp://127.0.0.1:${smtp}`, from: "errata@example.org", to: ["ops@example.org"] },
	};
}

function open(timeoutMs = 300): void {
	const opened = openWorkDatabase(path.join(dir, "work.sqlite"));
	if (opened === undefined) throw new Error("the state file is held");
	database = opened;
	const outbox = createOutbox(database);
	const log = (line: string): void => void lines.push(line);
	deliveries = createDeliveries({ database, outbox, channels, log, timeoutMs });
}

const ALERT: AlertState = {
	rule: "new errors",
	subject: "issue:ab12",
	id: "alert-1",
	phase: "firing",
	since: NOW - 1000,
	turningSince: 0,
	changes: [],
	flapping: false,
	toldAt: 0,
	condition: {
		subject: "issue:ab12",
		issue: "ab12",
		service: "checkout",
		code: "NET_CONN_REFUSED",
		severity: "high",
		summary: `New error NET_CONN_REFUSED in checkout: <!channel> mail of ${EMAIL} \u202e refused`,
		begins: true,
	},
};

function add(channel: string, id = "d-1", state: AlertState = ALERT): void {
	const message = createMessage(
		{
			id,
			now,
			group: "new errors",
			rule: "new errors",
			kind: "new",
			alerts: [state],
			firing: state.phase === "firing",
			link: "http://localhost:4390/",
		},
		createRedactor(),
	);
	const told = { ...state.condition, alertId: state.id, rule: state.rule, kind: "new" };
	deliveries.add({ channel, tenant: "", message, told: [told] }, now);
}

const send = (): Promise<void> => deliveries.send(() => now);
/** What the audit trail will say. */
const trail = (): { event: string; deliveryId: string; detail: string; attempts: number }[] =>
	(database.sql.prepare("SELECT entry FROM outbox ORDER BY seq").all() as { entry: string }[]).map(({ entry }) =>
		JSON.parse(entry),
	);
const events = () => trail().map(({ event, deliveryId, attempts }) => `${deliveryId} ${event} ${attempts}`);

describe("what arrives", () => {
	test("a webhook gets the message, signed over time and body", async () => {
		add("webhook");
		await send();
		const [got] = http.received;
		expect(got?.headers["errata-delivery"]).toBe("d-1");
		const [, seconds, hex] = /^t=(\d+),v1=([0-9a-f]{64})$/u.exec(String(got?.headers["errata-signature"])) ?? [];
		expect(hex).toBe(signature(SECRET, Number(seconds), got?.text ?? ""));
		expect(Math.abs(Number(seconds) - Date.now() / 1000)).toBeLessThan(60);
		expect(got?.body).toMatchObject({
			id: "d-1",
			state: "firing",
			rule: "new errors",
			severity: "high",
			alerts: [{ id: "alert-1", issue: "ab12", url: "http://localhost:4390/issues/ab12" }],
		});
		expect(events()).toEqual(["d-1 delivered 1"]);
	});

	test("Slack gets text that mentions nobody", async () => {
		add("slack");
		await send();
		const body = http.received[0]?.body as unknown as { text: string; blocks: { type: string; text?: object }[] };
		expect(body.text).toContain("&lt;!channel&gt;");
		expect(body.blocks.map(({ type }) => type)).toEqual(["header", "section", "context"]);
		for (const block of body.blocks.slice(0, 2)) expect(block.text).toMatchObject({ type: "plain_text" });
	});

	test("Teams gets an Adaptive Card of plain runs", async () => {
		add("teams");
		await send();
		expect(http.received[0]?.body).toMatchObject({
			type: "message",
			attachments: [
				{
					contentType: "application/vnd.microsoft.card.adaptive",
					content: {
						type: "AdaptiveCard",
						body: [{ type: "RichTextBlock", inlines: [{ type: "TextRun" }] }, {}, {}],
					},
				},
			],
		});
	});

	test("PagerDuty's incident opens and is resolved under one key", async () => {
		add("pagerduty");
		add("pagerduty", "d-2", { ...ALERT, phase: "resolved" });
		await send();
		const [opened, resolved] = http.received.map(({ body }) => body as unknown as Record<string, unknown>);
		expect(opened).toMatchObject({
			routing_key: "R0UT1NG",
			event_action: "trigger",
			payload: { source: "checkout", severity: "error", class: "new" },
		});
		expect(resolved).toMatchObject({ event_action: "resolve", dedup_key: opened?.dedup_key });
	});

	test("a mail has an id of its own and the thread of its group", async () => {
		add("email");
		await send();
		const [text = ""] = mail.mails;
		expect(text).toMatch(/^Message-ID: <d-1@errata>\r$/mu);
		expect(text).toMatch(/^References: <[0-9a-f]{32}@errata>\r$/mu);
		expect(text).toMatch(/^Auto-Submitted: auto-generated\r$/mu);
		expect(text).toMatch(/^To: ops@example\.org\r$/mu);
		expect(text).toContain("Subject: [errata] new errors: New error NET_CONN_REFUSED");
	});

	test.each(["webhook", "slack", "teams", "pagerduty", "email"])("nothing private reaches %s", async (channel) => {
		add(channel);
		await send();
		const text = channel === "email" ? (mail.mails[0] ?? "") : (http.received[0]?.text ?? "");
		expect(text).toContain("REDACTED:email");
		expect(text.replaceAll("ops@example.org", "").replaceAll("errata@example.org", "")).not.toContain(EMAIL);
		expect(text).not.toContain("\u202e");
	});
});

describe.each(["webhook", "slack", "teams", "pagerduty"])("%s", (channel) => {
	const count = (): number => http.received.length;

	test("500 and 429: tried again, not before it was asked, and taken once", async () => {
		http.answer(500, { status: 429, retryAfter: "120" });
		add(channel);
		await send();
		await send();
		expect(count()).toBe(1);
		now += 20_000;
		await send();
		now += 60_000;
		add(channel, "d-2");
		await send();
		expect(count()).toBe(2);
		now += 61_000;
		await send();
		await send();
		expect(count()).toBe(4);
		expect(events()).toEqual(["d-2 delivered 1", "d-1 delivered 3"]);
		expect(deliveries.waiting()).toBe(0);
	});

	test("an outage ends: what waited arrives, once each", async () => {
		await http.stop();
		add(channel);
		await send();
		expect(lines).toEqual([`delivery d-1 to ${channel}, attempt 1: ECONNREFUSED; it will be tried again`]);
		http = await httpReceiver(http.port);
		now += 20_000;
		await send();
		await send();
		expect(count()).toBe(1);
		expect(events()).toEqual(["d-1 delivered 2"]);
	});

	test("what is refused is not tried again, and says why", async () => {
		http.answer(403);
		add(channel);
		await send();
		now += 3_600_000;
		await send();
		expect(count()).toBe(1);
		expect(trail()).toMatchObject([{ event: "failed", detail: "403 says 403", attempts: 1 }]);
	});

	test("a receiver that never answers: no id is shown twice to who does not know copies", async () => {
		http.answer("hang");
		add(channel);
		await send();
		now += 20_000;
		await send();
		expect(count()).toBe(2);
		const known = channel === "webhook" || channel === "pagerduty";
		expect(http.received[1]?.text.includes("d-1")).toBe(known);
		if (known) expect(events()).toEqual(["d-1 delivered 2"]);
		else {
			expect(events()).toEqual(["d-1 unknown 1", expect.stringMatching(/^[0-9a-f-]{36} delivered 1$/u)]);
			expect(http.received[1]?.text).toContain("An earlier delivery of this may have arrived too.");
		}
	});

	test("a crash in the middle of sending is as if nobody had answered", async () => {
		http.answer("hang");
		database.close();
		// Nothing but the crash ends this one.
		open(60_000);
		add(channel);
		const sending = send();
		while (count() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
		// What a killed process leaves is the file; the one under way is cut off from it.
		const left = database.sql.prepare("SELECT id, attempts, sending FROM delivery").all();
		expect(left).toMatchObject([{ id: "d-1", attempts: 1, sending: 1 }]);
		database.close();
		http.hangUp();
		await sending.catch(() => undefined);
		open();
		now = Date.now() + 20_000;
		await send();
		await send();
		expect(count()).toBe(2);
		expect(deliveries.waiting()).toBe(0);
		expect(http.received[1]?.text.includes("d-1")).toBe(channel === "webhook" || channel === "pagerduty");
	});
});

describe("email", () => {
	test("a mail server that is away, then busy, gets it when it can, once", async () => {
		await mail.stop();
		add("email");
		await send();
		expect(lines[0]).toMatch(/attempt 1: .*ECONNREFUSED/u);
		mail = await mailReceiver(mail.port);
		mail.answer(451);
		now += 20_000;
		await send();
		now += 60_000;
		await send();
		expect(mail.mails).toHaveLength(1);
		expect(events()).toEqual(["d-1 delivered 3"]);
	});

	test("a refusal for good is final", async () => {
		mail.answer(554);
		add("email");
		await send();
		expect(trail()).toMatchObject([{ event: "failed", detail: expect.stringMatching(/^554 /u) }]);
	});

	test("a server that only listens is not waited for", async () => {
		const silent = await httpReceiver();
		channels.email = { ...(channels.email as Channel & { type: "email" }), smtp: `smtp://127.0.0.1:${silent.port}` };
		add("email");
		await send();
		expect(lines[0]).toMatch(/attempt 1: ETIMEDOUT/u);
		await silent.stop();
	});
});

test("a receiver that stays away for good ends the delivery", async () => {
	http.answer(...Array.from({ length: 20 }, () => 503));
	add("webhook");
	for (let i = 0; i < 20; i++) {
		await send();
		now += 2_000_000;
	}
	expect(http.received).toHaveLength(12);
	expect(trail()).toMatchObject([{ event: "failed", detail: "503 says 503, after 12 attempts" }]);
});

test("one worker at a time: the file is free again when the first one closes it", () => {
	const file = path.join(dir, "work.sqlite");
	expect(openWorkDatabase(file)).toBeUndefined();
	database.close();
	const second = openWorkDatabase(file);
	expect(second).toBeDefined();
	second?.close();
	open();
});

describe("addresses where clouds hand out credentials", () => {
	test.each([
		"http://169.254.169.254/latest/meta-data/",
		"http://0xa9fea9fe/",
		"http://2852039166/",
		"http://[::ffff:169.254.169.254]/",
		"http://[fd00:ec2::254]/",
		"http://100.100.100.200/",
	])("%s is refused", async (url) => {
		channels.webhook = { type: "webhook", url, secret: SECRET };
		add("webhook");
		await send();
		expect(trail()).toMatchObject([{ event: "failed", detail: expect.stringContaining("allowMetadata") }]);
	});

	test("private and loopback addresses are the user's own affair", () => {
		for (const address of ["127.0.0.1", "10.0.0.1", "::1", "192.168.1.1"]) expect(isMetadata(address)).toBe(false);
	});

	test("a redirect is not followed", async () => {
		http.answer(302);
		add("webhook");
		await send();
		expect(trail()).toMatchObject([{ event: "failed", detail: "302 says 302" }]);
	});
});

test("Retry-After in seconds, as a date, nonsense, and too long", () => {
	expect(waitOf("30", NOW)).toBe(30_000);
	expect(waitOf("Tue, 24 Nov 2026 09:01:00 GMT", NOW)).toBe(60_000);
	expect(waitOf("soon", NOW)).toBeUndefined();
	expect(waitOf("99999999", NOW)).toBe(3_600_000);
});
