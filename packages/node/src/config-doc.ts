/** `CONFIG.md` from the table of keys. Run as a program (`node src/config-doc.ts`) it writes the page; the test compares. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expectedOf, unitText } from "./config.ts";
import { CONFIG_KEYS, type ConfigKey } from "./config-keys.ts";

const HEAD = `# Configuration

Generated from \`src/config-keys.ts\` by \`node packages/node/src/config-doc.ts\`; do not edit.

Order: command-line flag, \`ERRATA_*\`, \`OTEL_*\`, \`errata.yaml\`, default. The file is \`errata.yaml\` in the working
directory, or the one \`ERRATA_CONFIG\` names; no other place is searched. Keys are nested by their dots:

\`\`\`yaml
redaction:
  mode: replace
  deny: [customer_ref]
source:
  lines: 3
\`\`\`

\`errata init\` writes one with every key of an application, explained. With its first line, \`# yaml-language-server:
$schema=./node_modules/@errata/node/errata.schema.json\`, editors complete and check it; \`errata config print\` shows each
value and where it came from.

An invalid value is reported with its key, what was expected, what came and from where; the next source's value is used.
An application says it once, as a log record of severity WARN, and runs on; a command of the CLI stops instead.
Keys marked _environment only_ are refused in the file: a project's \`errata.yaml\` is not trusted with endpoints, secrets and
places to write. All \`OTEL_*\` variables keep their meaning (endpoint, headers, service name, exporters, sampling).
`;

/** The page, ending in a newline. */
export function configPage(): string {
	const sections = (Object.entries(CONFIG_KEYS) as [string, ConfigKey][]).map(([name, key]) => section(name, key));
	return `${HEAD}\n${sections.join("\n")}`;
}

function section(name: string, key: ConfigKey): string {
	const fallback = Array.isArray(key.default)
		? key.default.length === 0
			? "empty list"
			: key.default.map((item) => `\`${item}\``).join(", ")
		: key.default === ""
			? "empty"
			: `\`${key.default}\``;
	const lines = [
		`## ${name}`,
		"",
		key.doc,
		"",
		`- Variable: \`${key.env}\`${key.otel === undefined ? "" : `, else \`${key.otel}\``}`,
		`- Value: ${expectedOf(key)}${unitText(key)}`,
		`- Default: ${fallback}`,
	];
	if (key.trusted === true) lines.push("- Environment only");
	return `${lines.join("\n")}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
	writeFileSync(fileURLToPath(new URL("../CONFIG.md", import.meta.url)), configPage());
