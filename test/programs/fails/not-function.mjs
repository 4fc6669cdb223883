import pino from "pino";

const log = pino(pino.destination("/dev/null"));
try {
	const x = {};
	x.y();
} catch (error) {
	log.error({ err: error }, "failed");
}
