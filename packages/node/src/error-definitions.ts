/**
 * What an application says of its own errors: code, category, HTTP status, severity, retryability, messages, suggestions.
 * Made by `define-errors.ts` (new classes) and `register-errors.ts` (classes that exist), read by the describer, by
 * `problem.ts` and by `errata catalog lock`. The registry is on `globalThis`, so that two copies of the package agree.
 */
import type { Category, Severity } from "@errata/catalog";

/** What a code means, whoever made the class. */
export interface ErrorMeaning {
	readonly category?: Category;
	readonly severity?: Severity;
	/** Absent: it depends. */
	readonly retryable?: boolean;
	/** HTTP status (400 to 599) a service answers with. Absent: 500. */
	readonly status?: number;
	/**
	 * What clients may read, with the placeholders of the message: the `detail` of `toProblem`. `true`: the message itself.
	 * Absent: nothing of the message leaves.
	 */
	readonly publicMessage?: string | true;
	/** With the same placeholders. */
	readonly suggestions?: { readonly immediate?: readonly string[]; readonly preventive?: readonly string[] };
	readonly docs?: readonly string[];
}

/** A meaning with its code, as it hangs on an error. */
export interface Defined extends ErrorMeaning {
	readonly code: string;
	/** Template of the private message; absent for an adopted class. */
	readonly message?: string;
	/** Values for the placeholders, read from an adopted error. */
	readonly parameters?: (error: object) => Readonly<Record<string, unknown>>;
}

interface Registry {
	/** Adopted classes, by their prototype. */
	readonly prototypes: WeakMap<object, Defined>;
	/** Adopted by the error's `name`, where the class cannot be had. */
	readonly names: Map<string, Defined>;
	/** Every definition of this process by code; several when they differ, which `errata catalog lock` refuses. */
	readonly codes: Map<string, Defined[]>;
}

/** The shape behind this symbol is a contract between copies: a changed shape needs a new symbol. */
const REGISTRY = Symbol.for("errata.definitions.1");
const DEFINITION = Symbol.for("errata.definition.1");
const CODE = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/;
/** A class hierarchy is short; a proxy's may be endless. */
const PROTOTYPES = 32;
/** A module that is loaded again and again (a development server) redefines its codes each time. */
const KEPT_PER_CODE = 8;

export function registry(): Registry {
	const holder = globalThis as { [REGISTRY]?: Registry };
	holder[REGISTRY] ??= { prototypes: new WeakMap(), names: new Map(), codes: new Map() };
	return holder[REGISTRY];
}

/** Checks `defined` and remembers its code. Throws a TypeError that says what is wrong: this runs at start-up. */
export function declare(defined: Defined): Defined {
	const { code, status } = defined;
	if (!CODE.test(code))
		throw new TypeError(`cannot define error ${code}: a code is UPPER_SNAKE. Use capital letters, digits and "_"`);
	if (status !== undefined && !(Number.isInteger(status) && status >= 400 && status <= 599))
		throw new TypeError(`cannot define error ${code}: status ${status} is no HTTP error. Use 400 to 599`);
	const known = registry().codes.get(code) ?? [];
	if (known.length < KEPT_PER_CODE && !known.some((one) => JSON.stringify(one) === JSON.stringify(defined)))
		known.push(defined);
	registry().codes.set(code, known);
	return defined;
}

/** Hangs `defined` on a prototype, so that every copy of this package reads it from the errors. */
export function attach(prototype: object, defined: Defined): void {
	Object.defineProperty(prototype, DEFINITION, { value: defined });
}

/** What the application says of `error`: by the class it was made of, its nearest adopted class, or its name. */
export function definitionOf(error: object): Defined | undefined {
	const own = (error as { [DEFINITION]?: Defined })[DEFINITION];
	// A proxy answers for any key.
	if (typeof own === "object" && typeof own?.code === "string" && CODE.test(own.code)) return own;
	const { prototypes, names } = registry();
	let prototype: object | null = Object.getPrototypeOf(error);
	for (let i = 0; prototype !== null && i < PROTOTYPES; i++) {
		const found = prototypes.get(prototype);
		if (found !== undefined) return found;
		prototype = Object.getPrototypeOf(prototype);
	}
	if (names.size === 0) return undefined;
	const { name } = error as { name?: unknown };
	return typeof name === "string" ? names.get(name) : undefined;
}

/** The values for the placeholders of a definition's texts: what the error was made with, else its own properties. */
export function parametersOf(error: object, defined: Defined): Readonly<Record<string, unknown>> {
	if (defined.parameters !== undefined) return defined.parameters(error) ?? {};
	const { parameters } = error as { parameters?: unknown };
	return (typeof parameters === "object" && parameters !== null ? parameters : error) as Record<string, unknown>;
}

/** `template` with `{{name}}` filled; a missing value leaves the placeholder. */
export function render(template: string, parameters: Readonly<Record<string, unknown>>): string {
	return template.replace(/\{\{([A-Za-z0-9_.]+)\}\}/g, (whole, name: string) => {
		const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
		return value === undefined ? whole : String(value).slice(0, 200);
	});
}
