/** Start lines: where a program begins, and the same with errata loaded first. Pure. */
import { OTEL_REGISTER } from "./project.ts";

export const REGISTER = "@errata/node/register";

/** `command` with `--import <module>` before the program; `undefined` where no `node` starts one. */
export function withImport(command: string, module: string): string | undefined {
	if (command.includes(module)) return undefined;
	// tsx hands Node's flags on; what watches, restarts or runs tools has its own way with flags.
	const starts = [
		...command.matchAll(/(?<=^|[\s;&|(])(?:node|tsx)(?=\s+(?!watch\b|test\b|--test\b|-[ep]\b|--eval\b)\S)/gu),
	];
	const last = starts.at(-1);
	if (last === undefined) return undefined;
	const end = last.index + last[0].length;
	return `${command.slice(0, end)} --import ${module}${command.slice(end)}`;
}

/** OpenTelemetry's own preload gives way: errata loads the same instrumentations. */
export function withoutOtelRegister(command: string): string | undefined {
	const flag = new RegExp(`(?:--require|-r|--import)[ =]${OTEL_REGISTER}(?:\\.js)?`, "u");
	return flag.test(command) ? command.replace(flag, `--import ${REGISTER}`) : undefined;
}

/** Scripts that start the program, rather than build or test it. */
export function startsProgram(name: string): boolean {
	return /^(?:start|serve|dev|prod|develop|worker)(?:[:.-]|$)/u.test(name) && !/(?:test|build|lint|debug)/u.test(name);
}

/** A script that starts a program by something that is no `node`. */
export function startsOtherwise(command: string): boolean {
	return /(?:^|[\s;&|(])(?:nodemon|ts-node|ts-node-dev|tsx watch|nest start|pm2|bun|deno|vite-node|remix|nuxt)(?=\s|$)/u.test(
		command,
	);
}

/** Start lines of a Dockerfile, shell form or list, and of a Procfile. `undefined` if none starts a node. */
export function fileWithImport(text: string, module: string): string | undefined {
	if (text.includes(module)) return undefined;
	const lines = text.split("\n").map((line) => {
		const list = /^(\s*(?:CMD|ENTRYPOINT)\s*\[\s*)"(node|tsx)"\s*,/iu.exec(line);
		if (list !== null) return `${list[0]} "--import", "${module}",${line.slice(list[0].length)}`;
		const shell = /^(\s*(?:CMD|ENTRYPOINT)\s+|[A-Za-z0-9_-]+:\s*)(?!\[)(.*)$/iu.exec(line);
		if (shell === null) return line;
		const [, head = "", command = ""] = shell;
		return head + (withImport(command, module) ?? command);
	});
	const result = lines.join("\n");
	return result === text ? undefined : result;
}
