/**
 * Who sends a request: the holder of an API key, of a token of the configured issuer, or, on loopback and only there, the
 * machine's own user. What comes with a key or a token is never taken for the machine's user, also not on loopback.
 */
import type { IncomingHttpHeaders } from "node:http";
import type { Role } from "@errata/api";
import type { Store } from "@errata/store";
import type { Caller } from "../call.ts";
import { isSecret, parseKey } from "./key.ts";
import { createKeyring } from "./keyring.ts";
import { createOidc, type OidcOptions } from "./oidc.ts";
import { unauthenticated } from "./refusal.ts";

export interface AccessOptions {
	/** Of any tenant: a key is looked up in all. */
	readonly store: Store;
	/** Whether a request without a key is the machine's own user, who may do everything in `tenant`. */
	readonly open: boolean;
	/** Tenant of the machine's own user. */
	readonly tenant: string;
	readonly oidc?: OidcOptions | undefined;
	readonly now: () => number;
	readonly log: (line: string) => void;
}

export interface Access {
	/** Rejects with a Failure for nobody, and with a StoreError if a key cannot be looked up. */
	authenticate(headers: IncomingHttpHeaders): Promise<Caller>;
	/** Whether it is a valid key that was looked up lately: checking it costs nothing. */
	knows(headers: IncomingHttpHeaders): boolean;
	/** A key was revoked here: it is refused from now on, not only when it is looked up again. */
	forget(id: string): void;
}

const REMEDY = "Send `Authorization: Bearer <key>`; an admin makes keys with `errata keys create`.";
const WRONG = "The key is not one of this server.";

export function createAccess(options: AccessOptions): Access {
	const { store, now, log } = options;
	const keyring = createKeyring(store, now, log);
	const oidc = options.oidc === undefined ? undefined : createOidc(options.oidc, log);

	async function byKey(id: string, secret: string): Promise<Caller> {
		const key = await keyring.find(id);
		if (!isSecret(secret, key?.secretSha256) || key === undefined)
			throw unauthenticated(WRONG, REMEDY, { tenant: key?.tenant ?? "", actor: key === undefined ? "" : `key:${id}` });
		const who = { tenant: key.tenant, actor: `key:${id}` };
		if (key.revoked) throw unauthenticated("The key was revoked.", REMEDY, who);
		if (key.expiresMs <= now()) throw unauthenticated("The key is expired.", REMEDY, who);
		keyring.used(key);
		return { ...who, role: key.role as Role };
	}

	return {
		async authenticate({ authorization }) {
			if (authorization === undefined) {
				if (options.open) return { tenant: options.tenant, role: "admin", actor: "local" };
				throw unauthenticated("The request has no key.", REMEDY);
			}
			const bearer = bearerOf(authorization);
			if (bearer === undefined) throw unauthenticated("The Authorization header holds no bearer key.", REMEDY);
			const key = parseKey(bearer);
			if (key !== undefined) return byKey(key.id, key.secret);
			if (oidc === undefined || bearer.startsWith("errata_")) throw unauthenticated(WRONG, REMEDY);
			return oidc(bearer);
		},
		knows({ authorization }) {
			const key = parseKey(bearerOf(authorization ?? "") ?? "");
			const known = key === undefined ? undefined : keyring.known(key.id);
			if (key === undefined || known === undefined) return false;
			return isSecret(key.secret, known.secretSha256) && !known.revoked && known.expiresMs > now();
		},
		forget: (id) => keyring.forget(id),
	};
}

function bearerOf(authorization: string): string | undefined {
	return /^Bearer +([A-Za-z0-9._~+/=-]{1,8192})$/iu.exec(authorization)?.[1];
}
