/** The examples of packages/server/README.md, run as they stand: only addresses and ports are those of the test. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ERRATA, startTestLocal, type TestLocal } from "./setup/local.ts";
import { must, root } from "./setup/processes.ts";

const page = readFileSync(path.join(root, "packages/server/README.md"), "utf8");
const example = (language: string): string =>
	[...page.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, "gmu"))].map(([, code]) => code ?? "").join("");

let local: TestLocal;
const started: ChildProcess[] = [];
beforeAll(async () => {
	await must("node", ["scripts/build.mjs"], { cwd: root });
	local = await startTestLocal();
}, 180_000);
afterAll(async () => {
	for (const child of started) {
		child.kill("SIGTERM");
		if (child.exitCode === null) await once(child, "exit");
	}
	await local?.stop();
});

async function freePort(): Promise<number> {
	const holder = createServer().listen(0);
	await once(holder, "listening");
	const { port } = holder.address() as { port: number };
	await new Promise((resolve) => holder.close(resolve));
	return port;
}

it("the program serves what its line says", async () => {
	const code = example("js")
		.replace("http://localhost:8123", local.local.clickhouseUrl)
		.replace("port: 4390", "port: 0");
	expect(code).toContain("port: 0");
	const child = spawn("node", ["--input-type=module", "-e", code], {
		cwd: path.join(root, "packages/server"),
		env: local.env(),
		stdio: ["ignore", "pipe", "inherit"],
	});
	started.push(child);
	const [line] = (await once(createInterface({ input: child.stdout as Readable }), "line")) as [string];
	const answer = await fetch(line);
	expect(answer.status).toBe(200);
	expect(Object.keys(((await answer.json()) as { paths: object }).paths)).toContain("/api/v1/issues");
	const health = await fetch(line.replace("/openapi.json", "/health"));
	expect(await health.json()).toMatchObject({ status: "ok" });
}, 120_000);

it("a key is made, asked with from another interface, and found in the trail", async () => {
	const port = await freePort();
	const bin = path.join(local.dataDir, "..", "bin");
	mkdirSync(bin);
	const errata = path.join(bin, "errata");
	writeFileSync(errata, `#!/bin/sh\nexec node ${JSON.stringify(ERRATA[1])} "$@"\n`);
	chmodSync(errata, 0o755);
	const script = example("sh").replaceAll(/ +#.*$/gmu, "");
	// Who pastes the lines waits for the server by hand; the test does by asking until it answers.
	const run = script
		.replace("serve --host 0.0.0.0 &", `serve --host 0.0.0.0 --port ${port} & echo "pid $!"`)
		.replace("curl -H", "curl --silent --show-error --fail --retry 100 --retry-delay 1 --retry-connrefused -H")
		.replace(":4390/", `:${port}/`);
	expect(run.match(new RegExp(String(port), "gu"))).toHaveLength(2);
	const env = local.env({ PATH: `${bin}:${process.env.PATH}` });
	const cwd = path.join(local.dataDir, "..");
	const printed = await must("sh", ["-c", `set -e\n${run}\nkill "$!"\nwait "$!" || true`], { env, cwd });
	expect(readFileSync(path.join(cwd, "admin.key"), "utf8")).toMatch(/^errata_\w+_\w+\n$/u);
	expect(printed).toContain('"issues":[]');
	expect(printed).toMatch(/keys\.create/u);
}, 180_000);
