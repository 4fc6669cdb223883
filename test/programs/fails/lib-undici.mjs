import pino from "pino";
import { request } from "undici";

const log = pino(pino.destination("/dev/null"));
try {
	await request("http://127.0.0.1:1/");
} catch (error) {
	log.error({ err: error }, "failed");
}
