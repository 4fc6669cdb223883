/**
 * The handler that Lambda starts this process for (`_HANDLER`), wrapped as `wrapHandler` does, where errata is preloaded.
 * CommonJS and ES modules; a handler below a default export is left to `wrapHandler` in its source.
 */
import { existsSync } from "node:fs";
import path from "node:path";
import { type TracerProvider, trace } from "@opentelemetry/api";
import type { Instrumentation } from "@opentelemetry/instrumentation";
import { wrapHandler } from "../lambda.ts";
import type { Library } from "../libraries.ts";
import { NODE_LIMITS } from "../limits.ts";
import { attempt } from "../values.ts";
import { within } from "../within.ts";

const NAME = "@opentelemetry/instrumentation-aws-lambda";

type Environment = Readonly<Record<string, string | undefined>>;

/** Nothing outside of Lambda. */
export function lambda({ _HANDLER: handler = "", LAMBDA_TASK_ROOT: root = "" }: Environment): Library[] {
	const base = path.basename(handler);
	const dot = base.indexOf(".");
	if (root === "" || dot < 1) return [];
	const stem = path.resolve(root, path.dirname(handler), base.slice(0, dot));
	const file = ["", ".js", ".mjs", ".cjs"].map((ending) => stem + ending).find((name) => existsSync(name));
	if (file === undefined) return [];
	const names = base.slice(dot + 1).split(".");
	let wrapped = false;
	// The hooks of `import` and of `require` both meet the file, and OpenTelemetry's wrapper hides ours the second time.
	const patch = (exports: Record<string, unknown>): void => {
		if (!wrapped) wrapped = wrapExport(exports, names);
	};
	// The hooks call a file that is no package's by its stem.
	return [{ module: file, file: path.parse(file).name, versions: ["*"], patch }];
}

/**
 * OpenTelemetry's own wrapper of the handler waits for its spans before it answers; with the collector away longer than most
 * functions may run. Here that wait has an end.
 */
export function boundSpanFlush(instrumentations: readonly Instrumentation[]): void {
	const own = instrumentations.find(({ instrumentationName }) => instrumentationName === NAME);
	const provider = trace.getTracerProvider() as TracerProvider & { getDelegate?(): { forceFlush?(): Promise<void> } };
	const delegate = attempt(() => provider.getDelegate?.(), undefined);
	if (own === undefined || typeof delegate?.forceFlush !== "function") return;
	const bounded = {
		getTracer: (...args: Parameters<TracerProvider["getTracer"]>) => provider.getTracer(...args),
		forceFlush: () => within(delegate.forceFlush?.(), NODE_LIMITS.flushMs),
	};
	own.setTracerProvider(bounded);
}

function wrapExport(exports: Record<string, unknown>, names: readonly string[]): boolean {
	let owner = exports;
	for (const name of names.slice(0, -1)) owner = owner[name] as Record<string, unknown>;
	const last = names.at(-1) ?? "";
	if (typeof owner[last] !== "function") return false;
	owner[last] = wrapHandler(owner[last] as () => unknown);
	return true;
}
