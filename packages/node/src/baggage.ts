/**
 * Task fields in OpenTelemetry's baggage, which instrumentations carry to other services and queues: the keys that
 * `context.baggage` names, in both directions, and no other. Baggage leaves with every outgoing call, to any host.
 */
import { type BaggageEntry, type Context, propagation } from "@opentelemetry/api";
import { NODE_LIMITS } from "./limits.ts";
import { sharedState } from "./state.ts";
import { attempt } from "./values.ts";

/** `context` with the allowed ones of `fields` in its baggage; `context` itself if there are none. */
export function withBaggage(context: Context, fields: Readonly<Record<string, unknown>>): Context {
	const allowed = sharedState().baggage;
	if (allowed === undefined || allowed.size === 0) return context;
	const entries: [string, BaggageEntry][] = [];
	for (const key of allowed) {
		const value = fieldOf(fields, key);
		if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") continue;
		entries.push([key, { value: String(value).slice(0, NODE_LIMITS.baggageChars) }]);
	}
	if (entries.length === 0) return context;
	let baggage = propagation.getBaggage(context) ?? propagation.createBaggage();
	for (const [key, entry] of entries) baggage = baggage.setEntry(key, entry);
	return propagation.setBaggage(context, baggage);
}

/** The allowed entries that came with the context. */
export function baggageFields(context: Context | undefined): Record<string, unknown> {
	const allowed = sharedState().baggage;
	if (context === undefined || allowed === undefined || allowed.size === 0) return {};
	const fields: Record<string, unknown> = {};
	for (const [key, entry] of propagation.getBaggage(context)?.getAllEntries() ?? [])
		if (allowed.has(key)) fields[key] = entry.value.slice(0, NODE_LIMITS.baggageChars);
	return fields;
}

/** `task.id` of `{ "task.id": 7 }` and of `{ task: { id: 7 } }`. */
function fieldOf(fields: Readonly<Record<string, unknown>>, key: string): unknown {
	return attempt(() => {
		if (Object.hasOwn(fields, key)) return fields[key];
		const dot = key.indexOf(".");
		const map = dot < 0 ? undefined : fields[key.slice(0, dot)];
		return typeof map === "object" && map !== null ? (map as Record<string, unknown>)[key.slice(dot + 1)] : undefined;
	}, undefined);
}
