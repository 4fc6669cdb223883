/** What a person is asked: a secret, which is never an argument (other users of the machine read those), and a yes. */
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { ErrataError } from "@errata/catalog";
import type { Context } from "./context.ts";
import { EXIT } from "./exit.ts";

/** From the variable, else typed at the terminal without being shown, else the first line of standard input. Throws for an empty one. */
export async function secretInput(context: Context, what: string, variable: string): Promise<string> {
	const given = context.env[variable] ?? (await firstLine(context, what, true));
	if (given !== "") return given;
	throw new ErrataError({
		operation: "read",
		subject: what,
		cause: "it is empty",
		remedy: `Type it, pipe it in, or set ${variable}`,
		code: "NO_SECRET",
		exitCode: EXIT.usage,
	});
}

/** Whether a person at the terminal says yes. Throws where there is none: a program has to pass `--yes`. */
export async function confirmed(context: Context, question: string): Promise<boolean> {
	if (process.stdin.isTTY !== true)
		throw new ErrataError({
			operation: "ask",
			subject: JSON.stringify(question),
			cause: "standard input is no terminal",
			remedy: "Look with --dry-run, then pass --yes",
			code: "NOT_CONFIRMED",
			exitCode: EXIT.usage,
		});
	return /^y(?:es)?$/iu.test((await firstLine(context, `${question} (yes/no)`, false)).trim());
}

async function firstLine(context: Context, what: string, hidden: boolean): Promise<string> {
	const terminal = process.stdin.isTTY === true;
	if (terminal) context.err.status(`${what}: `);
	const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
	const output = hidden ? nowhere : process.stderr;
	const lines = createInterface({ input: process.stdin, terminal, ...(terminal ? { output } : {}) });
	try {
		for await (const line of lines) return line;
		return "";
	} finally {
		lines.close();
		if (terminal && hidden) context.err.line("");
	}
}
