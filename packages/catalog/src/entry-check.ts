/** The shape of one authored entry: each field, what it must be, what to write instead. No expression is judged here. */
import { CATEGORIES, SEVERITIES } from "./categories.ts";
import type { EntrySource } from "./types.ts";

type Report = (path: readonly (string | number)[], message: string, remedy: string) => void;
type Check = (value: unknown, at: readonly (string | number)[], report: Report) => void;

const CODE = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/;
const ID = /^[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*$/;

const text: Check = (value, at, report) => {
	if (typeof value !== "string" || value.trim() === "")
		report(at, "not a text", "Write a text; quote numbers and yes/no");
};

const matching =
	(pattern: RegExp, remedy: string): Check =>
	(value, at, report) => {
		if (typeof value !== "string" || !pattern.test(value)) report(at, `${JSON.stringify(value)} does not fit`, remedy);
	};

const oneOf =
	(values: readonly unknown[]): Check =>
	(value, at, report) => {
		if (!values.includes(value)) report(at, `${JSON.stringify(value)} is not allowed`, `One of: ${values.join(", ")}`);
	};

const texts: Check = (value, at, report) => {
	if (!Array.isArray(value)) report(at, "not a list", "Give a list of texts");
	else for (const [i, v] of value.entries()) text(v, [...at, i], report);
};

const textOrTexts: Check = (value, at, report) =>
	Array.isArray(value) && value.length > 0 ? texts(value, at, report) : text(value, at, report);

const map =
	(fields: Readonly<Record<string, Check>>, required: readonly string[]): Check =>
	(value, at, report) => {
		if (typeof value !== "object" || value === null || Array.isArray(value)) {
			report(at, "not a map", `Give a map with ${Object.keys(fields).join(", ")}`);
			return;
		}
		for (const [key, v] of Object.entries(value)) {
			const check = Object.hasOwn(fields, key) ? fields[key] : undefined;
			if (check === undefined) report([...at, key], `unknown key ${key}`, `Allowed: ${Object.keys(fields).join(", ")}`);
			else check(v, [...at, key], report);
		}
		for (const key of required) if (!Object.hasOwn(value, key)) report(at, `${key} is missing`, `Add ${key}`);
	};

const listOf =
	(check: Check): Check =>
	(value, at, report) => {
		if (!Array.isArray(value)) report(at, "not a list", "Give a list");
		else for (const [i, v] of value.entries()) check(v, [...at, i], report);
	};

const attributeValues: Check = (value, at, report) => {
	if (typeof value !== "object" || value === null || Array.isArray(value) || Object.keys(value).length === 0)
		report(at, "not a map of attribute names", "For example attributes: { http.response.status_code: 5xx }");
	else for (const [name, v] of Object.entries(value)) textOrTexts(v, [...at, name], report);
};

const condition = map(
	{
		type: textOrTexts,
		code: textOrTexts,
		message: text,
		stack: text,
		attributes: attributeValues,
		language: textOrTexts,
	},
	[],
);

const rule: Check = (value, at, report) => {
	condition(value, at, report);
	if (typeof value === "object" && value !== null && !Object.keys(value).some((key) => key !== "language"))
		report(at, "a rule without a condition would match every error", "Add type, code, message, stack or attributes");
};

const docs: Check = listOf(matching(/^https:\/\/[^ ]+$/, "An https link to the failing system's own reference"));

const capture: Check = (value, at, report) => {
	map(
		{
			message: text,
			stack: text,
			attribute: text,
			as: matching(/^[A-Za-z][A-Za-z0-9_]*$/, "A name of letters, digits and _"),
		},
		[],
	)(value, at, report);
	if (typeof value === "object" && value !== null && "attribute" in value && !("as" in value))
		report(at, "as is missing", "Say under which name the attribute fills {{...}}");
};

const priority: Check = (value, at, report) => {
	if (!Number.isInteger(value) || Math.abs(value as number) > 100)
		report(at, `${JSON.stringify(value)} is no priority`, "A whole number from -100 to 100");
};

const entry = map(
	{
		code: matching(CODE, "UPPER_SNAKE, for example NET_CONN_REFUSED"),
		id: matching(ID, "Dotted lower case, for example network.connection_refused"),
		title: text,
		description: text,
		category: oneOf(CATEGORIES),
		severity: oneOf(SEVERITIES),
		retryable: oneOf([true, false]),
		inferred: text,
		priority,
		match: listOf(rule),
		captures: listOf(capture),
		suggestions: map({ immediate: texts, preventive: texts }, ["immediate", "preventive"]),
		docs,
		fingerprint: text,
		since: matching(/^[0-9]+\.[0-9]+\.[0-9]+$/, 'The version that brought it, quoted: "0.1.0"'),
		retired: map({ in: text, successor: text }, ["in", "successor"]),
	},
	["code", "id", "title", "description", "category", "severity", "match", "suggestions", "since"],
);

/** `raw` as an entry if its shape is right; otherwise every mistake has been reported. */
export function checkEntry(raw: unknown, report: Report): EntrySource | undefined {
	let good = true;
	entry(raw, [], (path, message, remedy) => {
		good = false;
		report(path, message, remedy);
	});
	return good ? (raw as EntrySource) : undefined;
}
