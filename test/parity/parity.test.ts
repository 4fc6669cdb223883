/** A short run of the parity test; `run.ts` makes long ones. */
import { afterAll, expect, test } from "vitest";
import { compare } from "./compare.ts";
import { startTwin } from "./twin.ts";

const twin = startTwin();
afterAll(() => twin?.stop());

test("the Go interpreter answers as the TypeScript one, byte for byte", async () => {
	if (twin === undefined) {
		expect(process.env.CI, "there is no Go on this machine, and CI must have it").toBeUndefined();
		console.warn("parity: not compared, there is no Go on this machine (install Go 1.26)");
		return;
	}
	// A new seed each day finds what no fixed one does; it is in the message of a failure.
	const today = Math.floor(Date.now() / 86_400_000);
	for (const seed of [1, today]) expect(await compare(twin, seed, 2_000), `seed ${seed}`).toEqual([]);
});
