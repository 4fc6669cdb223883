export type { Collector, CollectorOptions } from "./collector.ts";
export { findCollector } from "./collector-binary.ts";
export { type Engine, type EngineExit, type EngineOptions, startEngine } from "./engine.ts";
export { LIMITS } from "./limits.ts";
export { defaultDataDir, type Local, type LocalOptions, type LocalStatus, localStatus, startLocal } from "./local.ts";
