/** Cursors: where the next page begins, as one opaque text that is checked when it comes back. */
import { Failure } from "./failure.ts";

type Part = string | number;

/** `kind` names the list, so that a cursor of one is refused by another. */
export function writeCursor(kind: string, parts: readonly Part[]): string {
	return Buffer.from(JSON.stringify([kind, ...parts])).toString("base64url");
}

/** The parts, of the types of `shape`. Throws a Failure for anything else. */
export function readCursor(kind: string, text: string, shape: readonly ("string" | "number")[]): Part[] {
	const parts = parse(text);
	if (Array.isArray(parts) && parts[0] === kind && parts.length === shape.length + 1) {
		const rest = parts.slice(1) as Part[];
		if (rest.every((part, i) => typeof part === shape[i] && (typeof part === "string" || Number.isSafeInteger(part))))
			return rest;
	}
	throw new Failure("BAD_CURSOR", "The cursor is not one that this list gave.", "Leave it out to begin at the start.");
}

function parse(text: string): unknown {
	try {
		return JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
	} catch {
		return undefined;
	}
}
