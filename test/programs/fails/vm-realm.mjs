import vm from "node:vm";
import pino from "pino";

const log = pino(pino.destination("/dev/null"));
try {
	vm.runInNewContext("null.x");
} catch (error) {
	log.error({ err: error }, "failed");
}
