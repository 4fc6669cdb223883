/**
 * Errors of GraphQL Yoga 5, by a plugin of its own kind that is put before the application's: what a resolver threw, before
 * it is masked. Apollo Server runs on graphql-js, whose instrumentation records the same on spans.
 */
import { type Library, wrapMethod } from "../libraries.ts";
import { attempt } from "../values.ts";
import type { Fail } from "./frameworks.ts";

interface GraphqlError {
	readonly originalError?: unknown;
	readonly extensions?: Readonly<Record<string, unknown>>;
}

interface Executed {
	readonly args: { readonly operationName?: string | null; readonly document?: Document };
}

interface Document {
	readonly definitions?: readonly { readonly operation?: string; readonly name?: { readonly value?: string } }[];
}

interface Done {
	readonly result?: { readonly errors?: readonly GraphqlError[] };
}

export function yoga(fail: Fail): Library[] {
	const plugin = {
		onExecute: ({ args }: Executed) => ({
			onExecuteDone: ({ result }: Done) => {
				attempt(() => failed(args, result?.errors ?? [], fail), undefined);
			},
		}),
	};
	const patch = (exports: Record<string, unknown>): void =>
		wrapMethod(exports, "createYoga", (original) => {
			return function (this: unknown, ...args: unknown[]): unknown {
				const options = args[0] as { plugins?: readonly unknown[] };
				return original.apply(this, [{ ...options, plugins: [plugin, ...(options.plugins ?? [])] }, ...args.slice(1)]);
			};
		});
	const versions = [">=5 <6"];
	return [
		{ module: "graphql-yoga", versions, patch },
		// The entry of the CommonJS build only passes on what this file exports.
		{ module: "graphql-yoga", versions, file: "graphql-yoga/cjs/server.js", patch },
	];
}

function failed(args: Executed["args"], errors: readonly GraphqlError[], fail: Fail): void {
	const operation = args.document?.definitions?.find((definition) => definition.operation !== undefined);
	const name = args.operationName ?? operation?.name?.value;
	for (const error of errors.slice(0, 20)) {
		// An error that is a GraphQLError from the start is meant for the client, Yoga says; its code may say otherwise.
		const forClient = !error.originalError && error.extensions?.code === undefined;
		fail({
			error,
			...(forClient ? { status: 400 } : {}),
			attributes: {
				...(name === undefined ? {} : { "graphql.operation.name": name }),
				...(operation?.operation === undefined ? {} : { "graphql.operation.type": operation.operation }),
			},
		});
	}
}
