/** `npm run build:collector` on a machine that cannot build: what is missing, and what to do. The build itself is a step of `npm test`. */
import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Ended, root, run } from "../setup/processes.ts";

/** A checkout in which nothing was built yet. */
let checkout: string;
/** The only folder on PATH. */
let bin: string;

beforeAll(async () => {
	checkout = await mkdtemp(path.join(tmpdir(), "errata-checkout-"));
	bin = path.join(checkout, "bin");
	const files = ["collector-config/builder.yaml", "packages/catalog/go.mod", "packages/errataprocessor/go.mod"];
	for (const file of [...files, "scripts/build-collector.mjs", "scripts/lock.mjs"]) {
		await mkdir(path.dirname(path.join(checkout, file)), { recursive: true });
		await copyFile(path.join(root, file), path.join(checkout, file));
	}
	await mkdir(bin);
});
afterAll(() => rm(checkout, { recursive: true, force: true }));

const build = (...args: readonly string[]): Promise<Ended> =>
	run(process.execPath, [path.join(checkout, "scripts", "build-collector.mjs"), ...args], { env: { PATH: bin } });

async function go(script: string): Promise<void> {
	await writeFile(path.join(bin, "go"), `#!/bin/sh\n${script}\n`);
	await chmod(path.join(bin, "go"), 0o755);
}

test("without Go", async () => {
	const { code, stderr } = await build();
	expect(code).toBe(1);
	expect(stderr).toMatch(/^collector: cannot build the Collector: go cannot be run .* Install Go 1\.26 or newer/u);
});

test("with a Go that is too old", async () => {
	await go("echo go1.24.3");
	const { code, stderr } = await build();
	expect(code).toBe(1);
	expect(stderr).toMatch(/^collector: cannot build the Collector: it needs Go 1\.26, this is go1\.24\.3\. Install Go/u);
});

test("without a network: the builder's words, then what they mean", async () => {
	await go(
		'[ "$1" = env ] && echo go1.26.8 && exit; echo "dial tcp: lookup proxy.golang.org: no such host" >&2; exit 1',
	);
	const { code, stdout, stderr } = await build();
	expect(code).toBe(1);
	expect(stdout).toContain("no such host");
	expect(stderr).toContain("the Go module proxy cannot be reached. Check the network and `go env GOPROXY`.");
});

test("who asks for a binary that was not built hears what builds it", async () => {
	const { code, stderr } = await build("--path");
	expect(code).toBe(1);
	expect(stderr).toContain("npm run build:collector");
});
