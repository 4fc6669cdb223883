/**
 * Errors that reach NestJS' exception layer: of handlers, guards, pipes and interceptors, before any filter answers them.
 * Which status they are answered with, an HttpException says.
 */
import { exported, type Library, wrapMethod } from "../libraries.ts";
import { attempt } from "../values.ts";
import type { Fail } from "./frameworks.ts";

interface Host {
	getArgByIndex?(index: number): unknown;
	getType?(): string;
}

interface Request {
	readonly method?: string;
	readonly route?: { readonly path?: string };
	readonly routeOptions?: { readonly url?: string };
}

export function nest(fail: Fail): Library {
	return {
		module: "@nestjs/core",
		versions: [">=9 <13"],
		file: "@nestjs/core/exceptions/exceptions-handler.js",
		patch: (exports) => {
			const handler = exported<{ prototype: object }>(exports, "ExceptionsHandler")?.prototype;
			wrapMethod(handler, "next", (original) => {
				return function (this: unknown, ...args: unknown[]): unknown {
					attempt(() => failed(args[0], args[1] as Host, fail), undefined);
					return original.apply(this, args);
				};
			});
		},
	};
}

function failed(error: unknown, host: Host, fail: Fail): void {
	const request = attempt(() => host.getArgByIndex?.(0) as Request | undefined, undefined);
	fail({ error, status: statusOf(error), route: routeOf(request), method: attempt(() => request?.method, undefined) });
}

/** HttpException's, or http-errors'; everything else is a 500. */
function statusOf(error: unknown): number {
	const { getStatus, statusCode } = error as { getStatus?: () => unknown; statusCode?: unknown };
	const status = attempt(() => (typeof getStatus === "function" ? getStatus.call(error) : statusCode), undefined);
	return typeof status === "number" ? status : 500;
}

function routeOf(request: Request | undefined): string | undefined {
	return attempt(() => request?.route?.path ?? request?.routeOptions?.url, undefined);
}
