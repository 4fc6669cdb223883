/**
 * What the example services promise: one line per group of errors that their traffic must leave in errata. `npm start`
 * counts by it and the end-to-end tests assert by it. Whoever changes a failure in shop or worker changes its line here.
 */
import type { Issue } from "@errata/store";
import { ROUNDS } from "./traffic.ts";

export interface Promised {
	/** What fails, in words. */
	readonly what: string;
	readonly service: "shop" | "worker";
	readonly code: string;
	readonly category: string;
	/** `null`: it depends. */
	readonly retryable: boolean | null;
	readonly type: string;
	/** Part of the message that tells this group from the others. */
	readonly message: string;
	/** What the suggestions must name: an address, a column, a file; "" where the error names nothing. */
	readonly names: string;
	/** Exact count; absent where a client reconnects by itself. */
	readonly count?: number;
	/** It happens while a request is served: every occurrence has a trace. */
	readonly inRequest: boolean;
	/** It ends the process. */
	readonly uncaught?: true;
	/** File whose lines stand in the record; absent where the stack has no frame of the application. */
	readonly source?: string;
	/** Part of the message of a cause. */
	readonly cause?: string;
	/** Only where the system has what makes it fail. */
	readonly platform?: NodeJS.Platform;
}

const inShop = { service: "shop", inRequest: true, count: ROUNDS } as const;
const inWorker = { service: "worker", inRequest: false, count: ROUNDS } as const;
const refused = { code: "NET_CONN_REFUSED", category: "network", retryable: true, type: "Error" } as const;
const parse = { code: "PARSE_JSON", category: "parse", retryable: false, type: "SyntaxError" } as const;

const ALL: readonly Promised[] = [
	{
		...inShop,
		...refused,
		what: "PostgreSQL refuses the connection (pg)",
		message: "127.0.0.1:15432",
		names: "127.0.0.1:15432",
		source: "routes/products.js",
	},
	{
		...inShop,
		...refused,
		what: "MongoDB refuses the connection (mongodb)",
		type: "MongoServerSelectionError",
		message: "127.0.0.1:17017",
		names: "127.0.0.1:17017",
		source: "routes/products.js",
		cause: "ECONNREFUSED",
	},
	{
		...inShop,
		...refused,
		what: "MySQL refuses the connection (mysql2)",
		message: "127.0.0.1:13306",
		names: "127.0.0.1:13306",
		source: "routes/products.js",
	},
	{
		...refused,
		service: "shop",
		inRequest: false,
		what: "Redis refuses the connection (ioredis, its error event)",
		message: "127.0.0.1:16379",
		names: "127.0.0.1:16379",
	},
	{
		service: "shop",
		inRequest: true,
		what: "Redis commands give up (ioredis)",
		code: "REDIS_MAX_RETRIES",
		category: "network",
		retryable: true,
		type: "MaxRetriesPerRequestError",
		message: "max retries per request",
		names: "6379",
	},
	{
		service: "shop",
		inRequest: false,
		what: "the session store's host is unknown (ioredis, its error event)",
		code: "DNS_NOT_FOUND",
		category: "dns",
		retryable: null,
		type: "Error",
		message: "sessions..cache.invalid",
		names: "sessions..cache.invalid",
	},
	{
		...inShop,
		what: "the payment service's host is unknown (fetch, console.error)",
		code: "DNS_NOT_FOUND",
		category: "dns",
		retryable: null,
		type: "TypeError",
		message: "fetch failed",
		names: "payments..shop.invalid",
		cause: "payments..shop.invalid",
	},
	{
		...inShop,
		what: "the shipping service has a self-signed certificate (fetch)",
		code: "TLS_SELF_SIGNED",
		category: "tls",
		retryable: false,
		type: "TypeError",
		message: "fetch failed",
		names: "NODE_EXTRA_CA_CERTS",
		cause: "self-signed certificate",
	},
	{
		...inShop,
		what: "the recommendations do not answer in time (undici)",
		code: "NET_READ_TIMEOUT",
		category: "timeout",
		retryable: true,
		type: "HeadersTimeoutError",
		message: "Headers Timeout Error",
		names: "",
	},
	{
		...inShop,
		what: "the partner's service answers 429 (undici)",
		code: "HTTP_TOO_MANY_REQUESTS",
		category: "rate_limit",
		retryable: true,
		type: "ResponseError",
		message: "Response Error",
		names: "Retry-After",
	},
	{
		...inShop,
		what: "an address is registered twice (node:sqlite)",
		code: "SQLITE_UNIQUE",
		category: "conflict",
		retryable: false,
		type: "Error",
		message: "UNIQUE constraint failed: users.email",
		names: "users.email",
		source: "routes/accounts.js",
	},
	{
		...inShop,
		what: "a user without an address is read",
		code: "JS_NULL_ACCESS",
		category: "programming_bug",
		retryable: false,
		type: "TypeError",
		message: "reading 'city'",
		names: "city",
		source: "routes/accounts.js",
	},
	{
		...inShop,
		what: "an invoice's file is missing",
		code: "FS_NOT_FOUND",
		category: "not_found",
		retryable: false,
		type: "Error",
		message: "invoice-2026-",
		names: "/var/lib/shop/documents/invoice-2026-",
		source: "routes/documents.js",
	},
	{
		...inShop,
		...parse,
		what: "a price list is HTML",
		message: "Unexpected token '<'",
		names: "<html>",
		source: "routes/documents.js",
	},
	{
		...inShop,
		...parse,
		what: "a request's body is cut (Express answers 400)",
		code: "HTTP_BODY_JSON",
		message: "Unexpected end of JSON input",
		names: "400",
	},
	{
		...inShop,
		what: "an order is not valid (zod)",
		code: "VALIDATION_SCHEMA",
		category: "validation",
		retryable: false,
		type: "ZodError",
		message: "Invalid email address",
		names: "customer",
		source: "routes/checkout.js",
	},
	{
		...inShop,
		what: "categories that contain each other exhaust the stack (only a span tells)",
		code: "JS_STACK_OVERFLOW",
		category: "programming_bug",
		retryable: false,
		type: "RangeError",
		message: "Maximum call stack size exceeded",
		names: "pathOf",
		source: "routes/admin.js",
	},
	{
		...inWorker,
		what: "a webhook takes longer than its deadline (AbortSignal)",
		code: "NET_OPERATION_TIMEOUT",
		category: "timeout",
		retryable: true,
		type: "TimeoutError",
		message: "aborted due to timeout",
		names: "",
	},
	{
		...inWorker,
		what: "the report's volume is full (fs, as a cause)",
		code: "FS_NO_SPACE",
		category: "resource_disk",
		retryable: false,
		type: "Error",
		message: "sales report could not be exported",
		names: "df -h",
		source: "jobs/export-report.js",
		cause: "ENOSPC",
		platform: "linux",
	},
	{
		...inWorker,
		...parse,
		what: "a queue message is cut",
		message: "Unterminated string in JSON",
		names: "position 64",
		source: "jobs/import-stock.js",
	},
	{
		...inWorker,
		what: "a plug-in is not installed",
		code: "MODULE_NOT_FOUND",
		category: "module_load",
		retryable: false,
		type: "Error",
		message: "shop-export-xlsx",
		names: "shop-export-xlsx",
	},
	{
		...inWorker,
		what: "a program to start is missing (child_process)",
		code: "FS_COMMAND_NOT_FOUND",
		category: "configuration",
		retryable: false,
		type: "Error",
		message: "spawn magick-7.2 ENOENT",
		names: "magick-7.2",
	},
	{
		...inWorker,
		...refused,
		what: "no mirror answers (AggregateError)",
		type: "AggregateError",
		message: "All promises were rejected",
		names: "127.0.0.1:18090",
		cause: "127.0.0.1:18091",
	},
	{
		...inWorker,
		what: "the health port is taken",
		code: "NET_ADDRESS_IN_USE",
		category: "network",
		retryable: false,
		type: "Error",
		message: "address already in use",
		names: "port",
	},
	{
		service: "worker",
		inRequest: false,
		count: 1,
		uncaught: true,
		what: "the nightly clean-up throws in a timer",
		code: "JS_NOT_A_FUNCTION",
		category: "programming_bug",
		retryable: false,
		type: "TypeError",
		message: "order.remove is not a function",
		names: "order.remove",
		source: "nightly.js",
	},
	{
		service: "worker",
		inRequest: false,
		count: 1,
		uncaught: true,
		what: "a rejection that is not an Error goes unhandled",
		code: "NODE_UNHANDLED_REJECTION",
		category: "programming_bug",
		retryable: false,
		type: "UnhandledPromiseRejection",
		message: "#<Object>",
		names: "#<Object>",
	},
];

/** The promises that hold on this system. */
export const PROMISES: readonly Promised[] = ALL.filter(
	(p) => p.platform === undefined || p.platform === process.platform,
);

/** True if `issue` is the group that `promise` speaks of; its code is not asked, so that a wrong one is seen. */
export function promised(promise: Promised, issue: Issue): boolean {
	if (issue.exceptionType !== promise.type || !issue.services.includes(promise.service)) return false;
	if (!issue.message.includes(promise.message)) return false;
	// Two fetches fail alike in all but their cause.
	return promise.message !== "fetch failed" || issue.code === promise.code;
}
