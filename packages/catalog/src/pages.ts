/** Pages generated from data: every code, every attribute. `build.ts` writes them, a test compares them. */
import { ATTRIBUTES, type AttributeDoc, SCHEMA_VERSION } from "./attributes.ts";
import type { CompiledCatalog } from "./catalog.ts";
import { CATEGORIES } from "./categories.ts";

/** Every code by category, with what it means and whether a retry helps. */
export function codesPage(catalog: CompiledCatalog): string {
	const lines = [
		"# Codes",
		"",
		`Generated from \`entries/*.yaml\` (catalog ${catalog.version}, ${catalog.entries.length} codes); do not edit. A published code is never removed or reused.`,
		"`errata catalog explain CODE` shows one with its suggestions.",
	];
	for (const category of CATEGORIES) {
		const entries = catalog.entries.filter((e) => e.category === category);
		if (entries.length === 0) continue;
		lines.push(
			"",
			`## ${category}`,
			"",
			"| code | title | severity | retryable | reference |",
			"|---|---|---|---|---|",
		);
		for (const e of entries) {
			const retry = e.retryable === undefined ? "depends" : e.retryable ? "yes" : "no";
			const title =
				e.inferred !== undefined
					? `${e.title} (inferred from ${e.inferred})`
					: e.retired === undefined
						? e.title
						: `${e.title} (retired in ${e.retired.in}, see ${e.retired.successor})`;
			lines.push(
				`| [\`${e.code}\`](codes/${e.code}.md) | ${cell(title)} | ${e.severity} | ${retry} | ${(e.docs ?? []).map((d, i) => `[${i + 1}](${d})`).join(" ")} |`,
			);
		}
	}
	return `${lines.join("\n")}\n`;
}

/** Every attribute errata writes, with type and meaning. */
export function attributesPage(): string {
	const rows = Object.entries<AttributeDoc>(ATTRIBUTES).map(
		([name, doc]) =>
			`| \`${name}\` | ${doc.type} | ${cell(doc.meaning)} | ${doc.voice ? "recomputed from untrusted senders" : ""} |`,
	);
	return `${[
		"# Attributes",
		"",
		`Generated from \`src/attributes.ts\` (schema ${SCHEMA_VERSION}); do not edit. Names of OpenTelemetry's semantic conventions (\`exception.*\`, \`error.type\`, \`code.*\`, ...) are used as they are and not repeated here.`,
		"",
		"| attribute | type | meaning | trust |",
		"|---|---|---|---|",
		...rows,
	].join("\n")}\n`;
}

function cell(text: string): string {
	return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
