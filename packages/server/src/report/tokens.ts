/** Tokens as o200k_base counts them. The ranks are some megabytes: loaded only when a report is written. */
import type { Tokenizer } from "./model.ts";

export async function loadTokenizer(): Promise<Tokenizer> {
	const { countTokens, encode, decode } = await import("gpt-tokenizer/encoding/o200k_base");
	// Telemetry that looks like a special token is text like any other.
	const options = { disallowedSpecial: new Set<string>() };
	return {
		count: (text) => countTokens(text, options),
		cut: (text, max) => {
			const tokens = encode(text, options);
			if (tokens.length <= max) return text;
			return decode(tokens.slice(0, max)).replace(/\ufffd+$/u, "");
		},
	};
}
