/**
 * Errors of Hono 4: what reaches an application's error handler, its own or Hono's default one. The handler is read
 * through a property of each application, so nothing is added to its routes, and its answer is the answer.
 */
import { exported, type Library, wrapMethod } from "../libraries.ts";
import { attempt } from "../values.ts";
import type { Fail } from "./frameworks.ts";

interface Context {
	readonly req?: { readonly method?: string; readonly routePath?: string; readonly path?: string };
}

type Handler = (error: unknown, context: Context) => unknown;

interface Application {
	errorHandler: Handler;
}

/** Above 0 while Hono compares handlers with each other: it must see the real ones. */
let comparing = 0;

export function hono(fail: Fail): Library[] {
	const patch = (exports: Record<string, unknown>): void => {
		const Hono = exported<new (...args: unknown[]) => Application>(exports, "Hono");
		if (typeof Hono !== "function") return;
		watchClones(Object.getPrototypeOf(Hono.prototype), fail);
		const Watched = new Proxy(Hono, {
			construct(target, args, newTarget) {
				const application = Reflect.construct(target, args, newTarget) as Application;
				attempt(() => watch(application, fail), undefined);
				return application;
			},
		});
		exports.Hono = Watched;
	};
	return ["hono", "hono/tiny", "hono/quick"].map((module) => ({ module, versions: [">=4 <5"], patch }));
}

/** `basePath` and `route` copy and compare handlers. */
function watchClones(base: object, fail: Fail): void {
	for (const name of ["basePath", "route"])
		wrapMethod(base, name, (original) => {
			return function (this: unknown, ...args: unknown[]): unknown {
				comparing++;
				let made: unknown;
				try {
					made = original.apply(this, args);
				} finally {
					comparing--;
				}
				if (made !== this) attempt(() => watch(made as Application, fail), undefined);
				return made;
			};
		});
}

function watch(application: Application, fail: Fail): void {
	let handler = application.errorHandler;
	const own = Object.getOwnPropertyDescriptor(application, "errorHandler");
	if (own === undefined || own.get !== undefined) return;
	const watched = new WeakMap<Handler, Handler>();
	Object.defineProperty(application, "errorHandler", {
		configurable: true,
		enumerable: true,
		get: () => {
			if (comparing > 0 || typeof handler !== "function") return handler;
			const known = watched.get(handler);
			if (known !== undefined) return known;
			const current = handler;
			const made: Handler = (error, context) => {
				const method = attempt(() => context.req?.method, undefined);
				fail({
					error,
					status: attempt(() => statusOf(error), 500),
					route: attempt(() => routeOf(context), ""),
					method,
				});
				return current(error, context);
			};
			watched.set(current, made);
			return made;
		},
		set: (given: Handler) => {
			handler = given;
		},
	});
}

/** Hono answers an HTTPException with its own status, and everything else with 500. */
function statusOf(error: unknown): number {
	const { status, getResponse } = error as { status?: unknown; getResponse?: unknown };
	return typeof getResponse === "function" && typeof status === "number" ? status : 500;
}

function routeOf(context: Context): string {
	return context.req?.routePath ?? "";
}
