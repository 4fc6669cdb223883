/**
 * The four programs: how each is made ready (packages by the language's own client, pinned, cached below
 * node_modules/.cache) and how it is run. Nothing here knows what the programs fail of.
 */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { ErrataError } from "@errata/catalog";
import { cleanEnv, type Ended, root, run } from "../setup/processes.ts";

export const LANGUAGES = ["python", "java", "go", "node"] as const;
export type Language = (typeof LANGUAGES)[number];

/** How the Node program is instrumented: by errata, or by OpenTelemetry alone. */
export type Flavour = "errata" | "plain";

const here = path.join(root, "test", "languages");
const cache = path.join(root, "node_modules", ".cache", "errata-languages");

interface Tool {
	readonly command: string;
	/** Asks for its version. */
	readonly args: readonly string[];
	/** The oldest that will do. */
	readonly least: string;
}

interface Program {
	/** What must be on PATH. */
	readonly needs: readonly Tool[];
	/** Seconds on two cores when nothing is cached, for the line that says why it takes long. */
	readonly cold: string;
	/** Makes `into` from the program's folder. */
	prepare(into: string): Promise<void>;
	/** Command line that runs it, `ready` being what `prepare` made. */
	command(ready: string): Promise<readonly [string, ...string[]]>;
}

async function must(what: string, command: string, args: readonly string[], cwd: string, env = {}): Promise<string> {
	const ended = await run(command, args, { cwd, env: cleanEnv(env) });
	if (ended.code === 0) return ended.stdout;
	throw new ErrataError({
		operation: what,
		subject: cwd,
		cause: `${command} ended with ${ended.code}: ${`${ended.stdout}${ended.stderr}`.trim().slice(-2000)}`,
		remedy: "The package registry of that language must be reachable the first time.",
	});
}

const python: Program = {
	needs: [{ command: "python3", args: ["--version"], least: "3.11" }],
	cold: "15 s",
	async prepare(into) {
		await must("make a virtual environment", "python3", ["-m", "venv", into], here);
		const requirements = path.join(here, "python", "requirements.txt");
		const pip = path.join(into, "bin", "python");
		await must("install Python packages", pip, ["-m", "pip", "install", "-q", "-r", requirements], here);
	},
	command: async (ready) => [path.join(ready, "bin", "python"), "-B", "main.py"],
};

const AGENT = "opentelemetry-javaagent";
const DEPENDENCIES = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1";

const java: Program = {
	needs: [
		{ command: "java", args: ["--version"], least: "17" },
		{ command: "javac", args: ["--version"], least: "17" },
		{ command: "mvn", args: ["--version"], least: "3.8" },
	],
	cold: "40 s",
	async prepare(into) {
		const folder = path.join(here, "java");
		const lib = path.join(into, "lib");
		const goal = ["-B", "-q", `${DEPENDENCIES}:copy-dependencies`, `-DoutputDirectory=${lib}`];
		await must("fetch Java packages", "mvn", goal, folder);
		const sources = (await readdir(folder)).filter((name) => name.endsWith(".java"));
		const args = ["-encoding", "UTF-8", "-g", "-cp", path.join(lib, "*"), "-d", path.join(into, "classes"), ...sources];
		await must("compile", "javac", args, folder);
	},
	async command(ready) {
		const jars = (await readdir(path.join(ready, "lib"))).map((name) => path.join(ready, "lib", name)).sort();
		const agent = jars.filter((jar) => path.basename(jar).startsWith(AGENT));
		const classpath = [path.join(ready, "classes"), ".", ...jars.filter((jar) => !agent.includes(jar))];
		return ["java", `-javaagent:${agent[0]}`, "-Xshare:auto", "-cp", classpath.join(path.delimiter), "orders.Main"];
	},
};

const go: Program = {
	needs: [{ command: "go", args: ["env", "GOVERSION"], least: "1.26" }],
	cold: "60 s",
	async prepare(into) {
		const folder = path.join(here, "go");
		await must("build", "go", ["build", "-o", path.join(into, "orders"), "."], folder, { CGO_ENABLED: "0" });
	},
	command: async (ready) => [path.join(ready, "orders")],
};

const PROGRAMS: Readonly<Record<Exclude<Language, "node">, Program>> = { python, java, go };

function older(version: string, least: string): boolean {
	const numbers = (text: string): number[] => (/\d+(?:\.\d+)*/.exec(text)?.[0] ?? "").split(".").map(Number);
	const [got, want] = [numbers(version), numbers(least)];
	for (const [i, number] of want.entries()) if ((got[i] ?? 0) !== number) return (got[i] ?? 0) < number;
	return false;
}

/** Throws, naming what is missing, if a tool of the language is not installed: a test that needs it must not pass without it. */
async function checkRuntime(language: string, { command, args, least }: Tool): Promise<void> {
	const ended = await run(command, args).catch(() => undefined);
	const said = stripVTControlCharacters(`${ended?.stdout ?? ""}${ended?.stderr ?? ""}`).trim();
	if (ended?.code === 0 && !older(said, least)) return;
	throw new ErrataError({
		operation: "run the program in",
		subject: language,
		cause: ended === undefined ? `${command} is not on PATH` : `${command} is ${said || "broken"}`,
		remedy: `Install ${command} ${least} or newer; these tests do not skip a language.`,
	});
}

/** Hash over the program's files, so that a changed source or version is built anew. */
async function digest(folder: string): Promise<string> {
	const hash = createHash("sha256");
	for (const name of (await readdir(folder)).sort()) {
		const file = path.join(folder, name);
		if ((await stat(file)).isFile()) hash.update(`${name}\0`).update(await readFile(file));
	}
	return hash.digest("hex").slice(0, 16);
}

/** What a program was made into; made now if it is not there. Two at once make it twice, and one of them wins. */
async function ready(language: Exclude<Language, "node">, log: (line: string) => void): Promise<string> {
	const program = PROGRAMS[language];
	for (const tool of program.needs) await checkRuntime(language, tool);
	const done = path.join(cache, `${language}-${await digest(path.join(here, language))}`);
	const exists = async (): Promise<boolean> =>
		stat(done).then(
			() => true,
			() => false,
		);
	if (await exists()) return done;
	log(`languages: making the ${language} program ready (about ${program.cold} the first time)`);
	await mkdir(cache, { recursive: true });
	const before = (await readdir(cache)).filter((name) => name.startsWith(`${language}-`) && !name.includes("."));
	const making = `${done}.${process.pid}`;
	await rm(making, { recursive: true, force: true });
	await program.prepare(making);
	await rename(making, done).catch(async (error: unknown) => {
		if (!(await exists())) throw error;
		await rm(making, { recursive: true, force: true });
	});
	for (const old of before) await rm(path.join(cache, old), { recursive: true, force: true });
	return done;
}

/** Makes programs ready, all at once. */
export async function prepare(languages: readonly Language[], log: (line: string) => void): Promise<void> {
	await Promise.all(languages.map((language) => (language === "node" ? undefined : ready(language, log))));
}

export interface RunOptions {
	/** OTLP/HTTP endpoint. */
	readonly endpoint: string;
	readonly service: string;
	readonly flavour?: Flavour;
	readonly env?: Readonly<Record<string, string>>;
}

/** Runs a program to its end; throws if it did not end well. */
export async function runProgram(language: Language, options: RunOptions): Promise<Ended> {
	const [command, ...args] = await commandOf(language, options.flavour ?? "errata");
	const env = cleanEnv({
		OTEL_EXPORTER_OTLP_ENDPOINT: options.endpoint,
		OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
		OTEL_SERVICE_NAME: options.service,
		OTEL_METRICS_EXPORTER: "none",
		...options.env,
	});
	const ended = await run(command, args, { cwd: path.join(here, language), env });
	if (ended.code === 0) return ended;
	const cause = `it ended with ${ended.signal ?? ended.code}: ${ended.stderr.slice(-2000)}`;
	const remedy = `Run it by hand in test/languages/${language}.`;
	throw new ErrataError({ operation: "run the program in", subject: language, cause, remedy });
}

async function commandOf(language: Language, flavour: Flavour): Promise<readonly [string, ...string[]]> {
	if (language !== "node") return PROGRAMS[language].command(await ready(language, () => {}));
	const register =
		flavour === "errata" ? "@errata/node/register" : "@opentelemetry/auto-instrumentations-node/register";
	return ["node", "--import", register, "main.js"];
}
