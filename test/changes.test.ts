/**
 * From a failing program to the stream of changes: a real Node program under `errata run`, a real `errata serve`, its
 * server-sent events. How long it took is printed; within 60 s is what errata promises.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ERRATA, startTestLocal, type TestLocal } from "./setup/local.ts";
import { must, root, run } from "./setup/processes.ts";

const PROGRAM = `
const orders = [{ id: 1 }];
for (const order of orders) order.price.toFixed(2);
`;
const PROMISED_MS = 60_000;

interface Change {
	readonly issue: { readonly fingerprint: string; readonly exceptionType: string };
	readonly state: { readonly status: string };
}

let local: TestLocal;
let server: ChildProcess;
let url: string;
let program: string;

beforeAll(async () => {
	await must("node", ["scripts/build.mjs"], { cwd: root });
	local = await startTestLocal();
	program = path.join(local.dataDir, "..", "price.mjs");
	writeFileSync(program, PROGRAM);
	server = spawn(ERRATA[0], [ERRATA[1], "serve", "--port", "0", "--json"], {
		env: local.env(),
		stdio: ["ignore", "pipe", "inherit"],
	});
	const [line] = (await once(createInterface({ input: server.stdout as Readable }), "line")) as [string];
	url = (JSON.parse(line) as { url: string }).url;
}, 180_000);

afterAll(async () => {
	server?.kill("SIGTERM");
	if (server?.exitCode === null) await once(server, "exit");
	await local?.stop();
});

/** Starts the program and answers the first change of its group after that, with the time it took. */
async function changeOfRun(): Promise<{ change: Change; ms: number }> {
	const signal = AbortSignal.timeout(PROMISED_MS);
	const answer = await fetch(`${url}/api/v1/issues/changes`, { headers: { accept: "text/event-stream" }, signal });
	const begun = performance.now();
	const failing = run(ERRATA[0], [ERRATA[1], "run", "--", "node", program], { env: local.env() });
	let text = "";
	for await (const chunk of (answer.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream())) {
		text += chunk;
		const data = /^event: change\ndata: (.*)\n\n/mu.exec(text)?.[1];
		if (data === undefined) continue;
		const ms = performance.now() - begun;
		expect((await failing).code).toBe(1);
		// Leaving the loop closes the stream; one that was aborted before would throw here.
		return { change: JSON.parse(data) as Change, ms };
	}
	throw new Error(`the stream ended: ${text}`);
}

it("a program that fails is new, and regressed when it fails after it was resolved, both told within 60 s", async () => {
	const first = await changeOfRun();
	expect(first.change).toMatchObject({ state: { status: "new" }, issue: { exceptionType: "TypeError" } });
	const { fingerprint } = first.change.issue;
	await must(ERRATA[0], [ERRATA[1], "issues", "resolve", fingerprint], { env: local.env() });
	const second = await changeOfRun();
	expect(second.change).toMatchObject({ state: { status: "regressed" }, issue: { fingerprint } });
	process.stdout.write(
		`from the start of the program to the stream: new ${first.ms.toFixed(0)} ms, regressed ${second.ms.toFixed(0)} ms\n`,
	);
}, 180_000);
