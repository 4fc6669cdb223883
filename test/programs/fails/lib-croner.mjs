import { Cron } from "croner";

new Cron("* * * * * *", { maxRuns: 1 }, () => {
	throw new RangeError("in a job");
});
