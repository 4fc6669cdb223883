import { PassThrough } from "node:stream";
import { finished } from "node:stream/promises";
import pino from "pino";

const log = pino(pino.destination("/dev/null"));
try {
	const s = new PassThrough();
	const p = finished(s);
	s.destroy();
	await p;
} catch (error) {
	log.error({ err: error }, "failed");
}
