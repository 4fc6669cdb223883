import { pino } from "pino";

export const log = pino({ name: "shop", level: process.env.LOG_LEVEL ?? "info" });
