/**
 * An Error among the arguments of `console.error` or `console.warn`. Where Node publishes console calls on diagnostics
 * channels, those are heard and nothing is patched; otherwise the two methods are wrapped. Output never changes.
 */
import { Console } from "node:console";
import diagnostics from "node:diagnostics_channel";
import { Writable } from "node:stream";
import { format, stripVTControlCharacters } from "node:util";
import { context } from "@opentelemetry/api";
import { isTracingSuppressed } from "@opentelemetry/core";
import { errorAmong } from "../log-line.ts";
import { isError } from "../normalize.ts";
import { originOf } from "../origins.ts";
import { report, type SeverityName } from "../report.ts";
import { claimChannel } from "../state.ts";
import { attempt } from "../values.ts";

const METHODS = [
	["error", "error"],
	["warn", "warn"],
] as const;

export function watchConsole(): void {
	if (!claimChannel("console")) return;
	for (const [method, severity] of METHODS) {
		if (process.env.AWS_LAMBDA_RUNTIME_API !== undefined) patchNext(method, severity);
		if (hasChannel(method)) diagnostics.subscribe(`console.${method}`, (args) => heard(args, severity));
		else patch(method, severity);
	}
}

/** Node publishes since 24, and the channel cannot be asked: a console into nowhere tells. Deno's global one is another. */
function hasChannel(method: "error" | "warn"): boolean {
	if (process.versions.deno !== undefined) return false;
	let published = false;
	const listener = (): void => {
		published = true;
	};
	diagnostics.subscribe(`console.${method}`, listener);
	const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
	new Console({ stdout: nowhere, stderr: nowhere })[method]("");
	diagnostics.unsubscribe(`console.${method}`, listener);
	return published;
}

/** Lambda's runtime puts methods of its own, which call none of Node's, into the console: what is set is patched. */
function patchNext(method: "error" | "warn", severity: SeverityName): void {
	let current = console[method];
	Object.defineProperty(console, method, {
		configurable: true,
		enumerable: true,
		get: () => current,
		set: (given: typeof current) => {
			current = typeof given === "function" ? watched(given, method, severity) : given;
		},
	});
}

function patch(method: "error" | "warn", severity: SeverityName): void {
	console[method] = watched(console[method], method, severity);
}

function watched(original: typeof console.error, name: string, severity: SeverityName): typeof console.error {
	const wrapped = function (this: unknown, ...args: unknown[]): void {
		Reflect.apply(original, this, args);
		heard(args, severity);
	};
	return Object.defineProperty(wrapped, "name", { value: name });
}

function heard(args: unknown, severity: SeverityName): void {
	if (!Array.isArray(args)) return;
	const error = findError(args);
	// OpenTelemetry's own diagnostics about a failed export would feed the export.
	if (error === undefined || isTracingSuppressed(context.active())) return;
	const said = textOf(args);
	// Frameworks print their answers to clients too.
	const client = originOf(error)?.client;
	if (client === "off") return;
	report({
		error,
		handled: true,
		severity: client ?? severity,
		scope: "console",
		...(said === "" ? {} : { body: said }),
	});
}

/** The first Error among the arguments, or among the values of a plain object there: not inside other objects. */
function findError(args: readonly unknown[]): Error | undefined {
	return errorAmong(args.filter((value) => isError(value) || isPlain(value)));
}

function isPlain(value: unknown): boolean {
	if (typeof value !== "object" || value === null) return false;
	const prototype = attempt(() => Object.getPrototypeOf(value), undefined);
	return prototype === Object.prototype || prototype === null;
}

/** What was said besides the error: strings and numbers, formatted as the console does; "" if nothing. */
function textOf(args: readonly unknown[]): string {
	if (typeof args[0] !== "string") return "";
	const shown = args.map((arg) =>
		isError(arg) ? attempt(() => `${arg.name}: ${arg.message}`.slice(0, 2_000), "Error") : arg,
	);
	const simple = shown.filter((arg) => typeof arg !== "object" && typeof arg !== "function");
	return attempt(() => stripVTControlCharacters(format(...simple)), "").slice(0, 4_000);
}
