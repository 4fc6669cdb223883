/**
 * Which requests are let in before anything of them is read. On loopback a browser is the danger: a foreign page can send to
 * localhost, so Host, Origin and Sec-Fetch-Site must be ours. Who the caller is, is `access`.
 */
import type { IncomingHttpHeaders } from "node:http";

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/iu;

/** Why a request to a loopback listener is refused; undefined if it is not. */
export function refusal(headers: IncomingHttpHeaders): string | undefined {
	if (!LOOPBACK.test(headers.host ?? "")) return "The Host header does not name this machine.";
	const { origin } = headers;
	if (origin !== undefined && (!URL.canParse(origin) || !LOOPBACK.test(new URL(origin).host)))
		return "The page that asks is of another origin.";
	if (headers["sec-fetch-site"] === "cross-site") return "The page that asks is of another site.";
	return undefined;
}
