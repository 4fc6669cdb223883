/** What a handler is given, and what it is. Who the caller is was settled before. */
import type { Answer, InputOf, Operation, OutputOf, Role } from "@errata/api";
import type { Catalog } from "@errata/catalog";
import type { Store } from "@errata/store";
import type { RulesFile } from "./alerts/rules-file.ts";

export interface Caller {
	/** "" is the tenant of records that name none. */
	readonly tenant: string;
	readonly role: Role;
	/** Who, for the audit trail: `local`, a key's id, or a token's subject. */
	readonly actor: string;
}

export interface Call {
	/** Reads and writes the caller's tenant, whatever a handler asks for. */
	readonly store: Store;
	readonly catalog: Catalog;
	readonly caller: Caller;
	/** Rules and channels of alerts; absent if none are configured. */
	readonly rules?: RulesFile | undefined;
	/** Milliseconds since the epoch. */
	readonly now: () => number;
	/** Aborted when the caller goes away. */
	readonly signal: AbortSignal;
}

export type Handler<O extends Operation> = (input: InputOf<O>, call: Call) => Promise<Answer<OutputOf<O>>>;

/** An operation with what it does. */
export interface Implemented {
	readonly operation: Operation;
	readonly handle: (input: never, call: Call) => Promise<unknown>;
}

export function implement<O extends Operation>(operation: O, handle: Handler<O>): Implemented {
	return { operation, handle };
}
