/** A small client for the REST skin: one typed call per operation, over any `fetch`. */
import type { InputOf, Operation, OutputOf } from "./operation.ts";
import { pathKeys } from "./operation.ts";
import type { Problem } from "./problem.ts";

export interface ClientOptions {
	/** `http://localhost:4390` */
	readonly url: string;
	/** API key; none on loopback. */
	readonly key?: string | undefined;
	readonly fetch?: typeof fetch | undefined;
	/** Milliseconds one call may take; default 30,000. */
	readonly timeoutMs?: number | undefined;
}

export interface Client {
	/** Rejects with an ApiError for a problem, and with fetch's own error when nothing answers. */
	call<O extends Operation>(operation: O, input: InputOf<O>): Promise<OutputOf<O>>;
}

/** A problem that the server answered. */
export class ApiError extends Error {
	readonly problem: Problem;

	constructor(problem: Problem) {
		super(`${problem.title}: ${problem.detail} ${problem.remedy}`);
		this.name = "ApiError";
		this.problem = problem;
	}
}

export function createClient(options: ClientOptions): Client {
	const send = options.fetch ?? fetch;
	return {
		async call(operation, input) {
			const request = requestOf(options.url, operation, input as Readonly<Record<string, unknown>>);
			const answer = await send(request.url, {
				method: operation.method,
				signal: AbortSignal.timeout(options.timeoutMs ?? 30_000),
				headers: {
					accept: "application/json",
					...(request.body === undefined ? {} : { "content-type": "application/json" }),
					...(options.key === undefined ? {} : { authorization: `Bearer ${options.key}` }),
				},
				...(request.body === undefined ? {} : { body: request.body }),
			});
			const body: unknown = await answer.json();
			if (!answer.ok) throw new ApiError(body as Problem);
			return body as never;
		},
	};
}

function requestOf(base: string, operation: Operation, input: Readonly<Record<string, unknown>>) {
	const inPath = pathKeys(operation.path);
	const path = operation.path.replace(/\{([a-zA-Z]+)\}/gu, (_, key: string) => encodeURIComponent(String(input[key])));
	const rest = Object.entries(input).filter(([key, value]) => !inPath.includes(key) && value !== undefined);
	const url = new URL(`/api/v1${path}`, base);
	if (operation.method === "POST") return { url, body: JSON.stringify(Object.fromEntries(rest)) };
	for (const [key, value] of rest) url.searchParams.set(key, String(value));
	return { url, body: undefined };
}
