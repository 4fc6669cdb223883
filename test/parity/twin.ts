/** The Go interpreter as a process that answers one question a line. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const MODULE = fileURLToPath(new URL("../../packages/catalog/", import.meta.url));

export interface Twin {
	/** Its answers as JSON texts, in the order of the questions. */
	ask(questions: readonly { readonly op: string }[]): Promise<string[]>;
	stop(): void;
}

/** Builds `packages/catalog/internal/parity` and starts it. Throws if this machine has no Go. */
export function startTwin(): Twin {
	if (!hasGo()) throw new Error("there is no Go on this machine (`go version` failed): install Go 1.26");
	const folder = mkdtempSync(join(tmpdir(), "errata-parity-"));
	const binary = join(folder, "parity");
	execFileSync("go", ["build", "-o", binary, "./internal/parity"], {
		cwd: MODULE,
		stdio: ["ignore", "inherit", "inherit"],
	});
	const child = spawn(binary, { stdio: ["pipe", "pipe", "inherit"] });
	const waiting: Waiting[] = [];
	const failed = (): void => {
		for (const one of waiting.splice(0)) one.reject(new Error("the Go interpreter ended before it had answered"));
	};
	child.on("error", failed).on("exit", failed);
	child.stdin.on("error", failed);
	createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY }).on("line", (line) =>
		deliver(waiting, line),
	);
	return {
		ask: (questions) => send(child, waiting, questions),
		stop: () => {
			child.stdin.end();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

interface Waiting {
	readonly answers: string[];
	readonly count: number;
	resolve(answers: string[]): void;
	reject(reason: Error): void;
}

function send(child: ChildProcess, waiting: Waiting[], questions: readonly object[]): Promise<string[]> {
	if (questions.length === 0) return Promise.resolve([]);
	return new Promise((resolve, reject) => {
		waiting.push({ answers: [], count: questions.length, resolve, reject });
		child.stdin?.write(questions.map((question) => `${JSON.stringify(question)}\n`).join(""));
	});
}

function deliver(waiting: Waiting[], line: string): void {
	const first = waiting[0];
	if (first === undefined) return;
	first.answers.push(line);
	if (first.answers.length < first.count) return;
	waiting.shift();
	first.resolve(first.answers);
}

function hasGo(): boolean {
	try {
		execFileSync("go", ["version"], { stdio: "ignore" });
		return true;
	} catch {
		return false;
	}
}
