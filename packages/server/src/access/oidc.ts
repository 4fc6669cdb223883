/**
 * Bearer tokens of an OpenID Connect issuer, checked by jose: signature by the issuer's published keys, issuer, audience,
 * expiry. Which claim names the tenant and which the role is configured. https://openid.net/specs/openid-connect-core-1_0.html
 */
import type { Role } from "@errata/api";
import type { JWTPayload, JWTVerifyGetKey } from "jose";
import type { Caller } from "../call.ts";
import { Failure } from "../failure.ts";
import { LIMITS } from "../limits.ts";
import { unauthenticated } from "./refusal.ts";

export interface OidcOptions {
	/** As the token's `iss` says it. */
	readonly issuer: string;
	/** The token's `aud` must name it. */
	readonly audience: string;
	/** Where the issuer's keys are; default: what its discovery document says. */
	readonly jwksUrl?: string | undefined;
	/** Claim that names the tenant; a dot goes into an object. Without one, all tokens are of `tenant`. */
	readonly tenantClaim?: string | undefined;
	readonly tenant: string;
	/** Claim with a role or a list of groups. */
	readonly roleClaim: string;
	/** Which value of it means which role; without any, the roles' own names. */
	readonly roles: Readonly<Record<string, Role>>;
	/** Signatures that are taken: asymmetric ones. */
	readonly algorithms: readonly string[];
	/** Seconds by which clocks may differ. */
	readonly clockToleranceSeconds: number;
}

/** What is signed by a key that the issuer publishes: a shared secret or no signature is none of these. */
export const ALGORITHMS = [
	"RS256",
	"RS384",
	"RS512",
	"PS256",
	"PS384",
	"PS512",
	"ES256",
	"ES384",
	"ES512",
	"EdDSA",
	"Ed25519",
] as const;

const RANK: readonly Role[] = ["viewer", "member", "admin"];

/** Who a token speaks for. Rejects with a Failure: 401 for a token that is not valid, 403 for one without a role, 503 if the issuer is away. */
export function createOidc(options: OidcOptions, log: (line: string) => void): (token: string) => Promise<Caller> {
	const keys = issuerKeys(options, log);
	return async (token) => {
		const payload = await verified(token, keys, options);
		const actor = String(payload.sub).slice(0, LIMITS.actorChars);
		const tenant = tenantOf(payload, options);
		if (tenant === undefined)
			throw new Failure(
				"FORBIDDEN",
				`The token names no tenant in ${options.tenantClaim}.`,
				"Ask who runs the issuer.",
			);
		const role = roleOf(payload, options);
		if (role === undefined)
			throw new Failure("FORBIDDEN", `The token names no role in ${options.roleClaim}.`, "Ask who runs the issuer.");
		return { tenant, role, actor };
	};
}

async function verified(token: string, keys: JWTVerifyGetKey, options: OidcOptions): Promise<JWTPayload> {
	const { errors, jwtVerify } = await import("jose");
	try {
		const { payload } = await jwtVerify(token, keys, {
			issuer: options.issuer,
			audience: options.audience,
			algorithms: [...options.algorithms],
			clockTolerance: options.clockToleranceSeconds,
			requiredClaims: ["exp", "sub"],
		});
		return payload;
	} catch (error) {
		if (error instanceof Failure) throw error;
		if (error instanceof errors.JWTExpired)
			throw unauthenticated("The token is expired.", "Get a new one from the issuer.");
		if (error instanceof errors.JOSEError)
			throw unauthenticated(REASONS[error.code] ?? "The token is not valid.", "Get one of this issuer and audience.");
		throw error;
	}
}

const REASONS: Readonly<Record<string, string>> = {
	ERR_JWT_CLAIM_VALIDATION_FAILED: "A claim of the token is not what it must be (issuer, audience, time or subject).",
	ERR_JOSE_ALG_NOT_ALLOWED: "The token is not signed in a way that is taken here.",
	ERR_JWKS_NO_MATCHING_KEY: "The issuer publishes no such key.",
	ERR_JWS_SIGNATURE_VERIFICATION_FAILED: "The signature is not the issuer's.",
};

/** The issuer's keys: asked for once in `LIMITS.issuerKeysMs`, again for an unknown key id, and not at once after a failure. */
function issuerKeys(options: OidcOptions, log: (line: string) => void): JWTVerifyGetKey {
	let remote: JWTVerifyGetKey | undefined;
	let failedMs = Number.NEGATIVE_INFINITY;
	return async (header, token) => {
		if (performance.now() - failedMs < LIMITS.issuerRetryMs) throw issuerAway();
		const { createRemoteJWKSet, errors } = await import("jose");
		try {
			remote ??= createRemoteJWKSet(new URL(options.jwksUrl ?? (await discover(options.issuer))), {
				timeoutDuration: LIMITS.issuerMs,
				cooldownDuration: LIMITS.issuerCooldownMs,
				cacheMaxAge: LIMITS.issuerKeysMs,
			});
			return await remote(header, token);
		} catch (error) {
			// Of jose's errors these say what the token is; all others, that the keys could not be read.
			if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) throw error;
			if (error instanceof errors.JOSENotSupported) throw error;
			failedMs = performance.now();
			log(`keys of the issuer ${options.issuer}: ${(error as Error).message}`);
			throw issuerAway();
		}
	};
}

function issuerAway(): Failure {
	return new Failure(
		"ISSUER_UNAVAILABLE",
		"The keys of the token's issuer cannot be read now.",
		"Try again in a moment; an API key works meanwhile.",
	);
}

/** `jwks_uri` of the discovery document, which must be of this issuer. */
async function discover(issuer: string): Promise<string> {
	const url = `${issuer.replace(/\/$/u, "")}/.well-known/openid-configuration`;
	const answer = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(LIMITS.issuerMs) });
	if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
	const said = (await answer.json()) as { readonly issuer?: unknown; readonly jwks_uri?: unknown };
	if (said.issuer !== issuer) throw new Error(`${url} is of another issuer`);
	if (typeof said.jwks_uri !== "string" || !isSafeUrl(said.jwks_uri)) throw new Error(`${url} names no jwks_uri`);
	return said.jwks_uri;
}

/** Keys that come over plain HTTP could be anybody's; on this machine they may. */
export function isSafeUrl(text: string): boolean {
	if (!URL.canParse(text)) return false;
	const { protocol, hostname } = new URL(text);
	return protocol === "https:" || (protocol === "http:" && /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/u.test(hostname));
}

function tenantOf(payload: JWTPayload, { tenantClaim, tenant }: OidcOptions): string | undefined {
	if (tenantClaim === undefined || tenantClaim === "") return tenant;
	const said = claim(payload, tenantClaim);
	// The empty tenant is that of records that name none: no token gets there by saying nothing.
	return typeof said === "string" && said !== "" && said.length <= LIMITS.tenantChars ? said : undefined;
}

/** The highest of the roles that the claim names. */
function roleOf(payload: JWTPayload, { roleClaim, roles }: OidcOptions): Role | undefined {
	const said = claim(payload, roleClaim);
	const values = (Array.isArray(said) ? said : [said]).filter((value) => typeof value === "string");
	const meant: Readonly<Record<string, Role>> =
		Object.keys(roles).length > 0 ? roles : { viewer: "viewer", member: "member", admin: "admin" };
	const found = values.filter((value) => Object.hasOwn(meant, value)).map((value) => meant[value] as Role);
	return RANK.findLast((role) => found.includes(role));
}

/** By its whole name, else into objects at its dots. */
function claim(payload: JWTPayload, name: string): unknown {
	if (Object.hasOwn(payload, name)) return payload[name];
	let at: unknown = payload;
	for (const part of name.split(".")) {
		if (typeof at !== "object" || at === null || !Object.hasOwn(at, part)) return undefined;
		at = (at as Record<string, unknown>)[part];
	}
	return at;
}
