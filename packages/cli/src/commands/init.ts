/** `errata init`: writes an errata.yaml for the program it finds, and shows what else to change as a diff. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { safeBlock, safeLine } from "@errata/server/text";
import { Argument, type Command } from "commander";
import { createTwoFilesPatch } from "diff";
import { examples, type Host } from "../command-line.ts";
import type { Context } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { configYaml } from "../init/config-yaml.ts";
import type { Change, Plan } from "../init/plan.ts";
import { type Project, readProject } from "../init/project.ts";
import { replaceFile } from "../replace-file.ts";
import { plural } from "../terminal/human.ts";
import { hang } from "../terminal/layout.ts";

interface InitFlags {
	readonly write?: true;
	readonly dryRun?: true;
	readonly force?: true;
}

interface ConfigFile {
	readonly file: string;
	readonly existed: boolean;
	readonly written: boolean;
}

export function initCommand(host: Host): Command {
	const init = host.command("init");
	return init
		.description("Write an errata.yaml for the program here, and show what else to change.")
		.addArgument(new Argument("[dir]", "the program's directory, with its package.json; default the working directory"))
		.option("--write", "make the changes, not only show them")
		.option("--dry-run", "write nothing, errata.yaml neither")
		.option("--force", "write errata.yaml anew where there is one")
		.addHelpText(
			"after",
			examples([
				["errata init", "errata.yaml, and a diff of the rest"],
				["errata init services/shop --write", "all of it; then look at it with git diff"],
			]),
		)
		.action((dir: string | undefined, flags: InitFlags) =>
			host.run(init, (context) => initProgram(context, dir, flags)),
		);
}

async function initProgram(context: Context, dir: string | undefined, flags: InitFlags): Promise<ExitCode> {
	const project = readProject(path.resolve(context.cwd, dir ?? "."));
	// The parser is loaded only here.
	const { planInit } = await import("../init/plan.ts");
	const plan = await planInit(project);
	const write = flags.write === true && flags.dryRun !== true;
	const config = writeConfig(project, flags);
	if (write) for (const change of plan.changes) apply(project, change);
	if (context.json) context.out.document(answer(project, plan, config, write));
	else show(context, { project, plan, config, write, dry: flags.dryRun === true });
	return EXIT.ok;
}

function writeConfig(project: Project, { force, dryRun }: InitFlags): ConfigFile {
	const file = path.join(project.directory, "errata.yaml");
	const existed = existsSync(file);
	const written = dryRun !== true && (!existed || force === true);
	if (written) replaceFile(file, configYaml({ project, schema: schemaFrom(project.directory) }));
	return { file, existed, written };
}

/** The schema as the file sees it: where the package is installed, or will be. */
function schemaFrom(directory: string): string {
	const below = "node_modules/@errata/node/errata.schema.json";
	let up = "./";
	// A workspace has its packages at its root.
	for (let dir = directory; dir !== path.dirname(dir); dir = path.dirname(dir)) {
		if (existsSync(path.join(dir, below))) return `${up}${below}`;
		up = up === "./" ? "../" : `../${up}`;
	}
	return `./${below}`;
}

function apply({ directory }: Project, { file, before, after }: Change): void {
	const full = path.join(directory, file);
	if (before === "") {
		mkdirSync(path.dirname(full), { recursive: true });
		// A file that came in between is not ours to replace.
		writeFileSync(full, after, { flag: "wx" });
	} else if (readFileSync(full, "utf8") === before) replaceFile(full, after);
}

function diffOf({ file, before, after }: Change): string {
	return createTwoFilesPatch(
		before === "" ? "/dev/null" : `a/${file}`,
		`b/${file}`,
		before,
		after,
		undefined,
		undefined,
		{
			context: 3,
		},
	).replace(/^=+\n/u, "");
}

function answer(project: Project, plan: Plan, config: ConfigFile, written: boolean) {
	const { directory, name, modules, typescript, frameworks, loggers, telemetry, packageManager } = project;
	return {
		program: { directory, name, modules, typescript, frameworks, loggers, telemetry, packageManager },
		config,
		changes: plan.changes.map((change) => ({ file: change.file, why: change.why, diff: diffOf(change), written })),
		notes: plan.notes,
		install: plan.installs.length === 0 ? "" : INSTALL[packageManager],
	};
}

const INSTALL = { npm: "npm install", pnpm: "pnpm install", yarn: "yarn install", bun: "bun install" } as const;

interface Outcome {
	readonly project: Project;
	readonly plan: Plan;
	readonly config: ConfigFile;
	readonly write: boolean;
	readonly dry: boolean;
}

function show(context: Context, { project, plan, config, write, dry }: Outcome): void {
	const { out, err } = context;
	const found = [
		project.modules === "esm" ? "ES modules" : "CommonJS",
		...(project.typescript ? ["TypeScript"] : []),
		...project.frameworks,
		...project.loggers,
		...project.telemetry,
	];
	err.lines(hang("Found: ", safeLine(`${project.name} (${found.join(", ")})`), err.style.width));
	for (const change of plan.changes)
		for (const line of diffOf(change).trimEnd().split("\n")) out.line(painted(context, line));
	if (config.written) err.line(`Wrote ${safeLine(config.file)}.`);
	else if (config.existed) err.line(`${safeLine(config.file)} is there already and stays; --force writes it anew.`);
	else err.line(`Would write ${safeLine(config.file)}.`);
	const count = plural(plan.changes.length, "file");
	if (plan.changes.length === 0) err.line("Nothing else has to change.");
	else if (write) err.line(`Changed ${count}: look at it with git diff.`);
	else err.line(`${dry ? "Would change" : "To change"} ${count}, as shown; --write does it.`);
	if (plan.installs.length > 0) err.line(`Then: ${INSTALL[project.packageManager]} (${plan.installs.join(", ")}).`);
	for (const note of plan.notes) err.lines(hang("Note:  ", safeLine(note), err.style.width));
}

function painted({ out: { style } }: Context, line: string): string {
	// Tabs stay: a diff may be applied.
	const text = line.split("\t").map(safeBlock).join("\t");
	if (/^(?:---|\+\+\+)/u.test(line)) return style.bold(text);
	if (line.startsWith("@@")) return style.cyan(text);
	if (line.startsWith("+")) return style.green(text);
	return line.startsWith("-") ? style.red(text) : text;
}
