/**
 * ESM hooks, so that `import` of an instrumented package is seen as `require` is: synchronous ones where Node carries
 * them, else the loader thread. Only packages that some instrumentation names are wrapped; the application's own modules
 * load, and print their stacks, as they would without errata.
 */
import module, { builtinModules, createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { isMainThread } from "node:worker_threads";
import type { Instrumentation } from "@opentelemetry/instrumentation";
import { resolveData } from "./data-urls.ts";
import { instrumentationPath } from "./libraries.ts";

interface WithDefinitions {
	getModuleDefinitions?(): readonly { readonly name: string }[];
}

interface SyncHooks {
	supportsSyncHooks(): boolean;
	register(options: { include: readonly string[] }): void;
}

export function registerHooks(instrumentations: readonly Instrumentation[]): void {
	// Bun has none: there libraries are not met, and the other channels work.
	if (typeof module.registerHooks !== "function" || process.versions.bun !== undefined) return;
	const include = moduleNames(instrumentations);
	const base = instrumentationPath();
	const sync = createRequire(base)("import-in-the-middle/register-hooks.mjs") as SyncHooks;
	if (sync.supportsSyncHooks()) {
		sync.register({ include });
		resolveEntry();
	} else {
		module.register("import-in-the-middle/hook.mjs", { parentURL: pathToFileURL(base), data: { include } });
		module.register(new URL(`./data-urls${path.extname(import.meta.filename)}`, import.meta.url));
	}
}

/** Only the program of a worker can be a `data:` URL. Gone after that: a hook stands in the stack of each import that fails. */
function resolveEntry(): void {
	if (isMainThread) return;
	const hook = module.registerHooks({
		resolve: (specifier, context, next) => {
			if (context.parentURL !== undefined) return next(specifier, context);
			hook.deregister();
			return resolveData(specifier, context, next);
		},
	});
}

function moduleNames(instrumentations: readonly Instrumentation[]): string[] {
	const names = new Set<string>();
	for (const instrumentation of instrumentations) {
		for (const { name } of (instrumentation as WithDefinitions).getModuleDefinitions?.() ?? []) {
			// A file (of a Lambda handler) is named by its path; the hooks know files by URL.
			names.add(path.isAbsolute(name) ? pathToFileURL(name).href : name);
			if (builtinModules.includes(name)) names.add(`node:${name}`);
		}
	}
	return [...names];
}
