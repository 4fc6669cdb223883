/** Server-sent events: `tail` that goes on. https://html.spec.whatwg.org/multipage/server-sent-events.html */
import type { InputOf, tailList } from "@errata/api";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Call } from "../call.ts";
import { Failure } from "../failure.ts";
import { LIMITS } from "../limits.ts";

let streams = 0;

/** Writes each new row as an event whose id is its cursor, until the client goes; `Last-Event-ID` continues. */
export async function streamTail(
	input: InputOf<typeof tailList>,
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
	const last = request.headers["last-event-id"];
	const after = typeof last === "string" && last !== "" ? last : input.after;
	const rows = call.store.follow({ errorOnly: input.errorOnly, taskId: input.taskId, after, signal: call.signal });
	reply.hijack();
	const out = reply.raw;
	out.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" });
	out.write(": errata tail\n\n");
	const heartbeat = setInterval(() => out.write(": still here\n\n"), LIMITS.heartbeatMs);
	streams++;
	try {
		for await (const batch of rows)
			for (const row of batch) {
				const ready = out.write(`id: ${row.cursor}\nevent: record\ndata: ${JSON.stringify(row)}\n\n`);
				// A reader that does not read would fill memory: wait for it, or for its going.
				if (!ready) await drained(out, call.signal);
			}
	} catch (error) {
		if (!call.signal.aborted) {
			log(`tail ${request.id}: ${(error as Error).message}`);
			out.write(`event: problem\ndata: {"code":"STORE_UNAVAILABLE"}\n\n`);
		}
	} finally {
		streams--;
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
