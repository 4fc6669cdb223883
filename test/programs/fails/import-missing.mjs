import pino from "pino";

const log = pino(pino.destination("/dev/null"));
try {
	await import("no-such-package");
} catch (error) {
	log.error({ err: error }, "failed");
}
