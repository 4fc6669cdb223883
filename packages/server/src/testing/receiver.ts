/** Real receivers on loopback for tests: an HTTP server and an SMTP server that answer as they are told. */
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";

export interface Received {
	readonly path: string;
	readonly headers: IncomingHttpHeaders;
	readonly text: string;
	readonly body: never;
}

type Reply = number | "hang" | { readonly status: number; readonly retryAfter?: string; readonly text?: string };

export interface HttpReceiver {
	readonly url: string;
	readonly port: number;
	readonly received: readonly Received[];
	/** What the next requests get, in order; afterwards 200. `hang`: it is read and never answered. */
	answer(...next: readonly Reply[]): void;
	/** Ends every connection, answered or not; it goes on listening. */
	hangUp(): void;
	stop(): Promise<void>;
}

export async function httpReceiver(port = 0): Promise<HttpReceiver> {
	const received: Received[] = [];
	const answers: Reply[] = [];
	const server = createServer((request, response) => {
		let text = "";
		request.setEncoding("utf8").on("data", (chunk: string) => {
			text += chunk;
		});
		request.on("end", () => {
			const body = (text === "" ? undefined : JSON.parse(text)) as never;
			received.push({ path: request.url ?? "", headers: request.headers, text, body });
			const next = answers.shift() ?? 200;
			if (next === "hang") return;
			const { status, retryAfter = "", text: said } = typeof next === "number" ? { status: next } : next;
			response.writeHead(status, retryAfter === "" ? {} : { "retry-after": retryAfter }).end(said ?? `says ${status}`);
		});
	});
	await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
	const bound = (server.address() as AddressInfo).port;
	return {
		url: `http://127.0.0.1:${bound}`,
		port: bound,
		received,
		answer: (...next) => void answers.push(...next),
		hangUp: () => server.closeAllConnections(),
		stop: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

export interface MailReceiver {
	readonly url: string;
	readonly port: number;
	readonly mails: readonly string[];
	/** Codes of the next mails, at the end of their text; afterwards they are taken. */
	answer(...next: readonly number[]): void;
	stop(): Promise<void>;
}

export async function mailReceiver(port = 0): Promise<MailReceiver> {
	const mails: string[] = [];
	const answers: number[] = [];
	const server = new SMTPServer({
		authOptional: true,
		disabledCommands: ["STARTTLS"],
		onData(stream, _, done) {
			let text = "";
			stream.setEncoding("utf8").on("data", (chunk: string) => {
				text += chunk;
			});
			stream.on("end", () => {
				const code = answers.shift();
				if (code !== undefined) return done(Object.assign(new Error("not now"), { responseCode: code }));
				mails.push(text);
				done();
			});
		},
	});
	await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
	const bound = (server.server.address() as AddressInfo).port;
	return {
		url: `smtp://127.0.0.1:${bound}`,
		port: bound,
		mails,
		answer: (...next) => void answers.push(...next),
		stop: () => new Promise((resolve) => server.close(() => resolve())),
	};
}
