/** The programs that meet faults: what they do, in JavaScript, and how a test hears of it. Where they send is their environment. */

/** Numbered errors of ten groups, so many a second as the argument says, until standard input ends; then how many there were. */
export const STEADY = `
import { capture } from "@errata/node";
const classes = Array.from({ length: 10 }, (_, i) => ({ ["Fault" + "ABCDEFGHIJ"[i]]: class extends Error {} })).map((one) => Object.values(one)[0]);
let made = 0;
const started = Date.now();
const timer = setInterval(() => {
	for (; made < ((Date.now() - started) * Number(process.argv[2])) / 1_000; made++) {
		const Fault = classes[made % classes.length];
		capture(Object.assign(new Fault("record " + made), { name: Fault.name }));
	}
}, 10);
process.stdin.on("end", () => {
	clearInterval(timer);
	process.stdout.write(String(made));
}).resume();
console.log("up");
`;

/** A run with some errors behind it, and how it ends: "throw", "reject", or it waits for a signal. */
export const RUN = `
import { capture } from "@errata/node";
const [, , id, how] = process.argv;
for (let i = 0; i < 3; i++) capture(new Error("early " + id + " " + i));
setTimeout(() => {
	if (how === "throw") throw new RangeError("last " + id);
	if (how === "reject") Promise.reject(new RangeError("last " + id));
	console.log("waiting");
	setInterval(() => {}, 1_000);
}, 20 + Math.random() * 300);
`;

/** Five errors, each after the receiver had time to say something, then on until standard input ends. */
export const FEW = `
import { capture } from "@errata/node";
let made = 0;
const timer = setInterval(() => {
	capture(new Error("few " + made++));
	if (made === 5) clearInterval(timer);
}, 150);
process.stdin.on("end", () => clearInterval(timer)).resume();
`;

/** Knows that nobody listens, then makes an error and says so in the same turn's end. */
export const DOOMED = `
import { capture } from "@errata/node";
capture(new Error("doomed 0"));
setTimeout(() => {
	for (let i = 1; i < 20; i++) capture(new Error("doomed " + i));
	setImmediate(() => setImmediate(() => console.log("written")));
	setInterval(() => {}, 1_000);
}, 1_500);
`;

/** More errors, logs and spans than one request takes, then an end in order: milliseconds that took. */
export const ENDING = `
import { capture, createLogger } from "@errata/node";
import { logs, trace } from "@opentelemetry/api";
for (let i = 0; i < 300; i++) {
	class Ending extends Error {}
	capture(new Ending("ending " + i));
	createLogger("app").info("line " + i);
	trace.getTracer("app").startSpan("span " + i).end();
}
const started = performance.now();
const provider = logs.getLoggerProvider();
await (provider.getDelegate?.() ?? provider._getDelegate?.() ?? provider).shutdown();
console.log(Math.round(performance.now() - started));
`;

/** Errors for a spool that is too small for them, quickly, then on until standard input ends. */
export const MANY = `
import { capture } from "@errata/node";
for (let i = 0; i < 300; i++) {
	class Many extends Error {}
	capture(new Many("many " + i));
	if (i % 30 === 0) await new Promise((resolve) => setTimeout(resolve, 40));
}
process.stdin.on("end", () => process.exit(0)).resume();
console.log("made");
`;
