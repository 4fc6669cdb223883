/** REST as a thin skin: each operation a route, each failure a problem, the document served beside them. */
import { createHash, randomUUID } from "node:crypto";
import { problem } from "@errata/api";
import rateLimit from "@fastify/rate-limit";
import swagger from "@fastify/swagger";
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { refuseBrokenText } from "../broken-text.ts";
import { type Call, type Caller, type Implemented, perform } from "../call.ts";
import { Failure, problemOf, quoted } from "../failure.ts";
import { LIMITS } from "../limits.ts";
import { implemented } from "../operations/index.ts";
import { refusal } from "./admission.ts";
import { type Door, type DoorOptions, doorOf, limits } from "./door.ts";
import { guardMethods } from "./methods.ts";
import { DOCUMENT, documented, routeSchema } from "./openapi.ts";
import { stream, streamOf } from "./stream.ts";
import { validatorCompiler } from "./validation.ts";

export interface AppOptions extends DoorOptions {
	readonly operations: readonly Implemented[];
	/** True if it listens on loopback alone. */
	readonly loopback: boolean;
	/** What a handler is given for this caller. */
	readonly call: (caller: Caller, signal: AbortSignal) => Call;
}

/** What the other skins over the same listener need of it. */
export interface App {
	readonly fastify: FastifyInstance;
	readonly door: Door;
}

export async function createApp(options: AppOptions): Promise<App> {
	const app = Fastify({
		bodyLimit: LIMITS.bodyBytes,
		requestTimeout: LIMITS.requestMs,
		genReqId: () => randomUUID(),
		return503OnClosing: true,
		frameworkErrors: (error, request, reply) => {
			send(reply as never, problemOf(requestFailure(error), request.id));
		},
	});
	// No operation takes it: it is refused as what it is.
	app.removeContentTypeParser("text/plain");
	app.setValidatorCompiler(validatorCompiler);
	guard(app, options);
	await app.register(rateLimit, limits(options));
	const door = doorOf(app, options);
	await app.register(swagger, { openapi: DOCUMENT as never });
	app.get("/api/v1/openapi.json", { schema: { hide: true } }, () => documented(app.swagger()));
	for (const made of options.operations) route(app, made, options, door);
	aliases(app, options, door);
	return { fastify: app, door };
}

function guard(app: FastifyInstance, options: AppOptions): void {
	app.addHook("onRequest", async (request) => {
		const refused = refusal(request.headers, options.loopback);
		if (refused !== undefined)
			throw new Failure("FORBIDDEN", refused, "Ask this server by its name, from one of its pages or from a program.");
	});
	guardMethods(
		app,
		options.operations.map(({ operation }) => operation),
	);
	app.addHook("preHandler", async (request) => {
		// MCP answers it as a failure of the tool that was called.
		if (request.routeOptions.url === "/mcp") return;
		refuseBrokenText(request.query);
		refuseBrokenText(request.body);
	});
	app.addHook("onSend", async (request, reply, payload) => tagged(request, reply, payload));
	app.setNotFoundHandler((request, reply) => {
		const detail = `${request.method} ${quoted(request.url.split("?", 1)[0] ?? "")} is not an operation.`;
		send(reply, problem("NOT_FOUND", detail, "GET /api/v1/openapi.json lists them.", request.id));
	});
	app.setErrorHandler((error: FastifyError, request, reply) => {
		const said = problemOf(requestFailure(error), request.id);
		if (said.status >= 500)
			options.log(`${request.method} ${request.url} ${request.id}: ${error.stack ?? error.message}`);
		if (said.status === 401) reply.header("www-authenticate", challenge(request));
		send(reply, said);
	});
}

/** https://www.rfc-editor.org/rfc/rfc6750#section-3 */
function challenge({ headers }: FastifyRequest): string {
	return `Bearer realm="errata"${headers.authorization === undefined ? "" : ', error="invalid_token"'}`;
}

/** What Fastify refuses by itself, as a Failure. */
function requestFailure(error: FastifyError): Error {
	if (error.validation !== undefined) {
		const [first] = error.validation;
		const key = first?.params?.additionalProperty ?? first?.instancePath?.slice(1) ?? "";
		const where = error.validationContext === "querystring" ? "query parameter" : (error.validationContext ?? "input");
		return new Failure(
			"BAD_REQUEST",
			`${where} ${quoted(String(key))}: ${first?.message ?? "not valid"}.`,
			"GET /api/v1/openapi.json says what each operation takes.",
		);
	}
	if (error.code === "FST_ERR_CTP_BODY_TOO_LARGE")
		return new Failure("TOO_LARGE", `The body is over ${LIMITS.bodyBytes} bytes.`, "Send less.");
	if (error.code === "FST_ERR_CTP_INVALID_MEDIA_TYPE")
		return new Failure(
			"UNSUPPORTED_MEDIA",
			"The body is not application/json.",
			"Send JSON with content-type application/json.",
		);
	const status = error.statusCode ?? 500;
	return status >= 400 && status < 500
		? new Failure("BAD_REQUEST", "The request cannot be read.", "Send JSON with content-type application/json.")
		: error;
}

function send(reply: FastifyReply, said: ReturnType<typeof problem>): void {
	void reply.code(said.status).type("application/problem+json").send(JSON.stringify(said));
}

/** A weak validator over the bytes; the same bytes are not sent twice. */
function tagged(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
	if (
		(request.method !== "GET" && request.method !== "HEAD") ||
		reply.statusCode !== 200 ||
		typeof payload !== "string"
	)
		return payload;
	const tag = `W/"${createHash("sha256").update(payload).digest("base64url").slice(0, 27)}"`;
	reply.header("etag", tag).header("cache-control", "private, no-cache");
	if (request.headers["if-none-match"] !== tag) return payload;
	reply.code(304);
	return "";
}

function route(app: FastifyInstance, made: Implemented, options: AppOptions, door: Door): void {
	const { operation } = made;
	const url = `/api/v1${operation.path.replace(/\{([a-zA-Z]+)\}/gu, ":$1")}`;
	app.route({
		method: operation.method,
		url,
		schema: routeSchema(operation) as never,
		onRequest: door.enter(made),
		handler: (request, reply) => answer(made, request, reply, options, door),
	});
}

/** The names of the first errata, for those who still ask by them. */
function aliases(app: FastifyInstance, options: AppOptions, door: Door): void {
	const hide = { schema: { hide: true } };
	app.get<{ Params: { id: string } }>("/analysis/error/:id", hide, (request, reply) => {
		return reply.redirect(`/api/v1/errors/${encodeURIComponent(request.params.id)}/analysis`, 307);
	});
	const trends = implemented("trends.get");
	app.get("/trends", { ...hide, onRequest: door.enter(trends) }, (request, reply) =>
		answer(trends, request, reply, options, door),
	);
}

async function answer(
	made: Implemented,
	request: FastifyRequest,
	reply: FastifyReply,
	options: AppOptions,
	door: Door,
): Promise<unknown> {
	const gone = new AbortController();
	reply.raw.once("close", () => gone.abort());
	const call = options.call(door.callerOf(request), gone.signal);
	const input = { ...(request.query as object), ...(request.body as object), ...(request.params as object) };
	const follow = streamOf(made.operation.name, request);
	if (follow === undefined) return perform(made, input, call);
	const watch = setInterval(() => door.stillMay(made, request).catch(() => gone.abort()), LIMITS.streamAuthMs);
	return stream(follow, input, call, request, reply, options.log).finally(() => clearInterval(watch));
}
