export type { Call, Caller } from "./call.ts";
export { Failure } from "./failure.ts";
export { statesOf } from "./lifecycle/states.ts";
export { serveMcp } from "./mcp/stdio.ts";
export { createMcp, TOOLS } from "./mcp/tools.ts";
export { IMPLEMENTED, implemented } from "./operations/index.ts";
export { wireState } from "./operations/lifecycle.ts";
export { type Reported, reportOn } from "./operations/reports.ts";
export { type Server, type ServerOptions, startServer } from "./serve.ts";
