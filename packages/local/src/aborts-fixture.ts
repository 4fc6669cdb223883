/**
 * Clients that leave at the worst moment, for tests: requests cut off halfway, answers nobody waits for, garbage. What is
 * attacked and what must have survived it is the test's.
 */
import { connect } from "node:net";
import { gzipSync } from "node:zlib";

export type Random = () => number;

export interface Attack {
	readonly bytes: Buffer | string;
	/** Milliseconds until the reset. */
	readonly after: number;
	/** Reset as soon as the first bytes of the answer are there. */
	readonly onAnswer?: boolean;
}

/** Connects, sends, resets; resolves when the connection is gone, whatever became of it. */
export function attack(to: URL, what: Attack): Promise<void> {
	return new Promise((resolve) => {
		const socket = connect({ port: Number(to.port), host: "127.0.0.1" });
		socket.on("error", () => {});
		socket.on("close", () => resolve());
		socket.on("connect", () => {
			socket.write(what.bytes);
			if (what.onAnswer === true) socket.once("data", () => socket.resetAndDestroy());
			setTimeout(() => socket.resetAndDestroy(), what.onAnswer === true ? 2_000 : what.after);
		});
	});
}

/** Something for the ClickHouse port. `torn` must exist there: (id UInt64, text String). */
export function clickhouseRequest(random: Random, n: number): Attack {
	const after = random() * 25;
	const insert = Buffer.from(Array.from({ length: 400 }, () => `{"id":${n},"text":"t"}`).join("\n"));
	const half = Math.floor(random() * insert.length);
	const head = (sql: string, length: number | "chunked", method = "POST") =>
		[
			`${method} /?query=${encodeURIComponent(sql)} HTTP/1.1\r\nHost: localhost\r\n`,
			length === "chunked" ? "Transfer-Encoding: chunked\r\n\r\n" : `Content-Length: ${length}\r\n\r\n`,
		].join("");
	const into = "INSERT INTO torn FORMAT JSONEachRow";
	const shapes: (() => Attack)[] = [
		() => ({ bytes: Buffer.concat([Buffer.from(head(into, insert.length)), insert.subarray(0, half)]), after }),
		() => ({ bytes: Buffer.concat([Buffer.from(head(into, insert.length)), insert]), after }),
		() => ({ bytes: `${head(into, "chunked")}ffff\r\n{"id":1,`, after }),
		() => ({ bytes: head("SELECT number, toString(number) FROM numbers(150000)", 0), after: 0, onAnswer: true }),
		() => ({ bytes: head("SELECT sleep(0.05), number FROM numbers(100)", 0, "GET"), after }),
		() => ({ bytes: `${head("SELECT 1 SETTINGS async_insert=1", 10)}gar`, after }),
		() => ({ bytes: "GET /play HTTP/1.1\r\nHost: localhost\r\n\r\n", after, onAnswer: random() < 0.5 }),
		() => ({ bytes: noise(random), after }),
		() => ({
			bytes: `POST /?decompress=1&query=${encodeURIComponent(into)} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 64\r\n\r\n${noise(random).toString("latin1").padEnd(64).slice(0, 64)}`,
			after,
		}),
	];
	return (shapes[Math.floor(random() * shapes.length)] as () => Attack)();
}

/** Something for the OTLP port. */
export function otlpRequest(random: Random): Attack {
	const after = random() * 25;
	const whole = Buffer.from(logs("torn", 200));
	const packed = gzipSync(whole);
	const half = (bytes: Buffer) => bytes.subarray(0, Math.floor(random() * bytes.length));
	const head = (length: number, type: string, extra = "") =>
		Buffer.from(
			`POST /v1/logs HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\n${extra}Content-Length: ${length}\r\n\r\n`,
		);
	const gzip = "Content-Encoding: gzip\r\n";
	const cut = Buffer.from(logs("cut", 50));
	const shapes: (() => Attack)[] = [
		() => ({ bytes: Buffer.concat([head(cut.length + 1, "application/json"), half(cut)]), after }),
		() => ({ bytes: Buffer.concat([head(whole.length, "application/json"), whole]), after }),
		() => ({ bytes: Buffer.concat([head(packed.length, "application/json", gzip), half(packed)]), after }),
		() => ({ bytes: Buffer.concat([head(packed.length, "application/json", gzip), packed]), after, onAnswer: true }),
		() => ({ bytes: Buffer.concat([head(500, "application/x-protobuf"), noise(random)]), after }),
		() => ({ bytes: Buffer.concat([head(20, "application/x-protobuf", gzip), noise(random)]), after }),
		() => ({ bytes: "GET /errata/status HTTP/1.1\r\nHost: localhost\r\n\r\n", after }),
		() => ({ bytes: noise(random), after }),
	];
	return (shapes[Math.floor(random() * shapes.length)] as () => Attack)();
}

/** A request of `count` records with this body. */
export function logs(body: string, count: number): string {
	const now = `${Date.now()}000000`;
	const logRecords = Array.from({ length: count }, (_, i) => ({
		timeUnixNano: now,
		severityNumber: 9,
		body: { stringValue: body.startsWith("kept") ? `${body} ${i}` : body },
	}));
	return JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
}

function noise(random: Random): Buffer {
	return Buffer.from(Array.from({ length: 1 + Math.floor(random() * 600) }, () => Math.floor(random() * 256)));
}

/** mulberry32: the same connections for the same seed. */
export function generator(seed: number): Random {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let t = Math.imul(state ^ (state >>> 15), state | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
	};
}
