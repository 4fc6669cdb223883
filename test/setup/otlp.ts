/** OTLP/JSON requests as any SDK would send them, for tests that speak to the receiver. Records are data; nothing is sent here. */

export interface LogInput {
	/** Milliseconds since the epoch. */
	readonly at: number;
	readonly body: string;
	readonly severity?: number;
	readonly traceId?: string;
	readonly spanId?: string;
	readonly attributes?: Readonly<Record<string, string | number | boolean>>;
}

type Value = { stringValue: string } | { intValue: string } | { doubleValue: number } | { boolValue: boolean };

function value(v: string | number | boolean): Value {
	if (typeof v === "string") return { stringValue: v };
	if (typeof v === "boolean") return { boolValue: v };
	return Number.isInteger(v) ? { intValue: String(v) } : { doubleValue: v };
}

function keyValues(map: Readonly<Record<string, string | number | boolean>>): { key: string; value: Value }[] {
	return Object.entries(map).map(([key, v]) => ({ key, value: value(v) }));
}

/** An ExportLogsServiceRequest of one service. */
export function logsRequest(service: string, logs: readonly LogInput[]): string {
	const logRecords = logs.map((log) => ({
		timeUnixNano: `${log.at}000000`,
		observedTimeUnixNano: `${log.at}000000`,
		severityNumber: log.severity ?? 17,
		severityText: (log.severity ?? 17) >= 17 ? "ERROR" : "INFO",
		body: { stringValue: log.body },
		attributes: keyValues(log.attributes ?? {}),
		...(log.traceId === undefined ? {} : { traceId: log.traceId, spanId: log.spanId ?? "" }),
	}));
	const resource = { attributes: keyValues({ "service.name": service, "telemetry.sdk.language": "nodejs" }) };
	return JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ scope: { name: "test" }, logRecords }] }] });
}

/** An ExportTraceServiceRequest of one span with one exception event, as an instrumentation records it. */
export function spanRequest(
	service: string,
	span: Required<Pick<LogInput, "at" | "traceId" | "spanId">>,
	log: LogInput,
): string {
	const nanos = `${span.at}000000`;
	const spans = [
		{
			traceId: span.traceId,
			spanId: span.spanId,
			name: "GET /",
			kind: 2,
			startTimeUnixNano: nanos,
			endTimeUnixNano: nanos,
			status: { code: 2, message: log.body },
			events: [{ timeUnixNano: nanos, name: "exception", attributes: keyValues(log.attributes ?? {}) }],
		},
	];
	const resource = { attributes: keyValues({ "service.name": service, "telemetry.sdk.language": "nodejs" }) };
	return JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope: { name: "test" }, spans }] }] });
}

/** One error of a program with a stack, `where` being its in-app function and file. */
export function errorLog(at: number, type: string, message: string, where: string): LogInput {
	const stack = `${type}: ${message}\n    at ${where}:10:5)\n    at main (file:///srv/app/main.js:3:1)`;
	return {
		at,
		body: message,
		attributes: { "exception.type": type, "exception.message": message, "exception.stacktrace": stack },
	};
}

/** Sends a request to a receiver; its HTTP status. */
export async function send(otlpUrl: string, signal: "logs" | "traces", body: string): Promise<number> {
	const headers = { "content-type": "application/json" };
	const answer = await fetch(`${otlpUrl}/v1/${signal}`, { method: "POST", headers, body });
	await answer.arrayBuffer();
	return answer.status;
}
