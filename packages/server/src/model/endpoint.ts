/**
 * Where a model answers: only from the environment or the user's own file, never from a project's `errata.yaml` (who can
 * write into a repository must not choose where its errors are sent, or on whose account).
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { ErrataError } from "@errata/catalog";
import { LIMITS } from "../limits.ts";

export interface Endpoint {
	readonly api: "anthropic" | "openai";
	/** Whole, with its path: `https://api.anthropic.com/v1/messages`. */
	readonly url: string;
	readonly model: string;
	/** Never shown. */
	readonly key: string;
	/** US dollars for a million tokens; absent where the user gave none. */
	readonly price?: { readonly input: number; readonly output: number };
	/** Of the whole request. */
	readonly timeoutMs: number;
}

type Env = Readonly<Record<string, string | undefined>>;

const VARIABLES = {
	api: "ERRATA_MODEL_API",
	url: "ERRATA_MODEL_URL",
	model: "ERRATA_MODEL",
	key: "ERRATA_MODEL_KEY",
	inputPrice: "ERRATA_MODEL_INPUT_PRICE",
	outputPrice: "ERRATA_MODEL_OUTPUT_PRICE",
	timeoutMs: "ERRATA_MODEL_TIMEOUT_MS",
} as const;

type Field = keyof typeof VARIABLES;
const URLS = {
	anthropic: "https://api.anthropic.com/v1/messages",
	openai: "https://api.openai.com/v1/chat/completions",
};

/** `$XDG_CONFIG_HOME/errata/model.json`, else `~/.config/errata/model.json`. */
export function modelFile(env: Env): string {
	const home = env.HOME ?? env.USERPROFILE ?? "";
	const own = env.XDG_CONFIG_HOME ?? "";
	return path.join(path.isAbsolute(own) ? own : path.join(home, ".config"), "errata", "model.json");
}

/** The configured endpoint. Throws ErrataError if there is none, or something in it is wrong. */
export function modelEndpoint(env: Env): Endpoint {
	const file = modelFile(env);
	const stored = readStored(file);
	const get = (field: Field): string => env[VARIABLES[field]] || (stored[field] ?? "");
	const api = get("api");
	if (api === "")
		throw refused(
			"none is configured",
			`Set ${VARIABLES.api}, ${VARIABLES.model} and ${VARIABLES.key}, or write ${file}`,
		);
	if (api !== "anthropic" && api !== "openai")
		throw refused("its api is neither anthropic nor openai", `Correct ${VARIABLES.api}`);
	if (get("model") === "") throw refused("no model is named", `Set ${VARIABLES.model}`);
	const timeoutMs = get("timeoutMs") === "" ? LIMITS.modelMs : number(get("timeoutMs"), VARIABLES.timeoutMs);
	return {
		api,
		url: checkedUrl(get("url") || URLS[api]),
		model: get("model"),
		key: get("key"),
		timeoutMs,
		...priceOf(get),
	};
}

function priceOf(get: (field: Field) => string): Pick<Endpoint, "price"> {
	const [input, output] = [get("inputPrice"), get("outputPrice")];
	if (input === "" || output === "") return {};
	return { price: { input: number(input, VARIABLES.inputPrice), output: number(output, VARIABLES.outputPrice) } };
}

function readStored(file: string): Partial<Record<Field, string>> {
	if (!existsSync(file)) return {};
	if (process.platform !== "win32" && (statSync(file).mode & 0o077) !== 0)
		throw refused("others of this machine can read its file", `Run \`chmod 600 ${file}\``);
	try {
		const value = JSON.parse(readFileSync(file, "utf8")) as unknown;
		if (typeof value !== "object" || value === null) throw new TypeError("no object");
		return Object.fromEntries(Object.entries(value).map(([key, given]) => [key, String(given)]));
	} catch {
		throw refused("its file is no JSON object", `Correct ${file}`);
	}
}

/** https, or http to this machine: a key must not cross a network in the clear. */
function checkedUrl(text: string): string {
	const url = URL.canParse(text) ? new URL(text) : undefined;
	const local = url !== undefined && ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
	if (url?.protocol === "https:" || (url?.protocol === "http:" && local)) return url.href;
	throw refused("its URL is not https (http is for this machine)", `Correct ${VARIABLES.url}`);
}

function number(text: string, name: string): number {
	const value = Number(text);
	if (Number.isFinite(value) && value >= 0) return value;
	throw refused(`${name} is no number`, `Correct ${name}`);
}

function refused(cause: string, remedy: string): ErrataError {
	return new ErrataError({ operation: "ask a", subject: "model", cause, remedy, code: "MODEL_CONFIG", exitCode: 2 });
}
