/** Which methods a path takes: what else comes is refused before it is read, with `Allow` as RFC 9110 asks. */
import type { Operation } from "@errata/api";
import type { FastifyInstance } from "fastify";
import { Failure, quoted } from "../failure.ts";

interface Path {
	readonly pattern: RegExp;
	readonly method: string;
}

/** Paths that no operation has. */
const OTHERS: readonly (readonly [string, readonly string[]])[] = [
	["/api/v1/openapi.json", ["GET"]],
	["/trends", ["GET"]],
	["/analysis/error/{id}", ["GET"]],
	["/mcp", ["GET", "POST", "DELETE"]],
];

export function guardMethods(app: FastifyInstance, operations: readonly Operation[]): void {
	const paths: Path[] = operations.map(({ path, method }) => ({ pattern: patternOf(`/api/v1${path}`), method }));
	for (const [path, methods] of OTHERS) for (const method of methods) paths.push({ pattern: patternOf(path), method });
	app.addHook("onRequest", async (request, reply) => {
		const path = request.url.split("?", 1)[0] ?? "";
		const found = paths.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
		if (found.length === 0) return;
		const allowed = [...new Set([...found, ...(found.includes("GET") ? ["HEAD"] : []), "OPTIONS"])].sort();
		if (request.method === "OPTIONS") {
			reply.code(204).header("allow", allowed.join(", "));
			return reply.send();
		}
		if (allowed.includes(request.method)) return;
		reply.header("allow", allowed.join(", "));
		throw new Failure(
			"METHOD_NOT_ALLOWED",
			`${quoted(path)} does not take ${request.method}.`,
			`Use one of ${allowed.join(", ")}.`,
		);
	});
}

function patternOf(path: string): RegExp {
	const literal = path.split(/\{[a-zA-Z]+\}/u).map((part) => part.replace(/[.*+?^${}()|[\]\\]/gu, "\\$&"));
	return new RegExp(`^${literal.join("[^/]+")}$`, "u");
}
