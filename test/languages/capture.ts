/** An OTLP/HTTP receiver that keeps what real SDKs sent, decoded, for the recording. It answers as a collector does. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import type { LogsRequest, TracesRequest } from "../../packages/local/src/receiver/model.ts";
import { readJson } from "../../packages/local/src/receiver/read-json.ts";
import { readProtobuf } from "../../packages/local/src/receiver/read-protobuf.ts";
import { Logs, type Message, Traces } from "../../packages/local/src/receiver/schema.ts";

export interface Capture {
	/** What goes into OTEL_EXPORTER_OTLP_ENDPOINT. */
	readonly endpoint: string;
	readonly logs: LogsRequest[];
	readonly traces: TracesRequest[];
	stop(): Promise<void>;
}

export async function startCapture(): Promise<Capture> {
	const logs: LogsRequest[] = [];
	const traces: TracesRequest[] = [];
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on("data", (chunk: Buffer) => chunks.push(chunk));
		request.on("end", () => {
			const sent = Buffer.concat(chunks);
			const bytes = request.headers["content-encoding"] === "gzip" ? gunzipSync(sent) : sent;
			const type = request.headers["content-type"] ?? "";
			const read = <T>(message: Message<T>): T =>
				type.includes("json") ? readJson(bytes, message) : readProtobuf(bytes, message);
			if (request.url === "/v1/logs") logs.push(read(Logs));
			else if (request.url === "/v1/traces") traces.push(read(Traces));
			response.writeHead(200, { "content-type": type }).end(type.includes("json") ? "{}" : "");
		});
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const { port } = server.address() as AddressInfo;
	return {
		endpoint: `http://127.0.0.1:${port}`,
		logs,
		traces,
		stop: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}
