/** Ids, times and windows as they travel. */
import { CATEGORIES, SEVERITIES } from "@errata/catalog";
import { Type } from "typebox";

export const Fingerprint = Type.String({
	pattern: "^[0-9a-f]{4,32}$",
	description: "Group key, or its first 4 digits or more",
});
export const EventId = Type.String({
	pattern: "^[0-9A-Za-z._:-]{1,128}$",
	description: "Id of an occurrence (`eventId`)",
});
export const TraceId = Type.String({ pattern: "^[0-9a-fA-F]{32}$", description: "W3C trace id" });
export const Time = Type.String({ description: "ISO 8601, UTC" });
export const Cursor = Type.String({
	minLength: 1,
	maxLength: 512,
	description: "`next` of the page before",
});
/** `15m`, `24h`, `7d`. */
export const Window = Type.String({
	pattern: "^[1-9][0-9]{0,4}[smhd]$",
	description: "Duration such as 15m, 24h or 7d",
});
export const Text = (description: string) => Type.String({ description });
export const Limit = (preset: number, max: number) =>
	Type.Integer({ minimum: 1, maximum: max, default: preset, description: `At most ${max}` });

function oneOf<const T extends readonly string[]>(values: T, description: string) {
	return Type.Unsafe<T[number]>(Type.String({ enum: [...values], description }));
}

// What the store holds is text: that it is one of these is checked on the way in, not by types here.
export const Category = Type.String({ enum: [...CATEGORIES], description: "Closed list of categories" });
export const Severity = Type.String({
	enum: [...SEVERITIES, ""],
	description: "How much it matters; empty if unknown",
});
export const Retryable = Type.Unsafe<boolean | null>({
	type: ["boolean", "null"],
	description: "Whether the same call may succeed later; null where it depends",
});
export { oneOf };
