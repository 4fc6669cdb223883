/**
 * What a user gets from npm: each package packed, installed in an empty folder outside the repository, and used there.
 * Third-party dependencies come from the registry.
 */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cleanEnv, must, nodeVersion, root, run } from "./setup/processes.ts";

const FOLDERS = ["catalog", "store", "node", "local", "api", "server", "cli"] as const;
type Folder = (typeof FOLDERS)[number];

/** Cold, the engine's 566 MB come over the network. */
const INSTALL_MS = 600_000;

const FAIL = `
import { connect } from "node:net";
const socket = connect(1, "127.0.0.1");
socket.on("error", (err) => { console.error(err); process.exitCode = 7; });
`;

let dir = "";
let tarballs: Record<Folder, string>;
let contents: Record<Folder, readonly string[]>;

async function pack(folder: Folder): Promise<{ file: string; files: readonly string[] }> {
	const args = ["pack", path.join(root, "packages", folder), "--json", "--pack-destination", dir];
	const answer = JSON.parse(await must("npm", args, { cwd: dir }));
	const [packed] = Array.isArray(answer) ? answer : Object.values(answer);
	return { file: path.join(dir, packed.filename), files: packed.files.map((f: { path: string }) => f.path) };
}

/** An empty folder of a user with these tarballs installed. */
async function install(name: string, folders: readonly Folder[]): Promise<string> {
	const place = path.join(dir, name);
	await mkdir(place);
	await writeFile(path.join(place, "package.json"), JSON.stringify({ name, version: "1.0.0", private: true }));
	const args = [
		"install",
		"--no-audit",
		"--no-fund",
		"--prefer-offline",
		"--fetch-retries=1",
		...folders.map((f) => tarballs[f]),
	];
	await must("npm", args, { cwd: place });
	return place;
}

beforeAll(async () => {
	dir = await mkdtemp(path.join(tmpdir(), "errata-pack-"));
	await must("node", [path.join(root, "scripts", "build.mjs")]);
	const packed = await Promise.all(FOLDERS.map(async (f) => [f, await pack(f)] as const));
	tarballs = Object.fromEntries(packed.map(([f, p]) => [f, p.file])) as Record<Folder, string>;
	contents = Object.fromEntries(packed.map(([f, p]) => [f, p.files])) as Record<Folder, readonly string[]>;
}, INSTALL_MS);

afterAll(async () => {
	await rm(dir, { recursive: true, force: true });
});

describe("a packed package", () => {
	it.each(FOLDERS)("%s holds its licence, README and built files, and no sources or tests", (folder) => {
		const files = contents[folder];
		expect(files).toEqual(expect.arrayContaining(["LICENSE", "README.md", "package.json"]));
		expect(files.some((f) => f.startsWith("dist/") && f.endsWith(".js"))).toBe(true);
		expect(files.filter((f) => f.startsWith("src/") || /\.test\./.test(f))).toEqual([]);
	});

	it("of the catalog holds its data, of the store its SQL, of node the schema of errata.yaml", () => {
		expect(contents.node).toContain("errata.schema.json");
		expect(contents.catalog).toContain("catalog.json");
		expect(contents.catalog).toContain("SPEC.md");
		expect(contents.store.some((f) => f.startsWith("migrations/") && f.endsWith(".sql"))).toBe(true);
		expect(contents.store.some((f) => f.startsWith("queries/") && f.endsWith(".sql"))).toBe(true);
	});
});

describe("@errata/node alone", () => {
	it("brings no engine, and describes an error that is captured", { timeout: INSTALL_MS }, async () => {
		const place = await install("service", ["catalog", "node"]);
		const installed = await readdir(path.join(place, "node_modules"));
		expect(installed).toContain("@errata");
		expect(installed.filter((name) => /chdb|ffi-rs/.test(name))).toEqual([]);
		expect(existsSync(path.join(place, "node_modules", "@errata", "local"))).toBe(false);
		await writeFile(
			path.join(place, "index.mjs"),
			'import { capture } from "@errata/node"; console.log(typeof capture);',
		);
		expect(await must("node", ["index.mjs"], { cwd: place })).toBe("function\n");
	});
});

describe("errata installed by a user", () => {
	let place = "";
	const env = (): NodeJS.ProcessEnv => cleanEnv({ ERRATA_DATA_DIR: path.join(dir, "data") });

	beforeAll(async () => {
		place = await install("project", FOLDERS);
		await writeFile(path.join(place, "fail.mjs"), FAIL);
	}, INSTALL_MS);

	it("explains the error of a program that has never heard of errata, and keeps its exit code", async () => {
		const ended = await run("npx", ["errata", "run", "--", "node", "fail.mjs"], { cwd: place, env: env() });
		const said = ended.stdout + ended.stderr;
		expect(ended.code, said).toBe(7);
		expect(said).toContain("NET_CONN_REFUSED");
		expect(said).toContain("127.0.0.1:1");
	});

	it("runs a program under an older Node uninstrumented, and says so", { timeout: INSTALL_MS }, async () => {
		const node20 = await olderNode();
		const ended = await run("npx", ["errata", "run", "--", node20, "fail.mjs"], { cwd: place, env: env() });
		const said = ended.stdout + ended.stderr;
		expect(ended.code, said).toBe(7);
		expect(said).toMatch(/uninstrumented: Node 20\.\d+\.\d+ is older than 22\.15/);
		expect(said).toContain("ECONNREFUSED");
		expect(said).not.toContain("NET_CONN_REFUSED");
	});

	it("gives a TypeScript program types that resolve", async () => {
		const names = ["@errata/catalog", "@errata/catalog/compile", "@errata/node", "@errata/store", "@errata/local"];
		const imports = names.map(
			(name, i) => `import * as m${i} from "${name}"; export const k${i} = Object.keys(m${i});`,
		);
		const use = [
			'import { builtinCatalog, describe, type Description } from "@errata/catalog";',
			'import { capture, defineErrors } from "@errata/node";',
			'const facts = { type: "Error", message: "m", stacktrace: "", language: "", code: "", attributes: {}, causes: [] };',
			"export const d: Description = describe(facts, builtinCatalog());",
			"export const code: string = d.code;",
			"export { capture, defineErrors };",
			"// @ts-expect-error: a message is text",
			'describe({ ...facts, message: 1 }, builtinCatalog(), "");',
		];
		await writeFile(path.join(place, "consumer.ts"), [...imports, ...use].join("\n"));
		const types = ["--types", "node", "--typeRoots", path.join(root, "node_modules", "@types")];
		const flags = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2024", "--lib", "es2024", ...types];
		const ended = await run("tsc", [...flags, "--ignoreConfig", "consumer.ts"], { cwd: place });
		expect(ended.stdout).toBe("");
		expect(ended.code).toBe(0);
	});
});

/** The machine's own Node where it is too old for OpenTelemetry 3, otherwise Node 20 of npm. */
async function olderNode(): Promise<string> {
	const version = await nodeVersion("/usr/bin/node");
	if (version !== undefined && version[0] === 20) return "/usr/bin/node";
	const place = path.join(dir, "node20");
	await mkdir(place);
	await writeFile(path.join(place, "package.json"), "{}");
	await must("npm", ["install", "--no-audit", "--no-fund", "node@20"], { cwd: place });
	return path.join(place, "node_modules", ".bin", "node");
}
