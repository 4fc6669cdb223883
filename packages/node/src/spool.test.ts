import { randomBytes } from "node:crypto";
import {
	appendFileSync,
	chmodSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	renameSync,
	statSync,
	symlinkSync,
	utimesSync,
	writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { health } from "./health.ts";
import { replaySpool, Spool, spoolDirectory } from "./spool.ts";

/** A receiver that keeps the bodies it took and answers as told: 299 is a page, 529 a 503 for half a minute. */
const bodies: string[] = [];
const answers: number[] = [];
let server: Server;
let endpoint: string;

beforeAll(async () => {
	server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on("data", (chunk) => chunks.push(chunk));
		request.on("end", () => {
			const status = answers.shift() ?? 200;
			if (status === 200) bodies.push(`${request.url} ${request.headers["x-key"] ?? ""} ${Buffer.concat(chunks)}`);
			if (status === 299) response.writeHead(200, { "content-type": "text/html" }).end("<h1>Welcome</h1>");
			else if (status === 529) response.writeHead(503, { "retry-after": "30" }).end();
			else response.writeHead(status, status === 429 ? { "retry-after": "0" } : {}).end();
		});
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
	bodies.length = 0;
	answers.length = 0;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

function directory(): string {
	return path.join(mkdtempSync(path.join(tmpdir(), "errata-spool-")), "spool");
}

/** Records of an entry that is a request of its own when it is replayed. */
const FULL = 256;

function entry(text: string, records = FULL) {
	return { records, bytes: Buffer.from(text) };
}

/** A spool as a process that has ended leaves it. */
function left(dir: string, texts: readonly string[], pid = 999_999_999): string {
	const spool = new Spool(dir, 1_000_000);
	for (const text of texts) spool.append(entry(text), false);
	spool.release();
	const own = readdirSync(dir).find((name) => name.split("-")[1] === String(process.pid)) as string;
	// Each pid's start at a time of its own, so that the order is known.
	const name = own.replace(/^\d+-\d+-/, `${1_700_000_000_000 + (pid % 1_000)}-${pid}-`);
	renameSync(path.join(dir, own), path.join(dir, name));
	return path.join(dir, name);
}

const replay = (dir: string, timeoutMs = 5_000) => replaySpool({ dir, endpoint, headers: { "x-key": "k" }, timeoutMs });

describe("replaySpool", () => {
	test("sends what was spooled, in order and once, with the headers given", async () => {
		const dir = directory();
		left(dir, ["a", "b", "c"]);
		expect(await replay(dir)).toEqual({ sent: 3 * FULL, failed: 0, left: 0 });
		expect(bodies).toEqual(["/v1/logs k a", "/v1/logs k b", "/v1/logs k c"]);
		expect(readdirSync(dir)).toEqual([]);
		expect(await replay(dir)).toEqual({ sent: 0, failed: 0, left: 0 });
	});

	test("two replays at once send each entry once", async () => {
		const dir = directory();
		for (let pid = 999_999_000; pid < 999_999_020; pid++) left(dir, [`p${pid}`], pid);
		const results = await Promise.all([replay(dir), replay(dir), replay(dir)]);
		expect(results.reduce((sum, result) => sum + result.sent, 0)).toBe(20 * FULL);
		expect(new Set(bodies).size).toBe(20);
		expect(bodies).toHaveLength(20);
	});

	test("keeps the rest, in order, when the receiver goes away in the middle", async () => {
		const dir = directory();
		left(dir, ["a", "b", "c", "d"]);
		answers.push(200, 500);
		expect(await replay(dir)).toEqual({ sent: FULL, failed: 0, left: 3 * FULL });
		expect(await replay(dir)).toEqual({ sent: 3 * FULL, failed: 0, left: 0 });
		expect(bodies.map((body) => body.at(-1))).toEqual(["a", "b", "c", "d"]);
	});

	test("waits and tries again where the receiver asks for it, and keeps what a wrong key refused", async () => {
		const dir = directory();
		left(dir, ["a"]);
		answers.push(429, 503, 200);
		expect(await replay(dir)).toEqual({ sent: FULL, failed: 0, left: 0 });
		left(dir, ["b"]);
		answers.push(401);
		expect(await replay(dir)).toEqual({ sent: 0, failed: 0, left: FULL });
		expect(readdirSync(dir)).toHaveLength(1);
	});

	test("drops what the receiver will never take, and goes on", async () => {
		const dir = directory();
		left(dir, ["bad", "good"]);
		answers.push(400, 200);
		expect(await replay(dir)).toEqual({ sent: FULL, failed: FULL, left: 0 });
		expect(bodies).toEqual(["/v1/logs k good"]);
	});

	test("keeps everything when nothing listens", async () => {
		const dir = directory();
		left(dir, ["a", "b"]);
		const result = await replaySpool({ dir, endpoint: "http://127.0.0.1:1", timeoutMs: 2_000 });
		expect(result).toEqual({ sent: 0, failed: 0, left: 2 * FULL });
		expect(await replay(dir)).toEqual({ sent: 2 * FULL, failed: 0, left: 0 });
	});

	test("sends the whole entries of a file that was cut off in the middle of one", async () => {
		const dir = directory();
		const file = left(dir, ["whole", "second"]);
		const content = readFileSync(file);
		writeFileSync(file, content.subarray(0, content.length - 3));
		expect(await replay(dir)).toEqual({ sent: FULL, failed: 1, left: 0 });
		expect(bodies).toEqual(["/v1/logs k whole"]);
	});

	test("sends what an outage wrote one by one as one request, each alone where that is refused", async () => {
		const dir = directory();
		const spool = new Spool(dir, 1_000_000);
		for (const text of ["a", "b", "c"]) spool.append(entry(text, 1), false);
		spool.release();
		answers.push(400, 200, 400, 200);
		expect(await replay(dir)).toEqual({ sent: 2, failed: 1, left: 0 });
		for (const text of ["d", "e"]) spool.append(entry(text, 1), false);
		spool.release();
		expect(await replay(dir)).toEqual({ sent: 2, failed: 0, left: 0 });
		expect(bodies).toEqual(["/v1/logs k a", "/v1/logs k c", "/v1/logs k de"]);
	});

	test("takes the tenth file of a process after the second", async () => {
		const dir = directory();
		const spool = new Spool(dir, 1_000_000);
		for (let i = 0; i < 12; i++) {
			spool.append(entry(String.fromCharCode(97 + i)), false);
			spool.release();
		}
		await replay(dir);
		expect(bodies.map((body) => body.at(-1)).join("")).toBe("abcdefghijkl");
	});

	test("leaves a receiver alone that asks for more than a moment, and says so", async () => {
		const dir = directory();
		left(dir, ["a"]);
		answers.push(529);
		expect(await replay(dir)).toEqual({ sent: 0, failed: 0, left: FULL, retryAfterMs: 30_000 });
		expect(await replay(dir)).toEqual({ sent: FULL, failed: 0, left: 0 });
	});

	test("takes a page that says 200 for no receiver", async () => {
		const dir = directory();
		left(dir, ["a"]);
		answers.push(299);
		expect(await replay(dir)).toEqual({ sent: 0, failed: 0, left: FULL });
		expect(await replay(dir)).toEqual({ sent: FULL, failed: 0, left: 0 });
	});

	test("is not led astray by garbage, foreign files and links", async () => {
		const dir = directory();
		const file = left(dir, ["a"]);
		appendFileSync(file, randomBytes(5_000));
		writeFileSync(path.join(dir, "1700000000000-999999998-0-0.spool"), randomBytes(5_000));
		writeFileSync(path.join(dir, "1700000000000-999999997-0-0.spool"), "");
		writeFileSync(path.join(dir, "notes.txt"), "mine");
		symlinkSync("/etc/hostname", path.join(dir, "1700000000000-999999996-0-0.spool"));
		expect((await replay(dir)).sent).toBe(FULL);
		expect(readdirSync(dir).sort()).toEqual(["1700000000000-999999996-0-0.spool", "notes.txt"]);
	});

	test("leaves the file of a process that still runs", async () => {
		const dir = directory();
		left(dir, ["theirs"], process.ppid);
		expect(await replay(dir)).toEqual({ sent: 0, failed: 0, left: 0 });
		expect(readdirSync(dir)).toHaveLength(1);
	});

	test("takes over the claim of a replay that died", async () => {
		const dir = directory();
		const file = left(dir, ["orphan"]);
		renameSync(file, `${file}.999999990`);
		expect(await replay(dir)).toEqual({ sent: FULL, failed: 0, left: 0 });
	});

	test("takes an old file whose pid is somebody else's by now", async () => {
		const dir = directory();
		const file = left(dir, ["old"], process.ppid);
		utimesSync(file, new Date(0), new Date(0));
		expect(await replay(dir)).toEqual({ sent: FULL, failed: 0, left: 0 });
	});

	test("of a directory that is not there, or that is a file, sends nothing", async () => {
		const none = { sent: 0, failed: 0, left: 0 };
		expect(await replay("/nowhere/at/all")).toEqual(none);
		expect(await replay("/etc/hostname")).toEqual(none);
	});
});

describe("Spool", () => {
	test("is private, also in a directory that others could read", () => {
		const dir = directory();
		mkdirSync(dir, { mode: 0o755 });
		chmodSync(dir, 0o755);
		const spool = new Spool(dir, 1_000);
		expect(spool.append(entry("a"), true)).toBe(true);
		expect(statSync(dir).mode & 0o777).toBe(0o700);
		const [name] = readdirSync(dir);
		expect(statSync(path.join(dir, name as string)).mode & 0o777).toBe(0o600);
	});

	test("refuses a directory that is a link, and one that cannot be made", () => {
		const real = directory();
		mkdirSync(real);
		const link = `${real}-link`;
		symlinkSync(real, link);
		for (const dir of [link, "/proc/nowhere/spool", "/etc/hostname"]) {
			const spool = new Spool(dir, 1_000);
			expect(spool.append(entry("a"), false)).toBe(false);
		}
		expect(readdirSync(real)).toEqual([]);
	});

	test("keeps within its size: the oldest files go first, and are counted", async () => {
		const dir = directory();
		left(dir, ["x".repeat(400), "y"], 999_999_001);
		left(dir, ["z".repeat(400)], 999_999_002);
		const spool = new Spool(dir, 1_000);
		const before = health.dropped.spool;
		expect(spool.append(entry("n".repeat(400)), false)).toBe(true);
		expect(health.dropped.spool - before).toBe(2 * FULL);
		spool.release();
		await replay(dir);
		expect(bodies.map((body) => body.at(-1))).toEqual(["z", "n"]);
	});

	test("keeps nothing larger than itself, and nothing at all with size 0 or without a place", () => {
		const dir = directory();
		expect(new Spool(dir, 100).append(entry("x".repeat(200)), false)).toBe(false);
		expect(new Spool(dir, 0).append(entry("x"), false)).toBe(false);
		expect(new Spool("", 100).append(entry("x"), false)).toBe(false);
	});

	test("begins a new file when a replay elsewhere has taken the one it wrote", async () => {
		const dir = directory();
		const spool = new Spool(dir, 10_000);
		spool.append(entry("a"), false);
		const [name] = readdirSync(dir) as [string];
		renameSync(path.join(dir, name), path.join(dir, `${name}.999999990`));
		spool.append(entry("b"), false);
		spool.release();
		expect(await replay(dir)).toEqual({ sent: 2 * FULL, failed: 0, left: 0 });
	});
});

test("the default place is private to the user and the service, and no name leads out of it", () => {
	expect(spoolDirectory({ HOME: "/home/me" }, "shop")).toBe("/home/me/.local/state/errata/spool/shop");
	expect(spoolDirectory({ HOME: "/home/me", XDG_STATE_HOME: "/state" }, "a/../../b c")).toBe(
		"/state/errata/spool/a_.._.._b_c",
	);
	expect(spoolDirectory({ HOME: "/home/me" }, "..")).toBe("/home/me/.local/state/errata/spool/_");
	expect(spoolDirectory({ XDG_STATE_HOME: "relative" }, "shop")).toBe("");
});
