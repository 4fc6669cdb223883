/**
 * Texts and attributes of errors through every channel of a real program under errata, and the bytes that leave it: what a raw
 * HTTP receiver gets, and what lies in the spool. Whether something private is among them is the caller's question.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { runProgram, workDirectory } from "../../packages/node/src/testing/child.ts";

const PROGRAM = `
import { readFileSync } from "node:fs";
import { breadcrumb, capture, createLogger, withContext } from "@errata/node";
import { trace } from "@opentelemetry/api";
import pino from "pino";
import winston from "winston";
const { texts, maps } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const lines = pino({}, pino.destination({ dest: "/dev/null", sync: true }));
const bread = winston.createLogger({ transports: [new winston.transports.File({ filename: "/dev/null" })] });
const logger = createLogger("app");
const tracer = trace.getTracer("app");
const made = (text) => new (class Failure extends Error {})(text, { cause: new Error("because of " + text) });
for (const text of texts) {
	breadcrumb(text, { data: { note: text } });
	capture(made(text), { context: { note: text, nested: { list: [text] } } });
	lines.error({ err: made(text) }, text);
	lines.error(text);
	bread.error(text, { error: made(text) });
	console.error(text, made(text));
	logger.with({ note: text }).error(text, made(text));
	withContext({ task: { id: "7", input_sample: text } }, () => capture(made(text)));
	tracer.startActiveSpan("work", (span) => {
		span.recordException(made(text));
		span.setStatus({ code: 2, message: text });
		span.end();
	});
	capture({ reason: text });
	capture(Object.assign(made("plain"), { detail: text, response: { status: 500, data: text } }));
}
for (const map of maps) {
	capture(new Error("mapped"), { attributes: map, context: { payload: map } });
	lines.error({ ...map, err: new Error("mapped") }, "mapped");
	bread.error("mapped", map);
	logger.error("mapped", map);
}
await new Promise((resolve) => setTimeout(resolve, 1_500));
setTimeout(() => {
	throw made(texts.at(-1));
}, 10);
`;

export interface Cases {
	readonly texts: readonly string[];
	readonly maps: readonly object[];
}

/** What left: decompressed bodies of all requests, and the files of the spool. */
export interface Left {
	readonly wire: Buffer;
	readonly spool: Buffer;
}

/** `protocol` "away": the receiver refuses everything, and all of it goes to the spool. */
export async function whatLeaves(
	cases: Cases,
	protocol: "http/protobuf" | "http/json" | "away",
	env: Readonly<Record<string, string>> = {},
): Promise<Left> {
	const bodies: Buffer[] = [];
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on("data", (chunk: Buffer) => chunks.push(chunk));
		request.on("end", () => {
			const body = Buffer.concat(chunks);
			bodies.push(request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body);
			const type = String(request.headers["content-type"]);
			response.writeHead(protocol === "away" ? 503 : 200, { "content-type": type });
			response.end(type === "application/json" ? "{}" : "");
		});
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const work = workDirectory();
	const input = path.join(mkdtempSync(path.join(work.dir, "in-")), "cases.json");
	writeFileSync(input, JSON.stringify(cases));
	const spool = path.join(work.dir, "spool");
	try {
		const ran = await runProgram(work.dir, "private.mjs", PROGRAM, {
			args: [input],
			limitMs: 300_000,
			env: {
				OTEL_SERVICE_NAME: "private",
				OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
				OTEL_EXPORTER_OTLP_PROTOCOL: protocol === "away" ? "http/protobuf" : protocol,
				ERRATA_SPOOL_DIR: spool,
				ERRATA_RATE_PER_SECOND: "0",
				// The program has the cases in its own source only where it throws.
				ERRATA_SOURCE_LINES: "0",
				...env,
			},
		});
		if (ran.code !== 1) throw new Error(`the program ended with ${ran.code}: ${ran.stderr.slice(0, 2_000)}`);
		const files = readdirSync(spool).filter((name) => name.endsWith(".spool"));
		return {
			wire: Buffer.concat(bodies),
			spool: Buffer.concat(files.map((name) => readFileSync(path.join(spool, name)))),
		};
	} finally {
		server.closeAllConnections();
		server.close();
		work.remove();
		rmSync(path.dirname(input), { recursive: true, force: true });
	}
}

/** Those of `secrets` that are in `bytes`, as they are or as JSON writes them. */
export function foundIn(bytes: Buffer, secrets: readonly string[]): string[] {
	return secrets.filter((secret) => bytes.includes(secret) || bytes.includes(JSON.stringify(secret).slice(1, -1)));
}
