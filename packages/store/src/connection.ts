/**
 * The one way to ClickHouse: a client with our settings, a runner for the files in `queries/`, and the translation of
 * failures. Knows no table and no query.
 */
import { readFileSync } from "node:fs";
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from "@clickhouse/client";
import { ErrataError } from "@errata/catalog";
import { jsonText } from "./json-text.ts";
import { LIMITS } from "./limits.ts";
import { StoreError, storeError } from "./store-error.ts";
import { ALL_TENANTS, tenantFilters } from "./tenant-filters.ts";

export interface StoreOptions {
	/** Default `http://localhost:8123`. May hold user and password; they never appear in a message. */
	readonly url?: string;
	/** Default `default`. */
	readonly database?: string;
	readonly username?: string;
	readonly password?: string;
	/** Rows of which tenant are read: resource attribute `errata.tenant`, "" by default. */
	readonly tenant?: string;
}

export type Parameter = string | number | readonly string[] | readonly number[];

export interface Connection {
	readonly url: string;
	readonly database: string;
	readonly tenant: string;
	readonly client: ClickHouseClient;
	/** Runs `queries/<name>.sql` with bound parameters; `tenant` is always bound, and every table is filtered by it. */
	select<Row>(name: string, parameters?: Readonly<Record<string, Parameter>>, maxMs?: number): Promise<Row[]>;
	/** Runs `queries/<name>.sql`, which changes rows, with bound parameters; its text names the tenant itself. */
	change(name: string, parameters: Readonly<Record<string, Parameter>>, operation: string): Promise<void>;
	/** Runs one statement that answers nothing, as it stands. */
	command(sql: string, operation: string, maxMs: number): Promise<void>;
	fail(error: unknown, operation: string): StoreError;
	/** The same connection for the rows of another tenant; closing that closes nothing. */
	forTenant(tenant: string): Connection;
	close(): Promise<void>;
}

const queries = new Map<string, string>();

export function queryText(name: string): string {
	let text = queries.get(name);
	if (text === undefined) {
		text = readFileSync(new URL(`../queries/${name}.sql`, import.meta.url), "utf8");
		queries.set(name, text);
	}
	return text;
}

interface Address {
	/** Without credentials and path. */
	readonly url: string;
	readonly username: string;
	readonly password: string;
	readonly database: string;
}

function address(options: StoreOptions): Address {
	const given = options.url ?? "http://localhost:8123";
	const parsed = URL.canParse(given) ? new URL(given) : undefined;
	if (parsed === undefined || !/^https?:$/.test(parsed.protocol))
		throw new ErrataError({
			operation: "open the ClickHouse URL",
			subject: JSON.stringify(given.replace(/\/\/[^@/]*@/, "//")),
			cause: "expected http:// or https:// with host and port",
			remedy: "Pass --clickhouse-url http://localhost:8123",
			code: "STORE_URL",
			exitCode: 2,
		});
	const path = decodeURIComponent(parsed.pathname.replace(/^\/|\/$/g, ""));
	return {
		url: parsed.origin,
		username: options.username ?? (decodeURIComponent(parsed.username) || "default"),
		password: options.password ?? decodeURIComponent(parsed.password),
		database: options.database ?? (path === "" ? "default" : path),
	};
}

/** Strings as ClickHouse takes them. One that is too long is refused, not cut: what is left could name something else. */
function bounded(parameters: Readonly<Record<string, Parameter>>): Record<string, Parameter> {
	const out: Record<string, Parameter> = {};
	for (const [key, value] of Object.entries(parameters)) {
		if (typeof value === "string" && value.length > LIMITS.parameterLength)
			throw new StoreError("refused", {
				operation: "query by",
				subject: `${key} ${JSON.stringify(value.slice(0, 40))}`,
				cause: `it has ${value.length} characters, at most ${LIMITS.parameterLength} are allowed`,
				remedy: "Pass a shorter one",
			});
		out[key] = typeof value === "string" ? value.toWellFormed() : value;
	}
	return out;
}

/** Opens nothing yet: the first request does. Throws ErrataError for a URL that is none. */
export function connect(options: StoreOptions): Connection {
	const { url, username, password, database } = address(options);
	const client = createClient({
		url,
		username,
		password,
		database,
		application: "errata",
		request_timeout: LIMITS.sweepMs + LIMITS.graceMs,
		keep_alive: { enabled: true, eagerly_destroy_stale_sockets: true },
		log: { level: ClickHouseLogLevel.OFF },
		json: { stringify: jsonText },
		clickhouse_settings: { date_time_output_format: "iso", output_format_json_quote_64bit_integers: 0 },
	});
	const fail = (error: unknown, operation: string): StoreError => storeError(error, { operation, url, database });

	async function command(
		sql: string,
		operation: string,
		maxMs: number,
		query_params: Record<string, Parameter> = {},
	): Promise<void> {
		try {
			await client.command({
				query: sql,
				query_params,
				abort_signal: AbortSignal.timeout(maxMs + LIMITS.graceMs),
				clickhouse_settings: { max_execution_time: maxMs / 1000, wait_end_of_query: 1 },
			});
		} catch (error) {
			throw fail(error, operation);
		}
	}

	async function select<Row>(
		tenant: string,
		filters: () => string,
		name: string,
		parameters: Readonly<Record<string, Parameter>>,
		maxMs: number,
	): Promise<Row[]> {
		const query_params = bounded({ ...parameters, tenant });
		try {
			const answer = await client.query({
				query: queryText(name),
				format: "JSONEachRow",
				query_params,
				abort_signal: AbortSignal.timeout(maxMs + LIMITS.graceMs),
				// readonly 2: a read cannot write, whatever its text. wait_end_of_query: a late failure is a failure.
				clickhouse_settings: {
					readonly: "2",
					max_execution_time: maxMs / 1000,
					wait_end_of_query: 1,
					session_timezone: "UTC",
					...(ALL_TENANTS.has(name) ? {} : { additional_table_filters: filters() as never }),
				},
			});
			return await answer.json<Row>();
		} catch (error) {
			throw fail(error, "query");
		}
	}

	function forTenant(tenant: string, close: () => Promise<void>): Connection {
		let text: string | undefined;
		const filters = (): string => {
			text ??= tenantFilters(tenant);
			return text;
		};
		return {
			url,
			database,
			tenant,
			client,
			select: (name, parameters = {}, maxMs = LIMITS.queryMs) => select(tenant, filters, name, parameters, maxMs),
			change: (name, parameters, operation) =>
				command(queryText(name), operation, LIMITS.sweepMs, bounded({ ...parameters, tenant })),
			command,
			fail,
			forTenant: (other) => forTenant(other, async () => {}),
			close,
		};
	}

	return forTenant(options.tenant ?? "", () => client.close());
}
