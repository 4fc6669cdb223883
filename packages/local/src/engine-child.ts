/**
 * The engine's process: loads libchdb.so and becomes a ClickHouse server until its standard input ends. Started by
 * engine.ts and by nothing else; one JSON argument says where everything is.
 *
 * The library's `chdb_query_cmdline` is clickhouse-local's own main. It blocks the thread, hence a process of its own,
 * and it checks its stack, hence ffi-rs (koffi switches stacks and is refused).
 */
import path from "node:path";
import { DataType, type JsExternal, load, open } from "ffi-rs";
import { confine } from "./confine.ts";
import type { EngineChildInput } from "./engine.ts";

/** Reading standard input ties the engine's life to its parent: the pipe ends when the parent does, however it ends. */
const KEEP_ALIVE = "SELECT count() FROM file('-', 'LineAsString') FORMAT Null";

const input = JSON.parse(process.argv[2] ?? "{}") as EngineChildInput;
process.umask(0o077);
process.chdir(input.engineDir);
open({ library: "libc", path: process.platform === "darwin" ? "libSystem.B.dylib" : "libc.so.6" });
open({ library: "chdb", path: input.library });
const confined = confine({
	writable: [input.engineDir],
	readable: [path.dirname(input.library), path.dirname(process.execPath)],
	port: input.port,
});
process.stdout.write(confined ? "confined\n" : "unconfined\n");

const argv = [
	"clickhouse",
	"--multiquery",
	`--config-file=${input.config}`,
	`--path=${input.clickhouseDir}`,
	`--query=SYSTEM START LISTEN HTTP; ${KEEP_ALIVE}`,
];
const result: JsExternal = load({
	library: "chdb",
	funcName: "chdb_query_cmdline",
	retType: DataType.External,
	paramsType: [DataType.I32, DataType.StringArray],
	paramsValue: [argv.length, argv],
});
const failure: string = load({
	library: "chdb",
	funcName: "chdb_result_error",
	retType: DataType.String,
	paramsType: [DataType.External],
	paramsValue: [result],
});
process.exit(failure === "" ? 0 : 1);
