/**
 * The shapes a parsed stack text has, whatever language wrote it. Parsing lives in `stack.ts` and `stack/`, choosing
 * frames in `fingerprint.ts`.
 */

/**
 * Whose code a frame is, decided by the text alone: the application's, a third party's (`node_modules`,
 * `site-packages`, gems, framework packages), or the language's own (`node:internal`, `java.`, GOROOT).
 */
export type FrameOrigin = "app" | "library" | "runtime";

export interface Frame {
	/**
	 * Where the code lives, without what a deploy, an upgrade or a build changes: `workers/action`,
	 * `com.shop.Checkout`, `express-jwt/lib/index`.
	 */
	readonly module: string;
	/** Function without async, anonymous and generated parts; "" if it has no name. */
	readonly function: string;
	/** File as the text has it, "" if none. */
	readonly file: string;
	/** 1-based line. */
	readonly line?: number;
	/** True if `origin` is `app`. */
	readonly inApp: boolean;
	readonly origin: FrameOrigin;
}

/** One error of a stack text: its head and the frames under it, nearest the throw first. */
export interface StackBlock {
	/** Class as written (`requests.exceptions.SSLError`, `Error`); "" if the text has no head. */
	readonly type: string;
	readonly message: string;
	/** `code` the text itself tells (`Error [ERR_X]`, `code: 'ECONNREFUSED'`, `Win32Exception (258)`); "" if none. */
	readonly code: string;
	/** 0 for the thrown error, 1 for its cause or its group's members, and so on. */
	readonly depth: number;
	readonly frames: readonly Frame[];
}

/** A block under construction. */
export interface OpenBlock {
	type: string;
	message: string;
	code: string;
	depth: number;
	frames: Frame[];
}

export function openBlock(depth: number): OpenBlock {
	return { type: "", message: "", code: "", depth, frames: [] };
}

/** A frame; `line` is left out when it is not a positive number. */
export function frame(module: string, fn: string, file: string, line: number, origin: FrameOrigin): Frame {
	const base = { module, function: fn, file, inApp: origin === "app", origin };
	return line > 0 ? { ...base, line } : base;
}
