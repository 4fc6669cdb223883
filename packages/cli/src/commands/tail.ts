/** `errata tail`: records as they arrive. Survives a store that goes away; ends on Ctrl-C or when its reader goes. */
import { setTimeout as sleep } from "node:timers/promises";
import { cutText, safeLine } from "@errata/server/text";
import { StoreError, type TailRow } from "@errata/store";
import { type Command, Option } from "commander";
import { openRunning, type Store, withStore } from "../backend.ts";
import { durationArgument, examples, type Host } from "../command-line.ts";
import type { Context } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { LIMITS } from "../limits.ts";
import { shortId } from "../present/issue.ts";
import { hang } from "../terminal/layout.ts";

interface TailFlags {
	readonly errorOnly?: boolean;
	readonly taskId?: string;
	readonly since?: number;
	readonly follow: boolean;
}

export function tailCommand(host: Host): Command {
	const command = host.command("tail");
	return command
		.description("Show records as they arrive; errors carry their code and group.")
		.option("--error-only", "only errors, those of spans too")
		.option("--task-id <id>", "only records of this task")
		.addOption(
			new Option("--since <duration>", "begin this far back; default: the last 10 records").argParser(durationArgument),
		)
		.option("--no-follow", "stop after what is there already")
		.addHelpText(
			"after",
			examples([
				["errata tail --error-only", "errors, as they happen"],
				["errata tail --since 5m --no-follow --json", "the last five minutes, one JSON object per line"],
			]),
		)
		.action((flags: TailFlags) => host.run(command, (context) => tail(context, flags)));
}

async function tail(context: Context, flags: TailFlags): Promise<ExitCode> {
	if (!flags.follow) {
		await withStore(context, (store) => showRecent(context, store, flags));
		return EXIT.ok;
	}
	const stop = new AbortController();
	const end = (): void => stop.abort();
	process.once("SIGINT", end).once("SIGTERM", end);
	context.out.onClosed(end);
	try {
		let store = await openRunning(context);
		let after = await showRecent(context, store, flags);
		if (context.out.isTTY) context.err.line(context.err.style.dim("Following; Ctrl-C ends it."));
		while (!stop.signal.aborted) {
			try {
				for await (const rows of store.follow({ ...filterOf(flags), after, signal: stop.signal })) {
					show(context, rows);
					after = rows.at(-1)?.cursor ?? after;
				}
			} catch (error) {
				if (!isAway(error)) throw error;
				store = await comeBack(context, store, stop.signal, error);
			}
		}
		await store.close();
	} finally {
		process.off("SIGINT", end).off("SIGTERM", end);
	}
	return EXIT.ok;
}

function filterOf(flags: TailFlags) {
	return { errorOnly: flags.errorOnly, taskId: flags.taskId };
}

/** Rows shown before following when no `--since` says how far back. */
const RECENT = 10;
/** Rows that one answer of the store holds at most. */
const MOST = 1_000;

/** Shows what is there; answers the cursor to go on from, `undefined` if there is nothing. */
async function showRecent(context: Context, store: Store, flags: TailFlags): Promise<string | undefined> {
	const limit = flags.since === undefined ? RECENT : MOST;
	const rows = await store.tail({ ...filterOf(flags), limit });
	const from = flags.since === undefined ? Number.NEGATIVE_INFINITY : context.now() - flags.since;
	const shown = rows.filter((row) => !(Date.parse(row.timestamp) < from));
	if (flags.since !== undefined && shown.length === MOST)
		context.err.line(`There are more; these are the newest ${MOST} of them.`);
	if (shown.length === 0 && !flags.follow) context.err.line("No records. Look further back with --since 1h.");
	show(context, shown);
	return rows.at(-1)?.cursor;
}

function show(context: Context, rows: readonly TailRow[]): void {
	for (const row of rows) {
		if (context.json) context.out.json(row);
		else context.out.lines(rowLines(context, row));
	}
}

function rowLines(context: Context, row: TailRow): string[] {
	const { style } = context.out;
	const bad = row.severityNumber >= 17 || row.code !== "";
	const paint = bad ? style.red : row.severityNumber >= 13 ? style.yellow : style.dim;
	const level = safeLine(row.severityText === "" ? (bad ? "ERROR" : "-") : row.severityText).toUpperCase();
	const head = `${style.dim(safeLine(row.timestamp).slice(11, 23))} ${paint(level.padEnd(5))} ${safeLine(row.service)} `;
	const code = row.code === "" ? "" : `${style.bold(safeLine(row.code))} ${style.cyan(shortId(row.fingerprint))} `;
	const task = row.taskId === "" ? "" : ` ${style.dim(`task ${safeLine(row.taskId)}`)}`;
	const text = `${head}${code}${cutText(safeLine(row.body), LIMITS.messageChars)}${task}`;
	const [first = "", ...rest] = hang("", text, style.width);
	return [first, ...rest.map((line) => `    ${line}`)];
}

function isAway(error: unknown): boolean {
	return error instanceof StoreError && ["unreachable", "busy", "timeout"].includes(error.kind);
}

/** Waits until a store answers again, maybe at another port, and says so; the old one if the wait was stopped. */
async function comeBack(context: Context, old: Store, signal: AbortSignal, error: unknown): Promise<Store> {
	context.err.line(
		`The store went away (${error instanceof StoreError ? error.reason : "no answer"}); waiting for it.`,
	);
	while (!signal.aborted) {
		await sleep(LIMITS.tailRetryMs, undefined, { signal }).catch(() => undefined);
		if (signal.aborted) break;
		const store = await openRunning(context).catch(() => undefined);
		if (store === undefined) continue;
		const answers = await store.health().then(
			() => true,
			() => false,
		);
		if (answers) {
			context.err.line("It is back.");
			await old.close();
			return store;
		}
		await store.close();
	}
	return old;
}
