/**
 * Confines the calling thread, and every thread it starts from then on, to one directory and one TCP port, by Linux's
 * Landlock. Grants alone do not hold the embedded engine: seen in 26.7, any user may read any file with the scalar
 * function `file`, and move any directory with `ATTACH TABLE ... FROM`. Only the engine's child process imports this.
 */
import { closeSync, constants, fstatSync, openSync } from "node:fs";
import { DataType, load } from "ffi-rs";

// Numbers of Linux's system calls: the same on x64 and arm64.
const CREATE_RULESET = 444;
const ADD_RULE = 445;
const RESTRICT_SELF = 446;
const PR_SET_NO_NEW_PRIVS = 38;
const GET_ABI = 1;
const RULE_PATH_BENEATH = 1;
const RULE_NET_PORT = 2;

const FS_EXECUTE = 1n << 0n;
const FS_WRITE_FILE = 1n << 1n;
const FS_READ_FILE = 1n << 2n;
const FS_READ_DIR = 1n << 3n;
const FS_TRUNCATE = 1n << 14n;
/** File-system rights known to each ABI: 13 at first, then REFER (2), TRUNCATE (3), IOCTL_DEV (5). */
const FS_ALL = [13n, 13n, 14n, 15n, 15n, 16n].map((bits) => (1n << bits) - 1n);
/** The only rights a rule on a file may name. */
const FS_OF_A_FILE = FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE;
const NET_BIND_AND_CONNECT = 3n;
const NET_BIND = 1n;

/**
 * What an engine reads outside its data: the machine's shape and time zones. Not all of /proc: the environment of
 * other processes of this user is there.
 */
const READABLE = [
	...["self", "meminfo", "cpuinfo", "stat", "loadavg", "uptime", "vmstat", "version", "filesystems"].map(
		(n) => `/proc/${n}`,
	),
	"/proc/sys",
	"/sys",
	"/usr/share/zoneinfo",
	"/etc/localtime",
	"/etc/timezone",
	"/dev/urandom",
];

export interface Confinement {
	/** Directories to be read and written; they must exist. */
	readonly writable: readonly string[];
	readonly readable: readonly string[];
	/** The only TCP port that may be listened on; connecting anywhere is refused (kernels from 6.7). */
	readonly port: number;
}

/** Needs ffi-rs to have opened "libc". True if the kernel holds us from now on; false where it cannot (no Landlock, not Linux). */
export function confine(to: Confinement): boolean {
	if (process.platform !== "linux") return false;
	const abi = syscall(CREATE_RULESET, 0, 0, GET_ABI);
	const all = abi < 1 ? undefined : FS_ALL[Math.min(abi, FS_ALL.length - 1)];
	if (all === undefined) return false;
	const net = abi >= 4;
	const attributes = Buffer.alloc(16);
	attributes.writeBigUInt64LE(all, 0);
	attributes.writeBigUInt64LE(net ? NET_BIND_AND_CONNECT : 0n, 8);
	const ruleset = syscall(CREATE_RULESET, attributes, net ? 16 : 8, 0);
	if (ruleset < 0) return false;
	for (const path of to.writable) allowBeneath(ruleset, path, all & ~FS_EXECUTE);
	for (const path of [...READABLE, ...to.readable]) allowBeneath(ruleset, path, FS_READ_FILE | FS_READ_DIR);
	allowBeneath(ruleset, "/dev/null", FS_READ_FILE | FS_WRITE_FILE);
	if (net) allowPort(ruleset, to.port);
	const held = noNewPrivileges() && syscall(RESTRICT_SELF, ruleset, 0) === 0;
	closeSync(ruleset);
	return held;
}

function allowBeneath(ruleset: number, path: string, rights: bigint): void {
	let fd: number;
	try {
		fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
	} catch {
		// What does not exist, or may not be read, need not be allowed.
		return;
	}
	try {
		const rule = Buffer.alloc(12);
		rule.writeBigUInt64LE(fstatSync(fd).isDirectory() ? rights : rights & FS_OF_A_FILE, 0);
		rule.writeInt32LE(fd, 8);
		syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, rule, 0);
	} finally {
		closeSync(fd);
	}
}

function allowPort(ruleset: number, port: number): void {
	const rule = Buffer.alloc(16);
	rule.writeBigUInt64LE(NET_BIND, 0);
	rule.writeBigUInt64LE(BigInt(port), 8);
	syscall(ADD_RULE, ruleset, RULE_NET_PORT, rule, 0);
}

function noNewPrivileges(): boolean {
	const words = [PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0];
	return (
		load({
			library: "libc",
			funcName: "prctl",
			retType: DataType.I32,
			paramsType: words.map(() => DataType.I64),
			paramsValue: words,
		}) === 0
	);
}

function syscall(number: number, ...args: (number | Buffer)[]): number {
	return load({
		library: "libc",
		funcName: "syscall",
		retType: DataType.I32,
		paramsType: [DataType.I64, ...args.map((a) => (typeof a === "number" ? DataType.I64 : DataType.U8Array))],
		paramsValue: [number, ...args],
	});
}
