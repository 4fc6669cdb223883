/** The skins that listen, loaded when one is started: Fastify, the MCP SDK and mail are 270 files that no other command needs. */
import type { McpOptions } from "./mcp/stdio.ts";
import type { Server, ServerOptions } from "./serve.ts";

export type { McpOptions, Server, ServerOptions };

/** Throws ErrataError if the port is taken, or if it shall listen beyond this machine and there is neither a key nor an issuer. */
export async function startServer(options: ServerOptions): Promise<Server> {
	const serve = await import("./serve.ts");
	return serve.startServer(options);
}

/** Serves MCP on standard input and output until `close`; who starts the process is who may read, and says whether it may change. */
export async function serveMcp(options: McpOptions): Promise<{ close(): Promise<void> }> {
	const stdio = await import("./mcp/stdio.ts");
	return stdio.serveMcp(options);
}
