/** Input of an operation that comes another way than REST, checked as REST checks a body. */
import type { Operation } from "@errata/api";
import { Ajv, type ValidateFunction } from "ajv";
import { Failure } from "../failure.ts";
import { refuseBrokenText } from "../rest/validation.ts";

/** A closed object's JSON Schema. */
export type CheckedSchema = object & { readonly properties: object };

const ajv = new Ajv({ strict: false, allErrors: false });
const compiled = new WeakMap<CheckedSchema, ValidateFunction>();

/** Throws a Failure that names the key for what the operation does not take. */
export function checkInput(operation: Operation, input: unknown): asserts input is object {
	checkAgainst(operation.name, operation.input, input);
}

/** The same for any schema; `name` is what the input is for. */
export function checkAgainst(name: string, schema: CheckedSchema, input: unknown): asserts input is object {
	let check = compiled.get(schema);
	if (check === undefined) {
		check = ajv.compile(schema);
		compiled.set(schema, check);
	}
	if (!check(input)) {
		const [first] = check.errors ?? [];
		const key = first?.params.additionalProperty ?? first?.instancePath.slice(1) ?? "";
		const allowed = first?.keyword === "enum" ? `: ${(first.params.allowedValues as unknown[]).join(", ")}` : "";
		throw new Failure(
			"BAD_REQUEST",
			`${name}: ${key === "" ? "the input" : key} ${first?.message ?? "is not valid"}${allowed}.`,
			`It takes ${Object.keys(schema.properties).join(", ") || "nothing"}.`,
		);
	}
	refuseBrokenText(input);
}
