/**
 * What checks input against the schemas. Text of paths and queries becomes the number or boolean it spells; a body is JSON
 * and means what it says: `"true"` is no boolean there.
 */
import { Ajv, type Options } from "ajv";
import type { FastifySchemaCompiler } from "fastify";

const COMMON: Options = { removeAdditional: false, useDefaults: true, allErrors: false, strict: false };
const spelled = new Ajv({ ...COMMON, coerceTypes: true });
const exact = new Ajv({ ...COMMON, coerceTypes: false });

export const validatorCompiler: FastifySchemaCompiler<unknown> = ({ schema, httpPart }) =>
	(httpPart === "body" ? exact : spelled).compile(schema as object) as never;
