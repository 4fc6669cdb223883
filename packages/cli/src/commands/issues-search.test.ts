/** `issues search|suspects`, `anomalies`: what they show of real rows, and what a real git knows. */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, expect, inject, test } from "vitest";
import { EXIT } from "../exit.ts";
import { cli, type TestStore, temporaryDirectory, testStore } from "../testing/cli.ts";
import { errorRow, logRow } from "../testing/seed.ts";

const HOUR = 3_600_000;
const STACK =
	"TypeError: price is not a number\n    at total (/srv/app/src/orders/price.js:7:13)\n    at main (/srv/app/src/main.js:3:1)";

let db: TestStore;
let repo: string;

const git = (...args: string[]) =>
	execFileSync("git", ["-c", "user.name=Ann", "-c", "user.email=ann@example.com", ...args], {
		cwd: repo,
		encoding: "utf8",
	});

function commit(file: string, text: string, subject: string): void {
	mkdirSync(path.dirname(path.join(repo, file)), { recursive: true });
	writeFileSync(path.join(repo, file), text);
	git("add", file);
	git("commit", "-q", "-m", subject);
}

beforeAll(async () => {
	db = await testStore(inject("clickhouseUrl"));
	repo = temporaryDirectory();
	git("init", "-q");
	commit("src/orders/price.js", "1", "prices are numbers");
	commit("other/price.js", "1", "another price");
	git("tag", "v1.0.0");
	commit("src/orders/price.js", "2", "prices may be text");
	commit("README.md", "2", "words");
	const revision = git("rev-parse", "HEAD").trim();
	const now = Date.now();
	const release = (version: string, more = {}) => ({ resource: { "service.version": version, ...more } });
	const error = { type: "TypeError", message: "price is not a number", stacktrace: STACK, service: "shop" };
	const good = logRow("order placed", "shop", now - 30 * HOUR);
	await db.store.insertLogs([
		{ ...good, ResourceAttributes: { ...good.ResourceAttributes, "service.version": "1.0.0" } },
		errorRow({ ...error, at: now - HOUR, ...release("1.1.0", { "vcs.ref.head.revision": revision }) }),
		errorRow({ ...error, at: now - 1_000, ...release("1.2.0") }),
		errorRow({ type: "Error", message: "connect ECONNREFUSED 10.0.3.7:5432", code: "ECONNREFUSED", service: "stock" }),
	]);
});

test("search finds by terms and text, says where a query is wrong, completes", async () => {
	const found = await cli(["issues", "search", "service:shop", "-code:NET_*", ...db.flags]);
	expect(found).toMatchObject({ code: EXIT.ok });
	expect(found.stdout).toContain("price is not a number");
	expect(found.stdout).not.toContain("ECONNREFUSED");
	const wrong = await cli(["issues", "search", "service:shop is:broken", ...db.flags]);
	expect(wrong.code).toBe(EXIT.usage);
	expect(wrong.stderr).toContain("At character 14");
	expect(await cli(["issues", "search", "--sinse", "1h", ...db.flags])).toMatchObject({ code: EXIT.usage, stdout: "" });
	const completed = await cli(["issues", "search", "--complete", "service:s", ...db.flags]);
	expect(completed.stdout.trim().split("\n").toSorted()).toEqual(["service:shop", "service:stock"]);
});

test("suspects: the release before, the first bad one, and the commit between them that touched the file", async () => {
	const { stdout: listed } = await cli(["issues", "search", "type:TypeError", "--json", ...db.flags]);
	const { fingerprint } = JSON.parse(listed).issues[0].issue;
	const { stdout, stderr, code } = await cli([
		"issues",
		"suspects",
		fingerprint,
		"--repo",
		repo,
		"--json",
		...db.flags,
	]);
	expect({ code, stderr }).toMatchObject({ code: EXIT.ok });
	const answer = JSON.parse(stdout);
	expect(answer.suspects).toMatchObject([
		{ service: "shop", firstBad: { release: "1.1.0" }, lastGood: { release: "1.0.0" } },
	]);
	expect(answer.commits[0].files).toEqual(["src/orders/price.js"]);
	expect(answer.commits[0].commits).toMatchObject([
		{ subject: "prices may be text", author: "Ann", files: ["src/orders/price.js"] },
	]);
	const text = await cli(["issues", "suspects", fingerprint, "--repo", repo, ...db.flags]);
	expect(text.stdout).toContain("came with 1.1.0; the last without it is 1.0.0");
	expect(text.stdout).toContain("Ann: prices may be text");
	const nowhere = await cli(["issues", "suspects", fingerprint, "--repo", temporaryDirectory(), ...db.flags]);
	expect(nowhere.code).toBe(EXIT.failure);
	expect(nowhere.stderr).toContain("--repo");
});

test("anomalies and changes answer", async () => {
	const { stdout, code } = await cli(["anomalies", "--json", ...db.flags]);
	expect(code).toBe(EXIT.ok);
	expect(JSON.parse(stdout)).toMatchObject({ by: "fingerprint", anomalies: [], young: 2 });
	const wrong = await cli(["issues", "changes", "--after", "nope", ...db.flags]);
	expect(wrong.code).toBe(EXIT.usage);
	expect(wrong.stderr).toContain("cursor");
});
