/** Who is who in the access of a database: names of a tenant's role, database and hidden user, and what a name may be. */
import { createHash } from "node:crypto";
import { ErrataError } from "@errata/catalog";

export const ACCESS_ROLES = ["reader", "writer", "admin"] as const;
export type AccessRole = (typeof ACCESS_ROLES)[number];

export interface AccessUser {
	readonly name: string;
	/** 64 hex digits. */
	readonly passwordSha256: string;
	readonly role: AccessRole;
}

export interface AccessRequest {
	readonly database: string;
	/** Whose rows a reader reads: every reader has one. "" is the tenant of records that name none. */
	readonly tenant?: string | undefined;
	readonly user?: AccessUser | undefined;
}

export interface TenantNames {
	/** Database of the tenant's views. */
	readonly views: string;
	/** Role of its readers. */
	readonly tenantRole: string;
	/** User that the views run as; nobody logs in as it. */
	readonly rowsUser: string;
}

/** What SQL and XML take alike. */
const NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,62}$/u;
const TENANT_LENGTH = 128;

/** A tenant's name as a part of others'; the hash of one that cannot be. */
export function tenantNames(tenant: string): TenantNames {
	const short = createHash("sha256").update(tenant).digest("hex").slice(0, 16);
	const part = /^[a-z][a-z0-9_]{0,39}$/u.test(tenant) ? tenant : `x${short}`;
	return { views: `errata_${part}`, tenantRole: `errata_tenant_${part}`, rowsUser: `errata_rows_${part}` };
}

/** Throws ErrataError for what cannot be given access to, or not safely. */
export function checkAccess({ database, tenant, user }: AccessRequest): void {
	const names = [["database", database] as const, ...(user === undefined ? [] : [["user", user.name] as const])];
	for (const [what, name] of names)
		if (!NAME.test(name))
			throw refused(what, name, "expected a letter, then letters, digits, _ and -, at most 63", "Choose such a name");
	if (tenant !== undefined && (tenant.length > TENANT_LENGTH || !tenant.isWellFormed() || /\p{Cc}/u.test(tenant)))
		throw refused("tenant", tenant, "it is too long or holds control characters", "Name it as errata.tenant does");
	if (tenant !== undefined && tenantNames(tenant).views === database)
		throw refused(
			"tenant",
			tenant,
			`its views would be in ${database} itself`,
			"Name the database or the tenant otherwise",
		);
	if (user === undefined) return;
	if (/^(?:default$|errata$|errata_)/iu.test(user.name))
		throw refused("user", user.name, "ClickHouse or errata has users of such names", "Choose another name");
	if (!/^[0-9a-f]{64}$/u.test(user.passwordSha256))
		throw refused("user", user.name, "its password is not SHA-256 as 64 hex digits", "Pass the password's hash");
	if (user.role === "reader" && tenant === undefined)
		throw refused(
			"user",
			user.name,
			"a reader reads one tenant, and none is named",
			"Pass --tenant; '' is the only one of a single-tenant installation",
		);
}

function refused(what: string, name: string, cause: string, remedy: string): ErrataError {
	return new ErrataError({
		operation: `give access to ${what}`,
		subject: JSON.stringify(name.slice(0, 60)),
		cause,
		remedy,
		code: "STORE_ACCESS",
		exitCode: 2,
	});
}
