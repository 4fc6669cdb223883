import pino from "pino";

const log = pino(pino.destination("/dev/null"));
try {
	await fetch("http://127.0.0.1:1/");
} catch (error) {
	log.error({ err: error }, "failed");
}
