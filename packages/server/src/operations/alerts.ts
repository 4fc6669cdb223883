/** Alerts: the list, silences, a test of a channel. Rules are evaluated by the worker, not here. */
import { randomUUID } from "node:crypto";
import { type Alert, type Answer, alertsList, alertsSilence, alertsTest, alertsUnsilence } from "@errata/api";
import { createRedactor } from "@errata/catalog";
import { deliver } from "../alerts/channels/index.ts";
import { createMessage } from "../alerts/message.ts";
import { type Call, implement } from "../call.ts";
import { Failure, notFound, quoted } from "../failure.ts";
import { LIMITS } from "../limits.ts";
import { windowMs } from "../window.ts";
import { oneIssue } from "./issues.ts";

const DAY = 86_400_000;

export const listAlerts = implement(alertsList, async (input, { store, now, rules }) => {
	const sinceMs = now() - windowMs(input.window, 7 * DAY);
	const issue = input.fingerprint === undefined ? undefined : (await oneIssue(store, input.fingerprint)).fingerprint;
	const [alerts, silences] = await Promise.all([
		store.listAlerts({ state: input.state, rule: input.rule, issue, sinceMs, limit: input.limit ?? 50 }),
		store.listSilences(now()),
	]);
	const watched = (rules?.rules ?? []).map(({ name, when, to }) => ({ name, when, to }));
	return { alerts: alerts as Answer<Alert[]>, silences, rules: watched };
});

export const silenceAlerts = implement(alertsSilence, async (input, { store, now, caller }) => {
	const forMs = windowMs(input.for, 0);
	if (forMs > LIMITS.silenceDays * DAY)
		throw new Failure(
			"BAD_REQUEST",
			`A silence lasts at most ${LIMITS.silenceDays} days.`,
			"Remove the rule, or ignore the issue.",
		);
	const issue = input.fingerprint === undefined ? "" : (await oneIssue(store, input.fingerprint)).fingerprint;
	const common = {
		id: randomUUID(),
		actor: caller.actor,
		rule: input.rule ?? "",
		issue,
		service: input.service ?? "",
		code: input.code ?? "",
		comment: input.comment ?? "",
	};
	const untilMs = now() + forMs;
	await store.appendSilence({ ...common, untilMs }, now());
	return { silence: { ...common, until: new Date(untilMs).toISOString() } };
});

export const unsilenceAlerts = implement(alertsUnsilence, async ({ id }, { store, now, caller }) => {
	const found = (await store.listSilences(now())).find((silence) => silence.id === id);
	if (found === undefined) throw notFound("silence");
	const { until: _, ...rest } = found;
	const untilMs = now();
	await store.appendSilence({ ...rest, actor: caller.actor, untilMs }, untilMs);
	return { silence: { ...rest, actor: caller.actor, until: new Date(untilMs).toISOString() } };
});

export const testAlerts = implement(alertsTest, async ({ channel: name }, { rules, now }: Call) => {
	if (rules === undefined)
		throw new Failure("NOT_FOUND", "No rules are configured.", "Name a file of rules and channels in ERRATA_ALERTS.");
	const channel = Object.hasOwn(rules.channels, name) ? rules.channels[name] : undefined;
	if (channel === undefined)
		throw new Failure(
			"NOT_FOUND",
			`No channel is named ${quoted(name)}.`,
			`There are: ${Object.keys(rules.channels).join(", ")}.`,
		);
	const message = testMessage(now());
	const outcome = await deliver(channel, message);
	return {
		channel: name,
		type: channel.type,
		delivery: message.id,
		outcome: outcome.kind,
		detail: outcome.detail,
		durationMs: Math.max(0, Math.round(now() - Date.parse(message.at))),
	};
});

function testMessage(now: number) {
	const id = randomUUID();
	const condition = {
		subject: "test",
		issue: "",
		service: "",
		code: "",
		severity: "low",
		summary: "a test of this channel",
		begins: true,
	};
	const alert = {
		rule: "test",
		subject: "test",
		id,
		phase: "resolved" as const,
		since: now,
		turningSince: 0,
		changes: [],
		flapping: false,
		toldAt: 0,
		condition,
	};
	// Resolved: a test must not wake anybody.
	const parts = { id, now, group: "test", rule: "test", kind: "test", alerts: [alert], firing: false, link: "" };
	return createMessage({ ...parts, test: true }, createRedactor());
}
