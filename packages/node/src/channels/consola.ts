/** Lines of consola 3, with the Error among their arguments. Its reporters write to the streams, never to `console`. */
import { format } from "node:util";
import { exported, type Library, wrapMethod } from "../libraries.ts";
import { errorAmong, logLine, severityOfName } from "../log-line.ts";
import { isError } from "../normalize.ts";
import { attempt } from "../values.ts";

interface LogObject {
	readonly type?: string;
	readonly level?: number;
	readonly tag?: string;
	readonly args?: readonly unknown[];
}

export const consola: Library = {
	module: "consola",
	versions: [">=3 <4"],
	patch: (exports) => {
		const instance = exported<object>(exports, "consola");
		if (instance === undefined) return;
		const prototype = Object.getPrototypeOf(instance);
		// Errors are taken before consola's throttle: to it, two different Errors are the same line.
		wrapMethod(prototype, "_logFn", (original) => {
			return function (this: unknown, ...args: unknown[]): unknown {
				const logged = original.apply(this, args);
				attempt(() => called(this as { level: number }, args[0] as LogObject, args[1] as unknown[]), undefined);
				return logged;
			};
		});
		wrapMethod(prototype, "_log", (original) => {
			return function (this: unknown, ...args: unknown[]): unknown {
				const logged = original.apply(this, args);
				const line = args[0] as LogObject;
				attempt(() => errorAmong(line.args ?? []) ?? said(line, undefined), undefined);
				return logged;
			};
		});
	},
};

function called(instance: { level: number }, defaults: LogObject, args: readonly unknown[]): void {
	if ((defaults.level ?? 0) > instance.level) return;
	const [first] = args;
	const error = errorAmong(args) ?? errorAmong((first as LogObject | undefined)?.args ?? []);
	if (error !== undefined) said({ ...defaults, args }, error);
}

function said({ type, tag, args = [] }: LogObject, error: Error | undefined): void {
	const words = args.filter((item) => !isError(item) && (typeof item !== "object" || item === null));
	logLine({
		scope: "consola",
		error,
		severity: severityOfName(type),
		body: format(...words),
		fields: tag === undefined || tag === "" ? {} : { "consola.tag": tag },
		plain: true,
	});
}
