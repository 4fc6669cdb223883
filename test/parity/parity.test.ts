/** A short run of the parity test; `run.ts` and `redact.ts` make long ones. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { compare } from "./compare.ts";
import { compareRedaction } from "./redact.ts";
import { startTwin, type Twin } from "./twin.ts";

let twin: Twin;
beforeAll(() => {
	twin = startTwin();
});
afterAll(() => twin?.stop());

// One seed: what `npm test` says must not depend on the day. `npm run fuzz:parity -- --seed N` asks other questions.
test("the Go interpreter answers as the TypeScript one, byte for byte", async () => {
	expect(await compare(twin, 1, 4_000)).toEqual([]);
});

test("Go redacts as TypeScript does, byte for byte", async () => {
	expect(await compareRedaction(twin, 1, 6_000)).toEqual([]);
});
