import { createHash } from "node:crypto";
import pino from "pino";

const log = pino(pino.destination("/dev/null"));
try {
	createHash("md-none");
} catch (error) {
	log.error({ err: error }, "failed");
}
