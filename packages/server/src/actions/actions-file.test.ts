import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { checkActions, digestOf, mayRepeat, outside } from "./actions-file.ts";
import { renderArgv, renderJson } from "./placeholders.ts";
import { titleOf } from "./requests.ts";

const check = (raw: unknown, env: Record<string, string> = {}) => checkActions(raw, "actions.yaml", env);
const page = readFileSync(new URL("../../ACTIONS.md", import.meta.url), "utf8");

test("the page's example is a file of actions, and names every kind", () => {
	const [, text] = /<!-- actions -->\n```yaml\n([\s\S]*?)```/u.exec(page) ?? [];
	const env = { GITHUB_TOKEN: "ghp_x", GITLAB_TOKEN: "y", TRACKER_KEY: "z", RUNBOOK_SECRET: "0123456789abcdef" };
	const file = check(parse(text ?? ""), env);
	expect(new Set(Object.values(file.actions).map(({ type }) => type))).toEqual(
		new Set(["github", "gitlab", "tracker", "webhook", "command", "agent"]),
	);
	expect(file.policies.length).toBeGreaterThan(0);
	expect(JSON.stringify(file)).not.toMatch(/\$\{/u);
});

const command = (argv: string[], more: object = {}) => ({ actions: { x: { type: "command", argv, ...more } } });

test.each([
	[{}, "actions.yaml: must have required properties actions"],
	[
		{ actions: { x: { type: "shell" } } },
		"at actions/x/type: expected github, gitlab, tracker, webhook, command, agent",
	],
	[{ actions: { x: { type: "command", argv: ["a"], shell: true } } }, "at actions/x/shell: no such key here"],
	[command([]), "at actions/x/argv: must not have fewer than 1 items"],
	[
		command(["{{service}}"], { services: ["a"] }),
		"at actions/x/argv/0: which program runs is not left to a placeholder",
	],
	[command(["kill", "{{message}}"]), "at actions/x/argv/1: no placeholder message in a command"],
	[command(["kill", "{{service}}"]), "at actions/x/services: a command with {{service}} must list the services"],
	[command(["a\0b"]), "at actions/x/argv/0: a NUL cannot be passed"],
	[{ actions: { x: { type: "agent", budget: 1_000 } } }, "at actions/x/argv: either argv or url"],
	[{ actions: { x: { type: "agent", url: "https://a.example" } } }, "at actions/x/secret: a url needs a secret"],
	[
		{ actions: { x: { type: "tracker", url: "https://a.example", body: { a: "{{colour}}" } } } },
		"at actions/x/body: no placeholder colour",
	],
	[
		{ actions: { x: { type: "webhook", url: "https://a.example", secret: `$${"{NOPE}"}` } } },
		"at actions/x/secret: the environment has no NOPE",
	],
	[
		{ actions: {}, policies: [{ name: "p", actions: ["x"], perHour: 1 }] },
		"at policies/0/actions: no action is named x",
	],
])("%j is refused with its place", (raw, text) => {
	expect(() => check(raw)).toThrow(text);
});

test.each([
	"; touch /tmp/owned",
	"$(touch /tmp/owned)",
	"`id`",
	"-rf",
	"--config=/etc/passwd",
	"a b",
	"a\nb",
	"../../etc",
	"/bin/sh",
	"a&b",
	"a|b",
	"a>b",
	"%PATH%",
	"ａ",
	"a\u202eb",
	"",
	"x".repeat(129),
])("a command does not get %j", (service) => {
	expect(() => renderArgv(["systemctl", "restart", "app-{{service}}"], { service })).toThrow();
});

test("what a command gets stays one argument each", () => {
	expect(
		renderArgv(["a", "-n={{service}}:{{release}}", "; {{ code }}"], {
			service: "shop-1",
			release: "1.4.0+b2",
			code: "X_Y",
		}),
	).toEqual(["a", "-n=shop-1:1.4.0+b2", "; X_Y"]);
	// A value is never looked at for placeholders again.
	expect(renderJson({ a: ["{{message}}"] }, { message: "{{reason}}", reason: "no" })).toEqual({ a: ["{{reason}}"] });
});

test("a title calls nobody and is one line", () => {
	const { actions } = check({ actions: { x: { type: "github", repository: "a/b", token: "t" } } });
	const title = titleOf(actions.x as never, { code: "X", service: "s", message: "ping @admin\nfixes #1" });
	expect(title).toBe("X in s: ping @\u2060admin fixes #\u20601");
});

test("who it is for, and whether it may be repeated", () => {
	const { actions } = check({
		actions: {
			a: { type: "command", argv: ["a"], services: ["s"], categories: ["network"], severity: "high" },
			b: { type: "command", argv: ["a"], repeatable: true },
			c: { type: "webhook", url: "https://a.example", secret: "0123456789abcdef" },
		},
	});
	const subject = { tenant: "", service: "s", code: "X", category: "network", severity: "critical" };
	const a = actions.a as never;
	expect(outside(a, subject)).toBeUndefined();
	expect(outside(a, { ...subject, service: "t" })).toBe("services");
	expect(outside(a, { ...subject, category: "database" })).toBe("categories");
	expect(outside(a, { ...subject, severity: "medium" })).toBe("severity");
	expect(Object.values(actions).map(mayRepeat)).toEqual([false, true, true]);
	expect(digestOf(a)).not.toBe(digestOf(actions.b as never));
});
