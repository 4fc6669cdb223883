/**
 * What an operation promises: its name, where REST has it, what goes in and out, who may call it. REST, MCP and the CLI
 * are skins over the same list. What an operation does is `server/src/operations`.
 */
import type { Static, TObject, TSchema } from "typebox";

/** What a key may do; each includes the ones before it. */
export const ROLES = ["viewer", "member", "admin"] as const;
export type Role = (typeof ROLES)[number];

export interface Operation<Input extends TObject = TObject, Output extends TSchema = TSchema> {
	/** Permanent, `noun.verb`. */
	readonly name: string;
	readonly method: "GET" | "POST" | "DELETE";
	/** Below `/api/v1`; `{name}` is a key of the input. */
	readonly path: string;
	/** One line: what it answers. */
	readonly summary: string;
	readonly role: Role;
	/** Keys in the path come from there, the rest from the query (GET, DELETE) or the body (POST). */
	readonly input: Input;
	readonly output: Output;
	/** A real call; a test compares it with the schemas. */
	readonly example: { readonly input: Static<Input>; readonly output: Static<Output> };
}

export type InputOf<O extends Operation> = Static<O["input"]>;
export type OutputOf<O extends Operation> = Static<O["output"]>;

/** What a handler may answer: the output, of which nothing needs to be writable. */
export type Answer<T> = T extends readonly (infer U)[]
	? readonly Answer<U>[]
	: T extends object
		? { readonly [K in keyof T]: Answer<T[K]> }
		: T;

/** Keeps the schemas' own types. */
export function operation<Input extends TObject, Output extends TSchema>(
	definition: Operation<Input, Output>,
): Operation<Input, Output> {
	return definition;
}

/** Keys of the input that stand in the path. */
export function pathKeys(path: string): string[] {
	return [...path.matchAll(/\{([a-zA-Z]+)\}/gu)].map(([, key]) => key as string);
}
