/** Nothing private of an error leaves a program, by whatever channel it was told: looked for in the bytes themselves. */
import { beforeAll, describe, expect, test } from "vitest";
import { build } from "../../packages/node/src/testing/child.ts";
import { foundIn, whatLeaves } from "./wire.ts";

/** Put together here, so that nobody takes them for real ones. */
const SECRETS = {
	email: ["maria.keller", "example.org"].join("@"),
	card: ["4242", "4242", "4242", "4242"].join("-"),
	key: `${["sk", "live"].join("_")}_${"9aXw3mQ7rT5kLp2ZbV8c"}`,
	password: ["correct", "horse", "7!"].join(""),
	jwt: ["eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiI5OTk5In0", "c2lnbmVkLWJ5LW5vYm9keS0x"].join("."),
	aws: `${["AK", "IA"].join("")}${"QYLPMN5HFIQR7XYZ"}`,
	iban: ["DE89", "3704", "0044", "0532", "0130", "00"].join(" "),
	phone: ["+49", "30", "9017", "6210"].join(" "),
	address: ["203", "0", "113", "77"].join("."),
} as const;

const texts = [
	`Signup failed for ${SECRETS.email}: already registered`,
	`charge declined: card ${SECRETS.card} from ${SECRETS.address}`,
	`401 from https://api.example.com with Authorization: Bearer ${SECRETS.jwt}`,
	`connect failed: postgres://app:${SECRETS.password}@db.internal:5432/shop`,
	`invalid key ${SECRETS.key} and ${SECRETS.aws}`,
	`transfer to ${SECRETS.iban} refused, call ${SECRETS.phone}`,
];
const maps = [
	{ "user.email": SECRETS.email, password: SECRETS.password, "http.route": "/pay" },
	{ headers: { authorization: `Bearer ${SECRETS.jwt}`, cookie: `sid=${SECRETS.key}` }, card: { number: SECRETS.card } },
];

beforeAll(build);

describe.each(["http/protobuf", "http/json", "away"] as const)("%s", (protocol) => {
	test("no private value is in what is sent, nor on disk", { timeout: 120_000 }, async () => {
		const { wire, spool } = await whatLeaves({ texts, maps }, protocol);
		// The errors themselves are there, and so is the crash on disk.
		for (const word of ["already registered", "charge declined", "mapped"]) expect(wire.includes(word)).toBe(true);
		expect(spool.includes("refused, call")).toBe(true);
		expect(foundIn(wire, Object.values(SECRETS))).toEqual([]);
		expect(foundIn(spool, Object.values(SECRETS))).toEqual([]);
	});
});

test("without redaction all of them are found: the search would see them", { timeout: 120_000 }, async () => {
	const { wire } = await whatLeaves({ texts, maps }, "http/json", { ERRATA_REDACTION_MODE: "keep" });
	expect(foundIn(wire, Object.values(SECRETS))).toEqual(Object.values(SECRETS));
});
