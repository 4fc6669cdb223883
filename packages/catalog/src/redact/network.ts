/** Addresses of the network. Those of people and clients go; the program's own peers, networks and versions stay. */
import { contextBefore, hasTerm, isAlnum, isDigit, isHex, isWord, lower } from "./chars.ts";
import { VERSION_WORDS } from "./key-table.ts";
import type { Span } from "./spans.ts";

/** Words directly before an address that a program connects to or listens on (Node, Go, Java, PostgreSQL, nginx). */
const PEER_WORDS = new Set(
	"altnames|hosts|allowed|connect|connecting|connection|connected|econnrefused|etimedout|ehostunreach|enetunreach|econnreset|eaddrinuse|eaddrnotavail|epipe|dial|dialing|tcp|udp|getaddrinfo|lookup|enotfound|server|servers|host|hostname|upstream|backend|endpoint|broker|node|nodes|bind|listen|listening|bound|listener|resolver|dns|nameserver|gateway|proxy|peer|master|replica|primary|leader|shard|cluster|target|destination|dst|ssh|route|reach|ping".split(
		"|",
	),
);
/** Words that may stand between: they say neither. Any other word (client, from, for, user, ...) leaves a person's address. */
const FILLERS = new Set(
	"to at on with the a is was ip address addr port error failed failure refused timeout timed out time".split(" "),
);
/** Resolvers everybody asks: no person's. */
const PUBLIC_RESOLVERS = new Set(
	"8.8.8.8 8.8.4.4 1.1.1.1 1.0.0.1 9.9.9.9 149.112.112.112 208.67.222.222 208.67.220.220".split(" "),
);

/** What a character is to an address: its own (hex, colon), of another word, or neither. */
const OWN = 1;
const WORDS = 2;
const KIND = new Uint8Array(1 << 16);
for (let c = 0; c < KIND.length; c++) KIND[c] = isHex(c) || c === 58 ? OWN : isWord(c) ? WORDS : 0;

export function findAddresses(text: string, out: Span[]): void {
	const kinds = KIND;
	const n = text.length;
	let i = 0;
	while (i < n) {
		const kind = kinds[text.charCodeAt(i)] as number;
		const start = i++;
		if (kind === WORDS) {
			// The rest of a word that began otherwise is no address.
			while (i < n && isWord(text.charCodeAt(i))) i++;
			continue;
		}
		if (kind !== OWN || (start > 0 && isWord(text.charCodeAt(start - 1)))) continue;
		let dots = 0;
		let colons = 0;
		for (i = start; i < n; i++) {
			const c = text.charCodeAt(i);
			if (c === 46) dots++;
			else if (c === 58) colons++;
			else if (kinds[c] !== OWN) break;
		}
		if (dots === 3 && colons <= 1 && isDigit(text.charCodeAt(start))) i = v4(text, start, i, out);
		else if (colons >= 2) i = colonsAt(text, start, i, out);
	}
}

/** Four numbers up to 255 at `i`, as text; "" if not. */
function quadAt(text: string, i: number): string {
	const m = /^[0-9]{1,3}([.][0-9]{1,3}){3}/.exec(text.slice(i, i + 16));
	if (m === null) return "";
	for (const part of m[0].split(".")) if (Number(part) > 255 || (part.length > 1 && part[0] === "0")) return "";
	return m[0];
}

function v4(text: string, i: number, runEnd: number, out: Span[]): number {
	const quad = quadAt(text, i);
	const end = i + quad.length;
	if (quad === "") return runEnd;
	const next = text.charCodeAt(end);
	if (isWord(next) || next === 43 || ((next === 45 || next === 46) && isAlnum(text.charCodeAt(end + 1)))) return runEnd;
	if (isKept(quad) || isNetwork(text, end, quad) || isVersion(text, i) || isPeer(text, i, end)) return end;
	out.push({ start: i, end, type: "ip" });
	return end;
}

/** Loopback, private, shared, link-local, documentation of nothing, multicast, broadcast, wildcard (RFC 6890), and public resolvers. */
function isKept(quad: string): boolean {
	const [a, b] = quad.split(".").map(Number) as [number, number];
	if (a === 0 || a === 10 || a === 127 || a >= 224) return true;
	if (
		(a === 192 && b === 168) ||
		(a === 172 && b >= 16 && b <= 31) ||
		(a === 169 && b === 254) ||
		(a === 100 && b >= 64 && b <= 127)
	)
		return true;
	return PUBLIC_RESOLVERS.has(quad);
}

/** `203.0.113.0/24`: a network names nobody. A host with a length (`/32`) does. */
function isNetwork(text: string, end: number, quad: string): boolean {
	const m = /^\/([0-9]{1,2})/.exec(text.slice(end, end + 3));
	return m !== null && Number(m[1]) <= 28 && quad.endsWith(".0");
}

/** `version 20.3.17.173`, `nginx/1.2.3.4`, `v1.2.3.4`, `>= 1.2.3.4`, `lib-1.2.3.4`. */
function isVersion(text: string, i: number): boolean {
	const p = text[i - 1];
	if (p === "/" && isAlnum(text.charCodeAt(i - 2)) && !text.slice(Math.max(0, i - 40), i).includes(" /"))
		return text[i - 2] !== "/";
	if (p === "-" || p === "^" || p === "~") return true;
	if (/(~>|>=|<=|==|@|[<>^~]) ?$/.test(text.slice(Math.max(0, i - 3), i))) return true;
	const context = contextBefore(text, i, 20);
	const words = context.trim().split(" ");
	return (
		VERSION_WORDS.includes(words[words.length - 1] ?? "") ||
		(words.length > 1 && hasTerm(context, ["version", "versions", "build", "release"]))
	);
}

/** True if the address at `i` is one the program connects to: in a URL, or after a word that says so. */
function isPeer(text: string, i: number, end: number): boolean {
	const before = text.slice(Math.max(0, i - 3), i);
	// A URL's host, `user@host`, and gRPC's `ipv4:1.2.3.4:443`.
	if (before.endsWith("//") || before.endsWith("@") || before === "v4:" || before === "v6:") return true;
	const words = contextBefore(text, i, 40).trim().split(" ");
	// The nearest word that says something decides: `upstream timed out, client: 1.2.3.4` is a client.
	for (let n = words.length - 1; n >= 0 && n >= words.length - 5; n--) {
		const word = words[n] as string;
		// `CF-Connecting-IP` names a client.
		if (word === "connecting" && words[n - 1] === "cf") break;
		if (PEER_WORDS.has(word)) return true;
		if (!FILLERS.has(word)) break;
	}
	return before.endsWith("/") && text[end] === ":";
}

/** IPv6 or a MAC in the run of hex digits, colons and dots from `i` to `end`. */
function colonsAt(text: string, i: number, runEnd: number, out: Span[]): number {
	let end = runEnd;
	while (end > i && text[end - 1] === ".") end--;
	let run = text.slice(i, end);
	if (/^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}$/.test(run)) {
		// All zeros, broadcast and Docker's made-up addresses (02:42) are nobody's.
		if (!/^(00:00:00:00:00:00|ff:ff:ff:ff:ff:ff|02:42:.*)$/i.test(run) && !isWord(text.charCodeAt(end)))
			out.push({ start: i, end, type: "mac" });
		return runEnd;
	}
	// `::1:` and `2001:db8::1:`: a colon of the sentence.
	while (run.endsWith(":") && !run.endsWith("::")) run = run.slice(0, -1);
	end = i + run.length;
	if (!isV6(run) || isWord(text.charCodeAt(end)) || text[end] === "%") return runEnd;
	if (isKeptV6(lower(run)) || text[end] === "/" || isPeer(text, text[i - 1] === "[" ? i - 1 : i, end)) return runEnd;
	out.push({ start: i, end, type: "ip" });
	return runEnd;
}

/** RFC 4291, 2.2: eight groups, or fewer around one `::`; the last two may be an IPv4 address. */
function isV6(run: string): boolean {
	const halves = run.split("::");
	if (halves.length > 2) return false;
	let groups = 0;
	let size = 0;
	for (const half of halves) {
		if (half === "") continue;
		const parts = half.split(":");
		for (let n = 0; n < parts.length; n++) {
			const part = parts[n] as string;
			if (part.includes(".")) {
				if (n !== parts.length - 1 || quadAt(part, 0) !== part) return false;
				groups += 2;
			} else {
				if (part.length < 1 || part.length > 4) return false;
				groups++;
			}
			size += part.length;
		}
	}
	// Eight pairs are the serial number of a certificate.
	if (halves.length === 1) return groups === 8 && size !== 16;
	// `a::b` is a name in C++ and Rust; an address has digits in at least two groups.
	return groups <= 7 && (groups === 0 || groups >= 3 || run.startsWith("::")) && (size >= 4 || run.startsWith("::"));
}

/** Loopback, unspecified, link-local, unique local, multicast, and IPv4 within that stays. */
function isKeptV6(run: string): boolean {
	if (
		run === "::" ||
		run === "::1" ||
		run.startsWith("fe8") ||
		run.startsWith("fe9") ||
		run.startsWith("fea") ||
		run.startsWith("feb")
	)
		return true;
	if (run.startsWith("fc") || run.startsWith("fd") || run.startsWith("ff")) return true;
	const dotted = run.slice(run.lastIndexOf(":") + 1);
	return dotted.includes(".") ? isKept(dotted) : false;
}
