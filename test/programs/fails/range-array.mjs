import pino from "pino";

const log = pino(pino.destination("/dev/null"));
try {
	new Array(-1);
} catch (error) {
	log.error({ err: error }, "failed");
}
