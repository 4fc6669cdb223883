/**
 * A worker whose program is a `data:` URL starts as it would without errata. The hooks of import-in-the-middle take an
 * entry without a file's ending for CommonJS, which a `data:` URL never is; here Node decides again by its media type.
 * Also the module of a loader thread, where those hooks run in one.
 */
import type { ResolveFnOutput, ResolveHookContext } from "node:module";

/** For `module.registerHooks`, in front of theirs. */
export function resolveData(
	specifier: string,
	context: ResolveHookContext,
	next: (specifier: string, context?: Partial<ResolveHookContext>) => ResolveFnOutput,
): ResolveFnOutput {
	const resolved = next(specifier, context);
	return isEntry(specifier, context) ? byMediaType(resolved) : resolved;
}

/** For `module.register`. */
export async function resolve(
	specifier: string,
	context: ResolveHookContext,
	next: (specifier: string, context?: Partial<ResolveHookContext>) => ResolveFnOutput | Promise<ResolveFnOutput>,
): Promise<ResolveFnOutput> {
	const resolved = await next(specifier, context);
	return isEntry(specifier, context) ? byMediaType(resolved) : resolved;
}

function isEntry(specifier: string, { parentURL }: ResolveHookContext): boolean {
	return parentURL === undefined && specifier.startsWith("data:");
}

function byMediaType({ format: _, ...resolved }: ResolveFnOutput): ResolveFnOutput {
	return resolved;
}
