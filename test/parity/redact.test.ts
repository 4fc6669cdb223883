/** A short run of the parity of redaction; `redact.ts` makes long ones. */
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { compareRedaction } from "./redact.ts";

function hasGo(): boolean {
	try {
		execFileSync("go", ["version"], { stdio: "ignore" });
		return true;
	} catch {
		return false;
	}
}

test("Go redacts as TypeScript does, byte for byte", async () => {
	if (!hasGo()) {
		expect(process.env.CI, "there is no Go on this machine, and CI must have it").toBeUndefined();
		console.warn("parity of redaction: not compared, there is no Go on this machine (install Go 1.26)");
		return;
	}
	// A new seed each day finds what no fixed one does; it is in the message of a failure.
	const today = Math.floor(Date.now() / 86_400_000);
	for (const seed of [1, today]) expect(await compareRedaction(seed, 3_000), `seed ${seed}`).toEqual([]);
});
