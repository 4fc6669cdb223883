/** MCP over standard input and output, for a client that starts errata itself. Nothing else may write to stdout then. */
import type { Role } from "@errata/api";
import { builtinCatalog, type Catalog, type RedactionOptions } from "@errata/catalog";
import type { Store } from "@errata/store";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import type { ActionDesk } from "../actions/desk.ts";
import { createMcp } from "./tools.ts";

export interface McpOptions {
	/** Of the tenant that may be read. */
	readonly store: Store;
	/** Default "", the one tenant of an installation without tenants. */
	readonly tenant?: string | undefined;
	/** What the client may do; who starts the process decides. Default: only read. */
	readonly role?: Role | undefined;
	readonly actions?: ActionDesk | undefined;
	/** Default: the built-in one. */
	readonly catalog?: Catalog | undefined;
	/** How reports are redacted; as by default if left out. */
	readonly redaction?: RedactionOptions | undefined;
	/** What the protocol itself reports, one line each, for stderr. */
	readonly log: (line: string) => void;
}

/** Serves until `close`; who starts the process is who may read, and says whether it may change. */
export function serveMcp(options: McpOptions): { close(): Promise<void> } {
	const catalog = options.catalog ?? builtinCatalog();
	const call = () => ({
		store: options.store,
		catalog,
		redaction: options.redaction,
		actions: options.actions,
		caller: { tenant: options.tenant ?? "", role: options.role ?? "viewer", actor: "stdio" } as const,
		now: () => Date.now(),
		signal: new AbortController().signal,
	});
	return serveStdio(() => createMcp(call), { onerror: (error) => options.log(error.message) });
}
