/**
 * Delay of the event loop while N errors per second are captured: `node --import ... storm.ts errata|stock N seconds`. Stock:
 * the same errors as log records of the plain SDK. One JSON line: milliseconds.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { capture } from "@errata/node";
import { logs, SeverityNumber } from "@opentelemetry/api";

const [kind, rate = "5000", seconds = "3"] = process.argv.slice(2);
/** Milliseconds between two handfuls of errors. */
const TICK = 5;
const each = (Number(rate) * TICK) / 1000;
const logger = logs.getLogger("storm");

function fail(depth: number, i: number): Error {
	return depth > 0 ? fail(depth - 1, i) : new RangeError(`order ${i} has no price`);
}

async function storm(ms: number): Promise<number> {
	const ends = performance.now() + ms;
	let made = 0;
	let due = 0;
	for (let now = performance.now(), last = now; now < ends; last = now, now = performance.now()) {
		due += ((now - last) / TICK) * each;
		// A late turn does not owe more than a tenth of a second.
		for (due = Math.min(due, 20 * each); due >= 1; due--, made++) {
			const error = fail(10, made);
			if (kind === "errata") capture(error);
			else logger.emit({ severityNumber: SeverityNumber.ERROR, body: error.message, exception: error });
		}
		await sleep(TICK);
	}
	return made;
}

await storm(1_000);
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const made = await storm(Number(seconds) * 1000);
delay.disable();
const ms = (ns: number): number => ns / 1e6;
console.log(
	JSON.stringify({ made, p99: ms(delay.percentile(99)), max: ms(delay.max), perSecond: made / Number(seconds) }),
);
process.exit(0);
