/**
 * One process at a time for a piece of set-up work, across terminals. Only for set-up: everything at run time has locks
 * of its own.
 */
import { closeSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";

/** Longest wait for another set-up, in milliseconds: a cold `npm ci` takes about two minutes. */
const WAIT_MS = 600_000;

function isAlive(pid) {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return error.code === "EPERM";
	}
}

/** The file of a process that died is taken over; an empty one is being written this moment. */
function holder(file) {
	try {
		return Number(readFileSync(file, "utf8"));
	} catch {
		return 0;
	}
}

function tryLock(file) {
	try {
		const fd = openSync(file, "wx", 0o600);
		writeSync(fd, String(process.pid));
		closeSync(fd);
		return true;
	} catch (error) {
		if (error.code !== "EEXIST") throw error;
		const pid = holder(file);
		if (pid !== 0 && !isAlive(pid)) rmSync(file, { force: true });
		return false;
	}
}

/**
 * Runs `work` while holding the lock `file`; throws when another holder keeps it longer than ten minutes.
 * @template T
 * @param {string} file
 * @param {() => T} work
 * @returns {T}
 */
export function withLock(file, work) {
	const until = Date.now() + WAIT_MS;
	const sleep = new Int32Array(new SharedArrayBuffer(4));
	while (!tryLock(file)) {
		if (Date.now() > until) {
			throw new Error(`another set-up (process ${holder(file)}) holds ${file}; end it, or delete that file`);
		}
		Atomics.wait(sleep, 0, 0, 100);
	}
	try {
		return work();
	} finally {
		rmSync(file, { force: true });
	}
}
