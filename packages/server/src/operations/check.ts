/** Input of an operation that comes another way than REST, checked as REST checks a body. */
import type { Operation } from "@errata/api";
import { Ajv, type ValidateFunction } from "ajv";
import { Failure } from "../failure.ts";
import { refuseBrokenText } from "../rest/validation.ts";

const ajv = new Ajv({ strict: false, allErrors: false });
const compiled = new Map<string, ValidateFunction>();

/** Throws a Failure that names the key for what the operation does not take. */
export function checkInput(operation: Operation, input: unknown): asserts input is object {
	let check = compiled.get(operation.name);
	if (check === undefined) {
		check = ajv.compile(operation.input);
		compiled.set(operation.name, check);
	}
	if (!check(input)) {
		const [first] = check.errors ?? [];
		const key = first?.params.additionalProperty ?? first?.instancePath.slice(1) ?? "";
		throw new Failure(
			"BAD_REQUEST",
			`${operation.name}: ${key === "" ? "the input" : key} ${first?.message ?? "is not valid"}.`,
			`It takes ${Object.keys(operation.input.properties).join(", ") || "nothing"}.`,
		);
	}
	refuseBrokenText(input);
}
