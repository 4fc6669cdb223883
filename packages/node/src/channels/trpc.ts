/**
 * Errors of tRPC 11 procedures, where every adapter passes: the formatter of the answer. It is read through a property of
 * the router's configuration; its answer is the answer, and routers merge as they would without errata.
 */
import { exported, type Library, wrapMethod } from "../libraries.ts";
import { attempt } from "../values.ts";
import type { Fail } from "./frameworks.ts";

interface Formatted {
	readonly error?: unknown;
	readonly shape?: { readonly data?: { readonly httpStatus?: number } };
	readonly path?: string;
	readonly type?: string;
}

type Formatter = (formatted: Formatted) => unknown;

interface Configuration {
	errorFormatter: Formatter;
}

interface Root {
	readonly _config: Configuration;
}

interface Merged {
	readonly _def: { readonly _config: Configuration };
}

/** Above 0 while tRPC compares formatters with each other: it must see the real ones. */
let comparing = 0;

export function trpc(fail: Fail): Library {
	return {
		module: "@trpc/server",
		versions: [">=11 <12"],
		patch: (exports) => {
			const builder = exported<object>(exports, "initTRPC");
			if (builder === undefined) return;
			wrapMethod(Object.getPrototypeOf(builder), "create", (original) => {
				return function (this: unknown, ...args: unknown[]): unknown {
					const root = original.apply(this, args) as Root;
					attempt(() => watchRoot(root, fail), undefined);
					return root;
				};
			});
		},
	};
}

function watchRoot(root: Root, fail: Fail): void {
	watch(root._config, fail);
	wrapMethod(root, "mergeRouters", (original) => {
		return function (this: unknown, ...args: unknown[]): unknown {
			comparing++;
			let merged: Merged;
			try {
				merged = original.apply(this, args) as Merged;
			} finally {
				comparing--;
			}
			attempt(() => watch(merged._def._config, fail), undefined);
			return merged;
		};
	});
}

function watch(configuration: Configuration, fail: Fail): void {
	const given = configuration.errorFormatter;
	if (Object.getOwnPropertyDescriptor(configuration, "errorFormatter")?.get !== undefined) return;
	const watched: Formatter = (formatted) => {
		attempt(() => failed(formatted, fail), undefined);
		return given(formatted);
	};
	Object.defineProperty(configuration, "errorFormatter", {
		configurable: true,
		enumerable: true,
		get: () => (comparing > 0 ? given : watched),
	});
}

function failed({ error, shape, path, type }: Formatted, fail: Fail): void {
	fail({
		error,
		status: shape?.data?.httpStatus ?? 500,
		attributes: {
			"rpc.system": "trpc",
			...(path === undefined ? {} : { "rpc.method": path }),
			...(type === undefined ? {} : { "errata.context.procedure": type }),
		},
	});
}
