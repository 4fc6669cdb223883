/** Errors of Fastify 5 handlers, by its diagnostics channel. Nothing is patched; the answer is Fastify's. */
import diagnostics from "node:diagnostics_channel";
import { context, trace } from "@opentelemetry/api";
import type { HeldExceptions } from "../held.ts";
import { claimChannel } from "../state.ts";
import { attempt } from "../values.ts";

/** Milliseconds for an error handler or Fastify's own logger to speak first. */
const WAIT_MS = 300;

interface HandlerMessage {
	readonly error?: unknown;
	readonly reply?: { readonly statusCode?: number };
	readonly route?: { readonly url?: string; readonly method?: string };
}

export function watchFastify(held: HeldExceptions): void {
	if (!claimChannel("fastify")) return;
	diagnostics.subscribe("tracing:fastify.request.handler:error", (message) => {
		attempt(() => seen(message as HandlerMessage, held), undefined);
	});
}

function seen({ error, reply, route }: HandlerMessage, held: HeldExceptions): void {
	if (error === undefined || error === null) return;
	const status = reply?.statusCode ?? 500;
	held.see({
		error,
		traceId: trace.getSpanContext(context.active())?.traceId ?? "",
		severity: status >= 400 && status < 500 ? "warn" : "error",
		attributes: {
			"http.response.status_code": status,
			...(route?.url === undefined ? {} : { "http.route": route.url }),
			...(route?.method === undefined ? {} : { "http.request.method": route.method }),
		},
		waitMs: WAIT_MS,
	});
}
