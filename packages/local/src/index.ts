export { type Collector, type CollectorOptions, findCollector } from "./collector.ts";
export { type Engine, type EngineExit, type EngineOptions, startEngine } from "./engine.ts";
export { LIMITS } from "./limits.ts";
export { defaultDataDir, type Local, type LocalOptions, type LocalStatus, localStatus, startLocal } from "./local.ts";
