/** What a new user meets: `npm start -- --once` on this checkout, and `npm start` until Ctrl-C. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { PROMISES } from "./apps/promises.ts";
import { cleanEnv, root, run } from "./setup/processes.ts";

it("npm start -- --once explains every promised group and ends with 0", { timeout: 240_000 }, async () => {
	const ended = await run("npm", ["start", "--", "--once"], { cwd: root });
	const said = ended.stdout;
	expect(ended.code, `${said}${ended.stderr}`).toBe(0);
	const groups = said.split(/^(?=\d+\. +[A-Z])/m).slice(1);
	expect(groups.length).toBeGreaterThanOrEqual(12);
	for (const group of groups.slice(0, -1)) {
		expect(group).toMatch(/^\d+\. +[A-Z][A-Z0-9_]+ {2}\S/);
		expect(group).toMatch(/, (retryable|not retryable|retry depends)/);
		expect(group).toMatch(/(\d+ times|once) in (shop|worker)/);
		expect(group).toMatch(/^ +now {2,}\S/m);
	}
	for (const promise of PROMISES) {
		expect(said).toContain(promise.code);
		expect(said.replace(/\s+/g, " "), promise.what).toContain(promise.names);
	}
	expect(said).toMatch(/ times in shop[\s\S]*?first seen .* last /);
	expect(said).not.toContain("Missing:");
	const [, excerpt = "?"] =
		/^```\n(\d+\. [\s\S]*?)\n```/m.exec(readFileSync(path.join(root, "README.md"), "utf8")) ?? [];
	expect(timeless(said)).toContain(timeless(excerpt));
});

/** Without the numbers and times that differ from run to run. */
function timeless(text: string): string {
	return text
		.replace(/^\d+\. +/gm, "")
		.replace(/first seen .*$/gm, "first seen")
		.replace(/^.* UTC, .* ago$/gm, "first seen");
}

it("npm start keeps serving until Ctrl-C and says what to try next", { timeout: 240_000 }, async () => {
	// A group of its own: a terminal's Ctrl-C reaches npm, the shell, the set-up and the program alike.
	const child = spawn("npm", ["start"], {
		cwd: root,
		env: cleanEnv(),
		stdio: ["ignore", "pipe", "pipe"],
		detached: true,
	});
	let said = "";
	child.stderr.resume();
	const serving = new Promise<void>((resolve, reject) => {
		child.stdout.setEncoding("utf8").on("data", (text: string) => {
			said += text;
			if (/Serving until Ctrl-C|The other terminal keeps serving/.test(said)) resolve();
		});
		child.on("exit", () => reject(new Error(`npm start ended:\n${said}`)));
	});
	await serving;
	const url = /curl '(http:\/\/[^/]+)\//.exec(said)?.[1] ?? "";
	const answer = await fetch(`${url}/?query=SELECT+uniqExact(Code)+FROM+errata_errors`);
	expect(Number(await answer.text())).toBeGreaterThanOrEqual(12);
	expect(said).toMatch(/npx errata analyze [0-9a-f]{8} --llm-format/);
	child.removeAllListeners("exit");
	process.kill(-(child.pid as number), "SIGINT");
	await once(child, "exit");
	await expect(fetch(`${url}/ping`)).rejects.toThrow();
	expect(existsSync(path.join(root, ".errata", "local", "local.json"))).toBe(false);
});
