/** A database with errors of every kind, and a real `errata serve` over it, for tests of the API as a whole. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { openStore, type Store } from "@errata/store";
import { errorRow } from "../../packages/server/src/testing/served.ts";
import { cleanEnv, root } from "../setup/processes.ts";

export interface Seeded {
	readonly store: Store;
	readonly database: string;
	/** Of the group that has everything: two services, two releases, a trace. */
	readonly fingerprint: string;
	readonly traceId: string;
	drop(): Promise<void>;
}

const MESSAGES = [
	"connect ECONNREFUSED 10.0.3.7:5432",
	"Cannot read properties of undefined (reading 'id')",
	'duplicate key value violates unique constraint "orders_pkey"',
	"request timed out after 3000 ms",
	"Unexpected token < in JSON at position 0",
	"\u0000\u0007 null \u202e and \u200b bidi \ud83d\udca5",
	"'; DROP TABLE errata_errors; -- {{constructor}} <script>alert(1)</script>",
];

export async function seeded(clickhouseUrl: string): Promise<Seeded> {
	const database = `api_${randomBytes(6).toString("hex")}`;
	await sql(clickhouseUrl, `CREATE DATABASE ${database}`);
	const store = openStore({ url: clickhouseUrl, database });
	await store.migrate();
	const now = Date.now();
	const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
	const rows = MESSAGES.flatMap((message, i) =>
		[0, 1, 2].map((j) =>
			errorRow({
				message,
				type: i % 2 === 0 ? "Error" : "TypeError",
				service: j === 0 ? "checkout" : "billing",
				release: `1.4.${j}`,
				at: now - (i * 3 + j) * 600_000 - 1_000,
				traceId: i < 3 ? traceId : randomBytes(16).toString("hex"),
				spanId: randomBytes(8).toString("hex"),
			}),
		),
	);
	await store.insertLogs(rows);
	const fingerprint = rows[0]?.LogAttributes["errata.fingerprint"] as string;
	return {
		store,
		database,
		fingerprint,
		traceId,
		async drop() {
			await store.close();
			await sql(clickhouseUrl, `DROP DATABASE ${database}`);
		},
	};
}

async function sql(clickhouseUrl: string, body: string): Promise<void> {
	const url = new URL(clickhouseUrl);
	const answer = await fetch(url.origin, {
		method: "POST",
		body,
		headers: { authorization: `Basic ${btoa(`${url.username}:${decodeURIComponent(url.password)}`)}` },
	});
	if (!answer.ok) throw new Error(await answer.text());
}

export interface Serving {
	/** `http://localhost:<port>` */
	readonly url: string;
	/** What it said on stderr so far. */
	said(): string;
	isUp(): boolean;
	stop(): Promise<void>;
}

const MAIN = path.join(root, "packages", "cli", "src", "main.ts");

/** The command itself, from its sources, on a free port; actions may be proposed and approved, and are not run. */
export async function serve(clickhouseUrl: string, database: string): Promise<Serving> {
	const home = mkdtempSync(path.join(tmpdir(), "errata-api-"));
	const actions = path.join(home, "actions.json");
	const command = { type: "command", argv: ["/bin/false", "{{code}}"] };
	const webhook = { type: "webhook", url: "http://127.0.0.1:9/", secret: "0123456789abcdef" };
	writeFileSync(actions, JSON.stringify({ actions: { a: command, b: webhook } }));
	const args = ["--conditions=errata-source", MAIN, "serve", "--port", "0", "--json"];
	const child = spawn(process.execPath, [...args, "--clickhouse-url", clickhouseUrl, "--database", database], {
		env: { ...cleanEnv(), ERRATA_ACTIONS: actions, ERRATA_STATE_DIR: home },
		stdio: ["ignore", "pipe", "pipe"],
	});
	let stderr = "";
	child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
		stderr += chunk;
	});
	const url = await new Promise<string>((resolve, reject) => {
		let stdout = "";
		child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
			stdout += chunk;
			if (stdout.endsWith("}\n")) resolve((JSON.parse(stdout) as { url: string }).url);
		});
		child.once("exit", (code) => reject(new Error(`errata serve ended with ${code}: ${stderr}`)));
	});
	return {
		url,
		said: () => stderr,
		isUp: () => child.exitCode === null,
		stop: () => ended(child).finally(() => rmSync(home, { recursive: true, force: true })),
	};
}

function ended(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null) return Promise.resolve();
	return new Promise((resolve) => {
		child.once("exit", () => resolve());
		child.kill("SIGTERM");
	});
}
