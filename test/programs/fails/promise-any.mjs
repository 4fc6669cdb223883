import pino from "pino";

const log = pino(pino.destination("/dev/null"));
try {
	await Promise.any([Promise.reject(new Error("a")), Promise.reject(new TypeError("b"))]);
} catch (error) {
	log.error({ err: error }, "failed");
}
