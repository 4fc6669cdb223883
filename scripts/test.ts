/**
 * What `npm test` runs after set-up, in order, stopping at the first failure: lint, types, Go, then every test. Building and
 * the comparison of generated files with their sources happen before this (`setup.mjs`). A language that joins the
 * repository adds its step to `STEPS`; nothing here skips for a missing tool.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

interface Step {
	readonly name: string;
	/** Executable of node_modules/.bin, else of PATH, and its arguments. */
	readonly command: readonly [string, ...string[]];
	/** Folder below the root; the root itself if absent. */
	readonly folder?: string;
	/** What to do when it fails. */
	readonly remedy: string;
}

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

const STEPS: readonly Step[] = [
	{
		name: "lint",
		command: ["biome", "check", "--error-on-warnings", "."],
		remedy: "`npm run format` mends most of it",
	},
	{
		name: "types",
		command: ["tsc", "--noEmit", "-p", "tsconfig.json"],
		remedy: "the compiler names file and line above",
	},
	{
		name: "go vet",
		command: ["go", "vet", "./..."],
		folder: "packages/catalog",
		remedy: "the finding names file and line above",
	},
	{
		name: "go tests",
		command: ["go", "test", "./..."],
		folder: "packages/catalog",
		remedy: "run one alone in packages/catalog with `go test -run NAME ./...`",
	},
	{
		name: "processor vet",
		command: ["go", "vet", "./..."],
		folder: "packages/errataprocessor",
		remedy: "the finding names file and line above",
	},
	{
		name: "processor tests",
		command: ["go", "test", "./..."],
		folder: "packages/errataprocessor",
		remedy: "run one alone in packages/errataprocessor with `go test -run NAME ./...`",
	},
	{
		name: "collector",
		// Silent when the binary of these sources is there; tests ask for it with `collectorBinary()`.
		command: ["node", "scripts/build-collector.mjs"],
		remedy: "the message above says what is missing; `npm run build:collector` does the same alone",
	},
	{
		name: "tests",
		command: ["vitest", "run", ...process.argv.slice(2)],
		remedy: "run one file alone with `npm run unit -- <file>`",
	},
];

function locate(name: string): string | undefined {
	const folders = [path.join(root, "node_modules", ".bin"), ...(process.env.PATH ?? "").split(path.delimiter)];
	return folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
}

/** Runs one step; its duration in seconds, or `undefined` when it failed. */
function run(step: Step): number | undefined {
	const [name, ...args] = step.command;
	const tool = locate(name);
	if (tool === undefined) {
		console.error(
			`npm test: ${step.name} needs ${name}, which is neither in node_modules/.bin nor on PATH. Install it.`,
		);
		return undefined;
	}
	console.log(`npm test: ${step.name} (${step.command.join(" ")})`);
	const started = performance.now();
	const { status, signal, error } = spawnSync(tool, args, {
		cwd: path.join(root, step.folder ?? ""),
		stdio: "inherit",
	});
	if (status === 0) return (performance.now() - started) / 1000;
	const cause = error?.message ?? (signal === null ? `exit code ${status}` : signal);
	console.error(`npm test: ${step.name} failed (${cause}); ${step.remedy}`);
	return undefined;
}

const done: string[] = ["build"];
for (const step of STEPS) {
	const seconds = run(step);
	if (seconds === undefined) {
		const left = STEPS.slice(STEPS.indexOf(step) + 1).map((s) => s.name);
		console.error(`npm test: FAILED. passed: ${done.join(", ")}; not run: ${left.join(", ") || "nothing"}`);
		process.exit(1);
	}
	done.push(`${step.name} ${seconds.toFixed(1)} s`);
}
console.log(`npm test: passed. ${done.join(", ")}`);
