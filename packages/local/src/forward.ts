/**
 * What of a client's request goes on to the engine, and what of the engine's answer goes back. Pure; the shield does the
 * moving. Nothing of ClickHouse's protocol is interpreted beyond the names of credentials and of the query's id.
 */
import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from "node:http";

/** Headers that belong to one connection (RFC 9110), not to the request. */
const HOP_BY_HOP = new Set([
	"connection",
	"keep-alive",
	"proxy-authenticate",
	"proxy-authorization",
	"proxy-connection",
	"te",
	"trailer",
	"transfer-encoding",
	"upgrade",
	"expect",
]);

/** Ways to log in: the shield logs in as its own limited user. */
const CREDENTIAL_HEADERS = /^(authorization|cookie|x-clickhouse-(user|key|jwt.*|ssl-certificate-auth))$/;
const CREDENTIAL_PARAMETERS = new Set(["user", "password", "jwt", "access_token"]);

export interface Forwarded {
	readonly path: string;
	readonly headers: OutgoingHttpHeaders;
	/** "" for pages and /ping, which run no query. */
	readonly queryId: string;
}

export interface Credentials {
	readonly username: string;
	readonly password: string;
}

/** `length` is the body's, known because it was read whole. */
export function forwarded(request: IncomingMessage, length: number, as: Credentials): Forwarded {
	const [path = "/", ...rest] = (request.url ?? "/").split("?");
	const parameters = rest
		.join("?")
		.split("&")
		.filter((part) => part !== "" && !CREDENTIAL_PARAMETERS.has(parameterName(part)));
	const queryId = runsQueries(path) ? ensureQueryId(parameters, request.headers) : "";
	const headers: OutgoingHttpHeaders = {};
	for (const [name, value] of Object.entries(request.headers))
		if (value !== undefined && !HOP_BY_HOP.has(name) && !CREDENTIAL_HEADERS.test(name)) headers[name] = value;
	if (length > 0 || request.method !== "GET") headers["content-length"] = String(length);
	headers["x-clickhouse-user"] = as.username;
	headers["x-clickhouse-key"] = as.password;
	return { path: parameters.length === 0 ? path : `${path}?${parameters.join("&")}`, headers, queryId };
}

/** The engine's headers without those of its connection, and without any that would open us to other origins. */
export function returned(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
	const kept: OutgoingHttpHeaders = {};
	for (const [name, value] of Object.entries(headers))
		if (value !== undefined && !HOP_BY_HOP.has(name) && !name.startsWith("access-control-")) kept[name] = value;
	return kept;
}

function runsQueries(path: string): boolean {
	return path === "/" || path === "/query";
}

/** The id under which the query can be killed: the client's own, else one made here and added to `parameters`. */
function ensureQueryId(parameters: string[], headers: IncomingHttpHeaders): string {
	for (const part of parameters)
		if (parameterName(part) === "query_id") return decoded(part.slice(part.indexOf("=") + 1));
	const header = headers["x-clickhouse-query-id"];
	if (typeof header === "string" && header !== "") return header;
	const made = randomUUID();
	parameters.push(`query_id=${made}`);
	return made;
}

function parameterName(part: string): string {
	const end = part.indexOf("=");
	return decoded(end < 0 ? part : part.slice(0, end));
}

function decoded(text: string): string {
	try {
		return decodeURIComponent(text.replaceAll("+", " "));
	} catch {
		return text;
	}
}
