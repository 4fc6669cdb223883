import { setTimeout } from "node:timers/promises";

const stop = new AbortController();
const waiting = setTimeout(1_000, undefined, { signal: stop.signal }).catch(() => {});
stop.abort();
await waiting;
