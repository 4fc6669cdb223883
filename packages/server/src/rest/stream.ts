/**
 * Server-sent events: operations that go on. https://html.spec.whatwg.org/multipage/server-sent-events.html
 * Which operations stream is the table below; what an event holds is the operation's business.
 */
import { setImmediate } from "node:timers/promises";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Call } from "../call.ts";
import { Failure, problemOf } from "../failure.ts";
import { LIMITS } from "../limits.ts";
import { followChanges } from "../operations/changes.ts";

interface StreamEvent {
	/** Sent back as `Last-Event-ID`, which becomes the input's `after`. */
	readonly id: string;
	readonly event: string;
	readonly data: unknown;
}

type Follow = (input: never, call: Call) => AsyncIterable<readonly StreamEvent[]>;

const STREAMS: Readonly<Record<string, Follow>> = {
	"tail.list": followTail,
	"issues.changes": followChanges,
};

async function* followTail(
	input: { readonly errorOnly?: boolean; readonly taskId?: string; readonly after?: string },
	call: Call,
) {
	for await (const rows of call.store.follow({ ...input, signal: call.signal }))
		yield rows.map((row) => ({ id: row.cursor, event: "record", data: row }));
}

/** How an operation goes on, if the request asks for that. */
export function streamOf(operation: string, request: FastifyRequest): Follow | undefined {
	return request.method === "GET" && request.headers.accept === "text/event-stream" ? STREAMS[operation] : undefined;
}

let streams = 0;
const streamsOf = new Map<string, number>();

/** Writes events until the client goes; `Last-Event-ID` continues. */
export async function stream(
	follow: Follow,
	input: object,
	call: Call,
	request: FastifyRequest,
	reply: FastifyReply,
	log: (line: string) => void,
): Promise<void> {
	if (streams >= LIMITS.streams)
		throw new Failure(
			"RATE_LIMITED",
			`${LIMITS.streams} streams are open already.`,
			"Close one, or ask without stream.",
		);
	const who = JSON.stringify([call.caller.tenant, call.caller.actor]);
	const own = streamsOf.get(who) ?? 0;
	if (own >= LIMITS.streamsOfCaller && call.caller.actor !== "local")
		throw new Failure("RATE_LIMITED", `${own} streams of this key are open already.`, "Close one of them.");
	const last = request.headers["last-event-id"];
	const after = typeof last === "string" && last !== "" ? { after: last } : {};
	const batches = follow({ ...input, ...after } as never, call);
	const iterator = batches[Symbol.asyncIterator]();
	const first = iterator.next();
	// A cursor that is none is found before anything is asked: that is a problem, not an event.
	await Promise.race([first, setImmediate()]);
	reply.hijack();
	const out = reply.raw;
	out.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" });
	out.write(": errata\n\n");
	const heartbeat = setInterval(() => out.write(": still here\n\n"), LIMITS.heartbeatMs);
	streams++;
	streamsOf.set(who, own + 1);
	try {
		for (let step = await first; step.done !== true; step = await iterator.next())
			for (const { id, event, data } of step.value) {
				const ready = out.write(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
				// A reader that does not read would fill memory: wait for it, or for its going.
				if (!ready) await drained(out, call.signal);
			}
	} catch (error) {
		if (!call.signal.aborted) {
			log(`stream ${request.id}: ${(error as Error).message}`);
			out.write(`event: problem\ndata: ${JSON.stringify(problemOf(error, request.id))}\n\n`);
		}
	} finally {
		streams--;
		const left = (streamsOf.get(who) ?? 1) - 1;
		if (left === 0) streamsOf.delete(who);
		else streamsOf.set(who, left);
		clearInterval(heartbeat);
		out.end();
	}
}

function drained(out: NodeJS.WritableStream, signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		out.once("drain", resolve);
		signal.addEventListener("abort", () => resolve(), { once: true });
	});
}
