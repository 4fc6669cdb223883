/** Stacks whose end redaction passes over: the answer is the one of a redactor that reads all of them. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { createInertEnd } from "./redact/inert.ts";
import { createKeyJudge } from "./redact/keys.ts";
import { createRedactor, type RedactionCounts } from "./redact.ts";

const secret = `${"S3"}cretPw9x`;
const FRAMES = [
	"    at Object.<anonymous> (/app/src/index.js:12:5)",
	"    at async Promise.all (index 0)",
	"    at processTicksAndRejections (node:internal/process/task_queues:95:5)",
	"    at Cart.add (file:///srv/shop/src/cart.ts:140:17)",
	"    at UserService.find [as get] (/srv/shop/src/users.ts:9:22)",
	"    at eval (eval at run (/app/a.js:1:1), <anonymous>:1:2)",
	"    at C:/app/src/a.js:1:2",
	"\tat com.example.Cart.add(Cart.java:12)",
];
/** Lines that are no inert frames, though some look like it. */
const OTHERS = [
	"    at Customer.tokenOf (/srv/shop/node_modules/@acme/tokens/lib/token-service.js:7:1)",
	"    at new User (webpack://shop/./src/user.ts?:3:9)",
	"    at /home/jane/app/x.js:1:2",
	"    at login jane",
	"    at x.y(name:",
	"    at a.value:",
	"    at a.b.password:",
	`    at password ${secret}`,
	"    at tel 555-0178",
	"    at x(202) 555-0178",
	"    at Net.dial(10.1.2.3)",
	"    at v8.v/ 203.0.113.7",
	"    at jane.roe@example.com",
	"    at x[REDACTED](A.java:1)",
	"at x (/app/a.js:1:1)",
	"",
	"    [cause]: Error: a",
];
/** Beginnings, middles and ends of messages, whole values and half ones. */
const PIECES = [
	...[
		"Error: ",
		"TypeError: ",
		"order 17 of ",
		"jane.roe@example.com",
		" could not be stored",
		"\n",
		" ",
		"connect ECONNREFUSED ",
	],
	...[
		"10.0.0.1:5017",
		"203.0.113.7",
		"password=",
		`password: ${secret}`,
		"password: ",
		"password:\n",
		`Bearer ${secret}${secret}`,
	],
	...[
		"card 4242 4242 4242 4242",
		"+4915112345678",
		"+49 151 12345678",
		"(202) ",
		"555-0178",
		"tel ",
		"user Jane Roe",
		"name: Jane ",
		"Jane",
	],
	...[
		'"',
		"'",
		"`",
		'{"password": "',
		'"}',
		"<password>",
		"</password>",
		'<tag a="b">',
		"(phone",
		")=(+4915112345678)",
	],
	...[
		"code is ",
		"123456",
		"cvc ",
		"314",
		"mysql -uroot -p",
		"machine h login jane",
		"password ",
		secret,
		"token ",
		"secret key ",
	],
	...[
		"-----BEGIN RSA PRIVATE KEY-----",
		`MIIEowIBAAKCAQEA${"q3Zx".repeat(8)}`,
		"-----END RSA PRIVATE KEY-----",
		"arn:aws:secret:",
	],
	...[
		'{"name": "DB_PASSWORD",',
		`value: ${secret}`,
		"/home/jane/x",
		"https://u:p@h/",
		"https://x ",
		"Hauptstraße 5",
		"221B",
		" Baker Street",
	],
	...[
		"[REDACTED:email]",
		"[PSEUDONYM:email:",
		"\uFFFC",
		"$2b$12$",
		"Authorization: ",
		"Cookie: a=",
		"2001:db8::",
		"::",
		"born ",
		"01.02.1980",
	],
];

const head = fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }).map((pieces) => pieces.join(""));
const frames = fc.array(
	fc.oneof({ weight: 30, arbitrary: fc.constantFrom(...FRAMES) }, { weight: 1, arbitrary: fc.constantFrom(...OTHERS) }),
	{ minLength: 4, maxLength: 14 },
);
const stacks = fc.tuple(head, frames).map(([text, lines]) => `${text}\n${lines.join("\n")}`);

it.each(["replace", "pseudonym", "remove"] as const)("mode %s answers as if it read every line", (mode) => {
	const options = { mode, pseudonymKey: "0123456789abcdef0123456789abcdef" };
	const quick = createRedactor(options);
	// With a key that is allowed every line is read.
	const whole = createRedactor({ ...options, allow: ["nothing_is_named_so"] });
	fc.assert(
		fc.property(stacks, (text) => {
			const [got, want]: RedactionCounts[] = [{}, {}];
			expect([quick.text(text, got), got]).toEqual([whole.text(text, want), want]);
		}),
		{ numRuns: 1_500, seed: 6 },
	);
});

it("passes over most of such stacks, and over none with a line that may hold something", () => {
	const inertEnd = createInertEnd(createKeyJudge([], []));
	let passed = 0;
	fc.assert(
		fc.property(stacks, (text) => {
			if (inertEnd(text) < text.length) passed++;
		}),
		{ numRuns: 500, seed: 6 },
	);
	expect(passed).toBeGreaterThan(200);
	const redactor = createRedactor();
	for (const line of OTHERS.filter((one) => redactor.text(one) !== one)) {
		const text = ["Error: x", ...FRAMES.slice(0, 4), line, ...FRAMES.slice(0, 4)].join("\n");
		expect(inertEnd(text), line).toBe(text.length);
	}
	const named = `Error: x\n${Array(20).fill("    at cart: x").join("\n")}`;
	expect(inertEnd(named)).toBeLessThan(named.length);
	expect(createInertEnd(createKeyJudge(["cart"], []))(named)).toBe(named.length);
});
