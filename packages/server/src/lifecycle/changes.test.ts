/** From a failing program to the stream of changes: a real program under `errata run`'s own pieces is in test/, rows here. */
import { createClient, issuesChanges, issuesIgnore, issuesList, issuesReopen, issuesResolve } from "@errata/api";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { errorRow, type SeedError, type Served, served } from "../testing/served.ts";

const HOUR = 3_600_000;

let s: Served;
beforeAll(async () => {
	s = await served(inject("clickhouseUrl"));
});
afterAll(() => s.stop());

const client = () => createClient({ url: s.server.url });
const insert = (...errors: SeedError[]) => s.store.insertLogs(errors.map(errorRow));

interface Event {
	readonly id: string;
	readonly issue: { readonly services: readonly string[] };
	readonly state: { readonly status: string; readonly reason: string };
}

/** Reads the stream until `count` changes came. */
async function read(reader: ReadableStreamDefaultReader<string>, count: number): Promise<Event[]> {
	const events: Event[] = [];
	let text = "";
	while (events.length < count) {
		text += (await reader.read()).value ?? "";
		for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
			const data = /^data: (.*)$/mu.exec(text.slice(0, end))?.[1];
			text = text.slice(end + 2);
			if (data !== undefined) events.push(JSON.parse(data) as Event);
		}
	}
	return events;
}

async function open(headers: Record<string, string> = {}) {
	const gone = new AbortController();
	const answer = await fetch(`${s.server.url}/api/v1/issues/changes`, {
		headers: { accept: "text/event-stream", ...headers },
		signal: gone.signal,
	});
	expect(answer.headers.get("content-type")).toBe("text/event-stream");
	const reader = (answer.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
	return { reader, close: () => gone.abort() };
}

test("new, resolved, regressed, escalating, ignored: each once, within seconds, and since a cursor as JSON", async () => {
	await insert({ service: "old", message: "x is not a function", type: "TypeError", at: Date.now() - 30 * HOUR });
	const { next: begin } = await client().call(issuesChanges, {});
	await new Promise((resolve) => setTimeout(resolve, 20));
	const stream = await open();
	const error = { service: "changing", message: "connect ECONNREFUSED 10.0.3.7:5432" };
	await insert({ ...error, at: Date.now() - 5_000 });
	expect(await read(stream.reader, 1)).toMatchObject([{ state: { status: "new" }, issue: { services: ["changing"] } }]);
	const { issues } = await client().call(issuesList, { service: "changing" });
	const fingerprint = issues[0]?.issue.fingerprint as string;
	await client().call(issuesResolve, { fingerprint });
	expect(await read(stream.reader, 1)).toMatchObject([{ state: { status: "resolved" } }]);
	await insert(error);
	const [regressed] = await read(stream.reader, 1);
	expect(regressed).toMatchObject({ state: { status: "regressed" } });
	// A second one changes nothing; an ignoring does.
	await insert(error);
	await client().call(issuesIgnore, { fingerprint });
	expect(await read(stream.reader, 1)).toMatchObject([{ state: { status: "ignored" } }]);
	await client().call(issuesReopen, { fingerprint });
	expect(await read(stream.reader, 1)).toMatchObject([{ state: { status: "ongoing", reason: "reopened" } }]);
	stream.close();
	const { changes, next } = await client().call(issuesChanges, { after: begin });
	expect(changes.filter(({ issue }) => issue.services.includes("changing")).map(({ state }) => state.status)).toEqual([
		"ongoing",
	]);
	expect(next).not.toBe(begin);
});

test("an issue that fails far more than it used to is escalating, also when its records come late", async () => {
	const now = Date.now();
	const error = { service: "rising", message: "socket hang up" };
	await insert(...Array.from({ length: 40 }, (_, i) => ({ ...error, at: now - (i + 30) * HOUR })));
	const stream = await open();
	await insert(...Array.from({ length: 60 }, (_, i) => ({ ...error, at: now - i * 1_000 })));
	const [change] = await read(stream.reader, 1);
	expect(change).toMatchObject({ state: { status: "escalating" }, issue: { services: ["rising"] } });
	stream.close();
});

test("a cursor that is none is a problem, in JSON and on the stream", async () => {
	await expect(client().call(issuesChanges, { after: "bm9wZQ" })).rejects.toThrow("not one that this list gave");
	const answer = await fetch(`${s.server.url}/api/v1/issues/changes`, {
		headers: { accept: "text/event-stream", "last-event-id": "nope" },
	});
	expect(answer.status).toBe(400);
	expect(await answer.json()).toMatchObject({ code: "BAD_CURSOR" });
});
