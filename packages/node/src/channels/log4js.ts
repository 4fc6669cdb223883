/** Lines of log4js 6, with the Error among their arguments. */
import { format } from "node:util";
import { exported, type Library, wrapMethod } from "../libraries.ts";
import { errorAmong, logLine, severityOfName } from "../log-line.ts";
import { isError } from "../normalize.ts";
import { attempt } from "../values.ts";

interface Logger {
	readonly category?: string;
	readonly context?: Readonly<Record<string, unknown>>;
}

export const log4js: Library = {
	module: "log4js",
	versions: [">=6 <7"],
	patch: (exports) => {
		// The class is not exported: the first logger leads to it.
		for (const owner of [exports, exports.default])
			wrapMethod(owner, "getLogger", (original) => {
				return function (this: unknown, ...args: unknown[]): unknown {
					const logger = original.apply(this, args);
					attempt(() => watch(Object.getPrototypeOf(logger)), undefined);
					return logger;
				};
			});
		const main = exported<object>(exports, "default");
		if (main !== undefined && typeof exports.getLogger === "function")
			exports.getLogger = (main as { getLogger: unknown }).getLogger;
	},
};

function watch(prototype: object): void {
	wrapMethod(prototype, "_log", (original) => {
		return function (this: unknown, ...args: unknown[]): unknown {
			const logged = original.apply(this, args);
			attempt(() => said(this as Logger, args[0], args[1] as unknown[]), undefined);
			return logged;
		};
	});
}

function said(logger: Logger, level: unknown, data: readonly unknown[]): void {
	const words = data.filter((item) => !isError(item) && (typeof item !== "object" || item === null));
	logLine({
		scope: "log4js",
		error: errorAmong(data),
		severity: severityOfName(level),
		body: format(...words),
		fields: { ...logger.context, "log4js.category": logger.category },
		plain: true,
	});
}
