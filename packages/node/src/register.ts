/**
 * `node --import @errata/node/register app.js`: OpenTelemetry with all instrumentations, errata's processor, and every
 * channel errors come by. Standard `OTEL_*` variables keep their meaning. No top-level await, so `require` works too.
 * Importing this module starts it; the start itself is in `start.ts`.
 */
import { start } from "./start.ts";

start();
