/**
 * The Collector distribution of `collector-config/builder.yaml`, built when its manifest or our Go sources changed and
 * kept below node_modules/.cache. What belongs here: where the binary lies and how it gets there. What it is made of does
 * not (builder.yaml), nor how it is run (packages/local). Runs on Node 20 or newer with nothing but Go.
 *
 * `node scripts/build-collector.mjs [--path]`: `--path` prints where the binary for these sources is, or fails.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statfsSync,
	statSync,
	symlinkSync,
	utimesSync,
} from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { withLock } from "./lock.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const cache = path.join(root, "node_modules", ".cache", "errata-collector");
const NAME = process.platform === "win32" ? "errata-collector.exe" : "errata-collector";

/** ocb, by the version whose components builder.yaml names. */
const BUILDER = "go.opentelemetry.io/collector/cmd/builder@v0.161.0";

/** What every module of the Collector's core asks for in its go.mod. */
const GO = [1, 26];

/** Bytes a cold build takes: 1.1 GB of Go's build cache, the modules, the binary. */
const DISK_BYTES = 2_500_000_000;

/** Binaries that stay: who started one of an older source (a test that runs now) finds it for a while. */
const KEPT = 3;

/** The newest build, whatever its sources: where `errata local --collector` looks in a checkout. */
export const newestCollector = path.join(cache, NAME);

/** What goes into the binary from this repository. */
function sources() {
	const files = ["collector-config/builder.yaml"];
	for (const module of ["packages/catalog", "packages/errataprocessor"]) {
		for (const entry of readdirSync(path.join(root, module), { recursive: true, withFileTypes: true })) {
			const file = path.relative(root, path.join(entry.parentPath ?? entry.path, entry.name));
			if (!entry.isFile() || file.includes("node_modules") || file.includes(`${path.sep}testdata${path.sep}`)) continue;
			const embedded = ["catalog.json", "redact-tables.jsonl", "go.mod", "go.sum"].includes(entry.name);
			if (embedded || (entry.name.endsWith(".go") && !entry.name.endsWith("_test.go"))) files.push(file);
		}
	}
	return files.sort();
}

function hashOf() {
	const hash = createHash("sha256").update(`${BUILDER}\0${process.platform}\0${process.arch}\0`);
	for (const file of sources())
		hash
			.update(`${file}\0`)
			.update(readFileSync(path.join(root, file)))
			.update("\0");
	return hash.digest("hex").slice(0, 16);
}

/**
 * The binary built from the sources as they are now, or the one that ERRATA_TEST_COLLECTOR names. Throws when there is none.
 * @returns {string} absolute path
 */
export function collectorBinary() {
	const given = process.env.ERRATA_TEST_COLLECTOR;
	if (given !== undefined && given !== "") return path.resolve(given);
	const file = path.join(cache, hashOf(), NAME);
	if (existsSync(file)) return file;
	throw new Error(
		"the Collector is not built for the sources as they are: run `npm run build:collector` (some minutes when cold)",
	);
}

/** Throws with what to do when there is no Go, or one that is too old. */
function checkGo() {
	const { error, stdout } = spawnSync("go", ["env", "GOVERSION"], { cwd: root, encoding: "utf8" });
	const wanted = GO.join(".");
	const remedy = `Install Go ${wanted} or newer (https://go.dev/dl) and see that \`go\` is on PATH`;
	if (error !== undefined)
		throw new Error(`cannot build the Collector: go cannot be run (${error.message}). ${remedy}`);
	const version = /^go(\d+)\.(\d+)/.exec(stdout.trim());
	const [major, minor] = [Number(version?.[1]), Number(version?.[2])];
	if (major > GO[0] || (major === GO[0] && minor >= GO[1])) return;
	throw new Error(
		`cannot build the Collector: it needs Go ${wanted}, this is ${stdout.trim() || "unknown"}. ${remedy}`,
	);
}

function checkDisk() {
	const { bavail, bsize } = statfsSync(root);
	const mb = (bytes) => `${Math.round(bytes / 1e6)} MB`;
	if (bavail * bsize < DISK_BYTES)
		throw new Error(
			`cannot build the Collector: ${mb(bavail * bsize)} free at ${root}, ${mb(DISK_BYTES)} needed. Free some disk space.`,
		);
}

/** What the builder's output means for the one who waits. */
function explain(output) {
	if (/dial tcp|no such host|i\/o timeout|TLS handshake|connection refused/.test(output))
		return "the Go module proxy cannot be reached. Check the network and `go env GOPROXY`.";
	if (/\/packages\/(catalog|errataprocessor)\//.test(output))
		return "the Go sources of this checkout do not compile; file and line are above.";
	if (/no space left/.test(output)) return "the disk is full. Free 2.5 GB and try again.";
	if (/unknown revision|404 Not Found|410 Gone/.test(output))
		return "the module proxy does not have a version; collector-config/README.md, Adding components, says what then.";
	return "the builder's own words are above.";
}

/** Runs the builder; returns the binary, which still lies in the builder's folder. */
function compile(log) {
	// `-mod=mod` or `-tags` of a user would change what is built; GOWORK could bring other sources of our modules.
	const env = { ...process.env, GOFLAGS: "-buildvcs=false", GOWORK: "off", CGO_ENABLED: "0" };
	const args = ["run", BUILDER, "--config", "builder.yaml"];
	const result = spawnSync("go", args, { cwd: path.join(root, "collector-config"), encoding: "utf8", env });
	const output = `${result.stdout}${result.stderr}`.trim();
	const built = path.join(cache, "build", "errata-collector");
	if (result.status === 0 && existsSync(built)) return built;
	log(output);
	throw new Error(`cannot build the Collector (exit code ${result.status}): ${explain(output)}`);
}

/** In place with one rename, then the link to it likewise; the oldest builds go. */
function install(built, hash) {
	const dir = path.join(cache, hash);
	mkdirSync(dir, { recursive: true });
	renameSync(built, path.join(dir, NAME));
	linkNewest(hash);
	const byAge = readdirSync(cache, { withFileTypes: true })
		.filter((e) => e.isDirectory() && /^[0-9a-f]{16}$/.test(e.name))
		.map((e) => ({ name: e.name, at: statSync(path.join(cache, e.name)).mtimeMs }))
		.sort((a, b) => b.at - a.at);
	for (const old of byAge.slice(KEPT)) rmSync(path.join(cache, old.name), { recursive: true, force: true });
}

function linkNewest(hash) {
	const fresh = `${newestCollector}.${process.pid}`;
	symlinkSync(path.join(hash, NAME), fresh);
	renameSync(fresh, newestCollector);
	const now = new Date();
	utimesSync(path.join(cache, hash), now, now);
}

/**
 * Builds the distribution unless it is there; silent when it is. One build at a time, across terminals.
 * @param {{ log?: (line: string) => void }} options
 * @returns {string} absolute path of the binary
 */
export function buildCollector({ log = console.log } = {}) {
	mkdirSync(cache, { recursive: true });
	const lock = path.join(cache, "lock");
	if (!existsSync(path.join(cache, hashOf(), NAME)) && existsSync(lock))
		log("collector: another build is under way; waiting for it");
	return withLock(lock, () => {
		const hash = hashOf();
		const file = path.join(cache, hash, NAME);
		if (existsSync(file)) {
			linkNewest(hash);
			return file;
		}
		checkGo();
		checkDisk();
		const warm = existsSync(newestCollector);
		log(
			`collector: building collector-config/builder.yaml (${warm ? "about half a minute" : "about 3 minutes when cold"})`,
		);
		const started = Date.now();
		install(compile(log), hash);
		const mb = Math.round(statSync(file).size / 1e6);
		log(`collector: ${path.relative(root, file)} (${mb} MB, ${Math.round((Date.now() - started) / 1000)} s)`);
		return file;
	});
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	try {
		if (process.argv.includes("--path")) console.log(collectorBinary());
		else buildCollector();
	} catch (error) {
		console.error(`collector: ${error.message}`);
		process.exitCode = 1;
	}
}
