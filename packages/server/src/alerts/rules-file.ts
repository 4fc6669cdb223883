/**
 * The file `ERRATA_ALERTS` names: rules and channels, read once, checked and frozen. `${NAME}` in a string is that
 * variable of the environment, so that secrets need not be in the file. What a rule means is `conditions.ts`.
 */
import { type Static, type TSchema, Type } from "typebox";
import { check, type Env, type OwnFile, oneOf, parsedFile, substitute, wrong } from "../own-file.ts";

const closed = { additionalProperties: false };
const Name = Type.String({ pattern: "^[a-zA-Z0-9][a-zA-Z0-9 ._-]{0,63}$" });
const Duration = Type.String({ pattern: "^[1-9][0-9]{0,4}[smhd]$" });
const Names = Type.Array(Type.String({ minLength: 1, maxLength: 256 }), { maxItems: 100 });
const Url = Type.String({ pattern: "^https?://", maxLength: 2_048 });
const Mail = Type.String({ pattern: "^[^\\s@<>]+@[^\\s@<>]+$", maxLength: 254 });

/** Sends to these addresses only if the channel says so: they answer with credentials of the machine. */
const allowMetadata = Type.Optional(Type.Boolean());

const CHANNELS = {
	webhook: Type.Object(
		{ type: Type.Literal("webhook"), url: Url, secret: Type.String({ minLength: 16 }), allowMetadata },
		closed,
	),
	slack: Type.Object({ type: Type.Literal("slack"), url: Url, allowMetadata }, closed),
	teams: Type.Object({ type: Type.Literal("teams"), url: Url, allowMetadata }, closed),
	pagerduty: Type.Object(
		{
			type: Type.Literal("pagerduty"),
			routingKey: Type.String({ minLength: 1 }),
			url: Type.Optional(Url),
			allowMetadata,
		},
		closed,
	),
	email: Type.Object(
		{
			type: Type.Literal("email"),
			smtp: Type.String({ pattern: "^smtps?://", maxLength: 2_048 }),
			from: Mail,
			to: Type.Array(Mail, { minItems: 1, maxItems: 50 }),
		},
		closed,
	),
};
export type Channel = Static<(typeof CHANNELS)[keyof typeof CHANNELS]>;

const common = {
	name: Name,
	/** Names of channels. */
	to: Type.Array(Name, { minItems: 1, maxItems: 10 }),
	/** Whose errors: errata.tenant; those without one by default. */
	tenant: Type.Optional(Type.String({ maxLength: 256 })),
	services: Type.Optional(Names),
	environments: Type.Optional(Names),
	codes: Type.Optional(Names),
	/** Only groups at least this severe. */
	severity: Type.Optional(Type.Enum(["low", "medium", "high", "critical"])),
	/** Alerts of the rule told together. */
	groupBy: Type.Optional(Type.Enum(["rule", "service", "alert"])),
	/** How long a condition must hold before it fires, and be gone before it resolves. */
	for: Type.Optional(Duration),
	clear: Type.Optional(Duration),
	/** Least time between two messages of a group. */
	every: Type.Optional(Duration),
	/** Told again while it goes on. */
	repeat: Type.Optional(Duration),
};

const Kind = <const T extends string>(when: T) => ({ when: Type.Literal(when), ...common });
const quiet = Type.Optional(Duration);

const RULES = {
	new: Type.Object({ ...Kind("new"), quiet }, closed),
	regressed: Type.Object({ ...Kind("regressed"), quiet }, closed),
	escalating: Type.Object({ ...Kind("escalating"), quiet }, closed),
	rate: Type.Object(
		{
			...Kind("rate"),
			over: Type.Integer({ minimum: 0, maximum: 1_000_000_000 }),
			window: Type.Optional(Duration),
			by: Type.Optional(Type.Enum(["all", "service", "issue"])),
		},
		closed,
	),
	anomaly: Type.Object(
		{
			...Type.Omit(Type.Object(Kind("anomaly")), ["environments"]).properties,
			score: Type.Optional(Type.Number({ minimum: 6, maximum: 300 })),
			by: Type.Optional(Type.Enum(["service", "issue"])),
		},
		closed,
	),
	absence: Type.Object({ ...Kind("absence"), services: Names, window: Duration }, closed),
};
export type Rule = Static<(typeof RULES)[keyof typeof RULES]>;

const File = Type.Object(
	{
		channels: Type.Record(Name, Type.Object({ type: Type.String() })),
		rules: Type.Array(Type.Object({ when: Type.String() }), { maxItems: 200 }),
		/** Where links of messages lead, such as http://localhost:4390. */
		link: Type.Optional(Url),
	},
	closed,
);

export interface RulesFile {
	readonly channels: Readonly<Record<string, Channel>>;
	readonly rules: readonly Rule[];
	readonly link?: string;
}

const ruleFile = (path: string): OwnFile => ({
	path,
	operation: "read the rules in",
	remedy: "packages/server/ALERTS.md has an example of every rule and channel",
	code: "ALERT_RULES",
});

/** Throws ErrataError, with the place and what was expected, for a file that is not one. */
export function readRules(path: string, env: Env): RulesFile {
	return checkRules(parsedFile(ruleFile(path)), path, env);
}

export function checkRules(raw: unknown, path: string, env: Env): RulesFile {
	const own = ruleFile(path);
	const file = check(File, substitute(raw, "", own, env), own, "");
	for (const [name, channel] of Object.entries(file.channels))
		check(oneOf<TSchema>(CHANNELS, channel.type, own, `channels/${name}/type`), channel, own, `channels/${name}`);
	const seen = new Set<string>();
	for (const [i, given] of file.rules.entries()) {
		const rule = check(oneOf<TSchema>(RULES, given.when, own, `rules/${i}/when`), given, own, `rules/${i}`) as Rule;
		if (seen.has(rule.name)) throw wrong(own, `rules/${i}/name`, "another rule has this name");
		seen.add(rule.name);
		for (const name of rule.to)
			if (!Object.hasOwn(file.channels, name)) throw wrong(own, `rules/${i}/to`, `no channel is named ${name}`);
	}
	return Object.freeze(file) as unknown as RulesFile;
}
