/** Fetches the price list from whichever mirror answers first. */
import { request } from "undici";

export async function mirrorPrices(log) {
	const mirrors = ["http://127.0.0.1:18090/prices", "http://127.0.0.1:18091/prices"];
	log.info({ mirrors: mirrors.length }, "mirrors are asked");
	return await Promise.any(mirrors.map((url) => request(url)));
}
