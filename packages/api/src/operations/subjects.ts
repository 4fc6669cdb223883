/** Everything stored of one subject: where it is, all of it, and its erasure. By pseudonym, which is how records name people. */
import { Type } from "typebox";
import { operation } from "../operation.ts";
import { Cursor, Limit, Text } from "../shapes/scalars.ts";

const closed = { additionalProperties: false };
const TOKEN = "\\[PSEUDONYM:[a-z_]{1,24}:[0-9a-f]{8}:[0-9a-f]{16}\\]";
const Subject = Type.String({
	pattern: `^${TOKEN}(,${TOKEN}){0,31}$`,
	maxLength: 2048,
	description: "Pseudonym as records hold it, [PSEUDONYM:type:key:hex]; several of one subject with commas between",
});
const Count = Type.Object({ table: Type.String(), rows: Type.Integer({ minimum: 1 }) }, closed);
const Counts = (description: string) => Type.Array(Count, { description });
const EXAMPLE = "[PSEUDONYM:email:0a1b2c3d:0123456789abcdef]";

export const subjectsFind = operation({
	name: "subjects.find",
	method: "GET",
	path: "/subjects",
	summary: "How many rows of which tables name a subject; reads every text of the tenant",
	role: "admin",
	input: Type.Object({ subject: Subject }, closed),
	output: Type.Object({ found: Counts("Tables with rows that name it") }, closed),
	example: {
		input: { subject: EXAMPLE },
		output: {
			found: [
				{ table: "errata_errors", rows: 12 },
				{ table: "otel_logs", rows: 31 },
			],
		},
	},
});

export const subjectsExport = operation({
	name: "subjects.export",
	method: "GET",
	path: "/subjects/rows",
	summary: "All rows that name a subject, whole, table by table",
	role: "admin",
	input: Type.Object(
		{ subject: Subject, limit: Type.Optional(Limit(100, 1000)), cursor: Type.Optional(Cursor) },
		closed,
	),
	output: Type.Object(
		{
			rows: Type.Array(
				Type.Object(
					{
						table: Type.String(),
						row: Type.Record(Type.String(), Type.Unknown(), { description: "Column by column" }),
					},
					closed,
				),
			),
			next: Type.Union([Type.String(), Type.Null()], { description: "`cursor` of the next page; null at the end" }),
		},
		closed,
	),
	example: {
		input: { subject: EXAMPLE, limit: 1 },
		output: {
			rows: [
				{ table: "otel_logs", row: { Timestamp: "2026-11-24 07:38:22.620000000", Body: `sent mail to ${EXAMPLE}` } },
			],
			next: "WyJzdWJqZWN0cyIsIm90ZWxfbG9ncyIsMV0",
		},
	},
});

export const subjectsErase = operation({
	name: "subjects.erase",
	method: "POST",
	path: "/subjects/erase",
	summary: "Erase every row that names a subject, count what is left, and say what cannot be erased here",
	role: "admin",
	input: Type.Object({ subject: Subject }, closed),
	output: Type.Object(
		{
			found: Counts("Rows that named it"),
			left: Counts("Rows that name it still; empty unless more kept arriving"),
			elsewhere: Type.Array(Text("What this does not reach, and who can")),
		},
		closed,
	),
	example: {
		input: { subject: EXAMPLE },
		output: {
			found: [{ table: "otel_logs", rows: 31 }],
			left: [],
			elsewhere: ["Counts of trends keep the occurrences; they name nobody."],
		},
	},
});
