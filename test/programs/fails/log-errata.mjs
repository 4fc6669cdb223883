import { createLogger } from "@errata/node";

createLogger("app").error("failed", new TypeError("told errata"));
