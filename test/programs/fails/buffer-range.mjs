import pino from "pino";

const log = pino(pino.destination("/dev/null"));
try {
	Buffer.alloc(2).readUInt32LE(0);
} catch (error) {
	log.error({ err: error }, "failed");
}
