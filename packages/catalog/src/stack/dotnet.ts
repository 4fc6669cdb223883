/** .NET: inner exceptions after `--->`, async state machines, lambdas and local functions, localised keywords. */

import { type Frame, type FrameOrigin, frame, type OpenBlock, openBlock, type StackBlock } from "../frame.ts";
import { LIMITS } from "../limits.ts";
import { isDigit } from "./ascii.ts";
import { classHead, FRAME_LINE, numberAt } from "./head.ts";
import { cleanPath } from "./module-path.ts";

/** The language's own namespaces, and instrumentation. */
const RUNTIME = new Set("System Mono Interop OpenTelemetry Datadog NewRelic Sentry".split(" "));
/** First names of the namespaces of frameworks, drivers and clients. */
const LIBRARY = new Set(
	"Microsoft MS Newtonsoft Npgsql MySql MySqlConnector Dapper StackExchange Grpc Polly Serilog NLog log4net MongoDB RabbitMQ Azure Amazon Google AutoMapper MediatR FluentValidation Castle Autofac Hangfire Quartz MassTransit Confluent Elastic Elasticsearch Nest Swashbuckle Xunit NUnit Moq Pomelo EntityFramework Oracle Discord NServiceBus Orleans Akka RestSharp Refit Duende IdentityServer4 ServiceStack Nito Humanizer NodaTime Topshelf Rebus Marten Wolverine Carter FastEndpoints HotChocolate GraphQL Unity Ninject StructureMap FSharp Stripe Twilio SendGrid CsvHelper HtmlAgilityPack IdentityModel Ocelot Yarp Volo UnityEngine Avalonia Xamarin".split(
		" ",
	),
);

/** `at` in the languages of the runtime, for a first frame that lost its indentation. */
const AT_WORDS = new Set("at bei à in en em в w vid v".split(" "));

export function parseDotnet(lines: readonly string[]): StackBlock[] {
	const blocks: OpenBlock[] = [];
	// The blocks whose frames are still to come, outermost first.
	const open: OpenBlock[] = [];
	let heads: string[] = [];
	const closeHeads = (): void => {
		const text = heads.join("\n");
		heads = [];
		if (text.trim() === "") return;
		for (const part of text.split("---> ")) {
			if (blocks.length > LIMITS.causes || part.trim() === "") continue;
			const block = openBlock(open.length);
			fillHead(block, part.trim());
			blocks.push(block);
			open.push(block);
		}
	};
	let sawFrame = false;
	for (const line of lines) {
		const text = line.trim();
		if (text.startsWith("--- ")) {
			// `--- End of inner exception stack trace ---` in any language; the other rule names a previous location.
			if (text.includes("inner") || text.includes("internen") || text.includes("interna") || text.includes("interne"))
				open.pop();
			continue;
		}
		const parsed = dotnetFrame(line);
		if (parsed !== undefined) {
			closeHeads();
			if (open.length === 0) {
				const block = openBlock(0);
				blocks.push(block);
				open.push(block);
			}
			sawFrame = true;
			const block = open[open.length - 1] as OpenBlock;
			if (block.frames.length < LIMITS.frames) block.frames.push(parsed);
		} else if (text.startsWith("---> ") && sawFrame) {
			// `---> (Inner Exception #1)`: members of an AggregateException after the first say little more.
			break;
		} else if (!sawFrame) heads.push(line);
	}
	closeHeads();
	return blocks.length === 0 ? [openBlock(0)] : blocks;
}

function fillHead(block: OpenBlock, head: string): void {
	let text = head;
	for (const prefix of ["Unhandled exception. ", "Unhandled Exception: "])
		if (text.startsWith(prefix)) text = text.slice(prefix.length);
	const parsed = classHead(text);
	block.type = parsed?.type ?? "";
	block.message = parsed?.message ?? text;
	block.code = parsed?.code ?? "";
}

/** `   at Ns.Type.Method[T](Args) in file:line N`; `at` and `in` may be in another language. */
function dotnetFrame(line: string): Frame | undefined {
	if (line.length > FRAME_LINE) return undefined;
	const text = line.trim();
	const space = text.indexOf(" ");
	if (space < 1 || space > 6) return undefined;
	if (!line.startsWith("   ") && !line.startsWith("\t") && !AT_WORDS.has(text.slice(0, space))) return undefined;
	const open = text.indexOf("(", space);
	if (open < 0) return undefined;
	let name = text.slice(space + 1, open);
	const dotted = name.includes(".");
	const generic = name.indexOf("[");
	if (generic > 0) name = name.slice(0, generic) + name.slice(name.lastIndexOf("]") + 1);
	// What an expression tree was compiled to has no type.
	if (name.startsWith("lambda_method") && !name.includes(" ")) return frame("", "", "", 0, "runtime");
	if (name.includes(" ") || !dotted) return undefined;
	const close = text.indexOf(")", open);
	let file = "";
	let lineNumber = 0;
	if (close > 0 && close + 1 < text.length) {
		const rest = text.slice(close + 1).trim();
		const word = rest.indexOf(" ");
		const colon = rest.lastIndexOf(":");
		if (word > 0 && colon > word) {
			file = rest.slice(word + 1, colon).trim();
			const digits = rest.slice(colon + 1);
			let i = 0;
			while (i < digits.length && !isDigit(digits.charCodeAt(i))) i++;
			lineNumber = numberAt(digits, i);
		}
	}
	const { owner, fn } = plainMember(name);
	return frame(owner, fn, file, lineNumber, dotnetOrigin(owner, file));
}

/** `A.B.<RunAsync>d__12.MoveNext` is `A.B` and `RunAsync`; so are lambdas and local functions of `RunAsync`. */
function plainMember(name: string): { owner: string; fn: string } {
	const ctor = name.endsWith("..ctor") || name.endsWith("..cctor");
	const dot = ctor ? name.lastIndexOf("..") : name.lastIndexOf(".");
	let owner = name.slice(0, Math.max(dot, 0));
	let fn = name.slice(dot + 1);
	if (ctor) fn = "ctor";
	// `Repo<T>.Get` is written by some printers; names that the compiler makes begin with the bracket.
	let angle = name.indexOf("<");
	while (angle > 0 && name.charCodeAt(angle - 1) !== 46 && name.charCodeAt(angle - 1) !== 43)
		angle = name.indexOf("<", angle + 1);
	if (angle > 0) {
		// The first named part in angle brackets is the source method.
		for (let at = angle; at >= 0; at = name.indexOf("<", at + 1)) {
			const end = name.indexOf(">", at);
			if (end < 0) break;
			const inner = name.slice(at + 1, end);
			if (inner !== "" && !inner.includes("<")) {
				fn = inner;
				break;
			}
		}
		owner = name.slice(0, angle);
	}
	while (owner.endsWith(".") || owner.endsWith("+")) owner = owner.slice(0, -1);
	const parts = owner.split(".").map((part) => {
		const mark = part.search(/[`<]/u);
		return mark > 0 ? part.slice(0, mark) : part;
	});
	return { owner: parts.join("."), fn };
}

function dotnetOrigin(owner: string, file: string): FrameOrigin {
	const dot = owner.indexOf(".");
	const root = dot < 0 ? "" : owner.slice(0, dot);
	if (RUNTIME.has(root) || owner.startsWith("Microsoft.CSharp.")) return "runtime";
	if (LIBRARY.has(root)) return "library";
	// Deterministic builds of packages name their sources `/_/...`.
	if (cleanPath(file).startsWith("/_/")) return "library";
	return "app";
}

export function looksLikeDotnet(lines: readonly string[]): boolean {
	return lines.some((line) => line.startsWith("   at ") && dotnetFrame(line) !== undefined);
}
