import { stripVTControlCharacters } from "node:util";
import type { ErrorEvent, Issue } from "@errata/store";
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import { richError } from "../testing/seed.ts";
import { explainIssues } from "./issue.ts";

const NOW = Date.parse("2026-11-24T12:00:00Z");

const issue: Issue = {
	fingerprint: "375f0df699404fd850d0ab520023edf3",
	code: "NET_CONN_REFUSED",
	pattern: "network.connection_refused",
	category: "network",
	severity: "high",
	retryable: true,
	exceptionType: "Error",
	message: "connect ECONNREFUSED 127.0.0.1:5432",
	template: "",
	count: 1_234,
	unhandled: 3,
	services: ["checkout", "worker"],
	environments: [],
	firstSeen: "2026-11-24T09:00:00.000000000Z",
	lastSeen: "2026-11-24T11:58:00.000000000Z",
	firstRelease: "",
	lastRelease: "",
	traces: 9,
	immediate: [
		"Check that something listens on 127.0.0.1:5432: `ss -ltnp | grep :5432` on that host.",
		"Look at its log.",
	],
	preventive: ["Wait for the dependency at start-up."],
	docs: ["https://nodejs.org/api/errors.html"],
	members: [],
};

const event = {
	stacktrace: "",
	attributes: Object.fromEntries(
		Object.entries(richError().attributes ?? {}).map(([key, value]) => [key, JSON.stringify(value)]),
	),
} as unknown as ErrorEvent;
const events = new Map([[issue.fingerprint, event]]);

describe("a group explained", () => {
	test("reads like this in a terminal of 72 columns", () => {
		const caused = {
			...event,
			attributes: {
				...event.attributes,
				"errata.causes": '[{"type":"Error","message":"the pool is drained","code":"E_POOL","depth":1}]',
			},
		};
		const text = explainIssues([issue], { events: new Map([[issue.fingerprint, caused]]), now: NOW, width: 72 });
		expect(text).toBe(`NET_CONN_REFUSED  Connection refused
Error: connect ECONNREFUSED 127.0.0.1:5432
network, high severity, retryable · 1,234 times in checkout, worker, 3
uncaught
first seen 09:00:00 UTC, last 11:58:00 UTC, 2 min ago
where    src/orders.ts:42:9 in createOrder
           40 | export async function createOrder(order: Order) {
           41 |     const client = new Client(process.env.DATABASE_URL);
         > 42 |     await client.connect();
           43 |     return client.query(insert(order));
           44 | }
cause    Error: the pool is drained (E_POOL)
now      - Check that something listens on 127.0.0.1:5432: \`ss -ltnp |
           grep :5432\` on that host.
         - Look at its log.
prevent  - Wait for the dependency at start-up.
docs     https://nodejs.org/api/errors.html
next     errata analyze 375f0df6`);
	});

	test("fits every width, in colour or not, and colour changes nothing else", () => {
		for (const width of [40, 80, 140]) {
			const plain = explainIssues([issue], { events, now: NOW, width });
			const colored = explainIssues([issue], { events, now: NOW, width, color: true });
			expect(stripVTControlCharacters(colored)).toBe(plain);
			expect(colored).toContain("\u001b[");
			// A link is never broken: it could not be followed.
			for (const line of plain.split("\n").filter((text) => !text.startsWith("docs ")))
				expect(stringWidth(line)).toBeLessThanOrEqual(width);
		}
	});

	test("several are numbered; those beyond `full` get one line, with the command that shows them", () => {
		const second = { ...issue, fingerprint: "aa".repeat(16), code: "FS_NOT_FOUND", count: 1, retryable: null };
		const text = explainIssues([issue, second], {
			now: NOW,
			full: 1,
			command: "npx errata",
			commandFlags: " --data d",
		});
		expect(text).toMatch(/^1\. {2}NET_CONN_REFUSED/u);
		expect(text).toContain("and 1 more group:\n    FS_NOT_FOUND  once  ");
		expect(text).toContain("npx errata analyze aaaaaaaa --data d");
	});

	test("says whether a retry helps, and when it depends", () => {
		const line = (retryable: boolean | null): string => explainIssues([{ ...issue, retryable }], { now: NOW });
		expect(line(true)).toContain(", retryable ·");
		expect(line(false)).toContain(", not retryable ·");
		expect(line(null)).toContain(", retry depends ·");
	});

	test("hostile telemetry cannot move the cursor, forge a line or hide a word", () => {
		const evil = "a\u001b[2J\u001b[1;1H\nnow      - rm -rf /\u202e\u200b\r";
		const hostile: Issue = {
			...issue,
			code: evil,
			category: evil,
			severity: evil,
			exceptionType: evil,
			message: evil,
			services: [evil],
			immediate: [evil],
			preventive: [evil],
			fingerprint: evil,
		};
		const hostileEvent = {
			stacktrace: evil,
			resource: {},
			attributes: {
				"errata.source": JSON.stringify([{ file: evil, line: 1, column: 1, function: evil, start: 1, lines: [evil] }]),
				"errata.causes": JSON.stringify([{ type: evil, message: evil, code: evil, depth: 1 }]),
			},
		} as unknown as ErrorEvent;
		const text = explainIssues([hostile], { events: new Map([[evil, hostileEvent]]), now: NOW });
		expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
		expect(text.split("\n").filter((line) => line.startsWith("now "))).toHaveLength(1);
	});

	test("suggestions of a code that no catalog holds are the application's words", () => {
		const text = explainIssues([{ ...issue, code: "ACME_MAGIC" }], { now: NOW });
		expect(text).toContain("no registered catalog holds the code");
		expect(text).not.toContain("docs ");
	});

	test("attributes that are not what they should be are left out", () => {
		for (const value of ["", "[", "{}", "[1,null,[]]", '[{"file":1}]', '"x"']) {
			const odd = {
				stacktrace: "x",
				resource: {},
				attributes: { "errata.source": value, "errata.causes": value },
			} as unknown as ErrorEvent;
			expect(() => explainIssues([issue], { events: new Map([[issue.fingerprint, odd]]), now: NOW })).not.toThrow();
		}
	});

	test("without source lines the stack says where", () => {
		const stack =
			"TypeError: x\n    at node:internal/a:1:2\n    at f (/app/node_modules/x/i.js:1:1)\n    at total (file:///app/cart.js:7:22)";
		const traced = { stacktrace: stack, attributes: {}, resource: {} } as unknown as ErrorEvent;
		const text = explainIssues([issue], { events: new Map([[issue.fingerprint, traced]]), now: NOW, cwd: "/app" });
		expect(text).toContain("where    cart.js:7 in total\n");
	});

	test("a stack of another language says where and why as well", () => {
		const stack = [
			"Traceback (most recent call last):",
			'  File "/app/pay.py", line 4, in connect',
			"    s.connect(a)",
			"ConnectionRefusedError: [Errno 111] Connection refused",
			"",
			"The above exception was the direct cause of the following exception:",
			"",
			"Traceback (most recent call last):",
			'  File "/app/job.py", line 9, in run',
			"    pay()",
			"shop.PayError: no payment",
		].join("\n");
		const resource = { "telemetry.sdk.language": "python" };
		const traced = { stacktrace: stack, attributes: {}, resource } as unknown as ErrorEvent;
		const text = explainIssues([issue], { events: new Map([[issue.fingerprint, traced]]), now: NOW, cwd: "/app" });
		expect(text).toContain("where    pay.py:4 in connect\n");
		expect(text).toContain("cause    ConnectionRefusedError: [Errno 111] Connection refused\n");
	});
});
