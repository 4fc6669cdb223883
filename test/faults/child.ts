/** A program under errata that a test talks to: what it says, the end of its input, signals. */
import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { guard } from "../../packages/node/src/testing/child.ts";
import { cleanEnv } from "../setup/processes.ts";

export interface Child {
	readonly process: ChildProcess;
	/** Resolves when its standard output has `text`. */
	says(text: string): Promise<void>;
	/** Ends its standard input. */
	end(): void;
	/** Standard output, once it has ended. */
	readonly ended: Promise<{ stdout: string; code: number | null; signal: NodeJS.Signals | null }>;
}

export interface ChildOptions {
	readonly env: Readonly<Record<string, string>>;
	readonly args?: readonly string[];
	/** What goes before `node`. */
	readonly before?: readonly string[];
}

export function startChild(
	dir: string,
	name: string,
	source: string,
	{ env, args = [], before = [] }: ChildOptions,
): Child {
	const file = path.join(dir, name);
	writeFileSync(file, source);
	const [command, ...rest] = [...before, process.execPath, `--import=${guard}`, file, ...args] as [string, ...string[]];
	const child = spawn(command, rest, { cwd: dir, env: cleanEnv(env), stdio: ["pipe", "pipe", "inherit"] });
	let stdout = "";
	const waiting = new Set<() => void>();
	const told = (): void => {
		for (const look of waiting) look();
	};
	child.stdout.on("data", (chunk: Buffer) => {
		stdout += chunk.toString();
		told();
	});
	child.stdin.on("error", () => {});
	let gone = false;
	const ended = new Promise<{ stdout: string; code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
		child.on("close", (code, signal) => {
			gone = true;
			told();
			resolve({ stdout, code, signal });
		});
	});
	return {
		process: child,
		says: (text) =>
			new Promise((resolve, reject) => {
				const look = (): void => {
					if (stdout.includes(text)) resolve();
					else if (gone) reject(new Error(`${name} ended without saying "${text}": ${stdout}`));
				};
				waiting.add(look);
				look();
			}),
		end: () => void child.stdin.end(),
		ended,
	};
}

/** Waits for a state, not for a time; fails after half a minute. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
	for (let i = 0; i < 600; i++) {
		if (await holds()) return;
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	throw new Error(`never: ${what}`);
}
