import cron from "node-cron";

const task = cron.schedule("* * * * * *", () => {
	task.stop();
	setTimeout(() => process.exit(0), 600);
	throw new TypeError("in a task");
});
