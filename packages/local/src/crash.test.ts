/**
 * The engine or the whole of local killed in the middle of inserts: what was acknowledged is there, once; what was not is
 * there at most once; errors that were sent again count once; and no engine outlives its parent.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startLocal } from "./index.ts";
import { layoutOf } from "./layout.ts";

let dataDir: string;

beforeEach(async () => {
	dataDir = await mkdtemp(path.join(tmpdir(), "errata-crash-"));
});

afterEach(async () => {
	await rm(dataDir, { recursive: true, force: true });
});

test("an engine killed three times in the middle of inserts is started again and keeps what it acknowledged", async () => {
	const lines: string[] = [];
	const local = await startLocal({ dataDir, port: 0, otlpPort: 0, log: (line) => lines.push(line) });
	const senders = startSenders(local.otlpUrl);
	for (let kills = 0; kills < 3; kills++) {
		await senders.untilMoreAcknowledged(15);
		process.kill(enginePid(dataDir), "SIGKILL");
	}
	await senders.untilMoreAcknowledged(15);
	const sent = await senders.stop();
	expect(sent.unavailable.size).toBeGreaterThan(0);
	expect(sent.statuses).toEqual(new Set([200, 503]));
	await expectWhole(local.clickhouseUrl, sent);
	expect(lines.filter((line) => line.includes("ClickHouse died (it ended with signal SIGKILL)"))).toHaveLength(3);
	await local.stop();
	expect(await local.closed).toBeUndefined();
});

test("a local killed in the middle of inserts takes its engine along and keeps what it acknowledged", async () => {
	const first = await spawnLocal(dataDir);
	const engine = enginePid(dataDir);
	const senders = startSenders(first.otlpUrl);
	await senders.untilMoreAcknowledged(30);
	first.process.kill("SIGKILL");
	const sent = await senders.stop();
	// Started again at once: the engine that is about to notice its parent's death still holds the directory.
	const second = await startLocal({ dataDir, port: 0, otlpPort: 0 });
	await expectWhole(second.clickhouseUrl, sent);
	await until(() => !isRunning(engine), 15_000);
	expect(isRunning(engine)).toBe(false);
	await second.stop();
});

test("an engine that cannot be kept running ends local with the reason, and nothing is left", async () => {
	const local = await startLocal({ dataDir, port: 0, otlpPort: 0 });
	let closed: Error | undefined | "no" = "no";
	void local.closed.then((reason) => {
		closed = reason;
	});
	let last = 0;
	for (const deadline = Date.now() + 50_000; closed === "no" && Date.now() < deadline; await sleep(20)) {
		const pid = enginePidIfAny(dataDir);
		if (pid === undefined || pid === last || !isRunning(pid)) continue;
		last = pid;
		process.kill(pid, "SIGKILL");
	}
	expect(String(closed)).toMatch(/cannot keep the ClickHouse engine running on .*: it died 6 times within 60 s/);
	await expect(fetch(local.clickhouseUrl)).rejects.toThrow();
	expect(isRunning(last)).toBe(false);
});

interface Sent {
	/** Ids of requests that were answered with success. */
	readonly acknowledged: Set<string>;
	/** Ids of requests that were not; they were not sent again. */
	readonly unavailable: Set<string>;
	/** Ids of errors that were sent until they were acknowledged. */
	readonly errors: Set<string>;
	readonly statuses: Set<number>;
}

interface Senders {
	untilMoreAcknowledged(count: number): Promise<void>;
	stop(): Promise<Sent>;
}

/** Four clients: logs sent once each, and errors sent again until they are acknowledged. */
function startSenders(otlpUrl: string): Senders {
	const sent: Sent = { acknowledged: new Set(), unavailable: new Set(), errors: new Set(), statuses: new Set() };
	let stopped = false;
	let next = 0;
	const post = async (body: string): Promise<boolean> => {
		try {
			const headers = { "content-type": "application/json" };
			const response = await fetch(`${otlpUrl}/v1/logs`, { method: "POST", headers, body });
			await response.text();
			sent.statuses.add(response.status);
			return response.status === 200;
		} catch {
			return false;
		}
	};
	const logs = async () => {
		while (!stopped) {
			const id = `r${next++}`;
			((await post(request(id, 20, 9))) ? sent.acknowledged : sent.unavailable).add(id);
			await sleep(2);
		}
	};
	const errors = async () => {
		while (!stopped) {
			const id = `e${next++}`;
			const body = request(id, 1, 17);
			while (!(await post(body)) && !stopped) await sleep(20);
			if (!stopped) sent.errors.add(id);
		}
	};
	const running = Promise.all([logs(), logs(), errors(), errors()]);
	return {
		untilMoreAcknowledged: async (count) => {
			const goal = sent.acknowledged.size + count;
			await until(() => sent.acknowledged.size >= goal, 30_000);
			expect(sent.acknowledged.size).toBeGreaterThanOrEqual(goal);
		},
		stop: async () => {
			stopped = true;
			await running;
			return sent;
		},
	};
}

function request(id: string, count: number, severityNumber: number): string {
	const timeUnixNano = `${Date.now()}000000`;
	const logRecords = Array.from({ length: count }, (_, i) => ({
		timeUnixNano,
		severityNumber,
		body: { stringValue: `${id}/${i}` },
	}));
	return JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
}

async function expectWhole(clickhouseUrl: string, sent: Sent): Promise<void> {
	const query =
		"SELECT splitByChar('/', Body)[1] AS id, count(), uniqExact(Body) FROM otel_logs GROUP BY id FORMAT TSV";
	const response = await fetch(`${clickhouseUrl}/?query=${encodeURIComponent(query)}`);
	const rows = (await response.text())
		.trim()
		.split("\n")
		.map((line) => line.split("\t"));
	const stored = new Map(rows.map(([id = "", count, distinct]) => [id, `${count} rows, ${distinct} distinct`]));
	expect([...sent.acknowledged].filter((id) => stored.get(id) !== "20 rows, 20 distinct")).toEqual([]);
	expect([...sent.unavailable].filter((id) => ![undefined, "20 rows, 20 distinct"].includes(stored.get(id)))).toEqual(
		[],
	);
	expect([...sent.errors].filter((id) => !stored.has(id))).toEqual([]);
	const counted = await fetch(clickhouseUrl, {
		method: "POST",
		body: "SELECT count() = uniqExact(Body) FROM (SELECT EventId, any(Body) AS Body FROM errata_errors GROUP BY EventId)",
	});
	expect((await counted.text()).trim()).toBe("1");
}

interface SpawnedLocal {
	readonly process: ChildProcess;
	readonly otlpUrl: string;
}

async function spawnLocal(directory: string): Promise<SpawnedLocal> {
	const program = [
		'import { startLocal } from "@errata/local";',
		`const local = await startLocal({ dataDir: ${JSON.stringify(directory)}, port: 0, otlpPort: 0 });`,
		"console.log(local.otlpUrl);",
	].join("\n");
	const child = spawn(process.execPath, ["--conditions=errata-source", "--input-type=module", "-e", program], {
		cwd: fileURLToPath(new URL("..", import.meta.url)),
		stdio: ["ignore", "pipe", "inherit"],
	});
	const otlpUrl = await new Promise<string>((resolve, reject) => {
		child.stdout?.setEncoding("utf8").once("data", (text: string) => resolve(text.trim()));
		child.once("exit", (code) => reject(new Error(`local ended with ${code} before it served`)));
	});
	return { process: child, otlpUrl };
}

function enginePid(directory: string): number {
	const pid = enginePidIfAny(directory);
	if (pid === undefined) throw new Error("no engine has the directory open");
	return pid;
}

function enginePidIfAny(directory: string): number | undefined {
	try {
		const pid = /PID: (\d+)/.exec(readFileSync(layoutOf(directory).lockFile, "utf8"))?.[1];
		return pid === undefined ? undefined : Number(pid);
	} catch {
		return undefined;
	}
}

/** False for a zombie too: it holds nothing any more. */
function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return process.platform !== "linux" || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
	} catch {
		return false;
	}
}

async function until(condition: () => boolean, ms: number): Promise<void> {
	for (const deadline = Date.now() + ms; !condition() && Date.now() < deadline; ) await sleep(20);
}
