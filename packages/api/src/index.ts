export { ApiError, type Client, type ClientOptions, createClient } from "./client.ts";
export {
	type Answer,
	type InputOf,
	type Operation,
	type OutputOf,
	operation,
	pathKeys,
	ROLES,
	type Role,
} from "./operation.ts";
export * from "./operations/index.ts";
export { PROBLEMS, Problem, type ProblemCode, problem } from "./problem.ts";
export * from "./shapes/actions.ts";
export * from "./shapes/alerts.ts";
export * from "./shapes/errors.ts";
