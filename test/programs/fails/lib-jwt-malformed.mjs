import jwt from "jsonwebtoken";
import pino from "pino";

const log = pino(pino.destination("/dev/null"));
try {
	jwt.verify("x", "k");
} catch (error) {
	log.error({ err: error }, "failed");
}
