/**
 * Schemathesis, the fuzzer: made ready (pinned in requirements.txt, in a virtual environment below node_modules/.cache) and
 * run against a server. What it found is its own report.
 */
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { ErrataError } from "@errata/catalog";
import { cleanEnv, type Ended, root, run } from "../setup/processes.ts";

const REQUIREMENTS = path.join(root, "test", "api", "requirements.txt");
const CACHE = path.join(root, "node_modules", ".cache", "errata-api");

async function must(what: string, command: string, args: readonly string[]): Promise<void> {
	const ended = await run(command, args);
	if (ended.code === 0) return;
	throw new ErrataError({
		operation: what,
		subject: CACHE,
		cause: `${command} ended with ${ended.code}: ${`${ended.stdout}${ended.stderr}`.trim().slice(-2000)}`,
		remedy: "It needs python3 3.11 or newer with venv, and PyPI the first time.",
	});
}

/** A Python that has the fuzzer; installed now if it is not there. Two at once install twice, and one of them wins. */
export async function fuzzer(log: (line: string) => void): Promise<string> {
	const digest = createHash("sha256")
		.update(await readFile(REQUIREMENTS))
		.digest("hex")
		.slice(0, 16);
	const folder = path.join(CACHE, `schemathesis-${digest}`);
	const exists = () =>
		stat(folder).then(
			() => true,
			() => false,
		);
	if (!(await exists())) {
		log("fuzz: installing schemathesis (about 20 s the first time)");
		await mkdir(CACHE, { recursive: true });
		const making = await mkdtemp(path.join(CACHE, "making-"));
		await must("make a virtual environment", "python3", ["-m", "venv", making]);
		const python = path.join(making, "bin", "python");
		await must("install schemathesis", python, ["-m", "pip", "install", "-q", "-r", REQUIREMENTS]);
		await rename(making, folder).catch(async (error: unknown) => {
			await rm(making, { recursive: true, force: true });
			if (!(await exists())) throw error;
		});
	}
	// Not its scripts: they name the folder in which they were made.
	return path.join(folder, "bin", "python");
}

export interface FuzzOptions {
	/** `http://localhost:<port>` */
	readonly url: string;
	readonly seed: number;
	/** Cases of one operation and phase at most. */
	readonly examples: number;
	/** Seconds for the whole run. */
	readonly seconds?: number | undefined;
}

/**
 * Every check but those about credentials and resources, and `positive_data_acceptance`: a well-formed id of nothing is 404.
 */
const CHECKS = [
	"not_a_server_error",
	"status_code_conformance",
	"content_type_conformance",
	"response_headers_conformance",
	"response_schema_conformance",
	"negative_data_rejection",
	"unsupported_method",
	"allow_header_conformance",
];

export async function fuzz(options: FuzzOptions): Promise<Ended> {
	const python = await fuzzer((line) => console.log(line));
	const cwd = await mkdtemp(path.join(tmpdir(), "errata-fuzz-"));
	const args = ["-m", "schemathesis.cli", "run", `${options.url}/api/v1/openapi.json`, "--url", options.url];
	args.push("--checks", CHECKS.join(","), "--seed", String(options.seed), "--max-examples", String(options.examples));
	args.push(
		"--phases",
		"examples,coverage,fuzzing",
		"--continue-on-failure",
		"--request-timeout",
		"30",
		"--warnings",
		"off",
	);
	if (options.seconds !== undefined) args.push("--max-time", String(options.seconds));
	try {
		return await run(python, args, {
			cwd,
			env: cleanEnv({ NO_COLOR: "1", COLUMNS: "200", PYTHONDONTWRITEBYTECODE: "1" }),
		});
	} finally {
		await rm(cwd, { recursive: true, force: true });
	}
}
