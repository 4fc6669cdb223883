/** Limits of redaction, each with unit and reason. */
export const REDACTION_LIMITS = {
	/** Bytes: shorter keys of an HMAC-SHA-256 can be searched; RFC 2104 asks for at least the hash's length. */
	pseudonymKeyBytes: 32,
	/** Rounds over one text until nothing more is found. A round that finds nothing ends it; two are usual. */
	rounds: 8,
	/** Levels of nesting of a value. A deeper map or list becomes the string `[DEPTH]`. */
	depth: 16,
	/** Characters of a quoted value: a longer one lost its closing quote and ends with its line. */
	quotedChars: 8_192,
	/** Characters of a value that are looked at to judge it; the rest goes or stays with them. */
	judgedChars: 256,
	/** Characters of a maker's key after its prefix, where its rule says no less: 1Password's have about 800. */
	vendorKeyChars: 1_024,
	/** Words of a command line that are looked at after its program. */
	argumentWords: 24,
	/** Characters of a key in a text: `SPRING_DATASOURCE_HIKARI_PASSWORD` is 33. */
	keyChars: 64,
	/** Characters of an element's start tag with attributes. */
	tagChars: 256,
	/** Characters of a local part and of a domain (RFC 5321, 4.5.3.1). */
	emailLocalChars: 64,
	emailDomainChars: 253,
	/** Characters of a signature's fields joined by commas: Stripe's header has about 160. */
	signatureChars: 512,
	/** Characters of one word of a name. */
	nameWordChars: 64,
	/** Keys whose verdict is remembered; then the memory starts anew. */
	rememberedKeys: 4_096,
} as const;
