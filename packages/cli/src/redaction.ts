/** Redaction as configured, for the commands that redact. How it works is the catalog's. */
import type { RedactionOptions } from "@errata/catalog";
import type { Config } from "@errata/node/config";

export function redactionOptions(config: Config): RedactionOptions {
	const key = config["redaction.pseudonymKey"];
	return {
		mode: config["redaction.mode"],
		deny: config["redaction.deny"],
		allow: config["redaction.allow"],
		...(key === "" ? {} : { pseudonymKey: key }),
	};
}
