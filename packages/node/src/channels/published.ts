/** Errors that libraries publish on diagnostics channels, by the channels the configuration names. */
import diagnostics from "node:diagnostics_channel";
import { isError } from "../normalize.ts";
import { claimChannel } from "../state.ts";
import { attempt } from "../values.ts";
import type { Fail } from "./frameworks.ts";

export function watchPublished(names: readonly string[], fail: Fail): void {
	for (const name of names) {
		if (!claimChannel(`diagnostics:${name}`)) continue;
		diagnostics.subscribe(name, (message) => {
			const error = isError(message) ? message : attempt(() => (message as { error?: unknown }).error, undefined);
			fail({ error });
		});
	}
}
