/** One question to a model over HTTP: bounded in time and bytes, tried again where that can help. No report is made here. */
import { setTimeout as sleep } from "node:timers/promises";
import { ErrataError } from "@errata/catalog";
import { LIMITS } from "../limits.ts";
import type { Endpoint } from "./endpoint.ts";

export interface Reply {
	readonly text: string;
	/** Tokens as the endpoint counts them; 0 where it does not say. */
	readonly inputTokens: number;
	readonly outputTokens: number;
	/** Model as the endpoint names it. */
	readonly model: string;
}

/** Throws ErrataError for an endpoint that refuses, hangs, answers too much or nothing that can be read. */
export async function askModel(
	endpoint: Endpoint,
	question: { readonly system: string; readonly user: string },
	signal?: AbortSignal,
): Promise<Reply> {
	for (let attempt = 1; ; attempt++) {
		const { failure, waitMs } = await once(endpoint, question, signal).catch((error: unknown) => lost(error, endpoint));
		if (typeof failure !== "string") return failure;
		if (waitMs === undefined || attempt >= LIMITS.modelTries) throw refused(endpoint, failure, attempt);
		await sleep(Math.min(Math.max(waitMs, LIMITS.modelBackoffMs * 2 ** (attempt - 1)), LIMITS.modelWaitMs), undefined, {
			signal,
		});
	}
}

interface Outcome {
	/** The reply, or why there is none. */
	readonly failure: Reply | string;
	/** Set where another try may help: at least so long from now. */
	readonly waitMs?: number;
}

function lost(error: unknown, { timeoutMs }: Endpoint): Outcome {
	const name = (error as Error).name;
	if (name === "TimeoutError") return { failure: `it did not answer within ${timeoutMs} ms`, waitMs: 0 };
	if (name === "AbortError") throw error;
	return { failure: "it cannot be reached", waitMs: 0 };
}

async function once(
	endpoint: Endpoint,
	question: { readonly system: string; readonly user: string },
	signal: AbortSignal | undefined,
): Promise<Outcome> {
	const timeout = AbortSignal.timeout(endpoint.timeoutMs);
	const answer = await fetch(endpoint.url, {
		method: "POST",
		// A redirect would carry the key to whoever the answer names.
		redirect: "error",
		headers: { "content-type": "application/json", ...keyHeaders(endpoint) },
		body: JSON.stringify(bodyOf(endpoint, question)),
		signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
	});
	const text = await bounded(answer);
	if (text === undefined) return { failure: `its answer is over ${LIMITS.modelBytes} bytes` };
	if (answer.status === 429 || answer.status >= 500)
		return { failure: `it answered ${answer.status}`, waitMs: retryAfterMs(answer.headers.get("retry-after")) };
	if (!answer.ok) return { failure: `it answered ${answer.status}` };
	return { failure: replyOf(text) ?? "its answer cannot be read" };
}

function keyHeaders({ api, key }: Endpoint): Record<string, string> {
	if (api === "anthropic") return { "x-api-key": key, "anthropic-version": "2023-06-01" };
	return key === "" ? {} : { authorization: `Bearer ${key}` };
}

function bodyOf(
	{ api, model }: Endpoint,
	{ system, user }: { readonly system: string; readonly user: string },
): object {
	const asked = { role: "user", content: user };
	if (api === "anthropic") return { model, max_tokens: LIMITS.modelAnswerTokens, system, messages: [asked] };
	return {
		model,
		max_completion_tokens: LIMITS.modelAnswerTokens,
		messages: [{ role: "system", content: system }, asked],
	};
}

/** The body as text; `undefined` once it is over the limit, of which no more is read. */
async function bounded(answer: Response): Promise<string | undefined> {
	const chunks: Uint8Array[] = [];
	let bytes = 0;
	for await (const chunk of answer.body ?? []) {
		bytes += chunk.byteLength;
		if (bytes > LIMITS.modelBytes) return undefined;
		chunks.push(chunk);
	}
	return Buffer.concat(chunks).toString("utf8");
}

/** Seconds, or a date. */
function retryAfterMs(header: string | null): number {
	if (header === null) return 0;
	const ms = /^\d+$/u.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
	return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}

interface Answered {
	readonly model?: unknown;
	readonly content?: readonly { readonly type?: unknown; readonly text?: unknown }[];
	readonly choices?: readonly { readonly message?: { readonly content?: unknown } }[];
	readonly usage?: Readonly<Record<string, unknown>>;
}

function replyOf(body: string): Reply | undefined {
	try {
		const { model, content, choices, usage = {} } = JSON.parse(body) as Answered;
		const text =
			content?.map((part) => (part.type === "text" ? part.text : "")).join("") ?? choices?.[0]?.message?.content;
		if (typeof text !== "string") return undefined;
		const tokens = (...names: string[]): number =>
			Number(names.map((name) => usage[name]).find(Number.isSafeInteger) ?? 0);
		return {
			text,
			inputTokens: tokens("input_tokens", "prompt_tokens"),
			outputTokens: tokens("output_tokens", "completion_tokens"),
			model: typeof model === "string" ? model : "",
		};
	} catch {
		return undefined;
	}
}

function refused(endpoint: Endpoint, cause: string, tries: number): ErrataError {
	return new ErrataError({
		operation: "ask",
		subject: `${endpoint.model} at ${new URL(endpoint.url).host}`,
		cause: tries === 1 ? cause : `${cause}, ${tries} times`,
		remedy: "The report needs no model: `errata report` writes it",
		code: "MODEL_FAILED",
		exitCode: 1,
	});
}
