/** `errata doctor` as a person reads it: what each way of logging brought; where a program loses its errors. */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, inject, test } from "vitest";
import { cli, temporaryDirectory, testStore } from "../testing/cli.ts";
import { errorRow, hexId, logRow, richError } from "../testing/seed.ts";

test("two ways of logging side by side: lines, errors, and the errors that one of them alone brought", async () => {
	const db = await testStore(inject("clickhouseUrl"));
	const both = errorRow(richError({ traceId: hexId(16), spanId: hexId(8) }));
	const alone = errorRow(richError({ traceId: hexId(16), spanId: hexId(8) }));
	const service = both.ServiceName;
	await db.store.insertLogs([
		{ ...both, ScopeName: "winston" },
		{ ...alone, ScopeName: "winston" },
		{ ...both, ScopeName: "@opentelemetry/instrumentation-pino" },
		{ ...logRow("plain", service, Date.now()), ScopeName: "@opentelemetry/instrumentation-pino" },
	]);
	const { stdout } = await cli(["doctor", ...db.flags]);
	const rows = stdout.split("\n").map((line) => line.trim().split(/ {2,}/u));
	expect(rows).toContainEqual(["service", "logged by", "lines", "errors", "no other way"]);
	expect(rows).toContainEqual([service, "winston", "2", "2", "1"]);
	expect(rows).toContainEqual([service, "pino", "2", "1", "0"]);
	await db.store.close();
});

test("--app: place, rule, the line, what is lost, what to write; exit code 1 while anything is lost for certain", async () => {
	const cwd = temporaryDirectory();
	mkdirSync(path.join(cwd, "src"));
	const file = path.join(cwd, "src", "orders.ts");
	writeFileSync(
		file,
		"export async function f(): Promise<void> {\n\tawait g().catch((err) => logger.error(err.message));\n}\n",
	);
	const lost = await cli(["doctor", "--app"], { cwd });
	expect(lost.code).toBe(1);
	expect(lost.stdout.split("\n").slice(0, 4)).toEqual([
		"lost   src/orders.ts:2:27  stringified-error",
		"       await g().catch((err) => logger.error(err.message));",
		"       logger.error(err.message) logs the error as text: class, stack, cause and properties are gone",
		"       `logger.error(err)`",
	]);
	expect(lost.stderr).toBe(
		"1 file read: 1 lost, 0 that may be meant.\n1 of them `errata init` shows a change for, and makes with --write.\n",
	);
	writeFileSync(file, "export const f = () => g().catch((err) => logger.error(err));\n");
	expect(await cli(["doctor", "--app", "src"], { cwd })).toMatchObject({ code: 0, stdout: "" });
	const none = await cli(["doctor", "--app", "elsewhere"], { cwd });
	expect([none.code, none.stdout]).toEqual([2, ""]);
	expect(none.stderr).toContain("there is no such directory. Name the directory of the program");
});
