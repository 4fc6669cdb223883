/** An ordinary job runner: takes jobs from a list, logs with the job's ids, tries again. It has never heard of errata. */
import { randomUUID } from "node:crypto";
import { deliverWebhook } from "./jobs/deliver-webhook.js";
import { exportReport } from "./jobs/export-report.js";
import { importStock } from "./jobs/import-stock.js";
import { loadPlugin } from "./jobs/load-plugin.js";
import { makeThumbnail } from "./jobs/make-thumbnail.js";
import { mirrorPrices } from "./jobs/mirror-prices.js";
import { startHealth } from "./jobs/start-health.js";
import { log } from "./log.js";

const jobs = { deliverWebhook, exportReport, importStock, loadPlugin, makeThumbnail, mirrorPrices, startHealth };

const ATTEMPTS = 3;

async function perform(name) {
	const jobLog = log.child({ "task.id": randomUUID(), "task.name": name, "task.version": "3.0.1" });
	jobLog.info("job begins");
	for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
		try {
			return await jobs[name](jobLog);
		} catch (err) {
			jobLog.error({ err, retry_count: attempt - 1 }, "job failed");
		}
	}
	return jobLog.warn("job given up");
}

const wanted = process.argv.slice(2);
for (const name of wanted.length > 0 ? wanted : Object.keys(jobs)) await perform(name);
log.info("all jobs done");
