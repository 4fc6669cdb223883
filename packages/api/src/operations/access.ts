/** Who may call, and what callers did: API keys and the audit trail. */
import { type Static, Type } from "typebox";
import { operation, ROLES } from "../operation.ts";
import { Cursor, Limit, oneOf, Time, Window } from "../shapes/scalars.ts";

const closed = { additionalProperties: false };

const Maybe = (description: string) => Type.Unsafe<string | null>({ type: ["string", "null"], description });

const KeyId = Type.String({ pattern: "^[0-9a-f]{16}$", description: "The part of the key that is no secret" });

const ApiKey = Type.Object(
	{
		id: KeyId,
		name: Type.String(),
		role: oneOf(ROLES, "What it may do; each includes the ones before it"),
		createdBy: Type.String(),
		created: Time,
		expires: Time,
		revoked: Maybe("When it was revoked, ISO 8601"),
		revokedBy: Type.String(),
		lastUsed: Maybe("To five minutes; null if it never was, ISO 8601"),
	},
	{ $id: "ApiKey", ...closed },
);
export type ApiKey = Static<typeof ApiKey>;

const example: ApiKey = {
	id: "5b7e40a8b6c2d1e0",
	name: "the gateway's dashboard",
	role: "viewer",
	createdBy: "key:9f1c22d04e7ab356",
	created: "2026-11-24T09:30:00.000Z",
	expires: "2027-11-24T09:30:00.000Z",
	revoked: null,
	revokedBy: "",
	lastUsed: null,
};

export const keysList = operation({
	name: "keys.list",
	method: "GET",
	path: "/keys",
	summary: "API keys of the tenant, the latest first, without their secrets",
	role: "admin",
	input: Type.Object({ limit: Type.Optional(Limit(100, 1000)) }, closed),
	output: Type.Object({ keys: Type.Array(ApiKey) }, closed),
	example: { input: {}, output: { keys: [example] } },
});

export const keysCreate = operation({
	name: "keys.create",
	method: "POST",
	path: "/keys",
	summary: "Make an API key of the tenant; its secret is told in this answer and never again",
	role: "admin",
	input: Type.Object(
		{
			name: Type.String({ minLength: 1, maxLength: 200, description: "What it is for" }),
			role: Type.Optional(oneOf(ROLES, "What it may do; default viewer")),
			for: Type.Optional(
				Type.String({
					pattern: "^[1-9][0-9]{0,4}[smhd]$",
					description: "How long it is valid, such as 90d; default and most 366d",
				}),
			),
		},
		closed,
	),
	output: Type.Object(
		{
			key: ApiKey,
			secret: Type.String({ description: "What to send as `Authorization: Bearer`; keep it where secrets are kept" }),
		},
		closed,
	),
	example: {
		input: { name: "the gateway's dashboard", role: "viewer" },
		output: { key: example, secret: `errata_5b7e40a8b6c2d1e0_${"…"}` },
	},
});

export const keysRevoke = operation({
	name: "keys.revoke",
	method: "DELETE",
	path: "/keys/{id}",
	summary: "Revoke an API key: it is refused at once here, within five seconds by other servers",
	role: "admin",
	input: Type.Object({ id: KeyId }, closed),
	output: Type.Object({ key: ApiKey }, closed),
	example: {
		input: { id: example.id },
		output: {
			key: { ...example, revoked: "2026-11-24T10:00:00.000Z", revokedBy: "key:9f1c22d04e7ab356" },
		},
	},
});

const AuditEntry = Type.Object(
	{
		timestamp: Time,
		id: Type.String(),
		actor: Type.String({ description: "`key:<id>`, a token's subject, or a user of the machine; empty if unknown" }),
		operation: Type.String({ description: "Of the API; `authenticate` for a refusal before one was known" }),
		subject: Type.String({ description: "What it was done to" }),
		outcome: Type.String({ description: "`done`, the code of a problem, or `begun` if its end is not known" }),
		address: Type.String({ description: "Of the caller; empty on the command line" }),
		count: Type.Integer({ description: "Equal refusals within seconds are one entry" }),
	},
	{ $id: "AuditEntry", ...closed },
);

export const auditList = operation({
	name: "audit.list",
	method: "GET",
	path: "/audit",
	summary: "What callers of the tenant changed, and who was refused, the latest first",
	role: "admin",
	input: Type.Object(
		{
			window: Type.Optional(Window),
			actor: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
			operation: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
			limit: Type.Optional(Limit(50, 500)),
			cursor: Type.Optional(Cursor),
		},
		closed,
	),
	output: Type.Object({ entries: Type.Array(AuditEntry), next: Maybe("Cursor of the next page") }, closed),
	example: {
		input: { window: "7d" },
		output: {
			entries: [
				{
					timestamp: "2026-11-24T09:30:00.000000000Z",
					id: "d9428888-122b-41e1-b85c-61a1c5b1a9d4",
					actor: "key:5b7e40a8b6c2d1e0",
					operation: "issues.resolve",
					subject: "3f2a9c1d5b7e40a8b6c2d1e0f9a87654",
					outcome: "done",
					address: "10.0.3.9",
					count: 1,
				},
			],
			next: null,
		},
	},
});
