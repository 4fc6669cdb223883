import pg from "pg";
import pino from "pino";

const log = pino(pino.destination("/dev/null"));
try {
	await new pg.Client({ host: "127.0.0.1", port: 1 }).connect();
} catch (error) {
	log.error({ err: error }, "failed");
}
