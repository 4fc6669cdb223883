/**
 * ClickHouse's JDBC driver against local, while other clients abort: the Java program beside this has the session, here is
 * what it must have seen. The jars come from Maven once, into node_modules/.cache.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { must, root } from "../setup/processes.ts";
import { startUnderFire, type UnderFire } from "./under-fire.ts";

const folder = path.join(import.meta.dirname, "jdbc");

let fire: UnderFire;
let classes: string;
let jars: string;

beforeAll(async () => {
	jars = await fetchJars();
	classes = await mkdtemp(path.join(tmpdir(), "errata-jdbc-"));
	const source = path.join(folder, "Session.java");
	await must("javac", [
		"-encoding",
		"UTF-8",
		"-Xlint:all",
		"-Werror",
		"-cp",
		path.join(jars, "*"),
		"-d",
		classes,
		source,
	]);
	fire = await startUnderFire();
}, 300_000);

afterAll(async () => {
	await fire?.stop();
	if (classes !== undefined) await rm(classes, { recursive: true, force: true });
});

/** What pom.xml names, in a folder that goes by its content; a fetch that breaks off leaves nothing behind. */
async function fetchJars(): Promise<string> {
	const pom = path.join(folder, "pom.xml");
	const hash = createHash("sha256")
		.update(await readFile(pom))
		.digest("hex")
		.slice(0, 16);
	const target = path.join(root, "node_modules", ".cache", `errata-jdbc-${hash}`);
	if (existsSync(target)) return target;
	await mkdir(path.dirname(target), { recursive: true });
	const fresh = await mkdtemp(`${target}.`);
	await must("mvn", ["-B", "-q", "-f", pom, "dependency:copy-dependencies", `-DoutputDirectory=${fresh}`]);
	await rename(fresh, target);
	return target;
}

const EXPECTED: Readonly<Record<string, string>> = {
	product: "ClickHouse 26",
	valid: "true",
	tables: "[otel_logs, otel_traces, otel_traces_trace_id_ts, otel_traces_trace_id_ts_mv]",
	columns: "[DateTime64(9)]",
	schemas: "true",
	insert: "2000",
	stored: "[2000, 2000, 2000, 1000, 2026-09-21T14:13:20.123456789Z, -9223372036854775808]",
	types:
		"[[UInt64, Map(String, String), Array(UInt8), LowCardinality(String), Nullable(String), UUID, DateTime64(9, 'UTC')], 18446744073709551615, {a=b}, x, null, 0af76519-16cd-43dd-8448-eb211c80319c, 2026-11-24T10:00:00.123456789Z]",
	parameters: "[true, 7]",
	"large answer": "[300000, 299999]",
	"unknown table": "60",
	"syntax error": "62",
	"failure after rows": "395",
	timeout: "159",
	"after failures": "true",
};

test("connects, looks around, writes, reads and fails as with any ClickHouse, compressed and not", async () => {
	const url = fire.local.clickhouseUrl.replace("http://", "jdbc:clickhouse://");
	const classpath = [classes, path.join(jars, "*")].join(path.delimiter);
	const out = await must("java", [
		"-cp",
		classpath,
		"-Dfile.encoding=UTF-8",
		"-Duser.timezone=UTC",
		"Session",
		`${url}/default`,
	]);
	const seen = Object.fromEntries(
		out
			.trimEnd()
			.split("\n")
			.map((line) => line.split("\t", 2)),
	);
	const expected = ["packed", "plain"].flatMap((mode) =>
		Object.entries(EXPECTED).map(([name, value]) => [`${mode} ${name}`, value]),
	);
	// Without compression the driver fails too but finds no code at the end of an answer, with a bare ClickHouse alike.
	expect(seen).toEqual({ ...Object.fromEntries(expected), "plain failure after rows": "0" });
});

test("ClickHouse has not died of the others", async () => {
	const { aborted, restarts } = await fire.ceased();
	expect(aborted).toBeGreaterThanOrEqual(600);
	expect(restarts).toEqual([]);
});
