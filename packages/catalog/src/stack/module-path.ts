/**
 * From a file path in a stack to a module name that survives deploys: no drive, host, deploy or release folder, build
 * hash, version or extension. For languages whose frames name files; Java, Go and .NET name packages instead.
 */

import { isDigit, isHexLetter, isLetter } from "./ascii.ts";

/** Folders that hold one project each: the folder after them is a deploy's own name. */
const PROJECT_PARENTS = new Set(
	"srv opt mnt media data workspaces builds projects project repos sites www htdocs wwwroot inetpub work dev git code Code Projects Documents Desktop deploy deployments apps.d".split(
		" ",
	),
);
/** First folders that are the deployed project themselves. */
const PROJECT_ROOTS = new Set("app workspace repo code src build function layers root bitnami application".split(" "));
/** Folders that only say where sources or build output begin. */
const SOURCE_ROOTS = new Set("src dist build out lib target bin public compiled output .next esm cjs".split(" "));
/** The folder after them is one release. */
const RELEASES = new Set(["releases", "versions", "revisions"]);
/** The folder after them is made for one run. `T` is what macOS calls it. */
const TEMPORARY = new Set(["tmp", "temp", "Temp", "T"]);
/** Folders of a monorepo: the folder after them names a part of the product. */
const PART_PARENTS = new Set("packages apps services modules libs functions".split(" "));

/** `\` to `/`, without drive, scheme, host, query and fragment. */
export function cleanPath(file: string): string {
	let path = file.includes("\\") ? file.replaceAll("\\", "/") : file;
	const scheme = path.indexOf("://");
	if (scheme > 0) {
		const rest = path.slice(scheme + 3);
		// After `file://` and `webpack-internal:///` the host is empty; a real host is dropped, with its port.
		const slash = rest.indexOf("/");
		path = slash < 0 ? rest : rest.slice(slash);
		const query = path.indexOf("?");
		if (query >= 0) path = path.slice(0, query);
		const hash = path.indexOf("#");
		if (hash >= 0) path = path.slice(0, hash);
	}
	if (path.startsWith("/") && isLetter(path.charCodeAt(1)) && path.charCodeAt(2) === 58) path = path.slice(1);
	if (path.charCodeAt(1) === 58 && isLetter(path.charCodeAt(0))) path = path.slice(2);
	return path;
}

/** Module of an application's file: at most its folder and its name. `path` comes from `cleanPath`. */
export function appModule(path: string): string {
	const segments = path.split("/").filter((s) => s !== "" && s !== "." && s !== "..");
	const name = segments.pop();
	if (name === undefined) return "";
	const start = path.startsWith("/") ? deployEnd(segments) : 0;
	let folder = "";
	let part = "";
	for (let i = start; i < segments.length; i++) {
		const segment = segments[i] as string;
		if (PART_PARENTS.has(segment) && i + 1 < segments.length) part = segments[i + 1] as string;
		folder = SOURCE_ROOTS.has(segment) || isGenerated(segment) ? "" : segment;
	}
	const stem = fileStem(name);
	const parent = folder === "" ? part : folder;
	return parent === "" ? stem : `${parent}/${stem}`;
}

/** Module of a library's file: `path` is relative to the folder that holds libraries. Versions and hashes go. */
export function libraryModule(path: string): string {
	const segments = path.split("/").filter((s) => s !== "" && s !== ".");
	const name = segments.pop();
	if (name === undefined) return "";
	const kept = segments.map(withoutVersion).filter((s) => s !== "" && !isGenerated(s));
	kept.push(fileStem(name));
	return kept.slice(0, 8).join("/");
}

/** Number of leading folders that belong to the machine and the deploy, not to the project. */
function deployEnd(segments: readonly string[]): number {
	let i = 0;
	const first = segments[0];
	if (first === undefined) return 0;
	const person = first === "home" || first === "Users";
	if (person) i = segments[1] === "runner" && segments[2] === "work" ? 5 : 2;
	else if (first === "private" || first === "var") i = segments[1] === "task" ? 2 : 1;
	else if (first === "usr") i = segments[1] === "src" || segments[1] === "local" || segments[1] === "share" ? 3 : 1;
	else if (first === "github") i = 2;
	else if (first === "__w" || (first === "a" && segments[2] === "s")) i = 3;
	else if (PROJECT_ROOTS.has(first)) i = 1;
	// The project folder under a person's home, or under a folder that holds projects.
	let projectNext = person && i === 2;
	while (i < segments.length && PROJECT_PARENTS.has(segments[i] as string)) {
		i++;
		projectNext = true;
	}
	const next = segments[i];
	if (projectNext && next !== undefined && !SOURCE_ROOTS.has(next) && !PART_PARENTS.has(next)) i++;
	// Release folders: `releases/<id>`, `current`, and anything that looks made by a machine.
	for (let j = 0; j < segments.length; j++) {
		const segment = segments[j] as string;
		if (RELEASES.has(segment) || (j < 6 && TEMPORARY.has(segment))) i = Math.max(i, j + 2);
		else if (segment === "current" || segment === "latest" || isGenerated(segment)) i = Math.max(i, j + 1);
	}
	return Math.min(i, segments.length);
}

/** What bundlers put behind a name, in the order in which they go. */
const BUNDLE_ENDINGS = [".min", ".chunk", ".bundle"];

/** A file's name without extension and build hash: `main.4f2a91c0.js` is `main`, `index-D3xY_9aQ.js` is `index`. */
export function fileStem(name: string): string {
	let stem = name;
	const dot = stem.lastIndexOf(".");
	if (dot > 0 && stem.length - dot <= 6) stem = stem.slice(0, dot);
	for (const ending of BUNDLE_ENDINGS) if (stem.endsWith(ending)) stem = stem.slice(0, -ending.length);
	if (isUrlHash(stem)) stem = stem.slice(0, -9);
	// Names with more hashes than this are not a bundler's.
	for (let hashes = 0; hashes < 4; hashes++) {
		const cut = Math.max(stem.lastIndexOf("."), stem.lastIndexOf("-"), stem.lastIndexOf("_"));
		if (cut <= 0) break;
		if (!isBuildHash(stem.slice(cut + 1))) break;
		stem = stem.slice(0, cut);
	}
	return isBuildHash(stem) ? "<hash>" : stem;
}

/** `pg_rls-1.0.1` is `pg_rls`, `tokio@1.2.3` is `tokio`, `redis/v9` keeps its last word. */
export function withoutVersion(segment: string): string {
	const lastDot = segment.lastIndexOf(".");
	for (let i = 1; i < segment.length; i++) {
		const unit = segment.charCodeAt(i);
		if (unit === 64) return segment.slice(0, i);
		if (unit === 45 && isDigit(segment.charCodeAt(i + 1)) && lastDot > i) return segment.slice(0, i);
	}
	return segment;
}

/** True for folders a deploy or a build makes up: dates, build numbers, hashes, UUIDs, `v1.2.3`. */
export function isGenerated(segment: string): boolean {
	let digits = 0;
	let letters = 0;
	let hex = 0;
	for (let i = 0; i < segment.length; i++) {
		const unit = segment.charCodeAt(i);
		if (isDigit(unit)) digits++;
		else if (isLetter(unit)) {
			letters++;
			if (isHexLetter(unit)) hex++;
		}
	}
	if (digits === 0) return segment.startsWith("[REDACTED") || segment.startsWith("[PSEUDONYM");
	if (letters === 0) return true;
	// Symfony names the folder of its compiled container by a hash.
	if (segment.length === 16 && digits + letters === 16 && segment.startsWith("Container")) return true;
	// `v1` and `v2` of an interface are two things; `v1.4.2` and `r20240311` are releases.
	if (letters === 1 && digits > 2 && (segment.startsWith("v") || segment.startsWith("r"))) return true;
	if (letters === hex && digits + letters >= 7) return true;
	// `build-4411`, `release-20240311`, `myapp-1.4.2`: a word and then mostly digits.
	const dash = Math.max(segment.lastIndexOf("-"), segment.lastIndexOf("_"));
	return dash > 0 && digits >= 2 && onlyDigitsAndDots(segment, dash + 1);
}

function onlyDigitsAndDots(text: string, from: number): boolean {
	for (let i = from; i < text.length; i++) {
		const unit = text.charCodeAt(i);
		if (!isDigit(unit) && unit !== 46) return false;
	}
	return from < text.length;
}

/** Hex of 6 or more with a digit, or 8 to 22 base64url characters that no word looks like; a bare chunk number. */
function isBuildHash(part: string): boolean {
	let digits = 0;
	let upper = 0;
	let hex = 0;
	for (let i = 0; i < part.length; i++) {
		const unit = part.charCodeAt(i);
		if (isDigit(unit)) digits++;
		else if (unit >= 65 && unit <= 90) upper++;
		else if (unit < 97 || unit > 122) return false;
		if (isDigit(unit) || isHexLetter(unit)) hex++;
	}
	if (part.length === 0) return false;
	if (digits === part.length) return true;
	if (hex === part.length && digits > 0 && part.length >= 6) return true;
	if (part.length < 8 || part.length > 22) return false;
	return (digits >= 2 && digits < part.length - 1 && upper > 0) || (part.length === 8 && upper >= 3 && upper < 8);
}

/** `Cart-Cq8_z7Wp`: eight base64url characters behind a name, of which `_` or `-` is one, two are capitals, one a digit. */
function isUrlHash(stem: string): boolean {
	const from = stem.length - 8;
	if (from < 2) return false;
	const before = stem.charCodeAt(from - 1);
	if (before !== 45 && before !== 46) return false;
	let digits = 0;
	let upper = 0;
	let marks = 0;
	for (let i = from; i < stem.length; i++) {
		const unit = stem.charCodeAt(i);
		if (isDigit(unit)) digits++;
		else if (unit === 45 || unit === 95) marks++;
		else if (!isLetter(unit)) return false;
		else if (unit < 97) upper++;
	}
	return digits > 0 && upper > 1 && marks > 0;
}

/** Position of the last `folder/` in `path` as a whole segment, or -1; the answer is where its content begins. */
export function afterFolder(path: string, folder: string): number {
	const at = path.lastIndexOf(`${folder}/`);
	if (at < 0) return -1;
	if (at > 0 && path.charCodeAt(at - 1) !== 47) return -1;
	return at + folder.length + 1;
}
