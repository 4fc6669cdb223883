/**
 * The lock of an application's codes: a committed file of what each published code means, so that no release changes it
 * unseen. A code's meaning is its category, retryability, HTTP status and the names of its parameters: what programs,
 * dashboards and alerts decide by. Wording, suggestions and severity may be bettered at any time. Pure: no file is read here.
 */
import type { Category, Severity } from "./categories.ts";
import { ErrataError } from "./errata-error.ts";

/** One code as an application defines it, in code or in its catalog. */
export interface CodeMeaning {
	readonly code: string;
	readonly category?: Category;
	readonly severity?: Severity;
	readonly retryable?: boolean;
	readonly status?: number;
	/** Template with `{{name}}`. */
	readonly message?: string;
}

export interface LockedCode {
	/** Absent values mean what they mean in the definition: the catalog's category, "it depends", 500. */
	readonly category?: Category;
	readonly retryable?: boolean;
	readonly status?: number;
	/** Names in the message, sorted. */
	readonly parameters?: readonly string[];
	/** The application no longer raises it; the code is not free for another meaning. */
	readonly retired?: true;
}

export interface CodeLock {
	readonly format: 1;
	readonly codes: Readonly<Record<string, LockedCode>>;
}

export interface LockChange {
	readonly code: string;
	readonly kind: "added" | "retired" | "returned" | "changed" | "twofold";
	/** `category was "conflict", is "not_found"`; "" for what needs no words. */
	readonly what: string;
}

export interface LockComparison {
	/** The lock as it would be written; changed codes keep their locked meaning unless accepted. */
	readonly lock: CodeLock;
	/** In the order of codes. */
	readonly changes: readonly LockChange[];
}

export const EMPTY_LOCK: CodeLock = { format: 1, codes: {} };

/**
 * Compares what an application defines with its lock. `accepted` codes may take their new meaning. Two definitions of one
 * code with different meaning are `twofold`: neither is written.
 */
export function compareLock(
	lock: CodeLock,
	defined: readonly CodeMeaning[],
	accepted: ReadonlySet<string>,
): LockComparison {
	const meanings = new Map<string, LockedCode[]>();
	for (const one of defined) {
		const meaning = locked(one);
		const known = meanings.get(one.code) ?? [];
		if (!known.some((other) => differences(other, meaning).length === 0)) known.push(meaning);
		meanings.set(one.code, known);
	}
	const codes: Record<string, LockedCode> = {};
	const changes: LockChange[] = [];
	for (const code of [...new Set([...Object.keys(lock.codes), ...meanings.keys()])].sort()) {
		const [kept, change] = decide(lock.codes[code], meanings.get(code) ?? [], accepted.has(code));
		if (kept !== undefined) codes[code] = kept;
		if (change !== undefined) changes.push({ code, ...change });
	}
	return { lock: { format: 1, codes }, changes };
}

type Decision = readonly [kept: LockedCode | undefined, change?: Omit<LockChange, "code">];

function decide(before: LockedCode | undefined, found: readonly LockedCode[], accepted: boolean): Decision {
	const [now, other] = found;
	if (now === undefined) {
		if (before === undefined || before.retired) return [before];
		return [
			{ ...before, retired: true },
			{ kind: "retired", what: "" },
		];
	}
	if (other !== undefined) return [before, { kind: "twofold", what: differences(now, other).join("; ") }];
	if (before === undefined) return [now, { kind: "added", what: "" }];
	const different = differences(before, now);
	if (different.length === 0) return before.retired ? [now, { kind: "returned", what: "" }] : [now];
	return [accepted ? now : before, { kind: "changed", what: different.join("; ") }];
}

function locked(one: CodeMeaning): LockedCode {
	const parameters = [
		...new Set(Array.from((one.message ?? "").matchAll(/\{\{([A-Za-z0-9_.]+)\}\}/g), (m) => m[1] ?? "")),
	];
	return {
		...(one.category === undefined ? {} : { category: one.category }),
		...(one.retryable === undefined ? {} : { retryable: one.retryable }),
		...(one.status === undefined ? {} : { status: one.status }),
		...(parameters.length === 0 ? {} : { parameters: parameters.sort() }),
	};
}

const COMPARED = ["category", "retryable", "status", "parameters"] as const;

function differences(before: LockedCode, now: LockedCode): string[] {
	return COMPARED.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(now[key])).map(
		(key) => `${key} was ${said(before[key])}, is ${said(now[key])}`,
	);
}

function said(value: unknown): string {
	return value === undefined ? "not given" : JSON.stringify(value);
}

/** The text of a lock file; the same lock is the same bytes. */
export function lockText(lock: CodeLock): string {
	return `${JSON.stringify(lock, null, "\t")}\n`;
}

/** Reads the text of a lock file. Throws an ErrataError when it is none, or of a later format. */
export function parseLock(text: string, file: string): CodeLock {
	const failure = (cause: string): ErrataError =>
		new ErrataError({
			operation: "read the lock of codes",
			subject: file,
			cause,
			remedy: "Take the file from version control again; it is written by `errata catalog lock` only.",
			code: "CODE_LOCK_INVALID",
		});
	let read: unknown;
	try {
		read = JSON.parse(text);
	} catch (error) {
		throw failure(`it is not JSON: ${(error as Error).message}`);
	}
	const { format, codes } = (typeof read === "object" && read !== null ? read : {}) as Partial<CodeLock>;
	if (format !== 1) throw failure(`its format is ${said(format)}, this errata reads 1`);
	if (typeof codes !== "object" || codes === null || Array.isArray(codes)) throw failure('it has no "codes"');
	for (const [code, one] of Object.entries(codes))
		if (typeof one !== "object" || one === null || Array.isArray(one)) throw failure(`code ${code} is no object`);
	return { format, codes };
}
