/** The file `ERRATA_RETENTION` names: how long what is kept, by tenant and severity. Read once, checked and frozen. */
import { RETAINED, type Retained, type RetentionRule } from "@errata/store";
import { Type } from "typebox";
import { LIMITS } from "../limits.ts";
import { check, type OwnFile, parsedFile, wrong } from "../own-file.ts";

const closed = { additionalProperties: false };

const File = Type.Object(
	{
		rules: Type.Array(
			Type.Object(
				{
					/** Days, such as 14d. */
					keep: Type.String({ pattern: "^[1-9][0-9]{0,3}d$" }),
					/** All three if absent. */
					of: Type.Optional(Type.Enum(["errors", "logs", "traces"])),
					/** Every tenant without a rule of its own if absent; '' is the one of records that name none. */
					tenant: Type.Optional(Type.String({ maxLength: 128 })),
					severity: Type.Optional(Type.String({ maxLength: 16 })),
				},
				closed,
			),
			{ minItems: 1, maxItems: LIMITS.retentionRules },
		),
	},
	closed,
);

/** Days that errors are kept at least: their day's trends are computed by then. */
const ERROR_DAYS = 2;

const ownFile = (path: string): OwnFile => ({
	path,
	operation: "read the retention in",
	remedy: "packages/server/RETENTION.md has an example of every rule",
	code: "RETENTION_FILE",
});

/** Throws ErrataError, with the place and what was expected, for a file that is not one. */
export function readRetention(path: string): readonly RetentionRule[] {
	return checkRetention(parsedFile(ownFile(path)), path);
}

export function checkRetention(raw: unknown, path: string): readonly RetentionRule[] {
	const own = ownFile(path);
	const rules: RetentionRule[] = [];
	const seen = new Set<string>();
	for (const [i, { keep, of, tenant, severity }] of check(File, raw, own, "").rules.entries()) {
		const days = Number(keep.slice(0, -1));
		const kinds = of === undefined ? (Object.keys(RETAINED) as Retained[]) : [of];
		if (severity !== undefined && of === undefined)
			throw wrong(own, `rules/${i}`, "a severity needs `of`: each has its own");
		for (const kind of kinds) {
			const known: readonly string[] = RETAINED[kind];
			if (severity !== undefined && !known.includes(severity))
				throw wrong(own, `rules/${i}/severity`, `${kind} have ${known.join(", ")}`);
			if (kind === "errors" && days < ERROR_DAYS)
				throw wrong(
					own,
					`rules/${i}/keep`,
					`errors are kept at least ${ERROR_DAYS} days: their trends are of whole days`,
				);
			const key = JSON.stringify([kind, tenant, severity]);
			if (seen.has(key)) throw wrong(own, `rules/${i}`, "another rule says of the same how long");
			seen.add(key);
			rules.push(Object.freeze({ of: kind, tenant, severity, days }));
		}
	}
	return Object.freeze(rules);
}
