/**
 * The file `ERRATA_ACTIONS` names: what may be done about issues, and which of it a policy approves; read once, checked and
 * frozen. `${NAME}` in a string is that variable of the environment. What a placeholder may become is `placeholders.ts`.
 */
import { createHash } from "node:crypto";
import { type Static, type TSchema, Type } from "typebox";
import { check, type Env, type OwnFile, oneOf, parsedFile, substitute, wrong } from "../own-file.ts";
import { placeholdersOf, TEXT_NAMES, WORD_NAMES } from "./placeholders.ts";

const closed = { additionalProperties: false };
const Name = Type.String({ pattern: "^[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}$" });
const Duration = Type.String({ pattern: "^[1-9][0-9]{0,4}[smhd]$" });
const Words = Type.Array(Type.String({ minLength: 1, maxLength: 256 }), { minItems: 1, maxItems: 100 });
const Url = Type.String({ pattern: "^https?://", maxLength: 2_048 });
const Secret = Type.String({ minLength: 1, maxLength: 1_024 });
const Labels = Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 20 });
const Attempts = Type.Integer({ minimum: 1, maximum: 20 });
const Severity = Type.Enum(["low", "medium", "high", "critical"]);

/** Which issues something is for; what is left out matches all. */
const match = {
	tenant: Type.Optional(Type.String({ maxLength: 256 })),
	services: Type.Optional(Words),
	codes: Type.Optional(Words),
	categories: Type.Optional(Words),
	/** At least so severe. */
	severity: Type.Optional(Severity),
};

const common = {
	...match,
	/** Who may approve it; default admin. */
	approve: Type.Optional(Type.Enum(["member", "admin"])),
	/** A model may approve it by MCP, with the role of whoever started it; default false. */
	modelsApprove: Type.Optional(Type.Boolean()),
	/** How long a proposal waits for a decision, and an approved one for whoever runs it; default 24h. */
	expires: Type.Optional(Duration),
	attempts: Type.Optional(Attempts),
	/** It does no harm if it is done twice: an attempt of which nobody knows how it ended is made again. Default false. */
	repeatable: Type.Optional(Type.Boolean()),
	allowMetadata: Type.Optional(Type.Boolean()),
};

const process = {
	/** The program and its arguments; no shell reads them. */
	argv: Type.Array(Type.String({ maxLength: 4_096 }), { minItems: 1, maxItems: 64 }),
	cwd: Type.Optional(Type.String({ pattern: "^/" })),
	/** Variables of the environment that the program gets besides PATH, HOME, LANG and TMPDIR. */
	env: Type.Optional(Type.Array(Type.String({ pattern: "^[A-Za-z_][A-Za-z0-9_]*$" }), { maxItems: 50 })),
	timeout: Type.Optional(Duration),
};

const budget = Type.Optional(Type.Integer({ minimum: 512, maximum: 32_768 }));
// GitHub takes 65,536 characters.
const titled = {
	title: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
	labels: Type.Optional(Labels),
	budget: Type.Optional(Type.Integer({ minimum: 512, maximum: 12_288 })),
};

const KINDS = {
	github: Type.Object(
		{
			type: Type.Literal("github"),
			repository: Type.String({ pattern: "^[A-Za-z0-9._-]{1,100}/[A-Za-z0-9._-]{1,100}$" }),
			token: Secret,
			url: Type.Optional(Url),
			...titled,
			...common,
		},
		closed,
	),
	gitlab: Type.Object(
		{
			type: Type.Literal("gitlab"),
			project: Type.String({ minLength: 1, maxLength: 256 }),
			token: Secret,
			url: Type.Optional(Url),
			...titled,
			...common,
		},
		closed,
	),
	tracker: Type.Object(
		{
			type: Type.Literal("tracker"),
			url: Url,
			headers: Type.Optional(
				Type.Record(Type.String({ pattern: "^[A-Za-z0-9-]{1,64}$" }), Type.String({ maxLength: 2_048 })),
			),
			body: Type.Record(Type.String(), Type.Unknown()),
			budget,
			...common,
		},
		closed,
	),
	webhook: Type.Object(
		{ type: Type.Literal("webhook"), url: Url, secret: Type.String({ minLength: 16 }), ...common },
		closed,
	),
	command: Type.Object({ type: Type.Literal("command"), ...process, ...common }, closed),
	agent: Type.Object(
		{
			type: Type.Literal("agent"),
			...Type.Partial(Type.Object(process)).properties,
			url: Type.Optional(Url),
			secret: Type.Optional(Type.String({ minLength: 16 })),
			budget,
			...common,
		},
		closed,
	),
};
export type Definition = Static<(typeof KINDS)[keyof typeof KINDS]>;

const Policy = Type.Object(
	{
		name: Name,
		/** Names of actions that it approves. */
		actions: Type.Array(Name, { minItems: 1, maxItems: 50 }),
		...match,
		/** Approvals within any hour, at most; more wait for a person. */
		perHour: Type.Integer({ minimum: 1, maximum: 1_000 }),
	},
	closed,
);
export type Policy = Static<typeof Policy>;

const ProposalRule = Type.Object(
	{
		name: Name,
		/** Name of the action that is proposed. */
		action: Name,
		/** What an issue became. */
		when: Type.Array(Type.Enum(["new", "regressed", "escalating"]), { minItems: 1, maxItems: 3 }),
		...match,
		/** Proposals within any hour, at most. */
		perHour: Type.Integer({ minimum: 1, maximum: 1_000 }),
	},
	closed,
);
export type ProposalRule = Static<typeof ProposalRule>;

const File = Type.Object(
	{
		proposals: Type.Optional(Type.Array(ProposalRule, { maxItems: 100 })),
		actions: Type.Record(Name, Type.Object({ type: Type.String() })),
		policies: Type.Optional(Type.Array(Policy, { maxItems: 100 })),
		link: Type.Optional(Url),
	},
	closed,
);

export interface ActionsFile {
	readonly actions: Readonly<Record<string, Definition>>;
	readonly policies: readonly Policy[];
	readonly rules: readonly ProposalRule[];
	readonly link: string;
}

const actionsFile = (path: string): OwnFile => ({
	path,
	operation: "read the actions in",
	remedy: "packages/server/ACTIONS.md has an example of every kind",
	code: "ACTIONS_FILE",
});

/** Throws ErrataError, with the place and what was expected, for a file that is not one. */
export function readActions(path: string, env: Env): ActionsFile {
	return checkActions(parsedFile(actionsFile(path)), path, env);
}

export function checkActions(raw: unknown, path: string, env: Env): ActionsFile {
	const own = actionsFile(path);
	const file = check(File, substitute(raw, "", own, env), own, "");
	const actions: Record<string, Definition> = {};
	for (const [name, given] of Object.entries(file.actions)) {
		const at = `actions/${name}`;
		const definition = check(oneOf<TSchema>(KINDS, given.type, own, `${at}/type`), given, own, at) as Definition;
		const problem = problemOf(definition);
		if (problem !== undefined) throw wrong(own, `${at}/${problem[0]}`, problem[1]);
		actions[name] = definition;
	}
	const seen = new Set<string>();
	for (const [i, policy] of (file.policies ?? []).entries()) {
		if (seen.has(policy.name)) throw wrong(own, `policies/${i}/name`, "another policy has this name");
		seen.add(policy.name);
		for (const name of policy.actions)
			if (!Object.hasOwn(actions, name)) throw wrong(own, `policies/${i}/actions`, `no action is named ${name}`);
	}
	for (const [i, { name, action }] of (file.proposals ?? []).entries()) {
		if (seen.has(name)) throw wrong(own, `proposals/${i}/name`, "another rule or policy has this name");
		seen.add(name);
		if (!Object.hasOwn(actions, action)) throw wrong(own, `proposals/${i}/action`, `no action is named ${action}`);
	}
	const rules = file.proposals ?? [];
	return Object.freeze({ actions, policies: file.policies ?? [], rules, link: file.link ?? "" });
}

/** Where and what is wrong beyond the schema. */
function problemOf(definition: Definition): readonly [at: string, cause: string] | undefined {
	if (definition.type === "agent") {
		if ((definition.argv === undefined) === (definition.url === undefined))
			return ["argv", "either argv or url, and not both"];
		if (definition.url !== undefined && definition.secret === undefined)
			return ["secret", "a url needs a secret to sign with"];
	}
	if ("argv" in definition && definition.argv !== undefined) return argvProblem(definition.argv, definition);
	if (definition.type === "tracker") return textProblem("body", JSON.stringify(definition.body));
	if ("title" in definition && definition.title !== undefined) return textProblem("title", definition.title);
	return undefined;
}

function argvProblem(argv: readonly string[], { services }: Definition): readonly [string, string] | undefined {
	for (const [i, part] of argv.entries()) {
		if (part.includes("\0")) return [`argv/${i}`, "a NUL cannot be passed to a program"];
		const names = placeholdersOf(part);
		if (i === 0 && names.length > 0) return ["argv/0", "which program runs is not left to a placeholder"];
		const foreign = names.find((name) => !WORD_NAMES.includes(name));
		if (foreign !== undefined)
			return [`argv/${i}`, `no placeholder ${foreign} in a command; there are ${WORD_NAMES.join(", ")}`];
		// A program may call itself as it likes in its telemetry.
		if (names.includes("service") && services === undefined)
			return ["services", "a command with {{service}} must list the services it is for"];
	}
	return undefined;
}

function textProblem(at: string, text: string): readonly [string, string] | undefined {
	const foreign = placeholdersOf(text).find((name) => !TEXT_NAMES.includes(name));
	return foreign === undefined ? undefined : [at, `no placeholder ${foreign}; there are ${TEXT_NAMES.join(", ")}`];
}

/** What was approved is what runs: another definition under the same name is another action. */
export function digestOf(definition: Definition): string {
	return createHash("sha256").update(JSON.stringify(definition)).digest("hex");
}

/** Whether an attempt whose end nobody knows is made again: those whose receiver knows copies by their id, and what is said to be. */
export function mayRepeat(definition: Definition): boolean {
	return (
		definition.repeatable === true ||
		definition.type === "webhook" ||
		(definition.type === "agent" && definition.url !== undefined)
	);
}

export interface Subject {
	readonly tenant: string;
	readonly service: string;
	readonly code: string;
	readonly category: string;
	readonly severity: string;
}

const RANK = ["", "low", "medium", "high", "critical"];

/** Which key of the match the subject is outside of; undefined if it is inside of all. */
export function outside(wanted: Definition | Policy | ProposalRule, subject: Subject): string | undefined {
	if (wanted.tenant !== undefined && wanted.tenant !== subject.tenant) return "tenant";
	if (wanted.services !== undefined && !wanted.services.includes(subject.service)) return "services";
	if (wanted.codes !== undefined && !wanted.codes.includes(subject.code)) return "codes";
	if (wanted.categories !== undefined && !wanted.categories.includes(subject.category)) return "categories";
	if (RANK.indexOf(subject.severity) < RANK.indexOf(wanted.severity ?? "")) return "severity";
	return undefined;
}
