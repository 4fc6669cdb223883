/** Finds the engine's native library for this machine. Which platforms have one is decided here and nowhere else. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { ErrataError } from "@errata/catalog";

export interface EngineLibrary {
	/** Absolute path of libchdb.so. */
	readonly file: string;
	/** Year and month of the ClickHouse inside, as in "26.7". */
	readonly series: string;
}

/** Throws ErrataError on Windows, Alpine (musl), other processors, and when the optional package was not installed. */
export function findLibrary(platform: string = process.platform, arch: string = process.arch): EngineLibrary {
	const name = packageFor(platform, arch);
	try {
		const fromChdb = createRequire(createRequire(import.meta.url).resolve("chdb/package.json"));
		const manifest = fromChdb.resolve(`${name}/package.json`);
		const file = path.join(path.dirname(manifest), "libchdb.so");
		if (!existsSync(file)) throw new Error(`${file} is missing`);
		const version = (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
		return { file, series: version.split(".").slice(0, 2).join(".") };
	} catch (error) {
		throw new ErrataError({
			operation: "load",
			subject: `the ClickHouse engine (${name})`,
			cause: "its npm package is not installed",
			remedy: "Install again without --omit=optional and --no-optional: npm install @errata/local",
			code: "LOCAL_ENGINE_MISSING",
			origin: error,
		});
	}
}

function packageFor(platform: string, arch: string): string {
	if (platform === "linux" && isMusl()) throw unsupported("Alpine (musl)");
	if ((platform === "linux" || platform === "darwin") && (arch === "x64" || arch === "arm64"))
		return platform === "linux" ? `@chdb/lib-linux-${arch}-gnu` : `@chdb/lib-darwin-${arch}`;
	throw unsupported(platform === "win32" ? "Windows" : `${platform} ${arch}`);
}

function unsupported(what: string): ErrataError {
	return new ErrataError({
		operation: "run",
		subject: "the ClickHouse engine",
		cause: `there is no build of it for ${what}`,
		remedy:
			"Use Linux with glibc or macOS (WSL 2 or a Debian-based container will do), or point errata at a ClickHouse server with ERRATA_CLICKHOUSE_URL",
		code: "LOCAL_PLATFORM",
	});
}

function isMusl(): boolean {
	const report = process.report as NodeJS.ProcessReport & { excludeNetwork: boolean };
	// Without this the report looks up host names.
	report.excludeNetwork = true;
	const header = (report.getReport() as { header?: { glibcVersionRuntime?: string } }).header;
	return header?.glibcVersionRuntime === undefined;
}
