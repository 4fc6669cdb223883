/**
 * What checks input against the schemas. Text of paths and queries becomes the number or boolean it spells; a body is JSON
 * and means what it says: `"true"` is no boolean there. Text that ClickHouse cannot hold as it is, is refused.
 */
import { Ajv, type Options } from "ajv";
import type { FastifySchemaCompiler } from "fastify";
import { Failure } from "../failure.ts";

const COMMON: Options = { removeAdditional: false, useDefaults: true, allErrors: false, strict: false };
const spelled = new Ajv({ ...COMMON, coerceTypes: true });
const exact = new Ajv({ ...COMMON, coerceTypes: false });

export const validatorCompiler: FastifySchemaCompiler<unknown> = ({ schema, httpPart }) =>
	(httpPart === "body" ? exact : spelled).compile(schema as object) as never;

/** Throws a Failure for text with NUL or half a surrogate pair, anywhere in a value of JSON. */
export function refuseBrokenText(value: unknown, key = "body"): void {
	if (typeof value === "string") {
		if (!value.includes("\0") && value.isWellFormed()) return;
		throw new Failure(
			"BAD_REQUEST",
			`${key} holds a NUL or half a surrogate pair, which is no text.`,
			"Send well-formed Unicode without U+0000.",
		);
	}
	if (typeof value !== "object" || value === null) return;
	// Keys are the schemas' own: a foreign one was refused before.
	for (const [name, part] of Object.entries(value)) refuseBrokenText(part, Array.isArray(value) ? key : name);
}
