/**
 * What fails, and how a service tells of it: `error` and `warning` log with the error, `text` formats its message into
 * the line, `span` records it on the span alone, `both` logs it and records it. All fail on this machine alone.
 */
const { execFile } = require("node:child_process");
const dns = require("node:dns/promises");
const { readFile } = require("node:fs/promises");
const net = require("node:net");
const { DatabaseSync } = require("node:sqlite");
const { promisify } = require("node:util");
const { Redis } = require("ioredis");
const mysql = require("mysql2/promise");
const pg = require("pg");
const { z } = require("zod");

/** The discard port: nothing listens there. */
const REFUSED = { host: "127.0.0.1", port: 9 };

function connect() {
	return new Promise((resolve, reject) => net.connect(REFUSED).on("connect", resolve).on("error", reject));
}

async function askSlowly() {
	const silent = net.createServer().listen(0, "127.0.0.1");
	await new Promise((resolve) => silent.once("listening", resolve));
	try {
		return await fetch(`http://127.0.0.1:${silent.address().port}/slow`, { signal: AbortSignal.timeout(100) });
	} finally {
		silent.close();
	}
}

async function openPostgres() {
	const client = new pg.Client({ ...REFUSED, user: "orders" });
	await client.connect();
}

async function readCache() {
	const redis = new Redis({ ...REFUSED, lazyConnect: true, retryStrategy: null });
	redis.on("error", () => {});
	await redis.connect();
}

function insertTwice() {
	const orders = new DatabaseSync(":memory:");
	orders.exec("CREATE TABLE orders (id INTEGER PRIMARY KEY)");
	for (let i = 0; i < 2; i++) orders.exec("INSERT INTO orders VALUES (7)");
}

function listInvoices() {
	new DatabaseSync(":memory:").prepare("SELECT id FROM invoices").all();
}

async function loadPrices() {
	try {
		return await readFile("/srv/orders/prices.csv");
	} catch (cause) {
		throw new Error("prices cannot be loaded", { cause });
	}
}

function nameOf(order) {
	return order.customer.name;
}

/** @type {readonly { name: string; report: string; fail: () => unknown }[]} */
exports.CASES = [
	{ name: "socket-refused", report: "error", fail: connect },
	{ name: "fetch-refused", report: "error", fail: () => fetch("http://127.0.0.1:2/prices") },
	{ name: "fetch-timeout", report: "error", fail: askSlowly },
	{ name: "host-unknown", report: "error", fail: () => dns.lookup("payments..shop.invalid") },
	{ name: "file-missing", report: "error", fail: () => readFile("/srv/orders/settings.json") },
	{ name: "file-is-directory", report: "error", fail: () => readFile("/tmp") },
	{ name: "json-broken", report: "error", fail: () => JSON.parse('{"items": [1, x') },
	{ name: "null-access", report: "error", fail: () => nameOf({ id: 7 }) },
	{ name: "not-a-function", report: "error", fail: () => ({ id: 7 }).total() },
	{ name: "url-invalid", report: "error", fail: () => new URL("orders/7") },
	{ name: "module-missing", report: "error", fail: () => import("orders-plugin-that-nobody-installed") },
	{ name: "sqlite-unique", report: "error", fail: insertTwice },
	{ name: "sqlite-no-table", report: "error", fail: listInvoices },
	{
		name: "command-failed",
		report: "error",
		fail: () => promisify(execFile)(process.execPath, ["-e", "process.exit(3)"]),
	},
	{ name: "pg-refused", report: "error", fail: openPostgres },
	{ name: "mysql2-refused", report: "error", fail: () => mysql.createConnection({ ...REFUSED, user: "orders" }) },
	{ name: "ioredis-refused", report: "error", fail: readCache },
	{ name: "zod-invalid", report: "error", fail: () => z.object({ id: z.number() }).parse({ id: "seven" }) },
	{ name: "cause", report: "error", fail: loadPrices },
	{ name: "warning", report: "warning", fail: connect },
	{ name: "plain-text", report: "text", fail: connect },
	{ name: "span-only", report: "span", fail: connect },
	{ name: "log-and-span", report: "both", fail: connect },
];
