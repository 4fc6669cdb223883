/** Who may call `errata serve`, as configured: the issuer of tokens. Keys are in the store, not in the configuration. */
import { ErrataError } from "@errata/catalog";
import { ALGORITHMS, isSafeUrl, type OidcOptions } from "@errata/server";
import type { Context } from "./context.ts";
import { EXIT } from "./exit.ts";

type Roles = Record<string, "viewer" | "member" | "admin">;

/** `undefined` without an issuer. Throws ErrataError (exit 2) for what cannot be: a token taken by mistake is an open door. */
export function oidcOptions(context: Context, tenant: string): OidcOptions | undefined {
	const config = context.config();
	const issuer = config["serve.oidc.issuer"];
	const audience = config["serve.oidc.audience"];
	const jwksUrl = config["serve.oidc.jwksUrl"];
	if (issuer === "") return undefined;
	if (!isSafeUrl(issuer)) throw wrong("serve.oidc.issuer", issuer, "expected an https:// URL");
	if (audience === "") throw wrong("serve.oidc.audience", "", "an issuer needs an audience");
	if (jwksUrl !== "" && !isSafeUrl(jwksUrl)) throw wrong("serve.oidc.jwksUrl", jwksUrl, "expected an https:// URL");
	const algorithms = config["serve.oidc.algorithms"];
	const unknown = algorithms.find((name) => !(ALGORITHMS as readonly string[]).includes(name));
	if (unknown !== undefined || algorithms.length === 0)
		throw wrong("serve.oidc.algorithms", unknown ?? "", `expected some of ${ALGORITHMS.join(", ")}`);
	return {
		issuer,
		audience,
		...(jwksUrl === "" ? {} : { jwksUrl }),
		tenantClaim: config["serve.oidc.tenantClaim"],
		tenant,
		roleClaim: config["serve.oidc.roleClaim"],
		roles: rolesOf(config["serve.oidc.roles"]),
		algorithms,
		clockToleranceSeconds: config["serve.oidc.clockTolerance"] / 1000,
	};
}

function rolesOf(list: readonly string[]): Roles {
	const roles: Roles = {};
	for (const entry of list) {
		const [, value, role] = /^(.+)=(viewer|member|admin)$/u.exec(entry) ?? [];
		if (value === undefined) throw wrong("serve.oidc.roles", entry, "expected <value>=viewer, member or admin");
		roles[value] = role as Roles[string];
	}
	return roles;
}

function wrong(key: string, value: string, cause: string): ErrataError {
	return new ErrataError({
		operation: "read the configuration",
		subject: `${key} ${JSON.stringify(value.slice(0, 80))}`,
		cause,
		remedy: "Correct it and run the command again; CONFIG.md says what each key takes.",
		code: "CONFIG_INVALID",
		exitCode: EXIT.usage,
	});
}
