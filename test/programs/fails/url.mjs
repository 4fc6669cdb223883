import pino from "pino";

const log = pino(pino.destination("/dev/null"));
try {
	new URL("nope");
} catch (error) {
	log.error({ err: error }, "failed");
}
