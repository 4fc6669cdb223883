/**
 * Errors of Fastify 5, by its diagnostics channels: of handlers and `preHandler` hooks as it tells them, of earlier hooks
 * and of validation by its own `onError` hook and by the error handler it is given. The answer is Fastify's.
 */
import diagnostics from "node:diagnostics_channel";
import { wrapMethod } from "../libraries.ts";
import { claimChannel } from "../state.ts";
import { attempt } from "../values.ts";
import { answerStatus, type Fail } from "./frameworks.ts";

interface Route {
	readonly url?: string;
	readonly method?: string;
}

interface HandlerMessage {
	readonly error?: unknown;
	readonly reply?: Reply;
	readonly route?: Route;
}

interface Reply {
	readonly statusCode?: number;
	readonly request?: { readonly method?: string; readonly routeOptions?: Route };
}

interface Instance {
	addHook(name: "onError", hook: (request: unknown, reply: Reply, error: unknown, done: () => void) => void): unknown;
}

export function watchFastify(fail: Fail): void {
	if (!claimChannel("fastify")) return;
	diagnostics.subscribe("tracing:fastify.request.handler:error", (message) => {
		const { error, reply, route } = message as HandlerMessage;
		const status = statusFor(error, reply);
		fail({ error, status, route: route?.url, method: route?.method });
	});
	diagnostics.subscribe("fastify.initialization", (message) => {
		attempt(() => instance((message as { fastify: Instance }).fastify, fail), undefined);
	});
}

function instance(fastify: Instance, fail: Fail): void {
	fastify.addHook("onError", (_request, reply, error, done) => {
		answered(error, reply, fail);
		done();
	});
	// An error that a handler of the application answers never reaches `onError`.
	wrapMethod(fastify, "setErrorHandler", (original) => {
		return function (this: unknown, ...args: unknown[]): unknown {
			const [handler] = args;
			if (typeof handler !== "function") return original.apply(this, args);
			const watched = function (this: unknown, ...given: unknown[]): unknown {
				answered(given[0], given[2] as Reply, fail);
				return Reflect.apply(handler, this, given);
			};
			return original.apply(this, [watched, ...args.slice(1)]);
		};
	});
}

function answered(error: unknown, reply: Reply | undefined, fail: Fail): void {
	const route = attempt(() => reply?.request?.routeOptions?.url, undefined);
	const method = attempt(() => reply?.request?.method, undefined);
	fail({ error, status: statusFor(error, reply), route, method });
}

/** The reply's status is 200 until the error handler has spoken. */
function statusFor(error: unknown, reply: Reply | undefined): number {
	const status = reply?.statusCode ?? 500;
	return status >= 400 ? status : answerStatus(error) || 500;
}
