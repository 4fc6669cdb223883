/** Who may call, as packages/server/README.md shows it in a shell: run as it stands, but for the port. */
import { once } from "node:events";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ERRATA, startTestLocal, type TestLocal } from "./setup/local.ts";
import { must, root } from "./setup/processes.ts";

const page = readFileSync(path.join(root, "packages/server/README.md"), "utf8");
const example = (language: string): string =>
	[...page.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, "gmu"))].map(([, code]) => code ?? "").join("");

let local: TestLocal;
beforeAll(async () => {
	await must("node", ["scripts/build.mjs"], { cwd: root });
	local = await startTestLocal();
}, 180_000);
afterAll(() => local?.stop());

async function freePort(): Promise<number> {
	const holder = createServer().listen(0);
	await once(holder, "listening");
	const { port } = holder.address() as { port: number };
	await new Promise((resolve) => holder.close(resolve));
	return port;
}

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
