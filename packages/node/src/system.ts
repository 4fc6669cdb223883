/** Figures of the process at the time of an error: `errata.system.*`. Read at most every `systemAgeMs`. */
import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import { NODE_LIMITS } from "./limits.ts";

export class SystemState {
	readonly #delay: ReturnType<typeof monitorEventLoopDelay>;
	#last: ReturnType<typeof performance.eventLoopUtilization>;
	#read = 0;
	#figures: Record<string, number> = {};

	constructor() {
		// 50 ms: a stall shorter than that seldom explains a failure, and the timer costs nothing at that pace.
		this.#delay = monitorEventLoopDelay({ resolution: 50 });
		this.#delay.enable();
		this.#last = performance.eventLoopUtilization();
	}

	/** Attribute name to figure: bytes, seconds, milliseconds, a share of 1. */
	figures(): Readonly<Record<string, number>> {
		const now = performance.now();
		if (this.#read !== 0 && now - this.#read < NODE_LIMITS.systemAgeMs) return this.#figures;
		this.#read = now;
		const memory = process.memoryUsage();
		const cpu = process.cpuUsage();
		const utilization = performance.eventLoopUtilization(this.#last);
		this.#last = performance.eventLoopUtilization();
		this.#figures = {
			"errata.system.memory.rss": memory.rss,
			"errata.system.memory.heap_used": memory.heapUsed,
			"errata.system.memory.heap_total": memory.heapTotal,
			"errata.system.memory.external": memory.external,
			"errata.system.cpu.user": cpu.user / 1e6,
			"errata.system.cpu.system": cpu.system / 1e6,
			"errata.system.eventloop.utilization": round(utilization.utilization),
			"errata.system.uptime": round(process.uptime()),
			...this.#delays(),
		};
		return this.#figures;
	}

	#delays(): Record<string, number> {
		// Without a sample yet (a program that fails at once) the histogram has no mean.
		if (!Number.isFinite(this.#delay.mean) || this.#delay.count === 0) return {};
		const figures = {
			"errata.system.eventloop.delay_mean": round(this.#delay.mean / 1e6),
			"errata.system.eventloop.delay_max": round(this.#delay.max / 1e6),
		};
		this.#delay.reset();
		return figures;
	}
}

function round(value: number): number {
	return Math.round(value * 1_000) / 1_000;
}
