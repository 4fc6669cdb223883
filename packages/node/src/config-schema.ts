/**
 * `errata.schema.json` from the table of keys: what an editor needs to complete and check an `errata.yaml`. It refuses what
 * the loader refuses; of what the loader takes it wants the plain form: `3`, not `"3"`; nested keys, not dotted ones. Run
 * as a program (`node src/config-schema.ts`) it writes the file; the test compares.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { CONFIG_KEYS, type ConfigKey, expectedOf, LIST_ITEMS, unitText } from "./config.ts";

type Schema = Readonly<Record<string, unknown>>;

interface Section {
	[name: string]: Section | Schema;
}

/** What of a key's kind decides its schema. */
interface Kind {
	readonly type: string;
	readonly min?: number;
	readonly max?: number;
	readonly values?: readonly string[];
}

/** The schema, draft-07: what editors' YAML servers know. */
export function configSchema(): Schema {
	const root: Section = {};
	for (const [name, key] of Object.entries(CONFIG_KEYS) as [string, ConfigKey][]) {
		const parts = name.split(".");
		const last = parts.pop() as string;
		let at = root;
		for (const part of parts) {
			at[part] ??= section({});
			at = (at[part] as { properties: Section }).properties;
		}
		at[last] = keySchema(key);
	}
	return {
		$schema: "http://json-schema.org/draft-07/schema#",
		title: "errata.yaml",
		description: "Configuration of errata. Every key with its variable and default is in CONFIG.md of @errata/node.",
		...section(root),
		// A file whose lines are all comments is valid too.
		type: ["object", "null"],
	};
}

function section(properties: Section): Schema {
	return { type: "object", additionalProperties: false, properties };
}

function keySchema(key: ConfigKey): Schema {
	if (key.trusted === true)
		return {
			description: `${key.doc} Environment only: set ${key.env}.`,
			doNotSuggest: true,
			not: {},
		};
	return {
		description: `${key.doc} ${key.env}: ${expectedOf(key)}${unitText(key)}.`,
		...valueSchema(key),
		default: key.default,
	};
}

function valueSchema({ type, min, max, values }: Kind): Schema {
	// The loader takes lists as one text with commas too, and no text with a NUL.
	const item = values === undefined ? { type: "string", pattern: "^[^\\u0000]*$" } : { enum: values };
	switch (type) {
		case "boolean":
			return { type: "boolean" };
		case "int":
			return { type: "integer", minimum: min, maximum: max };
		case "number":
			return { type: "number", minimum: min, maximum: max };
		case "enum":
			return { enum: values };
		case "list":
		case "paths":
			return { type: "array", maxItems: LIST_ITEMS, items: item };
		case "url":
			return { type: "string", pattern: "^[hH][tT][tT][pP][sS]?:" };
		case "path":
			return { type: "string", minLength: 1, pattern: "^[^\\u0000]*$" };
		case "string":
			return { type: "string" };
		default:
			throw new Error(`no schema for keys of type ${type}`);
	}
}

/** The file, ending in a newline. */
export function configSchemaText(): string {
	return `${JSON.stringify(configSchema(), undefined, "\t")}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
	writeFileSync(fileURLToPath(new URL("../errata.schema.json", import.meta.url)), configSchemaText());
