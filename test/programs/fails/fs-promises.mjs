import { readFile } from "node:fs/promises";
import pino from "pino";

const log = pino(pino.destination("/dev/null"));
try {
	await readFile("/no/such/file");
} catch (error) {
	log.error({ err: error }, "failed");
}
