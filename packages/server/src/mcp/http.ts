/** MCP over streamable HTTP at `/mcp`: Fastify's request as a web request, and the SDK's answer back. */
import { Readable } from "node:stream";
import { createMcpHandler } from "@modelcontextprotocol/server";
import type { FastifyRequest } from "fastify";
import type { Caller } from "../call.ts";
import { implemented } from "../operations/index.ts";
import type { App, AppOptions } from "../rest/app.ts";
import { createMcp } from "./tools.ts";

export function mcpRoute({ fastify: app, door }: App, options: Pick<AppOptions, "call">): void {
	app.route({
		method: ["GET", "POST", "DELETE"],
		url: "/mcp",
		schema: { hide: true } as never,
		// Whoever may read may come in; what a tool does is checked again by its own operation.
		onRequest: door.enter(implemented("health.get")),
		handler: async (request, reply) => {
			const caller: Caller = door.callerOf(request);
			const gone = new AbortController();
			reply.raw.once("close", () => gone.abort());
			const handler = createMcpHandler(() => createMcp(() => options.call(caller, gone.signal)));
			const answer = await handler.fetch(webRequest(request, gone.signal), { parsedBody: request.body });
			reply.code(answer.status);
			for (const [name, value] of answer.headers) reply.header(name, value);
			return answer.body === null ? reply.send("") : reply.send(Readable.fromWeb(answer.body as never));
		},
	});
}

function webRequest(request: FastifyRequest, signal: AbortSignal): Request {
	const headers = new Headers();
	for (const [name, value] of Object.entries(request.headers))
		if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
	const body = request.body === undefined ? {} : { body: JSON.stringify(request.body) };
	return new Request(`http://localhost${request.url}`, { method: request.method, headers, signal, ...body });
}
