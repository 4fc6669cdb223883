/** The `errata.yaml` that `init` writes: every key that a file may hold, explained, commented out at its default. Pure. */
import { CONFIG_KEYS, type ConfigKey, expectedOf, unitText } from "@errata/node/config";
import type { Project } from "./project.ts";

/** Columns of a comment. */
const WIDTH = 100;

export interface ConfigYamlInput {
	readonly project: Pick<Project, "name" | "frameworks" | "loggers" | "modules" | "typescript">;
	/** Where editors find the schema, relative to the file. */
	readonly schema: string;
}

export function configYaml({ project, schema }: ConfigYamlInput): string {
	const what = [project.modules === "esm" ? "ES modules" : "CommonJS", ...(project.typescript ? ["TypeScript"] : [])]
		.concat(project.frameworks, project.loggers)
		.join(", ");
	const head = [
		`# yaml-language-server: $schema=${schema}`,
		...comment(`Configuration of errata for ${printable(project.name)} (${what}).`, ""),
		...comment(
			"Each key stands here at its default; take the # away in front of a key and of the section above it to change it. Flags, ERRATA_* and OTEL_* variables win over this file; `errata config print` shows what applies. Endpoints and secrets come from the environment alone.",
			"",
		),
	];
	return `${[...head, ...sections(hints(project))].join("\n")}\n`;
}

/** What the program that was found has to do with a key. */
function hints({ frameworks, loggers }: ConfigYamlInput["project"]): Record<string, string> {
	const own = loggers.filter((name) => name !== "pino");
	return {
		...(frameworks.length > 0 ? { "capture.frameworks": `Here: ${frameworks.join(", ")}.` } : {}),
		...(loggers.includes("pino") ? { "capture.pino": "Here: pino." } : {}),
		...(own.length > 0 ? { "capture.loggers": `Here: ${own.join(", ")}.` } : {}),
	};
}

function sections(hinted: Readonly<Record<string, string>>): string[] {
	const lines: string[] = [];
	let open: readonly string[] = [];
	for (const [name, key] of Object.entries(CONFIG_KEYS) as [string, ConfigKey][]) {
		if (key.trusted === true) continue;
		const parts = name.split(".");
		const [leaf, above] = [parts.at(-1) as string, parts.slice(0, -1)];
		const shared = above.findIndex((part, i) => open[i] !== part);
		const same = shared === -1 ? above.length : shared;
		if (above.length === 0 || same === 0) lines.push("");
		for (let depth = same; depth < above.length; depth++) lines.push(`# ${"  ".repeat(depth)}${above[depth]}:`);
		open = above;
		const indent = "  ".repeat(above.length);
		const allowed = expectedOf(key).replace(" (in a variable: separated by commas)", "");
		const hint = hinted[name] === undefined ? "" : ` ${hinted[name]}`;
		lines.push(
			...comment(`${key.doc}${hint} ${allowed[0]?.toUpperCase()}${allowed.slice(1)}${unitText(key)}.`, `# ${indent}`),
		);
		lines.push(`# ${indent}${value(leaf, key)}`);
	}
	return lines;
}

/** An empty path is none: its line stays a comment when the others' # is taken away. */
function value(leaf: string, key: ConfigKey): string {
	if ((key.type === "path" || key.type === "url") && key.default === "") return `# ${leaf}: ...`;
	return `${leaf}: ${scalar(key.default)}`;
}

/** JSON is YAML; words stand without quotes. */
function scalar(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(scalar).join(", ")}]`;
	const plain = typeof value === "string" && /^[A-Za-z][A-Za-z0-9_-]*$/u.test(value);
	return plain && !/^(?:true|false|null|yes|no|on|off)$/iu.test(value) ? value : JSON.stringify(value);
}

function comment(text: string, prefix: string): string[] {
	const lines: string[] = [];
	let line = "";
	for (const word of text.split(" ")) {
		if (line !== "" && prefix.length + line.length + word.length + 3 > WIDTH) {
			lines.push(`${prefix}# ${line}`);
			line = "";
		}
		line += line === "" ? word : ` ${word}`;
	}
	return [...lines, `${prefix}# ${line}`];
}

function printable(name: string): string {
	return name.replace(/[^\p{L}\p{N}@/._ -]/gu, "").slice(0, 100);
}
