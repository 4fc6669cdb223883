import { fork } from "node:child_process";

if (process.argv[2] === "child") throw new TypeError("in a child");
fork(import.meta.filename, ["child"], { stdio: "ignore" });
