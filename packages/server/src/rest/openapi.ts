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

export const DOCUMENT = {
	openapi: "3.1.0",
	info: {
		title: "errata",
		version: "1",
		description: `What failed, whether to retry, what to do. Problems are RFC 9457 with permanent codes: ${Object.keys(PROBLEMS).join(", ")}.`,
		license: { name: "Apache-2.0", identifier: "Apache-2.0" },
	},
	components: { securitySchemes: { key: { type: "http", scheme: "bearer" } } },
	security: [{ key: [] }, {}],
} as const;
