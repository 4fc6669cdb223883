/** Input of an operation that comes another way than REST, checked as REST checks a body. */
import type { Operation } from "@errata/api";
import type { Ajv, ValidateFunction } from "ajv";
import { refuseBrokenText } from "../broken-text.ts";
import { Failure } from "../failure.ts";
import { ajv } from "../on-demand.ts";

/** A closed object's JSON Schema. */
export type CheckedSchema = object & { readonly properties: object };

let validator: Ajv | undefined;
const compiled = new WeakMap<CheckedSchema, ValidateFunction>();

/** Throws a Failure that names the key for what the operation does not take. */
export function checkInput(operation: Operation, input: unknown): asserts input is object {
	checkAgainst(operation.name, operation.input, input);
}

/** The same for any schema; `name` is what the input is for. */
export function checkAgainst(name: string, schema: CheckedSchema, input: unknown): asserts input is object {
	let check = compiled.get(schema);
	if (check === undefined) {
		validator ??= new (ajv().Ajv)({ strict: false, allErrors: false });
		check = validator.compile(schema);
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
