/** `errata subject find|export|erase`: everything stored of one person, by pseudonym. */
import type { OutputOf, subjectsErase, subjectsFind } from "@errata/api";
import { ErrataError, pseudonymsOf } from "@errata/catalog";
import { safeLine } from "@errata/server/text";
import { PSEUDONYM } from "@errata/store";
import { type Command, InvalidArgumentError, Option } from "commander";
import { confirmed, secretInput } from "../ask.ts";
import { withStore } from "../backend.ts";
import { examples, type Host } from "../command-line.ts";
import type { Context } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { plural } from "../terminal/human.ts";
import { operate } from "./issues-life.ts";

interface SubjectFlags {
	readonly pseudonym?: readonly string[];
	readonly value?: boolean;
}

type Counts = OutputOf<typeof subjectsFind>["found"];

export function subjectCommand(host: Host): Command {
	const group = host.command("subject").description("Everything stored of one person: where it is, all of it, erased.");
	for (const make of [findCommand, exportCommand, eraseCommand]) group.addCommand(make(host));
	return group;
}

function subjectOptions(command: Command): Command {
	return command
		.addOption(
			new Option("--pseudonym <token...>", "as records hold it, [PSEUDONYM:type:key:hex]").argParser(pseudonymArgument),
		)
		.option("--value", "read a clear value instead and look for its pseudonyms; needs ERRATA_PSEUDONYM_KEY");
}

function pseudonymArgument(text: string, before: readonly string[] | undefined): readonly string[] {
	if (!PSEUDONYM.test(text)) throw new InvalidArgumentError("Expected [PSEUDONYM:type:key:hex], whole, in quotes.");
	return [...(before ?? []), text];
}

const ANN = "'[PSEUDONYM:email:0a1b2c3d:0123456789abcdef]'";

function findCommand(host: Host): Command {
	const command = subjectOptions(host.command("subject find"));
	return command
		.description("Count the rows that name a person, table by table.")
		.addHelpText("after", examples([[`errata subject find --pseudonym ${ANN}`, "reads every text of the tenant"]]))
		.action((flags: SubjectFlags) => host.run(command, (context) => find(context, flags)));
}

function exportCommand(host: Host): Command {
	const command = subjectOptions(host.command("subject export"));
	return command
		.description("Print every row that names a person as NDJSON: the table, and the row whole.")
		.addHelpText(
			"after",
			examples([
				[`errata subject export --pseudonym ${ANN} > ann.ndjson`, "for a request of access"],
				["errata subject export --value > ann.ndjson", "asks for the address; the key is in ERRATA_PSEUDONYM_KEY"],
			]),
		)
		.action((flags: SubjectFlags) => host.run(command, (context) => exportRows(context, flags)));
}

interface EraseFlags extends SubjectFlags {
	readonly dryRun?: boolean;
	readonly yes?: boolean;
}

function eraseCommand(host: Host): Command {
	const command = subjectOptions(host.command("subject erase"));
	return command
		.description("Erase every row that names a person, after asking; count what is left, say what is out of reach.")
		.option("--dry-run", "only count")
		.option("--yes", "do not ask")
		.addHelpText(
			"after",
			examples([
				[`errata subject erase --pseudonym ${ANN} --dry-run`, "how many rows would go"],
				[`errata subject erase --pseudonym ${ANN}`, "asks before anything goes"],
			]),
		)
		.action((flags: EraseFlags) => host.run(command, (context) => erase(context, flags)));
}

/** What to look for, from the flags. */
async function subjectOf(context: Context, { pseudonym, value }: SubjectFlags): Promise<readonly string[]> {
	const fail = (cause: string, remedy: string): ErrataError =>
		new ErrataError({
			operation: "look for",
			subject: "a subject",
			cause,
			remedy,
			code: "SUBJECT",
			exitCode: EXIT.usage,
		});
	if (value === true && pseudonym === undefined) {
		const key = context.config()["redaction.pseudonymKey"];
		if (key === "")
			throw fail(
				"pseudonyms of a value are made with the key, and there is none",
				"Set ERRATA_PSEUDONYM_KEY, or pass --pseudonym",
			);
		return pseudonymsOf(await secretInput(context, "Value", "ERRATA_SUBJECT"), key);
	}
	if (pseudonym === undefined || value === true)
		throw fail("expected either --pseudonym or --value", "Copy a pseudonym from a record, or type a value");
	return pseudonym;
}

async function found(context: Context, subject: readonly string[]): Promise<Counts> {
	const input = { subject: subject.join(",") };
	return (await operate<OutputOf<typeof subjectsFind>>(context, "subjects.find", input)).found;
}

async function find(context: Context, flags: SubjectFlags): Promise<ExitCode> {
	const counts = await found(context, await subjectOf(context, flags));
	if (context.json) context.out.document({ found: counts });
	else tell(context, counts);
	return EXIT.ok;
}

function tell(context: Context, counts: Counts): void {
	for (const { table, rows } of counts) context.out.line(`${String(rows).padStart(9)}  ${safeLine(table)}`);
	context.err.line(counts.length === 0 ? "No row names it." : `${plural(total(counts), "row")} in all.`);
}

function total(counts: Counts): number {
	return counts.reduce((sum, { rows }) => sum + rows, 0);
}

async function exportRows(context: Context, flags: SubjectFlags): Promise<ExitCode> {
	const subject = await subjectOf(context, flags);
	let printed = 0;
	await withStore(context, async (store) => {
		for (const { table } of await store.findSubject(subject)) {
			for (let offset = 0; !context.out.closed; ) {
				const rows = await store.subjectRows(subject, { table, offset, limit: PAGE });
				for (const row of rows) context.out.json(row);
				await context.out.flush();
				offset += rows.length;
				printed += rows.length;
				if (rows.length < PAGE) break;
			}
		}
	});
	context.err.line(`${plural(printed, "row")} in all.`);
	return EXIT.ok;
}

/** Rows of one question: each question reads the table's texts anew. */
const PAGE = 1_000;

async function erase(context: Context, flags: EraseFlags): Promise<ExitCode> {
	const subject = await subjectOf(context, flags);
	const counts = await found(context, subject);
	if (flags.dryRun === true) {
		if (context.json) context.out.document({ dryRun: true, found: counts, left: counts, elsewhere: [] });
		else tell(context, counts);
		return EXIT.ok;
	}
	if (!context.json) tell(context, counts);
	if (
		counts.length > 0 &&
		flags.yes !== true &&
		!(await confirmed(context, `Erase ${plural(total(counts), "row")}?`))
	) {
		context.err.line("Nothing was erased.");
		return EXIT.failure;
	}
	const input = { subject: subject.join(",") };
	const done = await operate<OutputOf<typeof subjectsErase>>(context, "subjects.erase", input);
	if (context.json) context.out.document({ dryRun: false, ...done });
	else {
		const left = total(done.left);
		context.out.line(
			left === 0
				? `Erased ${plural(total(done.found), "row")}; 0 are left.`
				: `${plural(left, "row")} still name it: more kept arriving. Run it again.`,
		);
		for (const line of done.elsewhere) context.err.line(`Not reached: ${line}`);
	}
	return done.left.length === 0 ? EXIT.ok : EXIT.failure;
}
