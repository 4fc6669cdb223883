/** What a map's key says besides its verdict (`keys.ts`): what cannot stand below it, and whether it only describes. */
import { wordsOf } from "./chars.ts";
import { SKIP_NOTHING, type Skip } from "./find.ts";
import { DESCRIBES, PEER_KEYS, PLAIN_PARENTS, ROUTE_KEYS, VERSION_WORDS } from "./key-table.ts";
import { REDACTION_LIMITS } from "./limits.ts";

export interface KeyFacts {
	readonly skip: Skip;
	/** Below a secret key it describes the secret: `token: { expires_in }`. */
	readonly describes: boolean;
	/** Exactly `name`. */
	readonly isName: boolean;
	/** Says nothing of what it holds: `data`, `input`. */
	readonly isPlain: boolean;
}

function factsOf(key: string): KeyFacts {
	// The end decides, as it does for a verdict.
	const words = wordsOf(key.length > 128 ? key.slice(-128) : key);
	const last = words[words.length - 1] ?? "";
	const tail = words.slice(-2).join("");
	const endsWith = (keys: readonly string[]): boolean => keys.includes(last) || keys.includes(tail);
	const addresses = endsWith(PEER_KEYS) || VERSION_WORDS.includes(last);
	const homes = endsWith(ROUTE_KEYS);
	return {
		skip: addresses || homes ? { addresses, homes } : SKIP_NOTHING,
		describes: DESCRIBES.has(last),
		isName: words.length === 1 && last === "name",
		isPlain: words.length === 1 && PLAIN_PARENTS.includes(last),
	};
}

/** `factsOf` with a memory: records carry the same keys again and again. */
export function createKeyFacts(): (key: string) => KeyFacts {
	let memory = new Map<string, KeyFacts>();
	return (key) => {
		const known = memory.get(key);
		if (known !== undefined) return known;
		const facts = factsOf(key);
		if (memory.size >= REDACTION_LIMITS.rememberedKeys) memory = new Map();
		if (key.length <= REDACTION_LIMITS.keyChars) memory.set(key, facts);
		return facts;
	};
}
