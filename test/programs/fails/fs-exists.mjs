import { mkdirSync } from "node:fs";
import pino from "pino";

const log = pino(pino.destination("/dev/null"));
try {
	mkdirSync("/tmp");
} catch (error) {
	log.error({ err: error }, "failed");
}
