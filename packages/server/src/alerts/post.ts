/**
 * One POST to an address that a person configured, and what became of it. Follows no redirect, keeps no connection,
 * refuses addresses at which clouds hand out credentials, at the moment of connecting: a name may point anywhere.
 */
import { lookup as systemLookup } from "node:dns";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { LIMITS } from "../limits.ts";

export type Outcome =
	| { readonly kind: "accepted"; readonly detail: string; readonly status?: number; readonly answer?: string }
	/** Will be refused again. */
	| { readonly kind: "refused"; readonly detail: string; readonly status?: number }
	/** Was not taken; may be later. */
	| { readonly kind: "later"; readonly detail: string; readonly status?: number; readonly afterMs?: number }
	/** It went out and nobody knows whether it was taken. */
	| { readonly kind: "unknown"; readonly detail: string };

export interface Post {
	readonly url: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
	readonly allowMetadata: boolean;
	readonly timeoutMs?: number;
	/** Bytes of the answer that are kept; default `LIMITS.answerBytes`. */
	readonly answerBytes?: number;
	readonly signal?: AbortSignal | undefined;
}

/** Where clouds serve credentials to whoever asks from the machine, and what is no address of a receiver. */
const METADATA = new BlockList();
METADATA.addSubnet("169.254.0.0", 16, "ipv4");
METADATA.addSubnet("fe80::", 10, "ipv6");
METADATA.addAddress("fd00:ec2::254", "ipv6");
METADATA.addAddress("fd20:ce::254", "ipv6");
METADATA.addAddress("100.100.100.200", "ipv4");
METADATA.addAddress("192.0.0.192", "ipv4");
METADATA.addAddress("168.63.129.16", "ipv4");

export function isMetadata(address: string): boolean {
	const family = isIP(address);
	return family !== 0 && METADATA.check(address, family === 6 ? "ipv6" : "ipv4");
}

const guardedLookup: LookupFunction = (hostname, options, callback) => {
	systemLookup(hostname, { ...options, all: true }, (error, found) => {
		if (error !== null) return callback(error, "");
		const good = found.filter(({ address }) => !isMetadata(address));
		const [first] = good;
		if (first === undefined) return callback(new Refused(), "");
		if (options.all === true) callback(null, good);
		else callback(null, first.address, first.family);
	});
};

class Refused extends Error {
	constructor() {
		super("the address belongs to a cloud's metadata service; `allowMetadata: true` on the channel permits it");
	}
}

/** Never rejects. */
export function post(send: Post): Promise<Outcome> {
	const url = new URL(send.url);
	if (url.protocol !== "http:" && url.protocol !== "https:")
		return Promise.resolve({ kind: "refused", detail: "only http and https are spoken" });
	if (!send.allowMetadata && isMetadata(url.hostname.replace(/^\[|\]$/gu, "")))
		return Promise.resolve({ kind: "refused", detail: new Refused().message });
	return new Promise((resolve) => exchange(url, send, resolve));
}

function exchange(url: URL, send: Post, resolve: (outcome: Outcome) => void): void {
	const secure = url.protocol === "https:";
	let connected = false;
	const timeout = AbortSignal.timeout(send.timeoutMs ?? LIMITS.deliverMs);
	const request = (secure ? httpsRequest : httpRequest)(
		url,
		{
			method: "POST",
			agent: false,
			headers: { ...send.headers, "content-length": Buffer.byteLength(send.body), "user-agent": "errata" },
			signal: send.signal === undefined ? timeout : AbortSignal.any([timeout, send.signal]),
			...(send.allowMetadata ? {} : { lookup: guardedLookup }),
		},
		(response) => {
			let text = "";
			response.setEncoding("utf8");
			response.on("data", (chunk: string) => {
				text += chunk.slice(0, Math.max(0, (send.answerBytes ?? LIMITS.answerBytes) - text.length));
			});
			const done = (): void => resolve(outcomeOf(response.statusCode ?? 0, response.headers["retry-after"], text));
			// The status is the answer: what follows it may hang or break.
			response.once("end", done).once("error", done).once("aborted", done);
		},
	);
	request.once("socket", (socket) => {
		socket.once(secure ? "secureConnect" : "connect", () => {
			connected = true;
		});
	});
	request.once("error", (error) => resolve(failed(error, connected, timeout.aborted)));
	request.end(send.body);
}

function failed(error: Error, connected: boolean, timedOut: boolean): Outcome {
	if (error instanceof Refused) return { kind: "refused", detail: error.message };
	const detail = timedOut ? "no answer in time" : ((error as NodeJS.ErrnoException).code ?? error.message);
	return { kind: connected ? "unknown" : "later", detail };
}

const LATER = new Set([408, 409, 425, 429]);

function outcomeOf(status: number, retryAfter: string | undefined, text: string): Outcome {
	const detail = `${status}${text === "" ? "" : ` ${text.replace(/[\p{Cc}\p{Cf}]+/gu, " ").slice(0, 200)}`}`;
	if (status >= 200 && status < 300) return { kind: "accepted", detail: String(status), status, answer: text };
	if (status < 500 && !LATER.has(status)) return { kind: "refused", detail, status };
	const afterMs = retryAfter === undefined ? undefined : waitOf(retryAfter, Date.now());
	return { kind: "later", detail, status, ...(afterMs === undefined ? {} : { afterMs }) };
}

/** Milliseconds that Retry-After asks for, in seconds or as a date; bounded. */
export function waitOf(text: string, now: number): number | undefined {
	const ms = /^\d{1,9}$/u.test(text.trim()) ? Number(text) * 1_000 : Date.parse(text) - now;
	return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), LIMITS.retryAfterMs);
}
