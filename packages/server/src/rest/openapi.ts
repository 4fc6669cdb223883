/** The operations as an OpenAPI 3.1 document: what Fastify's schemas say, and nothing beside them. */
import { type Operation, PROBLEMS, Problem, pathKeys } from "@errata/api";
import type { TObject, TSchema } from "typebox";

type Properties = Readonly<Record<string, TSchema>>;

/** Fastify's schema of one operation. */
export function routeSchema(operation: Operation) {
	const inPath = pathKeys(operation.path);
	const [params, rest] = split(operation.input, inPath);
	const get = operation.method !== "POST";
	return {
		operationId: operation.name,
		summary: operation.summary,
		tags: [operation.name.split(".")[0] as string],
		...(inPath.length === 0 ? {} : { params }),
		...(get ? { querystring: rest } : { body: rest }),
		response: { 200: operation.output, default: { description: "A problem, RFC 9457", ...problemContent() } },
	};
}

function problemContent() {
	return { content: { "application/problem+json": { schema: Problem } } };
}

function split(input: TObject, inPath: readonly string[]): [params: object, rest: object] {
	const all = Object.entries(input.properties as Properties);
	const part = (keep: (key: string) => boolean) => {
		const properties = Object.fromEntries(all.filter(([key]) => keep(key)));
		const required = ((input.required ?? []) as readonly string[]).filter(keep);
		return { type: "object", properties, additionalProperties: false, ...(required.length > 0 ? { required } : {}) };
	};
	return [part((key) => inPath.includes(key)), part((key) => !inPath.includes(key))];
}

const RATE_HEADERS = {
	"ratelimit-limit": { description: "Requests of this caller in a minute", schema: { type: "integer" } },
	"ratelimit-remaining": { description: "How many of them are left", schema: { type: "integer" } },
	"ratelimit-reset": { description: "Seconds until they are counted anew", schema: { type: "integer" } },
} as const;

const REFUSALS = {
	401: {
		description: "No valid key or token",
		headers: { "www-authenticate": { description: "Bearer", schema: { type: "string" } } },
	},
	403: { description: "The key may not do this, or the page that asks is a foreign one" },
	429: {
		description: "Too many requests",
		headers: { "retry-after": { description: "Seconds", schema: { type: "integer" } }, ...RATE_HEADERS },
	},
} as const;

interface Path {
	readonly responses: Record<string, { description?: string; headers?: object; content?: object }>;
}

/** The document with what every operation answers beside its own: refusals, and how many requests are left. */
export function documented<D extends { readonly paths?: unknown }>(document: D): D {
	for (const methods of Object.values((document.paths ?? {}) as Record<string, Record<string, Path>>))
		for (const { responses } of Object.values(methods)) {
			const own = responses[200];
			if (own !== undefined) own.headers = RATE_HEADERS;
			for (const [status, refusal] of Object.entries(REFUSALS)) responses[status] = { ...refusal, ...problemContent() };
		}
	return document;
}

export const DOCUMENT = {
	openapi: "3.1.0",
	info: {
		title: "errata",
		version: "1",
		description: `What failed, whether to retry, what to do. Problems are RFC 9457 with permanent codes: ${Object.keys(PROBLEMS).join(", ")}.`,
		license: { name: "Apache-2.0", identifier: "Apache-2.0" },
	},
	components: {
		securitySchemes: {
			key: {
				type: "http",
				scheme: "bearer",
				description:
					"An API key (`errata keys create`) or a token of the configured issuer; on loopback none is needed",
			},
		},
	},
	security: [{ key: [] }, {}],
} as const;
