/**
 * One attempt of an approved action, and how it ended. Whether it may be made again is decided here: what was surely not taken
 * is tried again after a while; where nobody knows, only what does no harm twice.
 */
import type { Redactor } from "@errata/catalog";
import { type Outcome, post } from "../alerts/post.ts";
import { LIMITS } from "../limits.ts";
import { safeBlock } from "../text/index.ts";
import { windowMs } from "../window.ts";
import { type Definition, mayRepeat } from "./actions-file.ts";
import type { ActionRow, Ending } from "./book.ts";
import { environmentOf, runCommand } from "./command.ts";
import { renderArgv, type Values } from "./placeholders.ts";
import { requestOf } from "./requests.ts";

export interface Attempt {
	readonly row: ActionRow;
	readonly definition: Definition;
	/** The report of the issue within so many tokens. */
	readonly report: (tokens: number) => Promise<string>;
	readonly redactor: Redactor;
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly now: () => number;
	/** Ends it. */
	readonly signal: AbortSignal;
	/** Milliseconds a request may take; default `LIMITS.deliverMs`. */
	readonly timeoutMs?: number | undefined;
}

/** Rejects only if the report cannot be made: nothing was done then. */
export async function performAttempt(attempt: Attempt): Promise<Ending> {
	const { definition, row } = attempt;
	const report = await reportFor(definition, attempt.report);
	const values: Values = { ...(JSON.parse(row.subject) as Values), report };
	if ("argv" in definition && definition.argv !== undefined) return byCommand(attempt, definition, values);
	return byRequest(attempt, values);
}

async function reportFor(definition: Definition, make: Attempt["report"]): Promise<string> {
	const tokens = ("budget" in definition ? definition.budget : undefined) ?? LIMITS.actionReportTokens;
	if (definition.type === "command" || definition.type === "webhook") return "";
	if (definition.type === "tracker" && !JSON.stringify(definition.body).includes("report")) return "";
	return make(tokens);
}

type Running = Extract<Definition, { argv?: unknown }>;

async function byCommand(attempt: Attempt, definition: Running, values: Values): Promise<Ending> {
	const env = environmentOf(definition.env ?? [], attempt.env);
	const ended = await runCommand({
		argv: renderArgv(definition.argv ?? [], values),
		cwd: definition.cwd,
		env,
		stdin: values.report ?? "",
		timeoutMs: windowMs(definition.timeout, LIMITS.actionCommandMs),
		signal: attempt.signal,
	});
	const output = told(
		ended.output,
		attempt,
		Object.values(env).filter((value) => !USUAL.has(value)),
	);
	const common = { exitCode: ended.exitCode, output };
	if (ended.exitCode === 0) return { state: "done", detail: "it ended with 0", ...common };
	const detail = ended.problem === "" ? `it ended with ${ended.exitCode}` : ended.problem;
	// It ran: only what may run twice is tried again.
	return mayRepeat(definition) ? again(attempt, detail, common) : { state: "failed", detail, ...common };
}

const USUAL = new Set([process.env.PATH, process.env.HOME, process.env.LANG, process.env.TMPDIR]);

async function byRequest(attempt: Attempt, values: Values): Promise<Ending> {
	const { definition, row, signal } = attempt;
	const request = requestOf(definition, clean(values, attempt.redactor), row.attempts, attempt.now());
	const outcome = await post({
		url: request.url,
		headers: request.headers,
		body: request.body,
		allowMetadata: definition.allowMetadata === true,
		answerBytes: LIMITS.actionOutputChars,
		timeoutMs: attempt.timeoutMs ?? LIMITS.deliverMs,
		signal,
	});
	return endingOf(outcome, attempt, request.link);
}

/** What came after an answer from a proxy in between: it may have been taken. */
const NOBODY_KNOWS = new Set([500, 502, 504]);

function endingOf(outcome: Outcome, attempt: Attempt, link: RegExp | undefined): Ending {
	const { definition } = attempt;
	const detail = told(outcome.detail, attempt, []);
	if (outcome.kind === "accepted") {
		const answer = outcome.answer ?? "";
		const made = link?.exec(answer)?.[1] ?? "";
		return {
			state: "done",
			detail: made === "" ? `answered ${detail}` : made,
			status: outcome.status ?? null,
			output: told(answer, attempt, []),
			link: made,
		};
	}
	if (outcome.kind === "refused") return { state: "failed", detail, status: outcome.status ?? null };
	const unsure = outcome.kind === "unknown" || NOBODY_KNOWS.has(outcome.status ?? 0);
	const status = outcome.kind === "later" ? (outcome.status ?? null) : null;
	if (unsure && !mayRepeat(definition)) return { state: "unknown", detail, status };
	return again(attempt, detail, { status }, outcome.kind === "later" ? outcome.afterMs : undefined);
}

/** Another attempt after a while, if there may be one. */
export function again(
	{ row, definition, now }: Pick<Attempt, "row" | "definition" | "now">,
	detail: string,
	more: Partial<Ending>,
	afterMs?: number,
): Ending {
	const preset = "argv" in definition && definition.argv !== undefined ? 1 : LIMITS.actionAttempts;
	if (row.attempts >= (definition.attempts ?? preset))
		return { ...more, state: "failed", detail: `${detail}, after ${row.attempts} attempts` };
	const wait =
		afterMs ?? Math.min(LIMITS.retryMs * 2 ** (row.attempts - 1), LIMITS.retryLongestMs) * (1 + Math.random() / 4);
	return { ...more, state: "later", detail, nextAt: Math.round(now() + wait) };
}

/** Redacted once more; the report was, and keeps its form. */
function clean(values: Values, redactor: Redactor): Values {
	return Object.fromEntries(
		Object.entries(values).map(([key, text]) => [key, key === "report" ? text : redactor.text(text)]),
	);
}

/** What somebody else said, fit to be kept: no secret of the action, no private value, nothing unseen, the last part of it. */
function told(text: string, { definition, redactor }: Attempt, secrets: readonly string[]): string {
	let out = text;
	const own = [
		"token" in definition ? definition.token : "",
		"secret" in definition ? (definition.secret ?? "") : "",
		...("headers" in definition ? Object.values(definition.headers ?? {}) : []),
		...secrets,
	];
	for (const secret of own) if (secret.length >= 6) out = out.replaceAll(secret, "[SECRET]");
	return redactor.text(safeBlock(out)).slice(-LIMITS.actionOutputChars).toWellFormed();
}
