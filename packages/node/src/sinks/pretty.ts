/**
 * A record as a person reads it in a terminal: one line, and for an error below it the stack, what to do, and what to search
 * by. Text of others may hold control characters, which must not reach the terminal.
 */
import { styleText } from "node:util";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import { severityName } from "./json-line.ts";
import { levelOf } from "./sink.ts";

const COLOURS = ["gray", "gray", "green", "yellow", "red", "magenta"] as const;
/** Lines of a stack, characters of a text. */
const STACK_LINES = 12;
const TEXT_CHARS = 2_000;
const VALUE_CHARS = 200;

type Style = Parameters<typeof styleText>[0];

/** Text of a record; with `colour` for a terminal. Times are those of the machine, as people have them on the wall. */
export function prettyLine(record: ReadableLogRecord, colour: boolean): string {
	const paint = (style: Style, text: string): string =>
		colour && text !== "" ? styleText(style, text, { validateStream: false }) : text;
	const { attributes } = record;
	const level = levelOf(record);
	const name = severityName(record).slice(0, 5).toUpperCase().padEnd(5);
	const code = textOf(attributes["errata.code"]);
	const body = textOf(record.body);
	// What an error says of itself is said once.
	const said = attributes["exception.message"] === body ? summaryOf(attributes) : body;
	const head = [
		paint("gray", clock(record.hrTime)),
		paint(COLOURS[level] ?? "gray", name),
		paint("bold", code),
		oneLine(said, TEXT_CHARS),
	].filter((part) => part !== "");
	if (attributes["errata.fingerprint"] === undefined)
		return `${head.join(" ")}${paint("gray", fieldsOf(attributes))}\n`;
	return [head.join(" "), ...errorLines(record, paint)].join("\n").concat("\n");
}

function errorLines(record: ReadableLogRecord, paint: (style: Style, text: string) => string): string[] {
	const { attributes, spanContext } = record;
	const stack = textOf(attributes["exception.stacktrace"]).split("\n");
	const first = stack.findIndex((line) => /^\s+at /.test(line));
	const frames = first < 0 ? [] : stack.slice(first, first + STACK_LINES);
	const suggestions = attributes["errata.suggestions.immediate"];
	const ids = [
		spanContext === undefined ? "" : `trace ${spanContext.traceId}`,
		`group ${oneLine(textOf(attributes["errata.fingerprint"]), VALUE_CHARS)}`,
		Number(attributes["errata.count"] ?? 1) > 1 ? `${attributes["errata.count"]} times` : "",
	].filter((id) => id !== "");
	return [
		...(attributes["exception.message"] === textOf(record.body)
			? []
			: [`  ${oneLine(summaryOf(attributes), TEXT_CHARS)}`]),
		...frames.map((line) => paint("gray", `  ${oneLine(line, VALUE_CHARS)}`)),
		...(Array.isArray(suggestions) ? suggestions : []).map(
			(text) => `  ${paint("cyan", "try")} ${oneLine(textOf(text), TEXT_CHARS)}`,
		),
		`  ${paint("gray", ids.join("  "))}`,
	];
}

function summaryOf(attributes: ReadableLogRecord["attributes"]): string {
	const [type, message] = [textOf(attributes["exception.type"]), textOf(attributes["exception.message"])];
	return [type, message].filter((part) => part !== "").join(": ");
}

function fieldsOf(attributes: ReadableLogRecord["attributes"]): string {
	let text = "";
	for (const [key, value] of Object.entries(attributes)) {
		if (key.startsWith("errata.")) continue;
		text += `  ${oneLine(key, VALUE_CHARS)}=${oneLine(textOf(value), VALUE_CHARS)}`;
		if (text.length > TEXT_CHARS) break;
	}
	return text;
}

function textOf(value: unknown): string {
	if (typeof value === "string") return value;
	return value === undefined || value === null ? "" : (JSON.stringify(value) ?? "");
}

/** Without anything a terminal would obey, line breaks shown as such. */
function oneLine(text: string, limit: number): string {
	const cut = text.length > limit ? `${text.slice(0, limit)}...` : text;
	return cut.replaceAll(/\r?\n/g, " ↵ ").replaceAll(CONTROL, "\uFFFD").trimEnd();
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

function clock([seconds, nanoseconds]: readonly [number, number]): string {
	const time = new Date(seconds * 1_000 + Math.floor(nanoseconds / 1e6));
	const two = (part: number): string => String(part).padStart(2, "0");
	const ms = String(time.getMilliseconds()).padStart(3, "0");
	return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${ms}`;
}
