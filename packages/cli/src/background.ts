/** What `errata serve` does in the background, as configured: the rules of alerts, and where the worker keeps its state. */
import { createHash } from "node:crypto";
import { homedir } from "node:os";
import path from "node:path";
import { createRedactor, type Redactor } from "@errata/catalog";
import { type ActionDesk, openActionBook, type RulesFile, readActions, readRetention, readRules } from "@errata/server";
import type { RetentionRule } from "@errata/store";
import type { Context } from "./context.ts";
import { redactionOptions } from "./redaction.ts";

/** `undefined` if none are configured. Throws ErrataError (exit 2) for a file that is not one. */
export function alertRules(context: Context): RulesFile | undefined {
	const file = context.config()["alerts.file"];
	return file === "" ? undefined : readRules(file, context.env);
}

export interface Background {
	readonly file: string;
	readonly rules?: RulesFile | undefined;
	readonly retention: readonly RetentionRule[];
	readonly redactor: Redactor;
}

/** Empty if none are configured. Throws ErrataError (exit 2) for a file that is not one. */
export function retentionRules(context: Context): readonly RetentionRule[] {
	const file = context.config()["retention.file"];
	return file === "" ? [] : readRetention(file);
}

/** `undefined` if there is nothing to do. */
export function background(context: Context): Background | undefined {
	const rules = alertRules(context);
	const retention = retentionRules(context);
	if (rules === undefined && retention.length === 0) return undefined;
	return {
		file: stateFile(context, "worker"),
		rules,
		retention,
		redactor: createRedactor(redactionOptions(context.config())),
	};
}

/** `undefined` if no actions are configured. Throws ErrataError (exit 2) for a file that is not one. Close the book. */
export function actionDesk(context: Context): ActionDesk | undefined {
	const file = context.config()["actions.file"];
	if (file === "") return undefined;
	const redactor = createRedactor(redactionOptions(context.config()));
	return { file: readActions(file, context.env), book: openActionBook(stateFile(context, "actions")), redactor };
}

/** Gives the configured actions to `use`, `undefined` if there are none, and closes their book. */
export async function withActions<T>(context: Context, use: (desk: ActionDesk | undefined) => Promise<T>): Promise<T> {
	const desk = actionDesk(context);
	try {
		return await use(desk);
	} finally {
		desk?.book.close();
	}
}

/** One per store: a worker's state is of no use to another store. */
function stateFile(context: Context, name: "worker" | "actions"): string {
	const { config, sources } = context.loaded();
	const local = sources["clickhouse.url"].kind === "default";
	const parts = local
		? ["local", config["local.dataDir"]]
		: [new URL(config["clickhouse.url"]).host, new URL(config["clickhouse.url"]).pathname];
	const key = createHash("sha256")
		.update(JSON.stringify([...parts, config["clickhouse.database"]]))
		.digest("hex");
	return path.join(stateDirectory(context), `${name}-${key.slice(0, 16)}.sqlite`);
}

function stateDirectory(context: Context): string {
	const given = context.config()["serve.stateDir"];
	if (given !== "") return given;
	const state = context.env.XDG_STATE_HOME ?? "";
	const base = path.isAbsolute(state) ? state : path.join(context.env.HOME || homedir(), ".local", "state");
	return path.join(base, "errata", "serve");
}
