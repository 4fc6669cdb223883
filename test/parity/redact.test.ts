/** A short run of the parity of redaction; `redact.ts` makes long ones. */
import { expect, test } from "vitest";
import { compareRedaction } from "./redact.ts";

test("Go redacts as TypeScript does, byte for byte", async () => {
	// One seed: what `npm test` says must not depend on the day. `redact.ts --seed N` asks other questions.
	expect(await compareRedaction(1, 6_000)).toEqual([]);
});
