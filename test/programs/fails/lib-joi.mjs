import Joi from "joi";
import pino from "pino";

const log = pino(pino.destination("/dev/null"));
try {
	Joi.assert({}, Joi.object({ a: Joi.required() }));
} catch (error) {
	log.error({ err: error }, "failed");
}
