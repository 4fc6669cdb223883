/**
 * Which commits of a local repository touched some files between two releases. Asks git by argument vector, never a shell;
 * what a release calls itself is untrusted and can name nothing but a revision.
 */
import { execFile } from "node:child_process";
import path from "node:path";
import { ErrataError } from "@errata/catalog";
import { LIMITS } from "../limits.ts";

export interface SuspectCommit {
	readonly commit: string;
	/** ISO 8601. */
	readonly date: string;
	readonly author: string;
	readonly subject: string;
	/** Of those that were asked about. */
	readonly files: readonly string[];
}

export interface ReleaseName {
	readonly release: string;
	/** "" if the release does not say. */
	readonly revision: string;
}

export interface CommitSearch {
	readonly repo: string;
	readonly service: string;
	/** Absent: everything up to the bad one. */
	readonly good: ReleaseName | null;
	readonly bad: ReleaseName;
	/** As stacks name them. */
	readonly files: readonly string[];
}

export interface CommitsFound {
	/** Commits the releases were built of; "" if the repository does not know one. */
	readonly good: string;
	readonly bad: string;
	/** Files of the repository that the stack's files are. */
	readonly files: readonly string[];
	/** The latest first. */
	readonly commits: readonly SuspectCommit[];
}

/** Throws ErrataError if `repo` is no repository, or git is not there. */
export async function suspectCommits(search: CommitSearch): Promise<CommitsFound> {
	const tracked = (await git(search.repo, ["ls-files", "-z", "--full-name"])).split("\0").filter(Boolean);
	const files = repositoryFiles(search.files, tracked);
	const bad = await commitOf(search.repo, search.service, search.bad);
	const good = search.good === null ? "" : await commitOf(search.repo, search.service, search.good);
	if (bad === "" || good === "" || files.length === 0) return { good, bad, files, commits: [] };
	const format = "%x01%H%x00%aI%x00%an%x00%s";
	const top = (await git(search.repo, ["rev-parse", "--show-toplevel"])).trim();
	const range = [
		"--max-count",
		String(LIMITS.suspectCommits),
		"--no-show-signature",
		`--format=${format}`,
		"--name-only",
	];
	const pathspecs = files.map((file) => `:(literal,top)${file}`);
	const text = await git(top, ["log", ...range, "-z", "--end-of-options", `${good}..${bad}`, "--", ...pathspecs]);
	return { good, bad, files, commits: text.split("\u0001").filter(Boolean).map(commitFrom) };
}

function commitFrom(text: string): SuspectCommit {
	const [commit = "", date = "", author = "", subject = "", ...files] = text.split("\0");
	const names = files.map((file) => file.replace(/^\n+/u, "")).filter((file) => file !== "");
	return { commit, date, author, subject: subject.trim(), files: names };
}

/** The commit a release was built of: what it says itself, else a tag of its name. "" if there is none. */
async function commitOf(repo: string, service: string, { release, revision }: ReleaseName): Promise<string> {
	const names = [
		revision,
		`refs/tags/v${release}`,
		`refs/tags/${release}`,
		`refs/tags/${service}@${release}`,
		`refs/tags/${service}-v${release}`,
		/^[0-9a-f]{7,40}$/u.test(release) ? release : "",
	];
	for (const name of names) {
		if (name === "" || name.startsWith("-") || name.includes("\0")) continue;
		const found = await git(repo, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`]).catch(
			(error: unknown) => {
				if (error instanceof ErrataError) return "";
				throw error;
			},
		);
		const commit = found.trim().split("\n").at(-1) ?? "";
		if (/^[0-9a-f]{40,64}$/u.test(commit)) return commit;
	}
	return "";
}

/** The tracked file that shares the longest end with each of the stack's, at least its name; none where two do alike. */
function repositoryFiles(files: readonly string[], tracked: readonly string[]): string[] {
	const found = new Set<string>();
	for (const file of files) {
		const parts = file
			.replace(/^file:\/\//u, "")
			.split(/[\\/]/u)
			.filter(Boolean);
		for (let n = parts.length; n > 0; n--) {
			const end = parts.slice(-n).join("/");
			const same = tracked.filter((one) => one === end || one.endsWith(`/${end}`));
			if (same.length === 1) found.add(same[0] as string);
			if (same.length > 0) break;
		}
	}
	return [...found];
}

function git(repo: string, args: readonly string[]): Promise<string> {
	const options = {
		cwd: path.resolve(repo),
		timeout: LIMITS.gitMs,
		maxBuffer: LIMITS.gitBytes,
		encoding: "utf8" as const,
	};
	// No pager, no hooks or helpers that a repository's own configuration would start.
	const own = ["--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "--literal-pathspecs"];
	const base = args.some((arg) => arg.startsWith(":(")) ? own.slice(0, -1) : own;
	return new Promise((resolve, reject) => {
		execFile("git", [...base, ...args], options, (error, stdout, stderr) => {
			if (error === null) return resolve(stdout);
			const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
			reject(
				new ErrataError({
					operation: "ask git about",
					subject: repo,
					cause: missing ? "git or that directory is not there" : (stderr.trim().split("\n")[0] ?? "") || "git failed",
					remedy: "Pass --repo with a checkout of the service's repository, or leave it out.",
					code: "GIT_FAILED",
				}),
			);
		});
	});
}
