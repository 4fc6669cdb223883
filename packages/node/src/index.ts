export { type BreadcrumbOptions, breadcrumb, type CaptureOptions, capture, withContext } from "./api.ts";
export { type DefinedError, type DefinedErrors, defineErrors, type ErrorDefinition } from "./define-errors.ts";
export type { Enricher } from "./describer.ts";
export { ErrataLogRecordProcessor, type ErrataLogRecordProcessorOptions } from "./errata-processor.ts";
export { createLogger, type Logger } from "./logger.ts";
export type { SeverityName } from "./report.ts";
