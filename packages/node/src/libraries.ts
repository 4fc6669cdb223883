/**
 * Hooks into libraries that no diagnostics channel and no instrumentation of OpenTelemetry tells errors of. What is
 * patched, and how little, says each library's own file in `channels`; here they become one instrumentation, so that
 * `require` and `import` are met by the hooks that are there anyway. A patch that fails leaves the library as it is.
 */
import { createRequire } from "node:module";
import type {
	Instrumentation,
	InstrumentationNodeModuleDefinition,
	InstrumentationNodeModuleFile,
} from "@opentelemetry/instrumentation";
import { attempt } from "./values.ts";
import { VERSION } from "./version.ts";

/** One module of a library, and what is done to it when it is loaded. */
export interface Library {
	readonly module: string;
	/** Semver ranges that the patch was tested with. */
	readonly versions: readonly string[];
	/** A file of the module (`bunyan/lib/x.js`) in place of its entry. */
	readonly file?: string;
	/** Changes `exports` in place: of an ES module only its exported names can be set. */
	readonly patch: (exports: Record<string, unknown>) => void;
}

interface InstrumentationModule {
	readonly InstrumentationBase: new (name: string, version: string, config: object) => Instrumentation;
	readonly InstrumentationNodeModuleDefinition: typeof InstrumentationNodeModuleDefinition;
	readonly InstrumentationNodeModuleFile: typeof InstrumentationNodeModuleFile;
}

/** Path of the copy whose hooks see modules: the one the other instrumentations use. */
export function instrumentationPath(): string {
	const bundle = createRequire(import.meta.url).resolve("@opentelemetry/auto-instrumentations-node");
	return createRequire(bundle).resolve("@opentelemetry/instrumentation");
}

/**
 * The classes that `siblings` are made of. Requiring the package would load a second copy of it and of the API, beside the
 * one that was imported: some 70 files at each start, and a second pair of hooks. Undefined if they cannot be told.
 */
function classesOf(siblings: readonly Instrumentation[]): InstrumentationModule | undefined {
	const definitions = siblings.flatMap((one) => (one as WithDefinitions).getModuleDefinitions?.() ?? []);
	const definition = definitions[0]?.constructor;
	const file = definitions.find(({ files }) => files.length > 0)?.files[0]?.constructor;
	for (let made: object | null = siblings[0] ?? null; made !== null; made = Object.getPrototypeOf(made))
		if (made.constructor.name === "InstrumentationBase" && definition !== undefined && file !== undefined)
			return {
				InstrumentationBase: made.constructor,
				InstrumentationNodeModuleDefinition: definition,
				InstrumentationNodeModuleFile: file,
			} as InstrumentationModule;
	return undefined;
}

interface WithDefinitions {
	getModuleDefinitions?(): readonly InstrumentationNodeModuleDefinition[];
}

/** One instrumentation of all `libraries`, of the same make as its `siblings`; enabled at once. */
export function instrumentLibraries(
	libraries: readonly Library[],
	siblings: readonly Instrumentation[] = [],
): Instrumentation {
	const own = classesOf(siblings) ?? (createRequire(import.meta.url)(instrumentationPath()) as InstrumentationModule);
	const Base = own.InstrumentationBase;
	class Libraries extends Base {
		constructor() {
			super("@errata/node", VERSION, {});
		}

		/** Called by the base class, before this one is constructed. */
		init(): InstrumentationNodeModuleDefinition[] {
			return libraries.map(({ module, versions, file, patch }) => {
				const apply = (exports: Record<string, unknown>): unknown => {
					attempt(() => patch(exports), undefined);
					return exports;
				};
				const keep = (): void => {};
				const range = [...versions];
				if (file === undefined) return new own.InstrumentationNodeModuleDefinition(module, range, apply, keep);
				const inside = new own.InstrumentationNodeModuleFile(file, range, apply, keep);
				return new own.InstrumentationNodeModuleDefinition(module, range, undefined, undefined, [inside]);
			});
		}
	}
	return new Libraries();
}

type Method = (this: unknown, ...args: unknown[]) => unknown;

const WRAPPED = Symbol.for("errata.wrapped.1");

/** Puts `make(original)` in the place of a method, once, under its own name; nothing if there is no such method. */
export function wrapMethod(owner: unknown, name: string, make: (original: Method) => Method): void {
	const target = owner as Record<string, Method & { [WRAPPED]?: true }> | null | undefined;
	const original = target?.[name];
	if (typeof original !== "function" || original[WRAPPED] === true) return;
	const wrapped = make(original);
	Object.defineProperties(wrapped, {
		name: { value: original.name },
		length: { value: original.length },
		[WRAPPED]: { value: true },
	});
	const descriptor = Object.getOwnPropertyDescriptor(target, name);
	const enumerable = descriptor?.enumerable ?? false;
	Object.defineProperty(target, name, { value: wrapped, enumerable, configurable: true, writable: true });
}

/** What a module exports by a name, whether it was required or imported. */
export function exported<T>(exports: Record<string, unknown>, name: string): T | undefined {
	const main = exports.default as Record<string, unknown> | undefined;
	return (exports[name] ?? main?.[name]) as T | undefined;
}
