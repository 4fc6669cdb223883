import { MongoClient } from "mongodb";
import pino from "pino";

const log = pino(pino.destination("/dev/null"));
try {
	await new MongoClient("mongodb://127.0.0.1:1", { serverSelectionTimeoutMS: 100 }).connect();
} catch (error) {
	log.error({ err: error }, "failed");
}
