/**
 * Which requests are let in before anything of them is read. A browser is the danger: a foreign page can send to an address
 * that its user reaches, so Origin and Sec-Fetch-Site must be ours; on loopback, where no key is needed, Host as well, or a
 * name that a foreign page rebinds to 127.0.0.1 would read everything. Who the caller is, is `access`.
 */
import type { IncomingHttpHeaders } from "node:http";

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/iu;

/** Why a request is refused; undefined if it is not. No header lets a page of another origin read an answer: CORS is off. */
export function refusal(headers: IncomingHttpHeaders, loopback: boolean): string | undefined {
	const { host = "", origin } = headers;
	if (loopback && !LOOPBACK.test(host)) return "The Host header does not name this machine.";
	if (origin !== undefined && !isOwn(origin, host, loopback)) return "The page that asks is of another origin.";
	if (headers["sec-fetch-site"] === "cross-site") return "The page that asks is of another site.";
	return undefined;
}

function isOwn(origin: string, host: string, loopback: boolean): boolean {
	if (!URL.canParse(origin)) return false;
	const from = new URL(origin).host;
	return loopback ? LOOPBACK.test(from) : from.toLowerCase() === host.toLowerCase();
}
