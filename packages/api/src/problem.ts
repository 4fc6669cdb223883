/** Errors as RFC 9457 problem details, with a permanent code and what to do. Never SQL, paths of the server, or stacks. */
import { type Static, Type } from "typebox";

/** Permanent: a code keeps its meaning and status. */
export const PROBLEMS = {
	BAD_REQUEST: { status: 400, title: "A parameter cannot be read" },
	BAD_CURSOR: { status: 400, title: "The cursor is not one of this list" },
	BAD_QUERY: { status: 400, title: "The search cannot be read" },
	UNAUTHENTICATED: { status: 401, title: "No valid key" },
	FORBIDDEN: { status: 403, title: "The key may not do this" },
	NOT_FOUND: { status: 404, title: "There is no such thing here" },
	METHOD_NOT_ALLOWED: { status: 405, title: "The path does not take this method" },
	AMBIGUOUS: { status: 409, title: "Several begin with this id" },
	CONFLICT: { status: 409, title: "It was changed meanwhile" },
	TOO_LARGE: { status: 413, title: "The request is too large" },
	UNSUPPORTED_MEDIA: { status: 415, title: "The body is of a type that is not read" },
	RATE_LIMITED: { status: 429, title: "Too many requests" },
	INTERNAL: { status: 500, title: "errata failed" },
	STORE_UNAVAILABLE: { status: 503, title: "ClickHouse does not answer" },
	ISSUER_UNAVAILABLE: { status: 503, title: "The issuer of the token does not answer" },
	STORE_TIMEOUT: { status: 504, title: "The question takes too long" },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

export const Problem = Type.Object(
	{
		type: Type.String({ description: "urn:errata:problem:<code>" }),
		title: Type.String(),
		status: Type.Integer(),
		code: Type.String({ description: "Permanent name of the problem" }),
		detail: Type.String({ description: "What was wrong with this request" }),
		remedy: Type.String({ description: "What to do" }),
		/** Of the request, for the server's log. */
		instance: Type.Optional(Type.String()),
	},
	{ $id: "Problem", additionalProperties: false },
);
export type Problem = Static<typeof Problem>;

/** The body of a problem. */
export function problem(code: ProblemCode, detail: string, remedy: string, instance?: string): Problem {
	const { status, title } = PROBLEMS[code];
	return {
		type: `urn:errata:problem:${code.toLowerCase()}`,
		title,
		status,
		code,
		detail,
		remedy,
		...(instance === undefined ? {} : { instance }),
	};
}
