/**
 * Errors an application defines in code: typed constructors whose code, category, severity, retryability and suggestions
 * travel with the error. The definition hangs on the error's prototype under a registered symbol, so that another copy of
 * this package reads it. Application definitions beat every catalog.
 */
import type { Category, Severity } from "@errata/catalog";

export interface ErrorDefinition {
	/** `Task {{id}} not found`: placeholders become parameters of the constructor. */
	readonly message: string;
	readonly category?: Category;
	readonly severity?: Severity;
	/** Absent: it depends. */
	readonly retryable?: boolean;
	/** With the same placeholders. */
	readonly suggestions?: { readonly immediate?: readonly string[]; readonly preventive?: readonly string[] };
	readonly docs?: readonly string[];
}

/** A definition with its code, as the processor reads it from an error. */
export interface Defined extends ErrorDefinition {
	readonly code: string;
}

type Placeholders<T extends string> = T extends `${string}{{${infer Name}}}${infer Rest}`
	? Name | Placeholders<Rest>
	: never;

type Parameters<T extends ErrorDefinition> = {
	readonly [K in Placeholders<T["message"]>]: string | number | boolean;
} & Readonly<Record<string, unknown>>;

/** An error of a definition. */
export interface DefinedError<Code extends string = string> extends Error {
	readonly code: Code;
	/** Values the message and the suggestions were filled with. */
	readonly parameters: Readonly<Record<string, unknown>>;
}

type Arguments<T extends ErrorDefinition> = [Placeholders<T["message"]>] extends [never]
	? [parameters?: Readonly<Record<string, unknown>>, options?: { readonly cause?: unknown }]
	: [parameters: Parameters<T>, options?: { readonly cause?: unknown }];

export type DefinedErrors<Prefix extends string, T extends Record<string, ErrorDefinition>> = {
	readonly [K in keyof T & string]: new (
		...args: Arguments<T[K]>
	) => DefinedError<`${Prefix}_${K}`>;
};

const DEFINITION = Symbol.for("errata.definition.1");
const CODE = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/;

/**
 * Error classes `PREFIX_KEY`: `const Task = defineErrors("TASK", { NOT_FOUND: { message: "Task {{id}} not found" } })`,
 * then `throw new Task.NOT_FOUND({ id })`. Throws a TypeError when a code is not UPPER_SNAKE.
 */
export function defineErrors<const Prefix extends string, const T extends Record<string, ErrorDefinition>>(
	prefix: Prefix,
	definitions: T,
): DefinedErrors<Prefix, T> {
	const classes: Record<string, unknown> = {};
	for (const [key, definition] of Object.entries(definitions)) {
		const code = `${prefix}_${key}`;
		if (!CODE.test(code))
			throw new TypeError(`cannot define error ${code}: a code is UPPER_SNAKE. Use capital letters, digits and "_"`);
		classes[key] = defineClass(code, definition);
	}
	return Object.freeze(classes) as DefinedErrors<Prefix, T>;
}

function defineClass(code: string, definition: ErrorDefinition): unknown {
	const name = `${code
		.split("_")
		.map((word) => word.charAt(0) + word.slice(1).toLowerCase())
		.join("")}Error`;
	const defined: Defined = Object.freeze({ ...definition, code });
	class ApplicationError extends Error {
		readonly code = code;
		declare readonly parameters: Readonly<Record<string, unknown>>;
		constructor(parameters: Readonly<Record<string, unknown>> = {}, options?: { readonly cause?: unknown }) {
			super(
				render(definition.message, parameters),
				options?.cause === undefined ? undefined : { cause: options.cause },
			);
			// Not enumerable: Node prints enumerable properties of an uncaught error.
			Object.defineProperty(this, "parameters", { value: Object.freeze({ ...parameters }) });
		}
	}
	Object.defineProperty(ApplicationError, "name", { value: name });
	Object.defineProperty(ApplicationError.prototype, "name", { value: name, configurable: true, writable: true });
	Object.defineProperty(ApplicationError.prototype, DEFINITION, { value: defined });
	return ApplicationError;
}

/** The definition an error was made from, if it was. */
export function definitionOf(error: object): Defined | undefined {
	return (error as { [DEFINITION]?: Defined })[DEFINITION];
}

/** `template` with `{{name}}` filled; a missing value leaves the placeholder. */
export function render(template: string, parameters: Readonly<Record<string, unknown>>): string {
	return template.replace(/\{\{([A-Za-z0-9_.]+)\}\}/g, (whole, name: string) => {
		const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
		return value === undefined ? whole : String(value).slice(0, 200);
	});
}
