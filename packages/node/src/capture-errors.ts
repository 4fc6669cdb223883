/**
 * Frameworks that errata has no hook for: `captureErrors` around a handler, a job, any function, or `errorMiddleware` behind
 * the routes. What fails is reported as a framework's error is, and goes on to whoever deals with it, unchanged.
 */
import { types } from "node:util";
import { isObject, sharedState } from "./state.ts";
import { attempt } from "./values.ts";

export interface CaptureErrorsOptions {
	/** Attributes of the record, by their OpenTelemetry names. */
	readonly attributes?: Readonly<Record<string, unknown>>;
}

export type ErrorMiddleware = (error: unknown, request: unknown, response: unknown, next: Next) => void;

type Next = (error?: unknown, ...more: unknown[]) => unknown;

interface Request {
	readonly method?: unknown;
	readonly route?: { readonly path?: unknown };
	readonly routeOptions?: { readonly url?: unknown };
}

/**
 * `fn` with its errors reported: what it throws, what its promise rejects with, and, called as `(request, response, next)`
 * or `(error, request, response, next)`, what it hands to `next`. Its answer stays its own.
 */
export function captureErrors<F extends (...args: never[]) => unknown>(fn: F, options: CaptureErrorsOptions = {}): F {
	const captured = function (this: unknown, ...args: unknown[]): unknown {
		const call = httpCall(args);
		const seen = (error: unknown): void => failed(error, call?.request, options);
		if (call !== undefined) args[call.next] = watchNext(args[call.next] as Next, seen);
		try {
			const result = Reflect.apply(fn, this, args) as unknown;
			if (!types.isPromise(result)) return result;
			return result.then(undefined, (error: unknown) => {
				seen(error);
				throw error;
			});
		} catch (error) {
			seen(error);
			throw error;
		}
	};
	// Express tells its error handlers by their number of parameters; Lambda its streams by a symbol.
	return Object.defineProperties(captured, Object.getOwnPropertyDescriptors(fn)) as unknown as F;
}

/** Middleware of the form `(error, request, response, next)`: reports the error and hands it on. Put it behind the routes. */
export function errorMiddleware(options: CaptureErrorsOptions = {}): ErrorMiddleware {
	return (error, request, _response, next) => {
		failed(error, request as Request, options);
		next(error);
	};
}

/** Where the request and `next` stand among the arguments of a middleware. */
function httpCall(args: readonly unknown[]): { readonly request: Request; readonly next: number } | undefined {
	const next = args.length - 1;
	if ((next !== 2 && next !== 3) || typeof args[next] !== "function") return undefined;
	const request = args[next - 2];
	return isObject(request) && isResponse(args[next - 1]) ? { request: request as Request, next } : undefined;
}

function isResponse(value: unknown): boolean {
	return isObject(value) && attempt(() => typeof (value as { setHeader?: unknown }).setHeader === "function", false);
}

function watchNext(next: Next, seen: (error: unknown) => void): Next {
	return (error, ...more) => {
		// Express' way to leave a route, or a router.
		if (error !== undefined && error !== null && error !== "route" && error !== "router") seen(error);
		return next(error, ...more);
	};
}

function failed(error: unknown, request: Request | undefined, { attributes }: CaptureErrorsOptions): void {
	const more = attributes === undefined ? {} : { attributes };
	if (request === undefined) sharedState().fail?.({ error, answers: false, ...more });
	else
		sharedState().fail?.({ error, method: text(() => request.method), route: text(() => routeOf(request)), ...more });
}

function routeOf({ route, routeOptions }: Request): unknown {
	return route?.path ?? routeOptions?.url;
}

function text(read: () => unknown): string | undefined {
	const value = attempt(read, undefined);
	return typeof value === "string" ? value : undefined;
}
