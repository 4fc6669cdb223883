/** Where the Collector distribution is on this machine. How it is built is `scripts/build-collector.mjs` of the repository. */
import { accessSync, constants, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { ErrataError } from "@errata/catalog";

/**
 * `ERRATA_COLLECTOR`, else the build of this checkout, else `errata-collector` on PATH. Throws ErrataError with how to get
 * one.
 */
export function findCollector(env: Readonly<Record<string, string | undefined>>): string {
	const given = env.ERRATA_COLLECTOR;
	if (given !== undefined && given !== "") {
		const file = path.resolve(given);
		if (isProgram(file)) return file;
		throw missing(
			file,
			"ERRATA_COLLECTOR names no file that can be run",
			"Correct it, or unset it and run `npm run build:collector`",
		);
	}
	const onPath = (env.PATH ?? "").split(path.delimiter).filter((folder) => path.isAbsolute(folder));
	const found = [BUILT, ...onPath.map((folder) => path.join(folder, NAME))].find(isProgram);
	if (found !== undefined) return found;
	throw missing(
		NAME,
		"it is not built, and not on PATH",
		"Run `npm run build:collector` in a checkout of errata, or name one with ERRATA_COLLECTOR=path",
	);
}

const NAME = "errata-collector";

/** Where scripts/build-collector.mjs leaves the newest one; only in a checkout is there anything. */
const BUILT = path.resolve(
	path.dirname(fileURLToPath(import.meta.url)),
	"../../../node_modules/.cache/errata-collector",
	NAME,
);

function isProgram(file: string): boolean {
	try {
		accessSync(file, constants.X_OK);
		return statSync(file).isFile();
	} catch {
		return false;
	}
}

function missing(subject: string, cause: string, remedy: string): ErrataError {
	return new ErrataError({
		operation: "start the Collector",
		subject,
		cause,
		remedy,
		code: "LOCAL_COLLECTOR_MISSING",
	});
}
