/** Opens the channels errors come by, as the configuration asks for. Spans are watched by their own processor. */
import { watchConsole } from "./channels/console.ts";
import { watchFastify } from "./channels/fastify.ts";
import { watchPino } from "./channels/pino.ts";
import { watchUncaught } from "./channels/uncaught.ts";
import type { Runtime } from "./runtime.ts";

/** `beforeDeath` runs in a crash, after its record was emitted: it writes to disk what would be lost. */
export function openChannels({ config, held }: Runtime, beforeDeath: () => void): void {
	if (config["capture.uncaught"])
		watchUncaught(() => {
			held.settleAll();
			beforeDeath();
		});
	if (config["capture.console"]) watchConsole();
	if (config["capture.pino"]) watchPino();
	if (config["capture.frameworks"]) watchFastify(held);
}
