export type { Call, Caller } from "./call.ts";
export { Failure } from "./failure.ts";
export { serveMcp } from "./mcp/stdio.ts";
export { createMcp, TOOLS } from "./mcp/tools.ts";
export { IMPLEMENTED } from "./operations/index.ts";
export { type Server, type ServerOptions, startServer } from "./serve.ts";
