import { capture, defineErrors } from "@errata/node";

const Task = defineErrors("TASK", { NOT_FOUND: { message: "Task {{id}} not found" } });
capture(new Task.NOT_FOUND({ id: 7 }));
