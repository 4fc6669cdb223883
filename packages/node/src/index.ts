export {
	type BreadcrumbOptions,
	breadcrumb,
	type CaptureOptions,
	capture,
	type FlushOptions,
	flush,
	withContext,
} from "./api.ts";
export { type CaptureErrorsOptions, captureErrors, type ErrorMiddleware, errorMiddleware } from "./capture-errors.ts";
export { type DefinedError, type DefinedErrors, defineErrors, type ErrorDefinition } from "./define-errors.ts";
export type { Enricher } from "./describer.ts";
export { ErrataLogRecordProcessor, type ErrataLogRecordProcessorOptions } from "./errata-processor.ts";
export type { ErrorMeaning } from "./error-definitions.ts";
export { createLogger, type Logger } from "./logger.ts";
export { type Problem, type ProblemOptions, type ProblemResponse, problemResponse, toProblem } from "./problem.ts";
export { type Adoption, registerErrors } from "./register-errors.ts";
export type { SeverityName } from "./report.ts";
