/**
 * An errata local as foreign clients meet it, while other clients leave its ports at the worst moment, without pause. Starts,
 * attacks and tells whether it survived; what a client does meanwhile is its test's.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Local, startLocal } from "@errata/local";
import { attack, clickhouseRequest, generator, otlpRequest } from "../../packages/local/src/aborts-fixture.ts";

/** Attackers of each port at once: enough for some hundred aborts a second, and cores are left for who is tested. */
const AT_ONCE = 3;
/** Aborted connections that a file's session must have gone through: the engine without its shield dies after about 150. */
const ENOUGH = 600;

export interface UnderFire {
	readonly local: Local;
	/** Rows of any SQL as JSON, sent as curl would; 64-bit numbers are strings. */
	rows<Row>(sql: string): Promise<Row[]>;
	/** Goes on until `ENOUGH` connections were aborted, then stops the attack: their number, and each death of ClickHouse. */
	ceased(): Promise<{ readonly aborted: number; readonly restarts: readonly string[] }>;
	stop(): Promise<void>;
}

export async function startUnderFire(): Promise<UnderFire> {
	const dataDir = await mkdtemp(path.join(tmpdir(), "errata-conformance-"));
	const restarts: string[] = [];
	const log = (line: string): void => void (/died/.test(line) && restarts.push(line));
	const local = await startLocal({ dataDir, port: 0, otlpPort: 0, log });
	const rows = async <Row>(sql: string): Promise<Row[]> => {
		const headers = { "x-clickhouse-format": "JSON" };
		const url = `${local.clickhouseUrl}/?output_format_json_quote_64bit_integers=1`;
		const response = await fetch(url, { method: "POST", body: sql, headers });
		const text = await response.text();
		if (!response.ok) throw new Error(`${response.status} ${text}`);
		return text === "" ? [] : (JSON.parse(text) as { data: Row[] }).data;
	};
	await rows("CREATE TABLE torn (id UInt64, text String) ENGINE = MergeTree ORDER BY id");
	const fire = openFire(local);
	return {
		local,
		rows,
		async ceased() {
			const aborted = await fire.cease();
			return { aborted, restarts };
		},
		async stop() {
			await fire.cease();
			await local.stop();
			await rm(dataDir, { recursive: true, force: true });
		},
	};
}

function openFire(local: Local): { cease(): Promise<number> } {
	const random = generator(Number(process.env.ERRATA_TEST_SEED ?? Date.now() % 1_000_000));
	let begun = 0;
	let aborted = 0;
	let ceasing = false;
	const attacker = async (to: URL, make: typeof clickhouseRequest): Promise<void> => {
		while (!ceasing || aborted < ENOUGH) {
			await attack(to, make(random, begun++));
			aborted++;
			await sleep(2);
		}
	};
	const attackers = Array.from({ length: AT_ONCE }, () => [
		attacker(new URL(local.clickhouseUrl), clickhouseRequest),
		attacker(new URL(local.otlpUrl), otlpRequest),
	]).flat();
	return {
		async cease() {
			ceasing = true;
			await Promise.all(attackers);
			return aborted;
		},
	};
}
