/**
 * What an API key is: `errata_<id>_<secret>`. The id is no secret and names the key in lists and in the audit trail; of the
 * secret, 256 random bits, only the SHA-256 is kept: no slow hash is needed where nothing can be guessed.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

export interface KeyParts {
	readonly id: string;
	readonly secret: string;
}

export interface NewKey extends KeyParts {
	/** What the caller sends; shown once. */
	readonly text: string;
	/** Hex. */
	readonly secretSha256: string;
}

const ID_BYTES = 8;
const SECRET_BYTES = 32;
const KEY = /^errata_([0-9a-f]{16})_([0-9a-f]{64})$/u;

export function newKey(): NewKey {
	const id = randomBytes(ID_BYTES).toString("hex");
	const secret = randomBytes(SECRET_BYTES).toString("hex");
	return { id, secret, text: `errata_${id}_${secret}`, secretSha256: sha256(secret).toString("hex") };
}

/** Undefined for what is no key. */
export function parseKey(text: string): KeyParts | undefined {
	const [, id, secret] = KEY.exec(text) ?? [];
	return id === undefined || secret === undefined ? undefined : { id, secret };
}

/** Whether a secret is the one of this hash; takes as long for a wrong one, and for a key that does not exist. */
export function isSecret(secret: string, secretSha256: string | undefined): boolean {
	const known = Buffer.from(secretSha256 ?? "", "hex");
	const whole = known.length === SECRET_BYTES;
	return timingSafeEqual(sha256(secret), whole ? known : Buffer.alloc(SECRET_BYTES)) && whole;
}

function sha256(text: string): Buffer {
	return createHash("sha256").update(text).digest();
}
