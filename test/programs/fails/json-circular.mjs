import pino from "pino";

const log = pino(pino.destination("/dev/null"));
try {
	const a = {};
	a.a = a;
	JSON.stringify(a);
} catch (error) {
	log.error({ err: error }, "failed");
}
