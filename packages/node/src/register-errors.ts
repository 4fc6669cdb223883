/**
 * Adopts error classes that exist: `registerErrors` says what they mean, the classes stay as they are. Nothing is written
 * to them; errors are known by their class, its subclasses included, or by name where the class cannot be imported.
 */
import { type Defined, declare, type ErrorMeaning, registry } from "./error-definitions.ts";

/** A class, abstract or with a private constructor too. */
type AnyErrorClass = { readonly prototype: object; readonly name: string };

export interface Adoption extends ErrorMeaning {
	/** The class; or the `name` of its errors, for classes a library does not export. */
	readonly error: AnyErrorClass | string;
	/** Values for the placeholders of `publicMessage` and suggestions. Default: the error's own properties. */
	readonly parameters?: (error: object) => Readonly<Record<string, unknown>>;
}

/**
 * `registerErrors("SHOP", { OUT_OF_STOCK: { error: OutOfStockError, status: 409, retryable: false } })`. A subclass has the
 * meaning of its nearest adopted class. Throws a TypeError when a code is not UPPER_SNAKE, a status is none, or `error` is
 * neither a class nor a name. Registering the same class again replaces its meaning.
 */
export function registerErrors(prefix: string, adoptions: Readonly<Record<string, Adoption>>): void {
	for (const [key, { error, ...meaning }] of Object.entries(adoptions)) {
		const code = `${prefix}_${key}`;
		const defined: Defined = Object.freeze({ ...meaning, code });
		if (typeof error === "string" && error !== "") registry().names.set(error, declare(defined));
		else registry().prototypes.set(prototypeOf(error, code), declare(defined));
	}
}

function prototypeOf(error: unknown, code: string): object {
	const prototype = typeof error === "function" ? (error as { prototype?: unknown }).prototype : undefined;
	if (
		typeof prototype !== "object" ||
		prototype === null ||
		prototype === Object.prototype ||
		prototype === Error.prototype
	)
		throw new TypeError(
			`cannot register error ${code}: \`error\` is not a class of errors. Give the class, or its errors' name as text`,
		);
	return prototype;
}
