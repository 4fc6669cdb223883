/** UUIDv7 (RFC 9562): the id of one occurrence, `log.record.uid`. Ordered by time, 74 random bits. */
import { randomFillSync } from "node:crypto";

const POOL = Buffer.alloc(1_600);
let used = POOL.length;

/** A new UUIDv7 in its usual form. */
export function uuidv7(now = Date.now()): string {
	if (used + 10 > POOL.length) {
		randomFillSync(POOL);
		used = 0;
	}
	const random = POOL.subarray(used, used + 10);
	used += 10;
	random[0] = ((random[0] as number) & 0x0f) | 0x70;
	random[2] = ((random[2] as number) & 0x3f) | 0x80;
	const time = now.toString(16).padStart(12, "0");
	const hex = time + random.toString("hex");
	return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
