export { type Engine, type EngineExit, type EngineOptions, startEngine } from "./engine.ts";
export { LIMITS } from "./limits.ts";
