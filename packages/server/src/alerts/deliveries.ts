/**
 * Messages on their way: each is one delivery per channel, tried until it is taken, refused or too old. A delivery that
 * was taken is never sent again. One of which nobody knows is sent again under the same id if the receiver knows
 * copies by it; for the others it ends as unknown, and a new delivery says that it may be a repeat.
 */
import { randomUUID } from "node:crypto";
import type { AlertEventRow } from "@errata/store";
import { LIMITS } from "../limits.ts";
import type { WorkDatabase } from "../work/database.ts";
import type { Outbox } from "../work/outbox.ts";
import { deliver, knowsCopies } from "./channels/index.ts";
import type { Message } from "./message.ts";
import type { Outcome } from "./post.ts";
import type { Channel } from "./rules-file.ts";

/** What the audit trail says of an alert in a message. */
export type Told = Pick<
	AlertEventRow,
	"alertId" | "rule" | "kind" | "subject" | "issue" | "service" | "code" | "severity"
>;

export interface NewDelivery {
	readonly channel: string;
	readonly tenant: string;
	readonly message: Message;
	readonly told: readonly Told[];
}

export interface Deliveries {
	/** Within the caller's transaction. */
	add(delivery: NewDelivery, now: number): void;
	/** Tries what is due. Never rejects for what a receiver does. */
	send(now: () => number): Promise<void>;
	waiting(): number;
}

interface Row {
	readonly id: string;
	readonly channel: string;
	readonly tenant: string;
	readonly message: string;
	readonly told: string;
	readonly attempts: number;
}

export interface DeliveriesOptions {
	readonly database: WorkDatabase;
	readonly outbox: Outbox;
	readonly channels: Readonly<Record<string, Channel>>;
	readonly log: (line: string) => void;
	/** Milliseconds one attempt may take. */
	readonly timeoutMs?: number | undefined;
}

export function createDeliveries(options: DeliveriesOptions): Deliveries {
	const { database, outbox, channels, log } = options;
	const { sql, transaction } = database;
	sql.exec(`CREATE TABLE IF NOT EXISTS delivery (id TEXT PRIMARY KEY, channel TEXT, tenant TEXT, message TEXT, told TEXT,
		created INTEGER, attempts INTEGER, next INTEGER, sending INTEGER);
		CREATE TABLE IF NOT EXISTS rest (channel TEXT PRIMARY KEY, until INTEGER)`);
	const put = sql.prepare("INSERT INTO delivery VALUES (?, ?, ?, ?, ?, ?, 0, ?, 0)");
	const due = sql.prepare(
		"SELECT * FROM delivery WHERE channel = ? AND next <= ? AND sending = 0 ORDER BY next, created LIMIT ?",
	);
	const begin = sql.prepare("UPDATE delivery SET sending = 1, attempts = attempts + 1 WHERE id = ?");
	const later = sql.prepare("UPDATE delivery SET sending = 0, next = ? WHERE id = ?");
	const restUntil = sql.prepare("INSERT OR REPLACE INTO rest VALUES (?, ?)");
	const resting = sql.prepare("SELECT 1 FROM rest WHERE channel = ? AND until > ?");
	const remove = sql.prepare("DELETE FROM delivery WHERE id = ?");
	const excess = sql.prepare("SELECT * FROM delivery WHERE channel = ? ORDER BY created DESC LIMIT -1 OFFSET ?");
	const count = sql.prepare("SELECT count(*) AS n FROM delivery");

	function add(delivery: NewDelivery, now: number): void {
		const { channel, tenant, message, told } = delivery;
		put.run(message.id, channel, tenant, JSON.stringify(message), JSON.stringify(told), now, now);
		for (const row of excess.all(channel, LIMITS.deliveriesWaiting) as unknown as Row[])
			end(row, "failed", "too many deliveries wait for this channel", now);
	}

	/** Within a transaction. */
	function end(row: Row, event: "delivered" | "failed" | "unknown", detail: string, now: number): void {
		remove.run(row.id);
		for (const told of JSON.parse(row.told) as Told[])
			outbox.add(row.tenant, {
				...told,
				at: now,
				eventId: `${row.id}:${event}`,
				event,
				summary: "",
				channel: row.channel,
				deliveryId: row.id,
				attempts: row.attempts,
				detail,
			});
		if (event !== "delivered") log(`delivery ${row.id} to ${row.channel} ${event}: ${detail}`);
	}

	/** Within a transaction. True if the channel should rest. */
	function settle(row: Row, outcome: Outcome, now: number): boolean {
		if (outcome.kind === "accepted" || outcome.kind === "refused") {
			end(row, outcome.kind === "accepted" ? "delivered" : "failed", outcome.detail, now);
			return false;
		}
		const channel = channels[row.channel];
		if (outcome.kind === "unknown" && channel !== undefined && !knowsCopies(channel)) {
			end(row, "unknown", outcome.detail, now);
			const before = JSON.parse(row.message) as Message;
			const again = { ...before, id: randomUUID(), repeated: true };
			if (!before.repeated)
				put.run(again.id, row.channel, row.tenant, JSON.stringify(again), row.told, now, now + LIMITS.retryMs);
			return true;
		}
		if (row.attempts >= LIMITS.deliverAttempts) {
			end(row, "failed", `${outcome.detail}, after ${row.attempts} attempts`, now);
			return true;
		}
		const asked = outcome.kind === "later" ? outcome.afterMs : undefined;
		later.run(now + (asked ?? backOff(row.attempts)), row.id);
		if (asked !== undefined) restUntil.run(row.channel, now + asked);
		log(`delivery ${row.id} to ${row.channel}, attempt ${row.attempts}: ${outcome.detail}; it will be tried again`);
		return true;
	}

	async function sendTo(name: string, now: () => number): Promise<void> {
		if (resting.get(name, now()) !== undefined) return;
		for (const found of due.all(name, now(), LIMITS.deliveriesAtOnce) as unknown as Row[]) {
			const channel = channels[name];
			if (channel === undefined) {
				transaction(() => end(found, "failed", "the channel is in the rules no more", now()));
				continue;
			}
			// On disk before anything leaves: whoever starts after a crash knows that it may have been sent.
			begin.run(found.id);
			const row = { ...found, attempts: found.attempts + 1 };
			const outcome = await deliver(channel, JSON.parse(row.message) as Message, options.timeoutMs);
			if (transaction(() => settle(row, outcome, now()))) return;
		}
	}

	const interrupted = sql.prepare("SELECT * FROM delivery WHERE sending = 1");
	transaction(() => {
		for (const row of interrupted.all() as unknown as Row[])
			settle(row, { kind: "unknown", detail: "errata ended while it was being sent" }, Date.now());
	});

	return {
		add,
		async send(now) {
			const names = sql.prepare("SELECT DISTINCT channel FROM delivery").all() as unknown as { channel: string }[];
			await Promise.all(names.map(({ channel }) => sendTo(channel, now)));
		},
		waiting: () => (count.get() as { n: number }).n,
	};
}

/** Milliseconds: doubled each time, with up to a quarter of jitter so that many do not come at once. */
function backOff(attempts: number): number {
	const base = Math.min(LIMITS.retryMs * 2 ** (attempts - 1), LIMITS.retryLongestMs);
	return Math.round(base * (1 + Math.random() / 4));
}
