/**
 * Next.js: `instrumentation.ts` with one line, `export { onRequestError, register } from "@errata/node/next"`. Small on
 * purpose: a bundler puts this file into the application's bundle, and must leave the rest of the package outside.
 */
import { sharedState } from "./state.ts";

/** What Next hands to `onRequestError`. */
export interface NextRequest {
	/** With its query. */
	readonly path: string;
	readonly method: string;
}

export interface NextErrorContext {
	readonly routerKind?: string;
	/** The route's file, as in `/products/[id]`. */
	readonly routePath?: string;
	readonly routeType?: string;
	readonly renderSource?: string | undefined;
	readonly revalidateReason?: string | undefined;
}

/** Starts errata, unless `NODE_OPTIONS` has. Libraries that were loaded before are not seen. */
export async function register(): Promise<void> {
	if (sharedState().registered) return;
	// Where the application was bundled, the package is found from the bundle: by name.
	await import(/* webpackIgnore: true */ /* turbopackIgnore: true */ "@errata/node/register");
}

/** An error that Next caught on the server: rendering, route handlers, server actions, middleware. Never throws. */
export function onRequestError(error: unknown, request: NextRequest, context: NextErrorContext): void {
	try {
		const { routerKind, routePath, routeType, renderSource, revalidateReason } = context;
		const fields = {
			router: routerKind,
			route_type: routeType,
			render_source: renderSource,
			revalidate_reason: revalidateReason,
		};
		const attributes: Record<string, unknown> = { "url.path": request.path.replace(/[?#].*/su, "") };
		for (const [name, value] of Object.entries(fields))
			if (value !== undefined) attributes[`errata.context.next.${name}`] = value;
		sharedState().fail?.({ error, status: 500, route: routePath, method: request.method, attributes, again: true });
	} catch {
		// A hook that throws would be an error of the application.
	}
}
