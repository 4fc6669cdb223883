/**
 * Who may talk to a loopback listener: programs of this machine, and pages it serves itself. A foreign page in the user's
 * browser can reach 127.0.0.1 too, by a name of its own (DNS rebinding) or across origins; both are turned away here.
 */
import type { IncomingHttpHeaders } from "node:http";

/** Why a request is refused, as one sentence for its sender; undefined if it may pass. */
export function refusal(headers: IncomingHttpHeaders): string | undefined {
	const host = headers.host;
	if (host !== undefined && !isLoopbackName(hostName(host)))
		return `Host ${quoted(host)} is not this machine's loopback name: use localhost or 127.0.0.1`;
	const site = headers["sec-fetch-site"];
	if (site !== undefined && site !== "same-origin" && site !== "none")
		return "a page of another origin may not talk to errata local (Sec-Fetch-Site)";
	const origin = headers.origin;
	if (origin !== undefined && !isOwnOrigin(origin, host))
		return `a page of origin ${quoted(origin)} may not talk to errata local`;
	return undefined;
}

function isOwnOrigin(origin: string, host: string | undefined): boolean {
	if (!URL.canParse(origin) || host === undefined) return false;
	const url = new URL(origin);
	return url.protocol === "http:" && url.host === host.toLowerCase() && isLoopbackName(url.hostname);
}

/** Host without its port; an IPv6 address keeps its brackets. */
function hostName(host: string): string {
	return host.toLowerCase().replace(/:\d*$/, "");
}

function isLoopbackName(name: string): boolean {
	return name === "localhost" || name === "127.0.0.1" || name === "[::1]";
}

function quoted(text: string): string {
	return JSON.stringify(text.slice(0, 120));
}
