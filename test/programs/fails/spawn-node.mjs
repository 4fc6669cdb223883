import { spawn } from "node:child_process";

if (process.argv[2] === "child") throw new TypeError("in a spawned one");
spawn(process.execPath, [...process.execArgv, import.meta.filename, "child"], { stdio: "ignore" });
