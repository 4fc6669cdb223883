/** What a handler is given, and what it is. Who the caller is was settled before. */
import type { Answer, InputOf, Operation, OutputOf, Role } from "@errata/api";
import type { Catalog, RedactionOptions } from "@errata/catalog";
import type { Store } from "@errata/store";
import { audited, changes } from "./access/audit.ts";
import type { ActionDesk } from "./actions/desk.ts";
import type { RulesFile } from "./alerts/rules-file.ts";
import { Failure, problemOf } from "./failure.ts";

export interface Caller {
	/** "" is the tenant of records that name none. */
	readonly tenant: string;
	readonly role: Role;
	/** Who, for the audit trail: `local`, a key's id, or a token's subject. */
	readonly actor: string;
	/** Where the request came from; absent on the command line. */
	readonly address?: string | undefined;
}

export interface Call {
	/** Reads and writes the caller's tenant, whatever a handler asks for. */
	readonly store: Store;
	readonly catalog: Catalog;
	/** How reports are redacted; absent means as by default. */
	readonly redaction?: RedactionOptions | undefined;
	readonly caller: Caller;
	/** Rules and channels of alerts; absent if none are configured. */
	readonly rules?: RulesFile | undefined;
	/** A model asks by MCP: what only people may decide is refused. */
	readonly byModel?: boolean | undefined;
	/** What may be done about issues; absent if nothing is configured. */
	readonly actions?: ActionDesk | undefined;
	/** Lets a revoked key be refused at once; absent where no keys are taken. */
	readonly forgetKey?: ((id: string) => void) | undefined;
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

const RANK = { viewer: 0, member: 1, admin: 2 } as const;

/** Whether a role may do what another one may. */
export function ranks(role: Role, wanted: Role): boolean {
	return RANK[role] >= RANK[wanted];
}

/** Throws a Failure if the caller may not do this. */
export function checkRole({ operation }: Implemented, caller: Caller): void {
	if (!ranks(caller.role, operation.role))
		throw new Failure("FORBIDDEN", `It needs the role ${operation.role}.`, "Use a key of that role.");
}

/** Does an operation for its caller: the way of every skin, so that none forgets what the caller may do, or the audit trail. */
export async function perform(made: Implemented, input: object, call: Call): Promise<unknown> {
	checkRole(made, call.caller);
	const handle = () => made.handle(input as never, call);
	if (!changes(made.operation)) return handle();
	const codeOf = (error: unknown) => problemOf(error, "").code;
	return audited(made.operation, input, call.caller, call.store, call.now(), handle, codeOf);
}
