/** The file of rules: what ALERTS.md shows works, and each mistake is said with its place. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { signature } from "./channels/webhook.ts";
import { checkRules, readRules } from "./rules-file.ts";

const page = readFileSync(new URL("../../ALERTS.md", import.meta.url), "utf8");
const block = (language: string): string =>
	new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, "u").exec(page)?.[1] ?? "";

test("the example of ALERTS.md is a file of rules, with its secrets from the environment", () => {
	const env = {
		SLACK_URL: "https://hooks.slack.example/1",
		HOOK_SECRET: "0123456789abcdef",
		TEAMS_URL: "https://teams.example/1",
		PAGERDUTY_KEY: "key",
		SMTP_PASSWORD: "pw",
	};
	const { rules, channels } = checkRules(parse(block("yaml")), "alerts.yaml", env);
	expect(rules.map(({ when }) => when)).toEqual(["new", "regressed", "escalating", "rate", "absence"]);
	expect(channels.ops).toEqual({ type: "slack", url: "https://hooks.slack.example/1" });
	expect(Object.values(channels).map(({ type }) => type)).toEqual(["slack", "webhook", "teams", "pagerduty", "email"]);
});

test("what ALERTS.md gives receivers to check a signature takes ours and no other", async () => {
	const { isFromErrata } = (await import(`data:text/javascript,${encodeURIComponent(block("js"))}`)) as {
		isFromErrata(header: string, body: string, secret: string, now?: number): boolean;
	};
	const seconds = Math.floor(Date.now() / 1000);
	const header = `t=${seconds},v1=${signature("0123456789abcdef", seconds, "{}")}`;
	expect(isFromErrata(header, "{}", "0123456789abcdef")).toBe(true);
	expect(isFromErrata(header, "{ }", "0123456789abcdef")).toBe(false);
	expect(isFromErrata(header, "{}", "another-secret-16")).toBe(false);
	expect(isFromErrata(header, "{}", "0123456789abcdef", Date.now() + 400_000)).toBe(false);
	expect(isFromErrata("nonsense", "{}", "0123456789abcdef")).toBe(false);
});

const ops = { type: "slack", url: "https://hooks.slack.example/1" };
const rule = { name: "r", when: "new", to: ["ops"] };

test.each([
	[{ channels: { ops: { type: "slack", url: "file:///etc/passwd" } }, rules: [] }, "channels/ops/url: must match"],
	[{ channels: { ops: { type: "pigeon" } }, rules: [] }, "channels/ops/type: expected webhook, slack, teams"],
	[{ channels: { ops: { type: "webhook", url: "http://x" } }, rules: [] }, "channels/ops: must have required"],
	[
		{ channels: { ops: { ...ops, url: "$" + "{NOT_SET}" } }, rules: [] },
		"channels/ops/url: the environment has no NOT_SET",
	],
	[{ channels: { ops }, rules: [{ ...rule, colour: "red" }] }, "rules/0/colour: no such key"],
	[{ channels: { ops }, rules: [{ ...rule, when: "sometimes" }] }, "rules/0/when: expected new, regressed"],
	[{ channels: { ops }, rules: [{ ...rule, to: ["nobody"] }] }, "rules/0/to: no channel is named nobody"],
	[{ channels: { ops }, rules: [rule, rule] }, "rules/1/name: another rule has this name"],
	[{ channels: { ops }, rules: [{ ...rule, for: "soon" }] }, "rules/0/for: must match"],
	[{ channels: {}, rules: {} }, "rules: must be array"],
	[null, "alerts.yaml: must be object"],
])("%j", (raw, said) => {
	expect(() => checkRules(raw, "alerts.yaml", {})).toThrow(said);
});

test("a file that is absent, no YAML, or huge", () => {
	const dir = mkdtempSync(path.join(tmpdir(), "errata-rules-"));
	const file = path.join(dir, "alerts.yaml");
	expect(() => readRules(file, {})).toThrow(`cannot read the rules in ${file}: ENOENT`);
	writeFileSync(file, "rules: [");
	expect(() => readRules(file, {})).toThrow(/cannot read the rules in .*: Flow sequence/u);
	writeFileSync(file, "#".repeat(300_000));
	expect(() => readRules(file, {})).toThrow("it is over 262144 bytes");
	rmSync(dir, { recursive: true });
});
