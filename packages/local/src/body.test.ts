/** Bodies over real connections: whole or not at all, in memory or in a file, and never more than the bounds. */
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer, request as httpRequest, type Server } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Body, Spool } from "./body.ts";

let directory: string;
let server: Server;
let spool: Spool;
/** Keeps bodies until it is called, as a slow engine would. */
let hold: Promise<void>;
const seen: string[] = [];

beforeEach(async () => {
	directory = await mkdtemp(path.join(tmpdir(), "errata-body-"));
	spool = new Spool({ maxBytes: 100_000, memoryBytes: 10_000, totalBytes: 150_000, directory });
	hold = Promise.resolve();
	seen.length = 0;
	server = createServer(async (request, response) => {
		request.on("error", () => {});
		const body = await spool.read(request);
		if (typeof body === "string") {
			seen.push(body);
			response.end(body);
			request.resume();
			return;
		}
		seen.push("whole");
		await hold;
		response.end(await digest(body));
		await body.release();
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
});

afterEach(async () => {
	server.closeAllConnections();
	server.close();
	await rm(directory, { recursive: true, force: true });
});

async function digest(body: Body): Promise<string> {
	return hash(await buffer(body.stream()));
}

function hash(bytes: Buffer): string {
	return createHash("sha256").update(bytes).digest("hex");
}

function port(): number {
	return (server.address() as { port: number }).port;
}

async function send(bytes: Buffer, chunked = false): Promise<string> {
	const headers = chunked ? { "transfer-encoding": "chunked" } : { "content-length": String(bytes.length) };
	const request = httpRequest({ port: port(), method: "POST", headers });
	request.end(bytes);
	const [response] = await once(request, "response");
	return (await buffer(response)).toString();
}

test.each([0, 1, 10_000, 10_001, 100_000])(
	"a body of %i bytes comes out as it went in, and leaves nothing",
	async (length) => {
		const bytes = randomBytes(length);
		expect(await send(bytes)).toBe(hash(bytes));
		expect(await send(bytes, true)).toBe(hash(bytes));
		expect(spool.held).toBe(0);
		expect(await readdir(directory)).toEqual([]);
	},
);

test("a body over the bound is refused, declared or not", async () => {
	expect(await send(randomBytes(100_001))).toBe("too_large");
	expect(await send(randomBytes(100_001), true)).toBe("too_large");
	expect(spool.held).toBe(0);
});

test("bodies over the common bound are refused until others are done", async () => {
	let release = () => {};
	hold = new Promise((resolve) => {
		release = resolve;
	});
	const first = send(randomBytes(100_000));
	while (seen.length === 0) await sleep(5);
	expect(await send(randomBytes(60_000))).toBe("busy");
	expect(await send(randomBytes(60_000), true)).toBe("busy");
	release();
	await first;
	expect(await send(randomBytes(60_000))).toMatch(/^[0-9a-f]{64}$/);
});

test("half a body is none, wherever it stopped", async () => {
	for (const length of [1, 50_000]) {
		const request = httpRequest({ port: port(), method: "POST", headers: { "content-length": "60000" } });
		request.on("error", () => {});
		request.write(randomBytes(length));
		while (spool.held < length) await sleep(5);
		request.destroy();
		while (seen.length === 0) await sleep(5);
		expect(seen.splice(0)).toEqual(["gone"]);
		expect(spool.held).toBe(0);
		expect(await readdir(directory)).toEqual([]);
	}
});
