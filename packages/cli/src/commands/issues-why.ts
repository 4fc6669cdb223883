/** `errata issues why`: what put the occurrences of a group together. */
import { explainFingerprint, type FingerprintWhy, factsFromRecord } from "@errata/catalog";
import { safeLine } from "@errata/server/text";
import type { ErrorEvent } from "@errata/store";
import { Argument, type Command } from "commander";
import { withStore } from "../backend.ts";
import { examples, fingerprintArgument, type Host } from "../command-line.ts";
import type { Context } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { LIMITS } from "../limits.ts";
import { findIssue, noSuchGroup } from "../present/find.ts";
import { placeText } from "../present/issue.ts";
import { hang, table } from "../terminal/layout.ts";
import { proseWidth } from "../terminal/style.ts";

export function issuesWhyCommand(host: Host): Command {
	const why = host.command("issues why");
	return why
		.description("Say why errors are in one group: the parts of its fingerprint and the rule that won.")
		.addArgument(new Argument("<group>", "first digits of its fingerprint").argParser(fingerprintArgument))
		.addHelpText("after", examples([["errata issues why 3f2a9c1d", "parts, rule, and the frames that count"]]))
		.action((prefix: string) => host.run(why, (context) => whyGroup(context, prefix)));
}

/** What each rule means. */
const RULES: Readonly<Record<FingerprintWhy["rule"], string>> = {
	user: "the application gave the key of the group itself (errata.fingerprint or error.fingerprint)",
	entry: "the entry of its code says what makes the group",
	stack: "the stack has frames that count: classes, message and place make the group",
	message: "no frame counts: classes and message make the group",
};

async function whyGroup(context: Context, prefix: string): Promise<ExitCode> {
	const event = await withStore(context, async (store) => {
		const found = await findIssue(store, prefix);
		const [latest] = found === undefined ? [] : await store.issueEvents(found.fingerprint, { limit: 1 });
		if (latest === undefined) throw noSuchGroup(store, prefix, false);
		return latest;
	});
	const why = await explain(context, event);
	if (context.json) {
		context.out.document({ fingerprint: event.fingerprint, eventId: event.eventId, ...why });
		return EXIT.ok;
	}
	show(context, event, why);
	return EXIT.ok;
}

interface Why extends Pick<FingerprintWhy, "rule" | "version" | "components" | "frames"> {
	/** Whether the latest occurrence, as stored, gives the group's fingerprint again. */
	readonly reproduced: boolean;
}

async function explain(context: Context, event: ErrorEvent): Promise<Why> {
	const { attributes } = event;
	const facts = factsFromRecord({
		eventName: "exception",
		severityNumber: 17,
		body: event.body,
		attributes: {
			...attributes,
			"exception.type": event.exceptionType,
			"exception.message": event.message,
			"exception.stacktrace": event.stacktrace,
		},
		language: event.resource["telemetry.sdk.language"] ?? "",
	});
	const catalog = await context.catalog();
	const given = attributes["error.fingerprint"] ?? "";
	const why = facts === undefined ? undefined : explainFingerprint(facts, catalog, given);
	if (why !== undefined && why.value === event.fingerprint) {
		const { rule, version, components, frames } = why;
		return { rule, version, components, frames, reproduced: true };
	}
	const version = Number(attributes["errata.fingerprint_version"] ?? 0);
	// A version says that errata computed it, of what is not all stored; none says that the application gave it.
	if (version > 0 && why !== undefined) return { ...parts(why), version, reproduced: false };
	return { rule: "user", version, components: [], frames: why?.frames ?? [], reproduced: false };
}

function parts({ rule, components, frames }: FingerprintWhy): Pick<Why, "rule" | "components" | "frames"> {
	return { rule, components, frames };
}

function show(context: Context, event: ErrorEvent, why: Why): void {
	const { style } = context.out;
	const width = proseWidth(style);
	const row = (label: string, text: string): string[] => hang(style.dim(label.padEnd(10)), text, width);
	context.out.lines(row("group", event.fingerprint));
	context.out.lines(row("rule", `${style.bold(why.rule)}: ${RULES[why.rule]}`));
	for (const component of why.components) {
		const colon = component.indexOf(":");
		context.out.lines(row(component.slice(0, colon), safeLine(component.slice(colon + 1))));
	}
	if (why.frames.length > 0) {
		context.out.line();
		const frames = why.frames.slice(0, LIMITS.whyFrames);
		const columns = [
			{ head: "counts", paint: style.green },
			{ head: "origin", paint: style.dim },
			{ head: "frame" },
			{ head: "place", flexible: true, paint: style.dim },
		];
		const rows = frames.map((frame) => [
			frame.counted ? "yes" : "",
			frame.depth === 0 ? frame.origin : `${frame.origin}, cause ${frame.depth}`,
			safeLine([frame.module, frame.function].filter((part) => part !== "").join(" ")),
			placeText({ file: frame.file, line: frame.line, column: 0 }, context.cwd),
		]);
		context.out.lines(table(columns, rows, style.width));
		if (frames.length < why.frames.length) context.err.line(`${why.frames.length - frames.length} frames more.`);
	}
	if (!why.reproduced && why.version > 0)
		context.err.line(
			`The latest occurrence as stored gives another fingerprint: version ${why.version} made this one, or of data that is not stored. The parts are those of today.`,
		);
}
