/** Credentials before the host of a URL, a DSN or a connection string. The user stays, unless it is the credential. */
import { ATOM_CODE, isAlnum, isDigit, isSpace } from "./chars.ts";
import type { Span } from "./spans.ts";
import { isPlaceholder, mixOf } from "./values.ts";

/** `scheme://user:password@host`, `//user:password@host`, `redis://:password@host`, `https://<token>@host`. */
export function findUrlCredentials(text: string, out: Span[]): void {
	for (let i = text.indexOf("//"); i >= 0; i = text.indexOf("//", i + 2)) {
		const start = i + 2;
		const at = userinfoEnd(text, start);
		if (at < 0) continue;
		const colon = text.slice(start, at).indexOf(":");
		const from = colon < 0 ? start : start + colon + 1;
		const value = text.slice(from, at);
		if (value !== "" && !isPlaceholder(value) && (colon >= 0 || isKeyLike(value))) {
			out.push({ start: from, end: at, type: colon < 0 ? "api_key" : "password" });
		}
		// `https://<key>:x@host` and `https://<key>:@host`: the user is the key (Stripe, Sentry's old DSN).
		if (colon > 0 && isKeyLike(text.slice(start, from - 1))) out.push({ start, end: from - 1, type: "api_key" });
		i = at - 2;
	}
}

/** Index of the `@` that ends the userinfo which begins at `start`, -1 if there is none. */
function userinfoEnd(text: string, start: number): number {
	let last = -1;
	let colon = -1;
	let i = start;
	for (; i < text.length; i++) {
		const c = text.charCodeAt(i);
		if (isSpace(c) || c === 34 || c === 60 || c === 62 || c === 96 || c === ATOM_CODE) break;
		// `jdbc:sqlserver://host:1433;password=p@ss`: properties, no userinfo.
		if (c === 59 || (c === 39 && !isAlnum(text.charCodeAt(i + 1)))) break;
		if (c === 47 || c === 63 || c === 35) {
			if (last >= 0) return last;
			// `user:pa/ss@host`: not encoded as it should be; a port would be a number.
			if (colon < 0 || colon + 1 === i || isDigit(text.charCodeAt(colon + 1))) return -1;
			return looseEnd(text, i);
		}
		if (c === 58 && colon < 0) colon = i;
		if (c === 64) last = i;
	}
	return last;
}

/** The next `@` before the word ends, if no path segment looks begun: at most 128 characters further. */
function looseEnd(text: string, from: number): number {
	for (let i = from; i < text.length && i - from < 128; i++) {
		const c = text.charCodeAt(i);
		if (isSpace(c) || c === 34 || c === 39 || c === 60 || c === 62 || c === ATOM_CODE) return -1;
		if (c === 64) return i;
	}
	return -1;
}

/** At least 16 characters in two kinds, as keys are and login names are not. */
function isKeyLike(user: string): boolean {
	if (user.length < 16 || user.includes("%40") || user.includes(".")) return false;
	const mix = mixOf(user);
	return mix.digit >= 3 && mix.upper + mix.lower >= 3;
}

const DRIVERS = ["@tcp(", "@tcp6(", "@unix(", "@udp(", "@cloudsql(", "@//", "@(DESCRIPTION"];
const THIN = "thin:";

/** `user:password@tcp(host:3306)/db` (go-sql-driver), `thin:scott/tiger@//host` (Oracle). */
export function findDsnCredentials(text: string, out: Span[]): void {
	for (const driver of DRIVERS) {
		for (let at = text.indexOf(driver); at >= 0; at = text.indexOf(driver, at + 1)) {
			const oracle = driver === "@//" || driver === "@(DESCRIPTION";
			let start = at;
			let separator = -1;
			while (start > 0 && at - start < 256) {
				const c = text.charCodeAt(start - 1);
				if (isSpace(c) || c === 34 || c === 39 || c === 96 || c === ATOM_CODE) break;
				start--;
				if (oracle ? c === 47 : c === 58) separator = start;
				if (oracle && c === 58) break;
			}
			if (separator >= 0 && separator + 1 < at && !isPlaceholder(text.slice(separator + 1, at))) {
				out.push({ start: separator + 1, end: at, type: "password" });
			}
		}
	}
	// `jdbc:oracle:thin:scott/tiger@host:1521:sid`
	for (let i = text.indexOf(THIN); i >= 0; i = text.indexOf(THIN, i + 1)) {
		const m = /^[A-Za-z0-9_$#]{1,64}\/([!#-&(-.0-?A-~]{1,64})@[A-Za-z0-9]/.exec(text.slice(i + 5, i + 140));
		if (m === null || isPlaceholder(m[1] as string)) continue;
		const end = i + 5 + m[0].length - 2;
		out.push({ start: end - (m[1] as string).length, end, type: "password" });
	}
}
