import { spawn } from "node:child_process";

spawn("no-such-command").on("error", (error) => console.error(error));
