/** Syncs with the warehouse, whose client rejects with plain objects. Nobody awaits it. */
import { log } from "./log.js";

function askWarehouse(path) {
	return Promise.reject({ status: 503, path, reason: "warehouse is in maintenance" });
}

log.info("warehouse sync begins");
askWarehouse("/stock/changes");
setTimeout(() => log.info("warehouse sync ends"), 1000);
