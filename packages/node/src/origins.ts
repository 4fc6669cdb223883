/**
 * Where an error was first seen: the route, operation or peer it failed at, and whether a framework means it as an answer
 * to its client. Whoever reports the error later has it from here.
 */
import { isObject, type Origin, sharedState } from "./state.ts";

export interface Place {
	readonly attributes: Readonly<Record<string, unknown>>;
	/** Severity of an answer 4xx, `off` if it is not to be reported; `undefined` for anything else. */
	readonly client?: Origin["client"];
}

/** What was known first stays. */
export function placeError(error: unknown, { attributes, client }: Place): void {
	if (!isObject(error)) return;
	const { origins } = sharedState();
	const seen = origins.get(error);
	const known = seen?.client ?? client;
	origins.set(error, {
		...seen,
		attributes: { ...attributes, ...seen?.attributes },
		...(known === undefined ? {} : { client: known }),
	});
}

export function originOf(error: unknown): Origin | undefined {
	return isObject(error) ? sharedState().origins.get(error) : undefined;
}
