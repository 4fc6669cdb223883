/** Makes a thumbnail with an external program. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

export async function makeThumbnail(log) {
	const program = process.env.CONVERT ?? "magick-7.2";
	log.info({ program }, "thumbnail is made");
	return await run(program, ["in.png", "-resize", "200x200", "out.png"]);
}
