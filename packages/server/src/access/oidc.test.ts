/** Tokens of a real issuer: an HTTP server with discovery and keys, tokens signed by them. */
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createClient, issuesList, issuesResolve } from "@errata/api";
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from "jose";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { errorRow, type Served, served } from "../testing/served.ts";
import { createOidc, isSafeUrl, type OidcOptions } from "./oidc.ts";

interface Issuer {
	readonly url: string;
	readonly server: HttpServer;
	/** How often its keys were asked for. */
	asked: number;
}

let issuer: Issuer;
let trusted: CryptoKey;
let foreign: CryptoKey;
let s: Served;

async function startIssuer(publicKey: CryptoKey): Promise<Issuer> {
	const jwk = { ...(await exportJWK(publicKey)), kid: "one", alg: "ES256", use: "sig" };
	const made = { asked: 0, url: "", server: undefined as unknown as HttpServer };
	made.server = createServer((request, response) => {
		response.setHeader("content-type", "application/json");
		if (request.url === "/.well-known/openid-configuration")
			response.end(JSON.stringify({ issuer: made.url, jwks_uri: `${made.url}/keys` }));
		else {
			made.asked++;
			response.end(JSON.stringify({ keys: [jwk] }));
		}
	});
	await new Promise<void>((resolve) => made.server.listen(0, "127.0.0.1", resolve));
	made.url = `http://127.0.0.1:${(made.server.address() as AddressInfo).port}`;
	return made;
}

const options = (over: Partial<OidcOptions> = {}): OidcOptions => ({
	issuer: issuer.url,
	audience: "errata",
	tenantClaim: "org.tenant",
	tenant: "",
	roleClaim: "groups",
	roles: { sre: "admin", developers: "member", everybody: "viewer" },
	algorithms: ["ES256"],
	clockToleranceSeconds: 5,
	...over,
});

beforeAll(async () => {
	const pair = await generateKeyPair("ES256");
	trusted = pair.privateKey;
	foreign = (await generateKeyPair("ES256")).privateKey;
	issuer = await startIssuer(pair.publicKey);
	s = await served(inject("clickhouseUrl"), { requireKey: true, oidc: options() });
	await s.store.insertLogs([errorRow({ message: "x is not a function", tenant: "acme" })]);
});
afterAll(async () => {
	await s.stop();
	issuer.server.close();
});

interface Said {
	readonly claims?: Record<string, unknown>;
	readonly key?: CryptoKey;
	readonly kid?: string;
	readonly issuer?: string;
	readonly audience?: string;
	readonly expires?: string | number;
}

function token(said: Said = {}): Promise<string> {
	return new SignJWT({ org: { tenant: "acme" }, groups: ["everybody", "developers"], ...said.claims })
		.setProtectedHeader({ alg: "ES256", kid: said.kid ?? "one" })
		.setSubject("ann@example.com")
		.setIssuer(said.issuer ?? issuer.url)
		.setAudience(said.audience ?? "errata")
		.setIssuedAt()
		.setExpirationTime(said.expires ?? "5m")
		.sign(said.key ?? trusted);
}

const ask = (bearer: string) =>
	fetch(`${s.server.url}/api/v1/issues`, { headers: { authorization: `Bearer ${bearer}` } });

test("a token of the issuer is its subject, in the tenant and the highest role that its claims name", async () => {
	const client = createClient({ url: s.server.url, key: await token() });
	const { issues } = await client.call(issuesList, {});
	expect(issues).toHaveLength(1);
	const { state } = await client.call(issuesResolve, { fingerprint: issues[0]?.issue.fingerprint as string });
	expect(state.actor).toBe("ann@example.com");
	const other = createClient({ url: s.server.url, key: await token({ claims: { org: { tenant: "other" } } }) });
	expect((await other.call(issuesList, {})).issues).toEqual([]);
});

test("what is expired, of another audience, issuer or key, unsigned, or signed by what all know, is nobody's", async () => {
	const unsecured = new UnsecuredJWT({ org: { tenant: "acme" }, groups: ["sre"] })
		.setSubject("eve")
		.setIssuer(issuer.url)
		.setAudience("errata")
		.setExpirationTime("5m")
		.encode();
	const shared = await new SignJWT({ org: { tenant: "acme" }, groups: ["sre"] })
		.setProtectedHeader({ alg: "HS256", kid: "one" })
		.setSubject("eve")
		.setIssuer(issuer.url)
		.setAudience("errata")
		.setExpirationTime("5m")
		.sign(new TextEncoder().encode("0123456789abcdef0123456789abcdef"));
	const past = Math.floor(Date.now() / 1000) - 60;
	const good = await token();
	const [head, , signature] = good.split(".");
	const claims = Buffer.from(JSON.stringify({ sub: "eve", groups: ["sre"] })).toString("base64url");
	const cases: Record<string, string> = {
		expired: await token({ expires: past }),
		audience: await token({ audience: "billing" }),
		issuer: await token({ issuer: "https://elsewhere.example" }),
		"another's key": await token({ key: foreign }),
		"an unknown key id": await token({ kid: "two" }),
		"no signature": unsecured,
		"a shared secret": shared,
		"other claims": `${head}.${claims}.${signature}`,
		nonsense: "a.b.c",
	};
	for (const [name, bearer] of Object.entries(cases)) {
		const answer = await ask(bearer);
		expect(answer.status, name).toBe(401);
		expect(answer.headers.get("www-authenticate")).toContain("invalid_token");
		expect(await answer.json()).toMatchObject({ code: "UNAUTHENTICATED" });
	}
	expect((await ask(good)).status).toBe(200);
	// Kept: neither each token nor each unknown key id asks the issuer again.
	expect(issuer.asked).toBeLessThanOrEqual(2);
});

test("a clock that is a little off does no harm", async () => {
	expect((await ask(await token({ expires: Math.floor(Date.now() / 1000) - 2 }))).status).toBe(200);
});

test("a token without a tenant or a role may do nothing, rather than everything", async () => {
	for (const claims of [
		{ org: {} },
		{ org: { tenant: "" } },
		{ org: { tenant: 7 } },
		{ groups: [] },
		{ groups: "root" },
		{ groups: ["admin"] },
		{ groups: "constructor" },
	]) {
		const answer = await ask(await token({ claims }));
		expect(answer.status, JSON.stringify(claims)).toBe(403);
	}
});

test("when the issuer is away it is said, and its keys are used again when it is back", async () => {
	const pair = await generateKeyPair("ES256");
	const away = await startIssuer(pair.publicKey);
	const lines: string[] = [];
	const check = createOidc(options({ issuer: away.url }), (line) => lines.push(line));
	const bearer = await token({ issuer: away.url, key: pair.privateKey });
	expect(await check(bearer)).toEqual({ tenant: "acme", role: "member", actor: "ann@example.com" });
	const fresh = createOidc(options({ issuer: away.url }), (line) => lines.push(line));
	await new Promise((resolve) => away.server.close(resolve).closeAllConnections());
	await expect(fresh(bearer)).rejects.toMatchObject({ code: "ISSUER_UNAVAILABLE", status: 503 });
	expect(lines).toHaveLength(1);
	// A second one does not wait for the issuer again, and who asked before goes on by the keys that are kept.
	await expect(fresh(bearer)).rejects.toMatchObject({ code: "ISSUER_UNAVAILABLE" });
	expect(lines).toHaveLength(1);
	expect(await check(bearer)).toMatchObject({ tenant: "acme" });
});

test("without a claim for the tenant all tokens are of one; keys over plain HTTP are this machine's alone", async () => {
	const check = createOidc(options({ tenantClaim: "", tenant: "the-one", roles: {}, roleClaim: "role" }), () => {});
	const bearer = await token({ claims: { role: "viewer" } });
	expect(await check(bearer)).toEqual({ tenant: "the-one", role: "viewer", actor: "ann@example.com" });
	expect(isSafeUrl("https://login.example.com/keys")).toBe(true);
	for (const url of [
		"http://login.example.com",
		"ftp://localhost",
		"file:///etc/passwd",
		"login",
		"http://127.0.0.1.evil.example",
	])
		expect(isSafeUrl(url)).toBe(false);
});
