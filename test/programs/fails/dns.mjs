import { lookup } from "node:dns/promises";
import pino from "pino";

const log = pino(pino.destination("/dev/null"));
try {
	await lookup("no-such-host.invalid");
} catch (error) {
	log.error({ err: error }, "failed");
}
