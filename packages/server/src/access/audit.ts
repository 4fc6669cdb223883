/**
 * The audit trail. A change is written down before it is done, so that none is done unseen, and again with how it ended.
 * Refusals are counted and written every few seconds: who floods the door fills no table.
 */
import { randomUUID } from "node:crypto";
import { type Operation, pathKeys } from "@errata/api";
import type { AuditInput, Store } from "@errata/store";
import { LIMITS } from "../limits.ts";

interface Actor {
	readonly actor: string;
	readonly address?: string | undefined;
}

/** Whether an operation changes something here, or acts outside. */
export function changes({ method }: Operation): boolean {
	return method !== "GET";
}

/** Runs `deed` between two rows of the trail; rejects without having run it if the first cannot be written. */
export async function audited<T>(
	operation: Operation,
	input: object,
	who: Actor,
	store: Store,
	atMs: number,
	deed: () => Promise<T>,
	codeOf: (error: unknown) => string,
): Promise<T> {
	const entry = {
		id: randomUUID(),
		atMs,
		actor: who.actor,
		operation: operation.name,
		address: who.address ?? "",
	};
	await store.addAudit([{ ...entry, subject: subjectOf(operation, input, undefined), outcome: "begun" }]);
	try {
		const answer = await deed();
		await store.addAudit([{ ...entry, subject: subjectOf(operation, input, answer), outcome: "done" }]).catch(() => {
			// It is done, and the trail says that it began: a failure now would make the caller do it twice.
		});
		return answer;
	} catch (error) {
		const said = { ...entry, subject: subjectOf(operation, input, undefined), outcome: codeOf(error) };
		await store.addAudit([said]).catch(() => {});
		throw error;
	}
}

/** Keys of an input or answer that name something. */
const NAMES = ["fingerprint", "id", "channel", "name", "rule", "service", "code"] as const;

function subjectOf(operation: Operation, input: object, answer: unknown): string {
	const given = input as Readonly<Record<string, unknown>>;
	const path = pathKeys(operation.path).map((key) => given[key]);
	const made = Object.values((answer ?? {}) as object).find(
		(part): part is { id: string } => typeof part === "object" && part !== null && typeof part.id === "string",
	);
	const name = path.length > 0 ? path.join("/") : (made?.id ?? NAMES.map((key) => given[key]).find(isText) ?? "");
	return String(name).slice(0, LIMITS.subjectChars);
}

function isText(value: unknown): value is string {
	return typeof value === "string" && value !== "";
}

export interface Refused {
	readonly tenant: string;
	readonly actor: string;
	readonly operation: string;
	readonly outcome: string;
	readonly address: string;
}

export interface Refusals {
	note(refused: Refused): void;
	/** Writes what is noted; resolves when it is. */
	flush(): Promise<void>;
	/** Writes what is left. */
	stop(): Promise<void>;
}

/** Counts refusals and writes equal ones as one row every `LIMITS.refusalsMs`. */
export function createRefusals(
	store: (tenant: string) => Store,
	now: () => number,
	log: (line: string) => void,
): Refusals {
	let noted = new Map<string, Refused & { count: number; readonly atMs: number }>();
	let timer: NodeJS.Timeout | undefined;
	let writing: Promise<void> = Promise.resolve();

	function note(refused: Refused): void {
		let { address, actor } = refused;
		let key = JSON.stringify(Object.values({ ...refused }));
		if (!noted.has(key) && noted.size >= LIMITS.refusals) {
			// So many different ones are one flood: only how many is kept.
			[address, actor] = ["", ""];
			key = JSON.stringify([refused.tenant, refused.outcome]);
		}
		const found = noted.get(key);
		if (found === undefined) noted.set(key, { ...refused, address, actor, count: 1, atMs: now() });
		else found.count++;
		timer ??= setTimeout(flush, LIMITS.refusalsMs).unref();
	}

	function flush(): Promise<void> {
		clearTimeout(timer);
		timer = undefined;
		const rows = [...noted.values()];
		noted = new Map();
		writing = writing.then(() => write(rows));
		return writing;
	}

	async function write(rows: readonly (Refused & { readonly count: number; readonly atMs: number })[]): Promise<void> {
		for (const tenant of new Set(rows.map((row) => row.tenant))) {
			const own = rows.filter((row) => row.tenant === tenant);
			const entries: AuditInput[] = own.map(({ tenant: _, ...row }) => ({ ...row, id: randomUUID(), subject: "" }));
			await store(tenant)
				.addAudit(entries)
				.catch((error: Error) => log(`${own.length} refusals were not written down: ${error.message}`));
		}
	}

	return { note, flush, stop: flush };
}
