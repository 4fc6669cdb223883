/**
 * The door: who a request is of, before anything of it is read or checked; what that caller may do; how often. A refusal is
 * noted for the audit trail. Who callers are is `access/`.
 */
import { normalizeIP, type RateLimitPluginOptions } from "@fastify/rate-limit";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type Access, Refusal, type Refusals } from "../access/index.ts";
import { type Caller, checkRole, type Implemented } from "../call.ts";
import { Failure } from "../failure.ts";
import { LIMITS } from "../limits.ts";

export interface DoorOptions {
	readonly access: Access;
	readonly refusals: Refusals;
	/** Requests of one caller in a minute. */
	readonly requestsPerMinute?: number | undefined;
	/** One line for every failure of errata's own, never told to the client. */
	readonly log: (line: string) => void;
}

export interface Door {
	/** The hook of a route of this operation. */
	enter(made: Implemented): (request: FastifyRequest, reply: FastifyReply) => Promise<void>;
	/** Of a request that came in. */
	callerOf(request: FastifyRequest): Caller;
	/** Rejects if a request that came in would not come in now. */
	stillMay(made: Implemented, request: FastifyRequest): Promise<void>;
}

const MINUTE = 60_000;

/** An address; of IPv6 the network, which one owner has to itself. */
const networkOf = ({ ip }: FastifyRequest): string => normalizeIP(ip, 64);

const callers = new WeakMap<FastifyRequest, Caller>();

export function doorOf(app: FastifyInstance, { access, refusals }: DoorOptions): Door {
	const failures = app.createRateLimit({
		max: LIMITS.refusedPerMinute,
		timeWindow: MINUTE,
		keyGenerator: networkOf,
	});

	/** An address that failed too often waits, but for keys that are known to be right. */
	async function slowed(request: FastifyRequest, reply: FastifyReply): Promise<void> {
		const count = await failures(request, { increment: false });
		if (count.isAllowed || !count.isExceeded || access.knows(request.headers)) return;
		reply.header("retry-after", count.ttlInSeconds);
		throw new Failure(
			"RATE_LIMITED",
			"Too many requests of this address were refused.",
			`Ask again in ${count.ttlInSeconds} seconds, with a valid key.`,
		);
	}

	async function note(error: unknown, made: Implemented, request: FastifyRequest): Promise<void> {
		if (!(error instanceof Failure) || (error.code !== "UNAUTHENTICATED" && error.code !== "FORBIDDEN")) return;
		const caller = callers.get(request);
		const known = error instanceof Refusal ? error : { tenant: caller?.tenant ?? "", actor: caller?.actor ?? "" };
		const { tenant, actor } = known;
		refusals.note({ tenant, actor, operation: made.operation.name, outcome: error.code, address: request.ip });
		// Without a credential nothing was looked up, and nobody guessed.
		if (error.code === "UNAUTHENTICATED" && request.headers.authorization !== undefined) await failures(request);
	}

	return {
		enter: (made) => async (request, reply) => {
			if (request.headers.authorization !== undefined) await slowed(request, reply);
			try {
				const caller = { ...(await access.authenticate(request.headers)), address: request.ip };
				callers.set(request, caller);
				checkRole(made, caller);
			} catch (error) {
				await note(error, made, request);
				throw error;
			}
		},
		callerOf(request) {
			const caller = callers.get(request);
			if (caller === undefined) throw new Error(`${request.url} has a route without a door`);
			return caller;
		},
		async stillMay(made, request) {
			checkRole(made, await access.authenticate(request.headers));
		},
	};
}

/** Requests are counted per caller, before their body is read; the machine's own user is not counted. */
export function limits({ requestsPerMinute }: DoorOptions): RateLimitPluginOptions {
	return {
		global: true,
		hook: "preParsing",
		max: requestsPerMinute ?? LIMITS.requestsPerMinute,
		timeWindow: MINUTE,
		cache: LIMITS.callersCounted,
		enableDraftSpec: true,
		keyGenerator: (request) => {
			const caller = callers.get(request);
			return caller === undefined ? networkOf(request) : JSON.stringify([caller.tenant, caller.actor]);
		},
		allowList: (request) => callers.get(request)?.actor === "local",
		errorResponseBuilder: (_, { max, after }) =>
			new Failure("RATE_LIMITED", `More than ${max} requests in a minute.`, `Ask again in ${after}.`),
	};
}
