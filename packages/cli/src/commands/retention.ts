/** `errata retention show|apply`: what the file of `ERRATA_RETENTION` keeps for how long, and what would go, or goes. */
import { ErrataError } from "@errata/catalog";
import { safeLine } from "@errata/server/text";
import type { DueRows, RetentionRule } from "@errata/store";
import type { Command } from "commander";
import { withStore } from "../backend.ts";
import { retentionRules } from "../background.ts";
import { examples, type Host } from "../command-line.ts";
import type { Context } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { plural } from "../terminal/human.ts";
import { table } from "../terminal/layout.ts";

export function retentionCommand(host: Host): Command {
	const group = host.command("retention").description("How long what is kept, by tenant and severity.");
	const show = host.command("retention show");
	show
		.description("Print the rules, and how many rows are older than they keep them.")
		.addHelpText(
			"after",
			examples([["errata retention show", "by the file that ERRATA_RETENTION names; changes nothing"]]),
		)
		.action(() => host.run(show, showRules));
	const apply = host.command("retention apply");
	apply
		.description("Delete what is kept no longer, now; errata serve does it once a day.")
		.option("--dry-run", "only count")
		.addHelpText(
			"after",
			examples([
				["errata retention apply --dry-run", "how many rows would go, by tenant and severity"],
				["errata retention apply", "they go; trends keep their counts"],
			]),
		)
		.action((flags: { readonly dryRun?: boolean }) =>
			host.run(apply, (context) => applyRules(context, flags.dryRun === true)),
		);
	group.addCommand(show);
	group.addCommand(apply);
	return group;
}

function rulesOf(context: Context): readonly RetentionRule[] {
	const rules = retentionRules(context);
	if (rules.length > 0) return rules;
	throw new ErrataError({
		operation: "read the retention",
		subject: "",
		cause: "no file of rules is named",
		remedy:
			"Name one in ERRATA_RETENTION; packages/server/RETENTION.md has an example. Without one the tables' own times hold",
		code: "RETENTION_FILE",
		exitCode: EXIT.usage,
	});
}

async function showRules(context: Context): Promise<ExitCode> {
	const rules = rulesOf(context);
	const due = await withStore(context, (store) => store.dueRows(rules, context.now()));
	if (context.json) {
		context.out.document({ rules: rules.map(ruleShape), due });
		return EXIT.ok;
	}
	const columns = [{ head: "of" }, { head: "tenant" }, { head: "severity" }, { head: "kept" }];
	const rows = rules.map(({ of, tenant, severity, days }) => [
		of,
		tenant === undefined ? "every" : safeLine(JSON.stringify(tenant)),
		severity ?? "every",
		plural(days, "day"),
	]);
	context.out.lines(table(columns, rows, context.out.style.width));
	context.err.line(`${plural(total(due), "row")} older than that; \`errata retention apply --dry-run\` says which.`);
	return EXIT.ok;
}

function ruleShape({ of, tenant, severity, days }: RetentionRule) {
	return { of, tenant: tenant ?? null, severity: severity ?? null, days };
}

async function applyRules(context: Context, dryRun: boolean): Promise<ExitCode> {
	const rules = rulesOf(context);
	const now = context.now();
	const rows = await withStore(context, (store) =>
		dryRun ? store.dueRows(rules, now) : store.applyRetention(rules, now),
	);
	if (context.json) {
		context.out.document({ dryRun, rows });
		return EXIT.ok;
	}
	const columns = [{ head: "of" }, { head: "tenant" }, { head: "severity" }, { head: "kept" }, { head: "rows" }];
	const lines = rows.map(({ of, tenant, severity, days, rows: n }) => [
		of,
		safeLine(JSON.stringify(tenant)),
		severity,
		plural(days, "day"),
		String(n),
	]);
	if (lines.length > 0) context.out.lines(table(columns, lines, context.out.style.width));
	context.err.line(`${plural(total(rows), "row")} ${dryRun ? "would go" : "deleted"}.`);
	return EXIT.ok;
}

function total(rows: readonly DueRows[]): number {
	return rows.reduce((sum, one) => sum + one.rows, 0);
}
