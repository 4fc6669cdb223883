/**
 * What the active span, and those around it, say of an error's whereabouts: route, operation, peer, queue, user, feature
 * flags. Read when an error is described, never before. What a span that recorded the error itself says is taken in
 * `channels/spans.ts`.
 */
import type { AnyValue } from "@errata/catalog";
import { type Context, type Span, SpanKind, trace } from "@opentelemetry/api";
import { getRPCMetadata } from "@opentelemetry/core";
import { NODE_LIMITS } from "./limits.ts";
import { attempt } from "./values.ts";

/** Of any span on the way up; the nearest one wins. */
const ANY = [
	"http.request.method",
	"http.route",
	"rpc.system",
	"rpc.service",
	"rpc.method",
	"graphql.operation.name",
	"graphql.operation.type",
	"messaging.system",
	"messaging.destination.name",
	"messaging.operation.name",
	"faas.trigger",
	"faas.name",
	"user.id",
	"enduser.id",
	"session.id",
];

/** Of the active span only, and only of a call it makes: a server's own address is nobody's peer. */
const PEER = [
	"server.address",
	"server.port",
	"db.system.name",
	"db.namespace",
	"db.collection.name",
	"db.operation.name",
];

interface Readable {
	readonly kind?: SpanKind;
	readonly attributes?: Readonly<Record<string, unknown>>;
	readonly events?: readonly { readonly name: string; readonly attributes?: Readonly<Record<string, unknown>> }[];
}

/** Span to the one it was started in, of this process. */
const parents = new WeakMap<object, Span>();

export function rememberParent(span: object, parent: Context): void {
	const outer = trace.getSpan(parent);
	if (outer !== undefined) parents.set(span, outer);
}

/** Attributes by their OpenTelemetry names, and the feature flags that were evaluated: key to variant. */
export interface SpanFields {
	readonly attributes: Record<string, AnyValue>;
	readonly flags: Record<string, AnyValue>;
}

/** Never throws. */
export function spanFields(context: Context | undefined): SpanFields {
	const attributes: Record<string, AnyValue> = {};
	const flags: Record<string, AnyValue> = {};
	attempt(() => {
		if (context === undefined) return;
		let span: Span | undefined = trace.getSpan(context);
		if (span === undefined) return;
		const { kind } = span as Readable;
		if (kind === SpanKind.CLIENT || kind === SpanKind.PRODUCER) copy(PEER, span as Readable, attributes);
		for (let depth = 0; span !== undefined && depth < NODE_LIMITS.spanParents; depth++) {
			copy(ANY, span as Readable, attributes);
			collectFlags(span as Readable, flags);
			span = parents.get(span);
		}
		// The instrumentations of frameworks tell the server's span its route only when it ends.
		const { route } = getRPCMetadata(context) ?? {};
		if (route !== undefined && route !== "") attributes["http.route"] ??= route;
	}, undefined);
	return { attributes, flags };
}

function copy(keys: readonly string[], { attributes: own }: Readable, into: Record<string, AnyValue>): void {
	if (own === undefined) return;
	for (const key of keys) if (own[key] !== undefined && own[key] !== "") into[key] ??= own[key] as AnyValue;
}

/** `feature_flag.evaluation` events, and attributes as older SDKs of flags set them. */
function collectFlags(span: Readable, into: Record<string, AnyValue>): void {
	const events = span.events?.filter((event) => event.name.startsWith("feature_flag")) ?? [];
	for (const attributes of [...events.map((event) => event.attributes).reverse(), span.attributes]) {
		const key = attributes?.["feature_flag.key"];
		if (typeof key !== "string" || Object.hasOwn(into, key)) continue;
		if (Object.keys(into).length >= NODE_LIMITS.featureFlags) return;
		const value =
			attributes?.["feature_flag.result.variant"] ??
			attributes?.["feature_flag.variant"] ??
			attributes?.["feature_flag.result.value"];
		if (value !== undefined) into[key] = value as AnyValue;
	}
}
