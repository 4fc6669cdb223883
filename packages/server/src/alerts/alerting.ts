/** One look of the worker: what the rules see, what changed, what is told to whom. State is the worker's SQLite file. */
import { randomUUID } from "node:crypto";
import type { Redactor } from "@errata/catalog";
import type { AlertEventRow, Silence, Store } from "@errata/store";
import { LIMITS } from "../limits.ts";
import { windowMs } from "../window.ts";
import type { WorkDatabase } from "../work/database.ts";
import type { Outbox } from "../work/outbox.ts";
import { type AlertChange, type AlertState, type Condition, shouldBeTold, stepAlert } from "./alert-state.ts";
import { conditionsOf, type Look, lookAt, quietMs } from "./conditions.ts";
import type { Deliveries, Told } from "./deliveries.ts";
import { createMessage } from "./message.ts";
import type { Rule, RulesFile } from "./rules-file.ts";
import { createUnusual } from "./unusual.ts";

export interface AlertingOptions {
	readonly database: WorkDatabase;
	readonly outbox: Outbox;
	readonly deliveries: Deliveries;
	readonly rules: RulesFile;
	readonly store: (tenant: string) => Store;
	readonly redactor: Redactor;
	readonly log: (line: string) => void;
}

export interface Alerting {
	/** A rule whose question fails keeps its alerts as they are. Never rejects for that. */
	evaluate(now: number): Promise<void>;
}

const MINUTE = 60_000;

/** Milliseconds of a rule, with the presets: a rate near its threshold goes up and down, so it must stay down a while. */
function timingOf(rule: Rule) {
	return {
		forMs: windowMs(rule.for, 0),
		clearMs: windowMs(rule.clear, rule.when === "rate" ? 2 * MINUTE : 0),
		everyMs: windowMs(rule.every, 5 * MINUTE),
		repeatMs: windowMs(rule.repeat, 240 * MINUTE),
	};
}

export function createAlerting(options: AlertingOptions): Alerting {
	const { database, rules, log } = options;
	const { sql, transaction } = database;
	sql.exec(`CREATE TABLE IF NOT EXISTS alert (rule TEXT, subject TEXT, state TEXT, PRIMARY KEY (rule, subject));
		CREATE TABLE IF NOT EXISTS told (grp TEXT PRIMARY KEY, at INTEGER)`);
	const ofRule = sql.prepare("SELECT state FROM alert WHERE rule = ?");
	const put = sql.prepare("INSERT OR REPLACE INTO alert VALUES (?, ?, ?)");
	const forget = sql.prepare("DELETE FROM alert WHERE rule = ? AND subject = ?");
	const lastTold = sql.prepare("SELECT at FROM told WHERE grp = ?");
	const tell = sql.prepare("INSERT OR REPLACE INTO told VALUES (?, ?)");
	const known = sql.prepare("SELECT count(*) AS n FROM alert");

	const statesOf = (rule: string): AlertState[] =>
		(ofRule.all(rule) as unknown as { state: string }[]).map(({ state }) => JSON.parse(state) as AlertState);
	const save = (state: AlertState): void => {
		put.run(state.rule, state.subject, JSON.stringify(state));
	};

	function step(rule: Rule, conditions: readonly Condition[], now: number): void {
		const before = new Map(statesOf(rule.name).map((state) => [state.subject, state]));
		const seen = new Map(conditions.map((condition) => [condition.subject, condition]));
		const timing = timingOf(rule);
		let room = LIMITS.alerts - (known.get() as { n: number }).n;
		let refused = 0;
		for (const subject of new Set([...before.keys(), ...seen.keys()])) {
			if (!before.has(subject) && room <= 0) {
				refused++;
				continue;
			}
			const condition = seen.get(subject);
			const { state, changes } = stepAlert(before.get(subject), {
				rule: rule.name,
				condition,
				timing,
				now,
				newId: randomUUID,
			});
			if (state === undefined) {
				forget.run(rule.name, subject);
				continue;
			}
			if (!before.has(subject)) room--;
			save(state);
			for (const change of changes) record(rule, state, change, now);
		}
		if (refused > 0) log(`rule ${rule.name}: ${LIMITS.alerts} alerts are there already, ${refused} more were left out`);
	}

	function record(rule: Rule, state: AlertState, event: AlertChange, now: number): void {
		const row: AlertEventRow = {
			...toldOf(rule, state),
			at: now,
			eventId: `${state.id}:${event}:${now}`,
			event,
			summary: options.redactor.text(state.condition.summary).slice(0, LIMITS.messageChars * 4),
			channel: "",
			deliveryId: "",
			attempts: 0,
			detail: "",
		};
		options.outbox.add(rule.tenant ?? "", row);
	}

	/** Messages of a rule, one per group of which something changed that is not silenced. */
	function announce(rule: Rule, silences: readonly Silence[], now: number): void {
		const { everyMs, repeatMs } = timingOf(rule);
		for (const [group, states] of Map.groupBy(statesOf(rule.name), (state) => groupOf(rule, state))) {
			const due = states.filter((state) => isDue(state, rule, silences, now - repeatMs));
			const last = (lastTold.get(group) as { at: number } | undefined)?.at ?? Number.NEGATIVE_INFINITY;
			if (due.length === 0 || last > now - everyMs) continue;
			const alerts = due.toSorted((a, b) => Number(shouldBeTold(b)) - Number(shouldBeTold(a)) || a.since - b.since);
			const firing = states.some((state) => shouldBeTold(state) && (state.toldAt > 0 || due.includes(state)));
			for (const channel of rule.to) {
				const message = createMessage(
					{ id: randomUUID(), now, group, rule: rule.name, kind: rule.when, alerts, firing, link: rules.link ?? "" },
					options.redactor,
				);
				const told = alerts.map((state) => toldOf(rule, state));
				options.deliveries.add({ channel, tenant: rule.tenant ?? "", message, told }, now);
			}
			tell.run(group, now);
			for (const state of due) save({ ...state, toldAt: shouldBeTold(state) ? now : 0 });
		}
	}

	/** What ClickHouse remembers of a worker whose file is gone: what fires was told. */
	async function recall(now: number): Promise<void> {
		if ((known.get() as { n: number }).n > 0) return;
		for (const rule of rules.rules) {
			const firing = await options
				.store(rule.tenant ?? "")
				.listAlerts({ state: "firing", rule: rule.name, limit: 1_000 });
			transaction(() => {
				for (const alert of firing) save(recalled(alert, now));
			});
		}
	}

	const quiet = Math.max(...rules.rules.map(quietMs), LIMITS.newMs);
	const unusual = createUnusual();
	let remembers = false;
	return {
		async evaluate(now) {
			if (!remembers) await recall(now);
			remembers = true;
			const looks = new Map<string, { look: Look; silences: readonly Silence[] }>();
			for (const rule of rules.rules) {
				const tenant = rule.tenant ?? "";
				try {
					const at = looks.get(tenant) ?? {
						look: lookAt(options.store(tenant), now, quiet, (by) => unusual(tenant, options.store(tenant), by, now)),
						silences: await options.store(tenant).listSilences(now),
					};
					looks.set(tenant, at);
					const conditions = await conditionsOf(rule, at.look);
					transaction(() => {
						step(rule, conditions, now);
						announce(rule, at.silences, now);
					});
				} catch (error) {
					log(`rule ${rule.name}: ${(error as Error).message}`);
				}
			}
		},
	};
}

function isDue(state: AlertState, rule: Rule, silences: readonly Silence[], repeatBefore: number): boolean {
	if (!shouldBeTold(state)) return state.toldAt > 0;
	return (state.toldAt === 0 || state.toldAt <= repeatBefore) && !silences.some((s) => silenced(s, rule, state));
}

export function silenced(silence: Silence, rule: Rule, { condition }: AlertState): boolean {
	const fits = (wanted: string, has: string): boolean => wanted === "" || wanted === has;
	return (
		fits(silence.rule, rule.name) &&
		fits(silence.issue, condition.issue) &&
		fits(silence.service, condition.service) &&
		fits(silence.code, condition.code)
	);
}

function groupOf(rule: Rule, { condition, subject }: AlertState): string {
	const base = rule.tenant === undefined ? rule.name : `${rule.tenant}/${rule.name}`;
	if (rule.groupBy === "service") return `${base} service:${condition.service}`;
	return rule.groupBy === "alert" ? `${base} ${subject}` : base;
}

function toldOf(rule: Rule, { id, subject, condition }: AlertState): Told {
	const { issue, service, code, severity } = condition;
	return { alertId: id, rule: rule.name, kind: rule.when, subject, issue, service, code, severity };
}

function recalled(alert: Awaited<ReturnType<Store["listAlerts"]>>[number], now: number): AlertState {
	const { rule, subject, id, issue, service, code, severity, summary, flapping } = alert;
	return {
		rule,
		subject,
		id,
		phase: "firing",
		since: Date.parse(alert.firedAt),
		turningSince: 0,
		changes: [],
		flapping,
		toldAt: now,
		condition: { subject, issue, service, code, severity, summary, begins: false },
	};
}
