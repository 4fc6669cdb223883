/** A short run of the parity test; `run.ts` makes long ones. */
import { afterAll, expect, test } from "vitest";
import { compare } from "./compare.ts";
import { startTwin } from "./twin.ts";

const twin = startTwin();
afterAll(() => twin?.stop());

test("the Go interpreter answers as the TypeScript one, byte for byte", async () => {
	if (twin === undefined) throw new Error("there is no Go on this machine (`go version` failed): install Go 1.26");
	// One seed: what `npm test` says must not depend on the day. `npm run fuzz:parity -- --seed N` asks other questions.
	expect(await compare(twin, 1, 4_000)).toEqual([]);
});
