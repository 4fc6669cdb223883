/** What the receiver's tests share: a receiver over a database of their own in the engine of the test run. */
import { randomUUID } from "node:crypto";
import { builtinCatalog } from "@errata/catalog";
import { openStore, type Store } from "@errata/store";
import { type Receiver, startReceiver } from "./receiver.ts";

export interface TestReceiver {
	readonly receiver: Receiver;
	readonly store: Store;
	readonly token: string;
	readonly lines: string[];
	post(path: string, body: string | Uint8Array, headers?: Readonly<Record<string, string>>): Promise<Response>;
	/** Sends OTLP/JSON; throws if the answer is not a success. */
	send(signal: "logs" | "traces", request: unknown, headers?: Readonly<Record<string, string>>): Promise<void>;
	/** Rows of a query over the test's database. */
	select<Row = Record<string, unknown>>(sql: string): Promise<Row[]>;
	stop(): Promise<void>;
}

export async function testReceiver(
	clickhouseUrl: string,
	replace: Partial<Pick<Store, "insertLogs" | "insertTraces" | "insertErrors">> = {},
): Promise<TestReceiver> {
	const database = `errata_test_${randomUUID().replaceAll("-", "")}`;
	const url = new URL(clickhouseUrl);
	const headers = { "x-clickhouse-user": url.username, "x-clickhouse-key": url.password };
	const sql = async (query: string, parameters = ""): Promise<string> => {
		const response = await fetch(`${url.origin}/?${parameters}`, { method: "POST", headers, body: query });
		const text = await response.text();
		if (!response.ok) throw new Error(text);
		return text;
	};
	await sql(`CREATE DATABASE ${database}`);
	const store = openStore({ url: clickhouseUrl, database });
	await store.migrate();
	const token = randomUUID();
	const lines: string[] = [];
	const receiver = await startReceiver({
		port: 0,
		store: { ...store, ...replace },
		catalog: builtinCatalog(),
		token,
		status: () => ({ name: "errata-local" }),
		healthy: () => true,
		log: (line) => lines.push(line),
	});
	const post: TestReceiver["post"] = (path, body, more = {}) =>
		fetch(`${receiver.url}${path}`, {
			method: "POST",
			headers: { "content-type": "application/json", ...more },
			body: body as string,
		});
	return {
		receiver,
		store,
		token,
		lines,
		post,
		send: async (signal, request, more = {}) => {
			const response = await post(`/v1/${signal}`, JSON.stringify(request), more);
			const text = await response.text();
			if (response.status !== 200 || text !== "{}") throw new Error(`${response.status} ${text}`);
		},
		select: async <Row>(query: string) => {
			const text = await sql(
				query,
				`database=${database}&default_format=JSONEachRow&output_format_json_quote_64bit_integers=1`,
			);
			return text
				.split("\n")
				.filter((line) => line !== "")
				.map((line) => JSON.parse(line) as Row);
		},
		stop: async () => {
			await receiver.stop();
			await store.close();
			await sql(`DROP DATABASE ${database}`);
		},
	};
}
