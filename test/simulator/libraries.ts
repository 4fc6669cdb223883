/** What real libraries say when something fails, by language. Texts as the libraries print them; no words of errata. */
import type { Dice } from "./dice.ts";

export type Language = "nodejs" | "java" | "python" | "go";
export type System = "postgresql" | "mysql" | "redis" | "mongodb" | "http" | "grpc";
export type Trouble = "refused" | "timeout" | "status" | "pool" | "bug" | "parse";

export interface Target {
	readonly host: string;
	readonly ip: string;
	readonly port: number;
	readonly system: System;
	readonly path: string;
	readonly timeoutMs: number;
	readonly status: number;
}

export interface Said {
	readonly type: string;
	readonly message: string;
}

type Says = (t: Target) => Said;
const say = (type: string, message: string): Said => ({ type, message });

const REFUSED: Record<Language, Says> = {
	nodejs: (t) =>
		t.system === "grpc"
			? say("Error", `14 UNAVAILABLE: No connection established. Last error: connect ECONNREFUSED ${t.ip}:${t.port}`)
			: say(
					{ mongodb: "MongoServerSelectionError", http: "AxiosError" }[t.system as string] ?? "Error",
					`connect ECONNREFUSED ${t.ip}:${t.port}`,
				),
	java: (t) => {
		if (t.system === "grpc") return say("io.grpc.StatusRuntimeException", "UNAVAILABLE: io exception");
		if (t.system === "postgresql")
			return say(
				"org.postgresql.util.PSQLException",
				`Connection to ${t.host}:${t.port} refused. Check that the hostname and port are correct and that the postmaster is accepting TCP/IP connections.`,
			);
		if (t.system === "mysql")
			return say(
				"com.mysql.cj.jdbc.exceptions.CommunicationsException",
				"Communications link failure\n\nThe last packet sent successfully to the server was 0 milliseconds ago. The driver has not received any packets from the server.",
			);
		if (t.system === "redis")
			return say("io.lettuce.core.RedisConnectionException", `Unable to connect to ${t.host}/<unresolved>:${t.port}`);
		return say("java.net.ConnectException", "Connection refused");
	},
	python: (t) => {
		if (t.system === "postgresql")
			return say(
				"psycopg2.OperationalError",
				`connection to server at "${t.host}" (${t.ip}), port ${t.port} failed: Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?\n`,
			);
		if (t.system === "mysql")
			return say(
				"pymysql.err.OperationalError",
				`(2003, "Can't connect to MySQL server on '${t.host}' ([Errno 111] Connection refused)")`,
			);
		if (t.system === "redis")
			return say(
				"redis.exceptions.ConnectionError",
				`Error 111 connecting to ${t.host}:${t.port}. Connection refused.`,
			);
		if (t.system === "grpc")
			return say(
				"grpc._channel._InactiveRpcError",
				'<_InactiveRpcError of RPC that terminated with:\n\tstatus = StatusCode.UNAVAILABLE\n\tdetails = "failed to connect to all addresses">',
			);
		return say(
			"requests.exceptions.ConnectionError",
			`HTTPConnectionPool(host='${t.host}', port=${t.port}): Max retries exceeded with url: ${t.path} (Caused by NewConnectionError('<urllib3.connection.HTTPConnection object at 0x7f3c5c1d2e50>: Failed to establish a new connection: [Errno 111] Connection refused'))`,
		);
	},
	go: (t) => {
		const dial = `dial tcp ${t.ip}:${t.port}: connect: connection refused`;
		if (t.system === "grpc")
			return say(
				"*status.Error",
				`rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: ${dial}"`,
			);
		return t.system === "http"
			? say("*url.Error", `Post "http://${t.host}:${t.port}${t.path}": ${dial}`)
			: say("*net.OpError", dial);
	},
};

const TIMEOUT: Record<Language, Says> = {
	nodejs: (t) => {
		if (t.system === "grpc") return say("Error", `4 DEADLINE_EXCEEDED: Deadline exceeded after ${t.timeoutMs / 1000}s`);
		if (t.system === "http") return say("AxiosError", `timeout of ${t.timeoutMs}ms exceeded`);
		return say("Error", t.system === "redis" ? "Command timed out" : "Query read timeout");
	},
	java: (t) => {
		if (t.system === "grpc")
			return say("io.grpc.StatusRuntimeException", `DEADLINE_EXCEEDED: deadline exceeded after ${t.timeoutMs / 1000}s`);
		if (t.system === "http") return say("java.net.http.HttpTimeoutException", "request timed out");
		if (t.system === "redis")
			return say("io.lettuce.core.RedisCommandTimeoutException", "Command timed out after 2 second(s)");
		return say("java.net.SocketTimeoutException", "Read timed out");
	},
	python: (t) => {
		if (t.system === "grpc")
			return say(
				"grpc._channel._InactiveRpcError",
				'<_InactiveRpcError of RPC that terminated with:\n\tstatus = StatusCode.DEADLINE_EXCEEDED\n\tdetails = "Deadline Exceeded">',
			);
		if (t.system === "postgresql")
			return say("psycopg2.errors.QueryCanceled", "canceling statement due to statement timeout\n");
		if (t.system === "redis") return say("redis.exceptions.TimeoutError", "Timeout reading from socket");
		if (t.system === "http")
			return say(
				"requests.exceptions.ReadTimeout",
				`HTTPConnectionPool(host='${t.host}', port=${t.port}): Read timed out. (read timeout=${t.timeoutMs / 1000})`,
			);
		return say("TimeoutError", "timed out");
	},
	go: (t) =>
		t.system === "http"
			? say(
					"*url.Error",
					`Get "http://${t.host}:${t.port}${t.path}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
				)
			: say(
					"context.deadlineExceededError",
					t.system === "grpc"
						? "rpc error: code = DeadlineExceeded desc = context deadline exceeded"
						: "context deadline exceeded",
				),
};

const STATUS: Record<Language, Says> = {
	nodejs: (t) =>
		t.system === "grpc"
			? say("Error", "13 INTERNAL: internal error")
			: say("AxiosError", `Request failed with status code ${t.status}`),
	java: (t) =>
		t.system === "grpc"
			? say("io.grpc.StatusRuntimeException", "INTERNAL: internal error")
			: say(
					"org.springframework.web.client.HttpServerErrorException",
					`${t.status} : "{"status":${t.status},"error":"failed","path":"${t.path}"}"`,
				),
	python: (t) =>
		t.system === "grpc"
			? say(
					"grpc._channel._InactiveRpcError",
					'<_InactiveRpcError of RPC that terminated with:\n\tstatus = StatusCode.INTERNAL\n\tdetails = "internal error">',
				)
			: say(
					"requests.exceptions.HTTPError",
					`${t.status} Server Error: failed for url: http://${t.host}:${t.port}${t.path}`,
				),
	go: (t) =>
		t.system === "grpc"
			? say("*status.Error", "rpc error: code = Internal desc = internal error")
			: say("*errors.errorString", `unexpected status ${t.status} from http://${t.host}:${t.port}${t.path}`),
};

const POOL: Record<Language, Says> = {
	nodejs: () => say("Error", "timeout exceeded when trying to connect"),
	java: () =>
		say(
			"java.sql.SQLTransientConnectionException",
			"HikariPool-1 - Connection is not available, request timed out after 30000ms (total=10, active=10, idle=0, waiting=23)",
		),
	python: () =>
		say(
			"sqlalchemy.exc.TimeoutError",
			"QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00 (Background on this error at: https://sqlalche.me/e/20/3o7r)",
		),
	go: () => say("*errors.errorString", "redis: connection pool timeout"),
};

const PARSE: Record<Language, Says> = {
	nodejs: () => say("SyntaxError", `Unexpected token '<', "<?xml vers"... is not valid JSON`),
	java: () =>
		say(
			"com.fasterxml.jackson.core.JsonParseException",
			"Unexpected character ('<' (code 60)): expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')\n at [Source: (String)\"<?xml version\"; line: 1, column: 2]",
		),
	python: () => say("json.decoder.JSONDecodeError", "Expecting value: line 1 column 1 (char 0)"),
	go: () => say("*json.SyntaxError", "invalid character '<' looking for beginning of value"),
};

/** What a program says of a trouble with a target. */
export function saidOf(language: Language, trouble: Exclude<Trouble, "bug">, target: Target): Said {
	return { refused: REFUSED, timeout: TIMEOUT, status: STATUS, pool: POOL, parse: PARSE }[trouble][language](target);
}

const FIELDS = ["total", "currency", "address", "items", "customer", "price", "quota", "locale"] as const;

/** A bug of the program's own: always the same one for the same roll. */
export function bugOf(language: Language, dice: Dice): Said {
	const field = dice.pick(FIELDS);
	if (language === "nodejs") return say("TypeError", `Cannot read properties of undefined (reading '${field}')`);
	if (language === "python") return say("KeyError", `'${field}'`);
	if (language === "go") return say("runtime.boundsError", "runtime error: index out of range [3] with length 3");
	return say("java.lang.NullPointerException", `Cannot invoke "com.acme.Order.get${field}()" because "order" is null`);
}

/** The stack of a place in a program. */
export function stackOf(language: Language, { type, message }: Said, service: string, place: string): string {
	const name = service.replaceAll("-", "_");
	if (language === "java")
		return `${type}: ${message}\n\tat com.acme.${name}.${place}.handle(${place}.java:48)\n\tat com.acme.${name}.Main.run(Main.java:17)`;
	if (language === "python")
		return `Traceback (most recent call last):\n  File "/app/${name}/${place}.py", line 48, in handle\n    result = step(request)\n${type}: ${message}`;
	if (language === "go") return "";
	return `${type}: ${message}\n    at async ${place} (/app/src/${name}/${place}.ts:48:11)\n    at async serve (/app/src/${name}/server.ts:17:3)`;
}
