/**
 * What stands for `{{name}}` in an action. In an argument of a command only words that cannot be anything but a word: no
 * leading dash, no blank, no path, nothing that a program could take for something else. In texts also what programs said.
 */
import { Failure, quoted } from "../failure.ts";

export const WORD_NAMES: readonly string[] = [
	"id",
	"fingerprint",
	"code",
	"category",
	"severity",
	"service",
	"environment",
	"release",
];
export const TEXT_NAMES: readonly string[] = [...WORD_NAMES, "title", "message", "link", "reason", "report"];

export type Values = Readonly<Record<string, string>>;

const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/gu;
/** At most 128 characters; also what a host, a unit or a version is called. */
const WORD = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,127}$/u;

export function placeholdersOf(text: string): string[] {
	return [...text.matchAll(PLACEHOLDER)].map(([, name]) => name as string);
}

/** The arguments, each still one. Throws a Failure for a value that is no word. */
export function renderArgv(argv: readonly string[], values: Values): string[] {
	return argv.map((part) =>
		part.replace(PLACEHOLDER, (_, name: string) => {
			const value = values[name] ?? "";
			if (WORD.test(value)) return value;
			throw new Failure(
				"CONFLICT",
				value === ""
					? `The command needs ${name}, and the issue has none.`
					: `${name} ${quoted(value)} is no word that a command may get.`,
				value === ""
					? `Pass ${name} if you can, or take another action.`
					: "Do it by hand, or change the command so that it does not need it.",
			);
		}),
	);
}

export function renderText(text: string, values: Values): string {
	return text.replace(PLACEHOLDER, (_, name: string) => values[name] ?? "");
}

/** Every string in a value of JSON rendered; keys stay. */
export function renderJson(value: unknown, values: Values): unknown {
	if (typeof value === "string") return renderText(value, values);
	if (Array.isArray(value)) return value.map((part) => renderJson(part, values));
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, renderJson(part, values)]));
}
