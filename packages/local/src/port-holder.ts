/** Who likely holds a port, for the error that says it is taken. A guess, never a reason to fail. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { get } from "node:http";
import { LIMITS } from "./limits.ts";

/** ` by ...`, or "" if nothing can be found out. */
export async function describeHolder(port: number): Promise<string> {
	const errata = await ask(`http://127.0.0.1:${port}/errata/status`);
	const status = errata === undefined ? undefined : parseStatus(errata);
	if (status !== undefined) return ` by another errata local (process ${status.pid})`;
	const program = processOf(port);
	if ((await ask(`http://127.0.0.1:${port}/ping`)) === "Ok.\n") return ` by a ClickHouse server${program}`;
	return program === "" ? " by another program" : ` by ${program.slice(2, -1)}`;
}

function parseStatus(text: string): { pid: number } | undefined {
	try {
		const value = JSON.parse(text) as { name?: unknown; pid?: unknown };
		if (value.name === "errata-local" && typeof value.pid === "number") return { pid: value.pid };
	} catch {
		// somebody else's answer
	}
	return undefined;
}

function ask(url: string): Promise<string | undefined> {
	return new Promise((resolve) => {
		const request = get(url, { agent: false, timeout: LIMITS.holderProbeMs }, (answer) => {
			let text = "";
			answer.setEncoding("utf8").on("data", (chunk: string) => {
				text += chunk;
				if (text.length > LIMITS.holderProbeBytes) request.destroy();
			});
			answer.on("end", () => resolve(answer.statusCode === 200 ? text : undefined));
			answer.on("error", () => resolve(undefined));
		});
		request.on("timeout", () => request.destroy());
		request.on("error", () => resolve(undefined));
	});
}

/** " (name, process 123)" on Linux, where /proc tells; "" elsewhere or for another user's process. */
function processOf(port: number): string {
	try {
		const hex = port.toString(16).toUpperCase().padStart(4, "0");
		const inodes = new Set<string>();
		for (const table of ["/proc/net/tcp", "/proc/net/tcp6"])
			for (const line of readFileSync(table, "utf8").split("\n")) {
				const fields = line.trim().split(/ +/);
				// Field 3 is the state: 0A is LISTEN.
				if (fields[1]?.endsWith(`:${hex}`) && fields[3] === "0A" && fields[9] !== undefined) inodes.add(fields[9]);
			}
		for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name)))
			if (holdsOneOf(pid, inodes)) return ` (${readFileSync(`/proc/${pid}/comm`, "utf8").trim()}, process ${pid})`;
	} catch {
		// no /proc
	}
	return "";
}

function holdsOneOf(pid: string, inodes: ReadonlySet<string>): boolean {
	try {
		for (const fd of readdirSync(`/proc/${pid}/fd`)) {
			const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
			if (inode !== undefined && inodes.has(inode)) return true;
		}
	} catch {
		// another user's, or gone meanwhile
	}
	return false;
}
