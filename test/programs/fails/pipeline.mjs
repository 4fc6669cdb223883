import { createReadStream } from "node:fs";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { capture } from "@errata/node";

try {
	await pipeline(createReadStream("/no/such/file"), createGzip(), new Writable({ write: (_c, _e, d) => d() }));
} catch (error) {
	capture(error);
}
