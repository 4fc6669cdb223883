import { pino } from "pino";

export const log = pino({ name: "worker", level: process.env.LOG_LEVEL ?? "info" });
