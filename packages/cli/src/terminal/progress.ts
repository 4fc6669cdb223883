/** Progress of long work on one line of a terminal; in a pipe a line now and then. What the work is, its command knows. */
import { LIMITS } from "../limits.ts";
import type { Sink } from "../output.ts";
import { count, duration } from "./human.ts";

export interface Progress {
	/** `note` stands behind the figures. */
	update(done: number, total: number, note: string): void;
	/** Clears the line. */
	end(): void;
}

const BAR = 24;

/** `what` is the plural of what is counted. `now` in milliseconds. */
export function createProgress(sink: Sink, what: string, now: () => number): Progress {
	const started = now();
	let told = started;
	return {
		update: (done, total, note) => {
			const at = now();
			const pause = sink.isTTY ? LIMITS.progressTerminalMs : LIMITS.progressPipeMs;
			if (at - told < pause) return;
			told = at;
			const share = total === 0 ? 1 : Math.min(done / total, 1);
			const left = done === 0 ? "" : `, ${duration(((at - started) / done) * Math.max(total - done, 0))} left`;
			const figures = `${count(done)} of ${count(total)} ${what} (${Math.floor(share * 100)}%${left}) ${note}`;
			if (!sink.isTTY) return sink.line(figures);
			const full = Math.round(share * BAR);
			sink.status(`${sink.style.cyan("█".repeat(full))}${sink.style.dim("░".repeat(BAR - full))} ${figures}`);
		},
		end: () => sink.status(""),
	};
}
