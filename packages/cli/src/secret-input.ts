/** A secret that a user types, pipes or exports: never an argument, which other users of the machine can read. */
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { ErrataError } from "@errata/catalog";
import type { Context } from "./context.ts";
import { EXIT } from "./exit.ts";

/** From the variable, else typed at the terminal without being shown, else the first line of standard input. Throws for an empty one. */
export async function secretInput(context: Context, what: string, variable: string): Promise<string> {
	const given = context.env[variable] ?? (await firstLine(context, what));
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

async function firstLine(context: Context, what: string): Promise<string> {
	const terminal = process.stdin.isTTY === true;
	if (terminal) context.err.status(`${what}: `);
	const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
	const lines = createInterface({ input: process.stdin, terminal, ...(terminal ? { output: nowhere } : {}) });
	try {
		for await (const line of lines) return line;
		return "";
	} finally {
		lines.close();
		if (terminal) context.err.line("");
	}
}
