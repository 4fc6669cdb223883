/** What has to change for a program to be heard: file by file, before and after, and what only words can say. Writes nothing. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { applyEdits, modify } from "jsonc-parser";
import { checkApp, mended } from "../app-check/check.ts";
import { sourcesOf } from "../app-check/files.ts";
import { sdkChange } from "./own-sdk.ts";
import type { Project } from "./project.ts";
import {
	fileWithImport,
	REGISTER,
	startsOtherwise,
	startsProgram,
	withImport,
	withoutOtelRegister,
} from "./start-line.ts";

/** What the program depends on afterwards; the CLI itself does not. */
const NODE = "@errata/node";

export interface Change {
	/** Relative to the project. */
	readonly file: string;
	/** "" for a file that is new. */
	readonly before: string;
	readonly after: string;
	readonly why: string;
}

export interface Plan {
	readonly changes: readonly Change[];
	readonly notes: readonly string[];
	/** Packages that package.json gains. */
	readonly installs: readonly string[];
}

export async function planInit(project: Project): Promise<Plan> {
	const notes: string[] = [];
	const changes: Change[] = [];
	const packages = new Set([NODE]);
	const module = await loadedFirst(project, { changes, notes, packages });
	if (module !== "") startFiles(project, module, changes, notes);
	const manifest = manifestChange(project, module, [...packages]);
	if (manifest !== undefined) changes.unshift(manifest);
	const { mends, report } = await checkApp(project.directory, { tests: false });
	for (const mend of mends) {
		const planned = changes.find(({ file }) => file === mend.name);
		// A file that the set-up changes already keeps its other lines until the next time.
		if (planned === undefined)
			changes.push({ file: mend.name, before: mend.text, after: mended(mend), why: "log the error itself" });
	}
	const left = report.findings.filter(({ mendable, level }) => !mendable && level === "lost").length;
	if (left > 0)
		notes.push(`${left} more places lose their errors and need a decision: errata doctor --app shows them.`);
	notes.push(...loggerNotes(project));
	const installs = [...packages].filter((name) => project.dependencies[name] === undefined);
	return { changes, notes, installs };
}

interface Gathered {
	readonly changes: Change[];
	readonly notes: string[];
	readonly packages: Set<string>;
}

/** The module to be loaded before the program; "" where its own set-up takes errata in. */
async function loadedFirst(project: Project, { changes, notes, packages }: Gathered): Promise<string> {
	const { telemetry } = project;
	if (telemetry.includes("opentelemetry-sdk") || telemetry.includes("azure")) {
		const found = await ownSdk(project);
		if (found !== undefined) {
			changes.push(...found.changes);
			notes.push(...found.notes);
			for (const name of found.packages) packages.add(name);
			return "";
		}
		if (telemetry.includes("azure")) {
			notes.push(
				"Azure's set-up was not found in the sources: give it logRecordProcessors and spanProcessors by hand; the guide shows them.",
			);
			return "";
		}
	}
	if (project.frameworks.includes("Next.js")) return nextFile(project, changes);
	const owner = telemetry.find((name) => OTHERS[name] !== undefined);
	if (owner === undefined) return REGISTER;
	const file = project.modules === "esm" ? "errata.js" : "errata.mjs";
	for (const name of Object.keys(OWN_PACKAGES)) packages.add(name);
	if (!existsSync(path.join(project.directory, file)))
		changes.push({
			file,
			before: "",
			after: BESIDE,
			why: `${OTHERS[owner]} keeps OpenTelemetry's traces; errata's records leave beside it`,
		});
	return `./${file}`;
}

/** Distributions that own the tracer; a second SDK would fight over it. */
const OTHERS: Readonly<Partial<Record<string, string>>> = {
	sentry: "Sentry",
	datadog: "Datadog",
	newrelic: "New Relic",
	elastic: "Elastic APM",
	vercel: "@vercel/otel",
};

/** errata's records through a logger provider of their own. */
const BESIDE = `// Loaded before the program: errata's records leave by OTLP, traces stay with whoever owns them.
import { ErrataLogRecordProcessor } from "${NODE}";
import { logs } from "@opentelemetry/api";
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";

const exporter = new OTLPLogExporter();
const errata = new ErrataLogRecordProcessor({ downstream: new BatchLogRecordProcessor({ exporter }) });
const provider = new LoggerProvider({ processors: [errata] });
logs.setGlobalLoggerProvider(provider);
errata.watchErrors();
process.once("beforeExit", () => provider.forceFlush());
`;

/** What \`BESIDE\` imports, by the package of \`@errata/node\` whose version is the right one. */
const OWN_PACKAGES: Readonly<Record<string, string>> = {
	"@opentelemetry/api": "@opentelemetry/api",
	"@opentelemetry/exporter-logs-otlp-proto": "@opentelemetry/exporter-logs-otlp-grpc",
	"@opentelemetry/sdk-logs": "@opentelemetry/sdk-logs",
};

async function ownSdk(project: Project): Promise<(Plan & { packages: readonly string[] }) | undefined> {
	const skipped = { tests: 0, generated: 0, unreadable: 0, syntax: 0, beyond: 0 };
	for await (const { name, text } of sourcesOf(project.directory, { tests: false }, skipped)) {
		if (text.includes("ErrataLogRecordProcessor")) return { changes: [], notes: [], installs: [], packages: [] };
		const change = sdkChange(text, name);
		if (change === undefined) continue;
		const after = mended({ name, text, edits: change.edits });
		return {
			changes:
				after === text ? [] : [{ file: name, before: text, after, why: "one processor in the set-up that is there" }],
			notes: [...change.notes.map((note) => `${name}: ${note}`), ...versionNote(project)],
			installs: [],
			packages: change.packages,
		};
	}
	return undefined;
}

function versionNote({ dependencies }: Project): string[] {
	const range = dependencies["@opentelemetry/sdk-node"] ?? "";
	const minor = /0\.(\d+)/.exec(range)?.[1];
	if (minor === undefined || Number(minor) >= 300) return [];
	return [
		`@opentelemetry/sdk-node ${range} is of OpenTelemetry JS 1 or 2; errata needs 3 (sdk-node 0.300 and later): update it first.`,
	];
}

function nextFile({ directory, typescript }: Project, changes: Change[]): string {
	const below = ["app", "pages"].some((name) => existsSync(path.join(directory, "src", name))) ? "src/" : "";
	const name = `${below}instrumentation`;
	const present = ["ts", "js", "mjs"]
		.map((ext) => `${name}.${ext}`)
		.find((file) => existsSync(path.join(directory, file)));
	const text = present === undefined ? "" : readFileSync(path.join(directory, present), "utf8");
	if (present === undefined)
		changes.push({
			file: `${name}.${typescript ? "ts" : "js"}`,
			before: "",
			after: NEXT,
			why: "Next.js loads it first, and tells it of errors",
		});
	else if (!text.includes("@errata/node") && !/\bregister\b|\bonRequestError\b/u.test(text))
		changes.push({ file: present, before: text, after: `${NEXT}${text}`, why: "Next.js tells it of errors" });
	return "";
}

const NEXT = `export { onRequestError, register } from "${NODE}/next";\n`;

function startFiles(project: Project, module: string, changes: Change[], notes: string[]): void {
	let started = Object.entries(project.scripts).some(([, script]) => script.includes(module));
	for (const file of ["Dockerfile", "Procfile"]) {
		const full = path.join(project.directory, file);
		if (!existsSync(full)) continue;
		const before = readFileSync(full, "utf8");
		started ||= before.includes(module);
		const after = fileWithImport(before, module);
		if (after === undefined) continue;
		started = true;
		changes.push({ file, before, after, why: "load errata before the program" });
	}
	for (const [name, script] of Object.entries(project.scripts)) {
		if (!startsProgram(name)) continue;
		if (withImport(script, module) !== undefined || withoutOtelRegister(script) !== undefined) started = true;
		else if (startsOtherwise(script) && !script.includes(module))
			notes.push(`Script ${name} (${script}): start it with NODE_OPTIONS="--import ${module}" in its environment.`);
	}
	if (!started) notes.push(`No start line was found: wherever the program starts, node --import ${module} ...`);
}

function manifestChange(project: Project, module: string, packages: readonly string[]): Change | undefined {
	let after = project.manifest;
	const indent = /^([ \t]+)"/mu.exec(after)?.[1] ?? "\t";
	const formattingOptions = indent.startsWith("\t")
		? { insertSpaces: false, tabSize: 1 }
		: { insertSpaces: true, tabSize: indent.length };
	const set = (at: readonly string[], value: string): void => {
		after = applyEdits(after, modify(after, [...at], value, { formattingOptions }));
	};
	for (const [name, script] of Object.entries(project.scripts)) {
		if (module === "" || !startsProgram(name)) continue;
		const started = withoutOtelRegister(script) ?? withImport(script, module);
		if (started !== undefined) set(["scripts", name], started);
	}
	for (const name of packages)
		if (project.dependencies[name] === undefined) set(["dependencies", name], versionOf(name));
	const why = after === project.manifest ? "" : "load errata before the program";
	return why === "" ? undefined : { file: "package.json", before: project.manifest, after, why };
}

/** The version of `@errata/node` that this CLI goes with, and of what goes with that. */
function versionOf(name: string): string {
	const manifest = createRequire(import.meta.url)("@errata/node/package.json") as {
		version: string;
		dependencies: Readonly<Record<string, string>>;
	};
	if (name === NODE) return `^${manifest.version}`;
	return `^${manifest.dependencies[OWN_PACKAGES[name] ?? name] ?? "*"}`;
}

function loggerNotes({ dependencies, loggers }: Project): string[] {
	const notes: string[] = [];
	const pino = /(\d+)(?:\.(\d+))?/.exec(dependencies.pino ?? "");
	const [major, minor] = [Number(pino?.[1] ?? 10), Number(pino?.[2] ?? 99)];
	if (loggers.includes("pino") && (major < 9 || (major === 9 && minor < 10)))
		notes.push(
			`pino ${dependencies.pino} does not publish its lines: with 9.10 or later the error behind each is heard.`,
		);
	return notes;
}
