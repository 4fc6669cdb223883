/**
 * Lines of any log as error records: JSON as pino, winston, bunyan and OpenTelemetry write it, and plain text with stack
 * traces over several lines. For `catalog test`; what a record means is the catalog's business.
 */
import { type AnyValue, type ErrorFacts, factsFromRecord } from "@errata/catalog";

export interface LogRecord {
	/** Line of the input it began at, 1-based. */
	readonly line: number;
	readonly text: string;
}

/** Joins the lines of a stack trace to the line they belong to; JSON lines stand alone. */
export class RecordJoiner {
	#open: { line: number; texts: string[]; traceback: boolean } | undefined;
	#line = 0;

	/** Takes one line; answers the record that it ended, if it ended one. */
	push(text: string): LogRecord | undefined {
		this.#line++;
		if (text.trim() === "") return this.end();
		const open = this.#open;
		if (open !== undefined && continues(text, open)) {
			open.texts.push(text);
			return undefined;
		}
		const done = this.end();
		this.#open = { line: this.#line, texts: [text], traceback: text.startsWith("Traceback (") };
		return done;
	}

	/** The record still open, if any. */
	end(): LogRecord | undefined {
		const open = this.#open;
		this.#open = undefined;
		return open === undefined ? undefined : { line: open.line, text: open.texts.join("\n") };
	}
}

function continues(text: string, open: { texts: readonly string[]; traceback: boolean }): boolean {
	if (open.texts[0]?.startsWith("{")) return false;
	if (/^[ \t}]/u.test(text) || text.startsWith("Caused by: ")) return true;
	// A Python traceback ends with the line that names the error, and that one is not indented.
	return open.traceback && /^[ \t]/u.test(open.texts.at(-1) ?? "");
}

/** The facts of a record; `undefined` if it is no error. */
export function factsOf(record: LogRecord): ErrorFacts | undefined {
	const parsed = record.text.startsWith("{") ? parseMap(record.text) : undefined;
	if (parsed !== undefined) return mapFacts(parsed);
	return record.text.includes("\n") || SPEAKS_OF_FAILURE.test(record.text) ? textFacts(record.text) : undefined;
}

/** One line of plain text is taken for an error only if it says so: most lines of a log are none. */
const SPEAKS_OF_FAILURE =
	/error|exception|fail|fatal|panic|refused|denied|timed? ?out|timeout|cannot|could not|unable|\bE[A-Z]{4,}\b/iu;

type Plain = Readonly<Record<string, AnyValue>>;

function parseMap(text: string): Plain | undefined {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Plain) : undefined;
	} catch {
		return undefined;
	}
}

function textFacts(text: string): ErrorFacts | undefined {
	const stack = text.includes("\n") ? text : "";
	const head =
		/^(?:Uncaught )?([A-Za-z_$][A-Za-z0-9_.$:]{0,100}(?:Error|Exception)|Error)(?: \[([A-Z0-9_]+)\])?: (.*)$/su.exec(
			text.split("\n", 1)[0] ?? "",
		);
	const attributes: Record<string, AnyValue> = { "exception.message": head?.[3] ?? (stack === "" ? text : "") };
	if (head?.[1] !== undefined) attributes["exception.type"] = head[1];
	if (head?.[2] !== undefined) attributes["error.type"] = head[2];
	if (stack !== "") attributes["exception.stacktrace"] = stack;
	return factsFromRecord({ eventName: "", severityNumber: 0, body: text, attributes, language: "" });
}

/** Where loggers put the error, in the order they are looked at. */
const ERROR_KEYS = ["err", "error", "exception", "e"] as const;
const BODY_KEYS = ["msg", "message", "body", "Body"] as const;

function mapFacts(map: Plain): ErrorFacts | undefined {
	const nested = ["attributes", "Attributes", "LogAttributes"].map((key) => map[key]).find(isMap);
	const attributes: Record<string, AnyValue> = { ...map, ...nested };
	const error = ERROR_KEYS.map((key) => map[key]).find(isMap) ?? (map.stack === undefined ? undefined : map);
	if (error !== undefined && attributes["exception.type"] === undefined) Object.assign(attributes, errorFields(error));
	const body = BODY_KEYS.map((key) => map[key]).find((value) => typeof value === "string") ?? "";
	return factsFromRecord({ eventName: "", severityNumber: severityOf(map), body, attributes, language: "" });
}

function isMap(value: AnyValue): value is Plain {
	return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

function errorFields(error: Plain): Record<string, AnyValue> {
	const fields: Record<string, AnyValue> = {};
	const put = (name: string, ...keys: readonly string[]): void => {
		const found = keys.map((key) => error[key]).find((value) => value !== undefined && value !== "");
		if (found !== undefined) fields[name] = found;
	};
	put("exception.type", "type", "name");
	put("exception.message", "message", "msg");
	put("exception.stacktrace", "stack", "stacktrace");
	put("error.type", "code", "errno");
	return fields;
}

const LEVELS: Readonly<Record<string, number>> = {
	error: 17,
	err: 17,
	fatal: 21,
	critical: 21,
	crit: 21,
	emerg: 21,
	alert: 21,
};

/** SeverityNumber: OpenTelemetry's own, or from a level as pino (50, 60) or others (`error`) write it. */
function severityOf(map: Plain): number {
	const given = map.severityNumber ?? map.SeverityNumber;
	if (typeof given === "number") return given;
	const level = map.level ?? map.severity ?? map.levelname ?? map.lvl;
	if (typeof level === "number") return level >= 60 ? 21 : level >= 50 ? 17 : 9;
	return typeof level === "string" ? (LEVELS[level.toLowerCase()] ?? 9) : 0;
}
