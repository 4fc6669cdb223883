/**
 * Errors an application defines in code: typed constructors whose code, category, severity, retryability and suggestions
 * travel with the error. The definition hangs on the error's prototype under a registered symbol, so that another copy of
 * this package reads it. Application definitions beat every catalog.
 */
import { attach, type Defined, declare, type ErrorMeaning, render } from "./error-definitions.ts";

export interface ErrorDefinition extends ErrorMeaning {
	/** `Task {{id}} not found`: placeholders become parameters of the constructor. Private: it goes to records, not to clients. */
	readonly message: string;
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

/**
 * Error classes `PREFIX_KEY`: `const Task = defineErrors("TASK", { NOT_FOUND: { message: "Task {{id}} not found" } })`,
 * then `throw new Task.NOT_FOUND({ id })`. With a `status` the errors carry it as `status` and `statusCode`, which frameworks
 * answer with. Throws a TypeError when a code is not UPPER_SNAKE or a status is none of 400 to 599.
 */
export function defineErrors<const Prefix extends string, const T extends Record<string, ErrorDefinition>>(
	prefix: Prefix,
	definitions: T,
): DefinedErrors<Prefix, T> {
	const classes: Record<string, unknown> = {};
	for (const [key, definition] of Object.entries(definitions)) {
		const defined: Defined = Object.freeze({ ...definition, code: `${prefix}_${key}` });
		classes[key] = defineClass(declare(defined), definition.message);
	}
	return Object.freeze(classes) as DefinedErrors<Prefix, T>;
}

function defineClass(defined: Defined, message: string): unknown {
	const { code, status } = defined;
	const name = `${code
		.split("_")
		.map((word) => word.charAt(0) + word.slice(1).toLowerCase())
		.join("")}Error`;
	class ApplicationError extends Error {
		readonly code = code;
		declare readonly parameters: Readonly<Record<string, unknown>>;
		constructor(parameters: Readonly<Record<string, unknown>> = {}, options?: { readonly cause?: unknown }) {
			super(render(message, parameters), options?.cause === undefined ? undefined : { cause: options.cause });
			// Not enumerable: Node prints enumerable properties of an uncaught error.
			Object.defineProperty(this, "parameters", { value: Object.freeze({ ...parameters }) });
		}
	}
	Object.defineProperty(ApplicationError, "name", { value: name });
	Object.defineProperty(ApplicationError.prototype, "name", { value: name, configurable: true, writable: true });
	// On the prototype, so that Node does not print them with each error.
	if (status !== undefined)
		for (const key of ["status", "statusCode"])
			Object.defineProperty(ApplicationError.prototype, key, { value: status, configurable: true, writable: true });
	attach(ApplicationError.prototype, defined);
	return ApplicationError;
}
