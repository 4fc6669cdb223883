import log4js from "log4js";

const log = log4js.getLogger();
log.level = "info";
log.error("failed", new TypeError("told log4js"));
