/** `errata config print`: every value with where it came from, nothing secret, and what is wrong with what to do. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { CONFIG_KEYS } from "@errata/node/config";
import { expect, test } from "vitest";
import { cli, temporaryDirectory } from "../testing/cli.ts";

const SECRET = "correct-horse-battery-staple-32-bytes";

function project(yaml: string): string {
	const cwd = temporaryDirectory();
	writeFileSync(path.join(cwd, "errata.yaml"), yaml);
	return cwd;
}

interface Printed {
	readonly values: readonly { key: string; value: unknown; source: string; from: string }[];
	readonly otel: readonly { key: string; value: unknown }[];
	readonly problems: readonly { key: string; problem: string; remedy: string }[];
	readonly valid: boolean;
}

test("every key, from flag, ERRATA_*, OTEL_*, file and default, with secrets masked", async () => {
	const cwd = project("source:\n  lines: 5\nbreadcrumbs:\n  max: 7\n");
	const env = {
		ERRATA_BREADCRUMBS_MAX: "9",
		OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: "4096",
		ERRATA_PSEUDONYM_KEY: SECRET,
		ERRATA_CLICKHOUSE_PASSWORD: SECRET,
		OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer ${SECRET}`,
		OTEL_EXPORTER_OTLP_ENDPOINT: `https://ann:${SECRET}@otel.example/v1?token=${SECRET}`,
	};
	const args = ["config", "print", "--clickhouse-url", `http://ann:${SECRET}@db:8123`];
	const { code, stdout } = await cli([...args, "--json"], { cwd, env });
	const { values, otel, valid } = JSON.parse(stdout) as Printed;
	const of = (key: string) => values.find((value) => value.key === key);
	expect([code, valid]).toEqual([0, true]);
	expect(values.map(({ key }) => key)).toEqual(Object.keys(CONFIG_KEYS));
	expect(of("source.lines")).toMatchObject({ value: 5, source: "file", from: `${path.join(cwd, "errata.yaml")}:2` });
	expect(of("breadcrumbs.max")).toMatchObject({ value: 9, source: "env", from: "ERRATA_BREADCRUMBS_MAX" });
	expect(of("limits.stringBytes")).toMatchObject({ value: 4096, from: "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT" });
	expect(of("clickhouse.url")).toMatchObject({ value: "http://[secret]@db:8123", source: "flag" });
	expect(of("system")).toMatchObject({ value: true, source: "default", from: "" });
	expect(otel.map(({ key }) => key)).toContain("OTEL_EXPORTER_OTLP_ENDPOINT");
	const shown = await cli(args, { cwd, env });
	for (const text of [stdout, shown.stdout, shown.stderr]) expect(text).not.toContain(SECRET);
	expect(shown.stdout).toMatch(/^source\.lines +5 +\/.*errata\.yaml:2$/mu);
	const set = await cli([...args, "--set", "--json"], { cwd, env });
	expect((JSON.parse(set.stdout) as Printed).values).toHaveLength(6);
});

test("what is wrong is exit code 2, each with its place and what to do; a near miss of a variable is named", async () => {
	const cwd = project(`sistem: true\nsource:\n  lines: many\nclickhouse:\n  url: http://ann:${SECRET}@db\n`);
	const { code, stdout, stderr } = await cli(["config", "print"], { cwd, env: { ERRATA_REDACTON_MODE: "keep" } });
	expect(code).toBe(2);
	expect(stdout).toMatch(/^source\.lines +3 +default$/mu);
	expect(stderr).toContain("errata.yaml:3): expected a whole number from 0 to 20");
	expect(stderr).toContain("set ERRATA_CLICKHOUSE_URL where the program starts");
	expect(stderr).toContain("did you mean system?");
	expect(stderr).toContain("Did you mean ERRATA_REDACTION_MODE?");
	expect(stderr + stdout).not.toContain(SECRET);
});

test("one section, one key, and a key that is none", async () => {
	const section = await cli(["config", "print", "breadcrumbs", "--json"]);
	expect((JSON.parse(section.stdout) as Printed).values.map(({ key }) => key)).toEqual(["breadcrumbs.max"]);
	const wrong = await cli(["config", "print", "breadcrumb"]);
	expect([wrong.code, wrong.stdout]).toEqual([2, ""]);
	expect(wrong.stderr).toContain("no such key or section");
});
